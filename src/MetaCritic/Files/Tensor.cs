using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetaCritic.Files;

/// <summary>What a tensor's elements are; the numbers stand in files.</summary>
internal enum ElementType : byte
{
    /// <summary>float.</summary>
    Float32 = 1,

    /// <summary>double.</summary>
    Float64 = 2,

    /// <summary>int.</summary>
    Int32 = 3,

    /// <summary>long.</summary>
    Int64 = 4,

    /// <summary>ulong.</summary>
    UInt64 = 5,
}

/// <summary>A named array of numbers, as it stands in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Data">The elements, row-major, little-endian.</param>
internal sealed record Tensor(string Name, ElementType Type, long[] Shape, byte[] Data)
{
    /// <summary>Most dimensions.</summary>
    public const int RankLimit = 8;

    private const int NameLimit = 128;

    /// <summary>Type and shape, as errors show them.</summary>
    public string Description => Describe(Type, Shape);

    /// <summary>A tensor of a copy of the data.</summary>
    /// <exception cref="ArgumentException">The name is none, or the data do not fill the shape.</exception>
    public static Tensor Of<T>(string name, ReadOnlySpan<T> data, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        if (!IsName(name))
        {
            throw new ArgumentException($"\"{name}\" is no tensor name", nameof(name));
        }

        long[] dimensions = shape.IsEmpty ? [data.Length] : shape.ToArray();
        if (dimensions.Length > RankLimit || dimensions.Any(n => n < 0) || dimensions.Aggregate(1L, (a, b) => checked(a * b)) != data.Length)
        {
            throw new ArgumentException($"{data.Length} elements do not fill [{string.Join(", ", dimensions)}]", nameof(shape));
        }

        byte[] bytes = MemoryMarshal.AsBytes(data).ToArray();
        ToFromLittleEndian(bytes, Unsafe.SizeOf<T>());
        return new(name, TypeOf<T>(), dimensions, bytes);
    }

    /// <summary>Whether elements and dimensions are as wanted; −1 stands for any dimension.</summary>
    public bool Fits<T>(ReadOnlySpan<long> wanted)
        where T : unmanaged
    {
        bool fits = Type == TypeOf<T>() && Shape.Length == wanted.Length;
        for (int i = 0; fits && i < wanted.Length; i++)
        {
            fits = wanted[i] == Shape[i] || wanted[i] == -1;
        }

        return fits;
    }

    /// <summary>The elements, in a fresh array.</summary>
    public T[] Elements<T>()
        where T : unmanaged
    {
        T[] data = new T[Data.Length / Unsafe.SizeOf<T>()];
        Span<byte> bytes = MemoryMarshal.AsBytes(data.AsSpan());
        Data.CopyTo(bytes);
        ToFromLittleEndian(bytes, Unsafe.SizeOf<T>());
        return data;
    }

    /// <summary>A type and a shape that are wanted, as errors show them.</summary>
    public static string Describe<T>(ReadOnlySpan<long> wanted)
        where T : unmanaged => Describe(TypeOf<T>(), wanted);

    /// <summary>Whether a text may be a tensor's name.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= NameLimit && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/');

    /// <summary>Bytes of an element.</summary>
    public static int SizeOf(ElementType type) => type is ElementType.Float32 or ElementType.Int32 ? 4 : 8;

    private static string Describe(ElementType type, ReadOnlySpan<long> shape) =>
        $"{type.ToString().ToLowerInvariant()} [{string.Join(", ", shape.ToArray()).Replace("-1", "any", StringComparison.Ordinal)}]";

    private static ElementType TypeOf<T>() =>
        typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(ulong) ? ElementType.UInt64
        : throw new NotSupportedException($"Tensors of {typeof(T)} cannot be stored.");

    private static void ToFromLittleEndian(Span<byte> bytes, int size)
    {
        if (!BitConverter.IsLittleEndian)
        {
            for (int i = 0; i < bytes.Length; i += size)
            {
                bytes.Slice(i, size).Reverse();
            }
        }
    }
}
