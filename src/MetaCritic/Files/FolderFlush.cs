using System.Runtime.InteropServices;

namespace MetaCritic.Files;

/// <summary>
/// Flushes a folder to the disk, so that a renaming in it survives a loss of power. .NET opens no folders; on Unix the C
/// library does it, on Windows the file system keeps a journal of its own.
/// </summary>
internal static partial class FolderFlush
{
    private const int InputOutputError = 5; // EIO

    /// <summary>Flushes a folder. File systems that know no such thing, and folders that may not be read, are passed over.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, 0); // O_RDONLY
        if (descriptor < 0)
        {
            return;
        }

        int error = FSync(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (error == InputOutputError)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
