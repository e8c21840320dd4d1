using MetaCritic.Files;

namespace MetaCritic.Tables;

/// <summary>A file, or a stream that errors call by a name, that is read from its beginning to its end, once; it need not know its length. Files that are no text are refused by their first bytes.</summary>
internal sealed class TextFileStream(string path, Stream? input = null) : Stream
{
    private const int HeadSize = 4096;

    private readonly Stream _file = input ?? InputFile.OpenRead(path);
    private bool _begun;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            if (_begun)
            {
                return _file.Read(buffer);
            }

            // A pipe gives its first bytes in pieces.
            _begun = true;
            int read = _file.ReadAtLeast(buffer, Math.Min(HeadSize, buffer.Length), throwOnEndOfStream: false);
            InputFile.RequireText(path, buffer[..read]);
            return read;
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{path}: the file could not be read: {e.Message}", e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }
}
