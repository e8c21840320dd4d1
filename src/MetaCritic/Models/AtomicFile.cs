using System.Diagnostics;
using System.Globalization;

namespace MetaCritic.Models;

/// <summary>
/// Writes files whole or not at all: a temporary file beside the target is written, flushed to the disk and renamed
/// over it. Whoever looks, also after a crash, sees the old file or the new one.
/// </summary>
public static class AtomicFile
{
    private static int _count;

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; one that exists is replaced, a symbolic link is followed.</param>
    /// <param name="write">Writes the contents. What it throws is passed on, but for <see cref="IOException"/>.</param>
    /// <exception cref="InvalidInputException">The folder is missing or may not be written to, or the path is no place for a file.</exception>
    /// <exception cref="MetaCriticException">Writing failed, for example because the disk is full.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string target = Target(path);
        string temporary = Create(path, target, out FileStream stream);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            Remove(temporary);
            throw new InvalidInputException(path, "the file may not be replaced", "Change its permissions or give another file", e);
        }
        catch (IOException e)
        {
            Remove(temporary);
            throw new MetaCriticException($"{path}: the file could not be written: {e.Message} Nothing was changed.", e);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    /// <summary>Checks that <see cref="Write"/> would find its place, by making the temporary file and removing it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The folder is missing or may not be written to, or the path is no place for a file.</exception>
    /// <exception cref="MetaCriticException">The file system refused for another reason.</exception>
    public static void EnsureWritable(string path)
    {
        string temporary = Create(path, Target(path), out FileStream stream);
        stream.Dispose();
        Remove(temporary);
    }

    /// <summary>
    /// Removes temporary files that processes killed on this machine left beside a file. Files of running processes
    /// and of other machines stay. Errors are ignored: this tidies up and no more.
    /// </summary>
    /// <param name="path">The file that was to be written.</param>
    public static void RemoveAbandoned(string path)
    {
        try
        {
            string target = Target(path);
            string prefix = Prefix(target);
            foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(target)!))
            {
                string name = Path.GetFileName(file);
                if (name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".tmp", StringComparison.Ordinal)
                    && name[prefix.Length..^4].Split('-') is [string process, _]
                    && int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && !IsRunning(id))
                {
                    File.Delete(file);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            // The write that follows reports what matters.
        }
    }

    private static string Target(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string target;
        try
        {
            target = Path.GetFullPath(path);
            if (File.ResolveLinkTarget(target, returnFinalTarget: true) is FileSystemInfo link)
            {
                target = link.FullName;
            }
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException($"\"{path}\"", "this is no file name", "Give the name of a file", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Path.GetFullPath(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"no file can be written there: {e.Message.TrimEnd('.')}", "Give another file", e);
        }

        if (Directory.Exists(target) || Path.EndsInDirectorySeparator(target))
        {
            throw new InvalidInputException(path, "this is a folder", "Give the name of a file in it");
        }

        if (!OperatingSystem.IsWindows() && (IsBelow(target, "/proc/") || (IsBelow(target, "/dev/") && !IsBelow(target, "/dev/shm/"))))
        {
            // Renaming would replace the device itself.
            throw new InvalidInputException(path, "this is a device, not a file", "Give the name of a file");
        }

        return target;
    }

    private static string Create(string path, string target, out FileStream stream)
    {
        string folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException(path, $"the folder {folder} does not exist", "Create it or give another file");
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix(target)}{Environment.ProcessId}-{Interlocked.Increment(ref _count)}.tmp");
        string temporary = Path.Combine(folder, name);
        try
        {
            stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
            return temporary;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidInputException(path, $"no file may be written in the folder {folder}", "Change its permissions or give another folder", e);
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{path}: no file could be created in its folder: {e.Message}", e);
        }
    }

    /// <summary>What the names of the temporary files for a target begin with: its name, cut short, and a mark of this machine.</summary>
    private static string Prefix(string target)
    {
        string name = Path.GetFileName(target);
        uint machine = 2166136261;
        foreach (char c in Environment.MachineName)
        {
            machine = (machine ^ c) * 16777619;
        }

        return string.Create(CultureInfo.InvariantCulture, $".{(name.Length > 40 ? name[..40] : name)}.{machine:x8}-");
    }

    private static bool IsBelow(string path, string folder) => path.StartsWith(folder, StringComparison.Ordinal);

    private static bool IsRunning(int process)
    {
        try
        {
            using Process found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The error that led here is the one to report.
        }
    }
}
