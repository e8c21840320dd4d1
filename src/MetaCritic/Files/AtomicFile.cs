using System.Diagnostics;
using System.Globalization;

namespace MetaCritic.Files;

/// <summary>
/// Writes files whole or not at all: a temporary file beside the target is written, flushed to the disk and renamed
/// over it, and then the folder is flushed. Whoever looks, also after a crash, sees the old file or the new one.
/// </summary>
/// <remarks>
/// Temporary files are called <c>.NAME.MACHINE-PROCESS-NUMBER.tmp</c>, where NAME is that of the file, cut short. They are
/// locked while they are written, so that <see cref="RemoveAllAbandoned"/> can tell those of killed processes.
/// </remarks>
public static class AtomicFile
{
    private const string Ending = ".tmp";

    private static int _count;

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; one that exists is replaced, a symbolic link is followed.</param>
    /// <param name="write">Writes the contents. What it throws is passed on, but for <see cref="IOException"/>.</param>
    /// <exception cref="InvalidInputException">The folder is missing or may not be written to, or the path is no place for a file.</exception>
    /// <exception cref="MetaCriticException">Writing failed, for example because the disk is full; the old file is untouched.</exception>
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
            throw Failed(path, "the file could not be written", e);
        }
        catch
        {
            Remove(temporary);
            throw;
        }

        try
        {
            FolderFlush.Flush(Path.GetDirectoryName(target)!);
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{path}: the file was written, but the disk does not confirm it: {e.Message} Check the disk.", e);
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
    /// Removes the temporary files that processes killed on this machine left beside a file. Files of running processes
    /// and of other machines stay. Errors are ignored: this tidies up and no more.
    /// </summary>
    /// <param name="path">The file that was to be written.</param>
    public static void RemoveAbandoned(string path)
    {
        try
        {
            string target = Target(path);
            RemoveAbandoned(Path.GetDirectoryName(target)!, Prefix(target));
        }
        catch (InvalidInputException)
        {
            // The write that follows reports what matters.
        }
    }

    /// <summary>Does the same for all files that were to be written in a folder; its own folders are not searched.</summary>
    /// <param name="folder">The folder; nothing happens if it is not there.</param>
    public static void RemoveAllAbandoned(string folder) => RemoveAbandoned(folder, ".");

    private static void RemoveAbandoned(string folder, string prefix)
    {
        string machine = $".{Machine()}-";
        try
        {
            foreach (string file in Directory.EnumerateFiles(folder))
            {
                string name = Path.GetFileName(file);
                int mark = name.LastIndexOf(machine, StringComparison.Ordinal);
                if (mark > 0 && name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal)
                    && name[(mark + machine.Length)..^Ending.Length].Split('-') is [string process, string number]
                    && IsNumber(process, out int id) && IsNumber(number, out _) && !IsRunning(id) && !IsLocked(file))
                {
                    File.Delete(file);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The write that follows reports what matters.
        }

        static bool IsNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
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

        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix(target)}{Environment.ProcessId}-{Interlocked.Increment(ref _count)}{Ending}");
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
            throw Failed(path, "no file could be created in its folder", e);
        }
    }

    private static MetaCriticException Failed(string path, string what, IOException e) => IsDiskFull(e)
        ? new($"{path}: the disk is full. Nothing was changed. Make room, or give a place on another disk.", e)
        : new($"{path}: {what}: {e.Message.TrimEnd('.')}. Nothing was changed. Check the disk, or give another place.", e);

    // ENOSPC and EDQUOT of Linux, EDQUOT of macOS, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static bool IsDiskFull(IOException e) => OperatingSystem.IsWindows()
        ? e.HResult is unchecked((int)0x80070070) or unchecked((int)0x80070027)
        : e.HResult is 28 or 122 || (OperatingSystem.IsMacOS() && e.HResult == 69);

    /// <summary>What the names of the temporary files for a target begin with: its name, cut short, and a mark of this machine.</summary>
    private static string Prefix(string target)
    {
        string name = Path.GetFileName(target);
        return $".{(name.Length > 40 ? name[..40] : name)}.{Machine()}-";
    }

    // Several machines may share a disk.
    private static string Machine()
    {
        uint machine = 2166136261;
        foreach (char c in Environment.MachineName)
        {
            machine = (machine ^ c) * 16777619;
        }

        return machine.ToString("x8", CultureInfo.InvariantCulture);
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

    // Containers on one machine do not see each other's processes, but each other's locks.
    private static bool IsLocked(string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
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
