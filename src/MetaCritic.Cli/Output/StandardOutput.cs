using System.Text;

namespace MetaCritic.Cli.Output;

/// <summary>Standard output, whose errors say that it was standard output. The system's own do not.</summary>
/// <param name="stream">The stream of the system.</param>
internal sealed class StandardOutput(Stream stream) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Opens that of the process.</summary>
    public static Stream Open() => new StandardOutput(Console.OpenStandardOutput());

    /// <summary>A writer of text to that of the process, in the encoding of its terminal, that holds nothing back.</summary>
    public static TextWriter OpenText() => TextWriter.Synchronized(new StreamWriter(Open(), Console.OutputEncoding.Preamble.Length > 0 ? new UTF8Encoding(false) : Console.OutputEncoding) { AutoFlush = true });

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            stream.Write(buffer);
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"standard output: it cannot be written to: {e.Message.TrimEnd('.')}. Send it to another place.", e);
        }
    }

    /// <inheritdoc/>
    public override void Flush() => stream.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
        }

        base.Dispose(disposing);
    }
}
