using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MetaCritic.Files;

/// <summary>Reads from a stream whose length may be known or not, and allocates no more than it holds.</summary>
/// <param name="stream">Where from.</param>
/// <param name="source">What errors call it.</param>
/// <param name="hash">Receives all that is read.</param>
internal sealed class BoundedReader(Stream stream, string source, IncrementalHash hash)
{
    private const int Chunk = 1 << 20;

    private readonly long _length = stream.CanSeek ? stream.Length - stream.Position : long.MaxValue;
    private long _offset;

    /// <summary>A 32-bit integer.</summary>
    public int Int32(string what) => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4, what));

    /// <summary>A 32-bit integer from 0 to a limit.</summary>
    public int Size(int limit, string what)
    {
        int value = Int32(what);
        return value >= 0 && value <= limit
            ? value
            : throw TensorFile.Damaged(source, FormattableString.Invariant($"{what} is {(uint)value}, more than {limit}"));
    }

    /// <summary>So many bytes.</summary>
    /// <exception cref="InvalidInputException">There are not so many.</exception>
    public byte[] Bytes(long count, string what)
    {
        if (count > _length - _offset)
        {
            throw EndsIn(what);
        }

        // Of unknown length: grow with what really arrives.
        byte[] bytes = new byte[_length == long.MaxValue ? Math.Min(count, Chunk) : count];
        for (int read = 0; ;)
        {
            int now = stream.ReadAtLeast(bytes.AsSpan(read), bytes.Length - read, throwOnEndOfStream: false);
            read += now;
            _offset += now;
            if (read < bytes.Length)
            {
                throw EndsIn(what);
            }

            if (read == count)
            {
                hash.AppendData(bytes);
                return bytes;
            }

            Array.Resize(ref bytes, (int)Math.Min(count, 2L * read));
        }
    }

    /// <summary>The hash of everything read so far.</summary>
    public byte[] Hash() => hash.GetCurrentHash();

    /// <summary>Refuses anything that follows.</summary>
    public void RequireEnd()
    {
        if (stream.ReadByte() >= 0)
        {
            throw TensorFile.Damaged(source, FormattableString.Invariant($"more bytes follow after its end at {_offset}"));
        }
    }

    private InvalidInputException EndsIn(string what) => TensorFile.Damaged(
        source, FormattableString.Invariant($"it ends at byte {(_length == long.MaxValue ? _offset : _length)}, within {what}"));
}
