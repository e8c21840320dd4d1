using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Writes and reads values of one column type.</summary>
internal abstract class ValueFormat
{
    public static ValueFormat Of(DataViewType type) =>
        type is VectorDataViewType vector
            ? (ValueFormat)Activator.CreateInstance(typeof(BufferFormat<>).MakeGenericType(vector.ItemType.RawType))
            : (ValueFormat)Activator.CreateInstance(typeof(ScalarFormat<>).MakeGenericType(type.RawType));

    public abstract void WriteFrom(BinaryWriter writer, Delegate getter);

    public abstract Delegate ReadConstant(BinaryReader reader);
}

internal abstract class ValueFormat<T> : ValueFormat
{
    public abstract void Write(BinaryWriter writer, T value);

    public abstract T Read(BinaryReader reader);

    public override void WriteFrom(BinaryWriter writer, Delegate getter)
    {
        T value = default;
        ((ValueGetter<T>)getter)(ref value);
        Write(writer, value);
    }

    public override Delegate ReadConstant(BinaryReader reader)
    {
        T value = Read(reader);
        return (ValueGetter<T>)((ref T target) => target = value);
    }
}

internal sealed class ScalarFormat<T> : ValueFormat<T>
{
    public override void Write(BinaryWriter writer, T value)
    {
        switch (value)
        {
            case ReadOnlyMemory<char> x:
                // Length and UTF-16 code units: a text comes back exactly, whatever is in it.
                writer.Write(x.Length);
                writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(x.Span));
                break;
            case sbyte x: writer.Write(x); break;
            case byte x: writer.Write(x); break;
            case short x: writer.Write(x); break;
            case ushort x: writer.Write(x); break;
            case int x: writer.Write(x); break;
            case uint x: writer.Write(x); break;
            case long x: writer.Write(x); break;
            case ulong x: writer.Write(x); break;
            case float x: writer.Write(x); break;
            case double x: writer.Write(x); break;
            case bool x: writer.Write(x); break;
            case TimeSpan x: writer.Write(x.Ticks); break;
            case DateTime x: writer.Write(x.ToBinary()); break;
            case DateTimeOffset x: writer.Write(x.Ticks); writer.Write(x.Offset.Ticks); break;
            case DataViewRowId x: writer.Write(x.Low); writer.Write(x.High); break;
            default: throw new InvalidOperationException($"Values of type {typeof(T)} cannot be saved.");
        }
    }

    public override T Read(BinaryReader reader) => (T)ReadValue(reader);

    private static object ReadValue(BinaryReader reader)
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
        {
            return string.Create(reader.ReadInt32(), reader, (text, source) =>
                source.BaseStream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text))).AsMemory();
        }

        return Type.GetTypeCode(typeof(T)) switch
        {
            TypeCode.SByte => reader.ReadSByte(),
            TypeCode.Byte => reader.ReadByte(),
            TypeCode.Int16 => reader.ReadInt16(),
            TypeCode.UInt16 => reader.ReadUInt16(),
            TypeCode.Int32 => reader.ReadInt32(),
            TypeCode.UInt32 => reader.ReadUInt32(),
            TypeCode.Int64 => reader.ReadInt64(),
            TypeCode.UInt64 => reader.ReadUInt64(),
            TypeCode.Single => reader.ReadSingle(),
            TypeCode.Double => reader.ReadDouble(),
            TypeCode.Boolean => reader.ReadBoolean(),
            TypeCode.DateTime => DateTime.FromBinary(reader.ReadInt64()),
            _ when typeof(T) == typeof(TimeSpan) => new TimeSpan(reader.ReadInt64()),
            _ when typeof(T) == typeof(DateTimeOffset) => new DateTimeOffset(reader.ReadInt64(), new TimeSpan(reader.ReadInt64())),
            _ => new DataViewRowId(reader.ReadUInt64(), reader.ReadUInt64()),
        };
    }
}

internal sealed class BufferFormat<T> : ValueFormat<VBuffer<T>>
{
    private readonly ScalarFormat<T> _items = new();

    public override void Write(BinaryWriter writer, VBuffer<T> value)
    {
        writer.Write(value.Length);
        foreach (T item in value.DenseValues())
        {
            _items.Write(writer, item);
        }
    }

    public override VBuffer<T> Read(BinaryReader reader)
    {
        var values = new T[reader.ReadInt32()];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = _items.Read(reader);
        }

        return new VBuffer<T>(values.Length, values);
    }
}
