using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace MetaCritic.Files;

/// <summary>Writes a message in the wire format of Protocol Buffers, field by field.</summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5; // wire types

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>Begins anew with the same memory.</summary>
    public void Clear() => _buffer.ResetWrittenCount();

    /// <summary>A field of type int32, int64, uint64, bool or of an enumeration.</summary>
    public void Integer(int field, long value)
    {
        Key(field, Varint);
        WriteVarint((ulong)value);
    }

    /// <summary>A field of type double.</summary>
    public void Double(int field, double value)
    {
        Key(field, Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(sizeof(double)), value);
        _buffer.Advance(sizeof(double));
    }

    /// <summary>A field of type float.</summary>
    public void Single(int field, float value)
    {
        Key(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.GetSpan(sizeof(float)), value);
        _buffer.Advance(sizeof(float));
    }

    /// <summary>A field of type string.</summary>
    public void Text(int field, string value)
    {
        Key(field, Bytes);
        WriteVarint((ulong)Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, _buffer);
    }

    /// <summary>A packed field of type repeated int64.</summary>
    public void Integers(int field, params ReadOnlySpan<long> values)
    {
        int length = 0;
        foreach (long value in values)
        {
            length += VarintLength((ulong)value);
        }

        Key(field, Bytes);
        WriteVarint((ulong)length);
        foreach (long value in values)
        {
            WriteVarint((ulong)value);
        }
    }

    /// <summary>A field of type bytes that holds numbers, least significant byte first.</summary>
    public void Numbers<T>(int field, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Numbers are written as they lie in memory, which this processor has the other way round.");
        }

        Key(field, Bytes);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        WriteVarint((ulong)bytes.Length);
        _buffer.Write(bytes);
    }

    /// <summary>A field that is a message.</summary>
    public void Message(int field, Action<ProtobufWriter> write)
    {
        ProtobufWriter inner = new();
        write(inner);
        Message(field, inner);
    }

    /// <summary>A field that is a message, already written.</summary>
    public void Message(int field, ProtobufWriter message)
    {
        Key(field, Bytes);
        WriteVarint((ulong)message.Written.Length);
        _buffer.Write(message.Written);
    }

    /// <summary>Fields that were written elsewhere.</summary>
    public void Append(ProtobufWriter fields) => _buffer.Write(fields.Written);

    private static int VarintLength(ulong value)
    {
        int length = 1;
        for (; value >= 0x80; value >>= 7)
        {
            length++;
        }

        return length;
    }

    private void Key(int field, int wireType) => WriteVarint((ulong)((field << 3) | wireType));

    private void WriteVarint(ulong value)
    {
        Span<byte> span = _buffer.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }

        span[length++] = (byte)value;
        _buffer.Advance(length);
    }
}
