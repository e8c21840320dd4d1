using System.Text;
using System.Text.Unicode;

namespace MetaCritic.Files;

/// <summary>Reads files that may be missing, unreadable or far too large, with errors that say so.</summary>
public static class InputFile
{
    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The file.</param>
    /// <returns>A stream that the caller disposes of.</returns>
    /// <exception cref="InvalidInputException">The file is missing, is a folder, or may not be read.</exception>
    /// <exception cref="MetaCriticException">The file could not be opened for another reason.</exception>
    public static FileStream OpenRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            throw new InvalidInputException(path, "this is a folder", "Give a file");
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException(path, "there is no such file", "Check the name", e);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException($"\"{path}\"", "this is no file name", "Give the name of a file", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidInputException(path, "the file may not be read", "Change its permissions or give another file", e);
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{path}: the file could not be opened: {e.Message}", e);
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Largest size accepted, bytes.</param>
    /// <returns>Its contents.</returns>
    /// <exception cref="InvalidInputException">The file is missing, may not be read, or is larger than the limit.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public static byte[] ReadAllBytes(string path, int limit)
    {
        using FileStream file = OpenRead(path);
        try
        {
            if (file.CanSeek && file.Length > limit)
            {
                throw TooLarge(path, limit);
            }

            // What is no regular file does not tell its length; and a file may grow while it is read.
            byte[] contents = new byte[file.CanSeek ? (int)file.Length : 0];
            int length = file.ReadAtLeast(contents, contents.Length, throwOnEndOfStream: false);
            byte[] buffer = new byte[1 << 16];
            int read;
            while ((read = file.Read(buffer)) > 0)
            {
                if (length + read > limit)
                {
                    throw TooLarge(path, limit);
                }

                if (length + read > contents.Length)
                {
                    Array.Resize(ref contents, Math.Max(length + read, (int)Math.Min(limit, 2L * contents.Length)));
                }

                buffer.AsSpan(0, read).CopyTo(contents.AsSpan(length));
                length += read;
            }

            return length == contents.Length ? contents : contents[..length];
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{path}: the file could not be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a whole text file in UTF-8, as bytes; a byte-order mark is skipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Largest size accepted, bytes.</param>
    /// <returns>Its text in UTF-8.</returns>
    /// <exception cref="InvalidInputException">As <see cref="ReadAllBytes"/>, and when the file is not valid UTF-8.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public static ReadOnlyMemory<byte> ReadAllUtf8(string path, int limit)
    {
        byte[] bytes = ReadAllBytes(path, limit);
        RequireText(path, bytes);
        return Utf8.IsValid(bytes)
            ? bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0)
            : throw new InvalidInputException(path, "the file is not UTF-8 text", "Save it as UTF-8");
    }

    /// <summary>Reads a whole text file in UTF-8; a byte-order mark is skipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Largest size accepted, bytes.</param>
    /// <returns>Its text.</returns>
    /// <exception cref="InvalidInputException">As <see cref="ReadAllBytes"/>, and when the file is not valid UTF-8.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public static string ReadAllText(string path, int limit) => Encoding.UTF8.GetString(ReadAllUtf8(path, limit).Span);

    /// <summary>Checks by its first bytes that a file is not one that is known to be no text in UTF-8: compressed, a spreadsheet, UTF-16.</summary>
    /// <param name="path">The file.</param>
    /// <param name="head">Its first bytes; some thousands tell kinds of archives apart.</param>
    /// <exception cref="InvalidInputException">It is such a file; the message says which, and what to do.</exception>
    public static void RequireText(string path, ReadOnlySpan<byte> head)
    {
        if (FileSignature.Find(head) is var (what, remedy))
        {
            throw new InvalidInputException(path, what, remedy);
        }
    }

    private static InvalidInputException TooLarge(string path, int limit) => new(path, $"the file is larger than {ByteCount(limit)}", "Give a smaller file");

    internal static string ByteCount(long bytes) => bytes switch
    {
        >= 1 << 20 when bytes % (1 << 20) == 0 => FormattableString.Invariant($"{bytes >> 20} MiB"),
        >= 1 << 10 when bytes % (1 << 10) == 0 => FormattableString.Invariant($"{bytes >> 10} KiB"),
        _ => FormattableString.Invariant($"{bytes} bytes"),
    };
}
