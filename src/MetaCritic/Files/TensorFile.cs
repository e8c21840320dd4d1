using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MetaCritic.Files;

/// <summary>
/// The container of all binary files: a JSON header and named tensors, closed by a SHA-256 of everything before it.
/// The layout stands in docs/file-format.md. Reading never trusts a size: it is checked against its cap and against
/// what is left of the file before anything is allocated, and the contents are looked at only when the hash agrees.
/// </summary>
internal sealed class TensorFile
{
    /// <summary>The format version that this code writes, and the newest that it reads.</summary>
    public const int FormatVersion = 4;

    /// <summary>Longest header, bytes.</summary>
    public const int HeaderLimit = 8 << 20;

    /// <summary>Largest number of tensors.</summary>
    public const int TensorLimit = 65_536;

    /// <summary>Most bytes of data in one tensor.</summary>
    public const long TensorDataLimit = 1L << 30;

    /// <summary>Most bytes of data in all tensors together.</summary>
    public const long DataLimit = 4L << 30;

    private const int NameLimit = 128;
    private const int RankLimit = 8;
    private const int Chunk = 1 << 20;

    private readonly string _source;
    private readonly int _version;
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<Tensor> _order = [];
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly byte[] _header;

    /// <summary>Begins a file to be written.</summary>
    /// <param name="kind">What it holds.</param>
    /// <param name="writeHeader">Writes the members of the header's object.</param>
    public TensorFile(TensorFileKind kind, Action<Utf8JsonWriter> writeHeader)
        : this(kind, Header(writeHeader), "file", FormatVersion)
    {
    }

    private TensorFile(TensorFileKind kind, byte[] header, string source, int version)
    {
        Kind = kind;
        _version = version;
        _header = header;
        _source = source;
    }

    /// <summary>What the file holds.</summary>
    public TensorFileKind Kind { get; }

    /// <summary>The first eight bytes: a name, and bytes that suffer when a file is handled as text.</summary>
    public static ReadOnlySpan<byte> Magic => "MCTF\r\n\u001a\n"u8;

    /// <summary>Names of the tensors, in their order in the file.</summary>
    public IEnumerable<string> Names => _order.Select(t => t.Name);

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>Adds a tensor; the data are copied.</summary>
    /// <typeparam name="T">float, double, int, long or ulong.</typeparam>
    /// <param name="name">Its name, unique in the file: letters, digits, '.', '_', '-', '/'; at most 128.</param>
    /// <param name="data">Its elements, row-major.</param>
    /// <param name="shape">Its dimensions; none for one row of all the data.</param>
    /// <exception cref="MetaCriticException">The tensor is larger than a file may hold.</exception>
    public void Add<T>(string name, ReadOnlySpan<T> data, params ReadOnlySpan<long> shape)
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

        if ((long)data.Length * Unsafe.SizeOf<T>() > TensorDataLimit || _order.Count == TensorLimit)
        {
            throw new MetaCriticException($"The tensor {name} does not fit into a file: a tensor may hold {InputFile.ByteCount(TensorDataLimit)}, a file {TensorLimit} tensors.");
        }

        byte[] bytes = MemoryMarshal.AsBytes(data).ToArray();
        ToFromLittleEndian(bytes, Unsafe.SizeOf<T>());
        Tensor tensor = new(name, TypeOf<T>(), dimensions, bytes);
        _tensors.Add(name, tensor);
        _order.Add(tensor);
    }

    /// <summary>The elements of a tensor.</summary>
    /// <typeparam name="T">The element type it must have.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The dimensions it must have; −1 for any, none for any one-dimensional tensor.</param>
    /// <returns>A fresh array, row-major.</returns>
    /// <exception cref="InvalidInputException">There is no such tensor, or it has another type or shape.</exception>
    public T[] Get<T>(string name, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        ReadOnlySpan<long> wanted = shape.IsEmpty ? [-1] : shape;
        if (!_tensors.TryGetValue(name, out Tensor? tensor))
        {
            throw Unusable($"the tensor \"{name}\" is missing");
        }

        bool fits = tensor.Type == TypeOf<T>() && tensor.Shape.Length == wanted.Length;
        for (int i = 0; fits && i < wanted.Length; i++)
        {
            fits = wanted[i] == tensor.Shape[i] || wanted[i] == -1;
        }

        if (!fits)
        {
            throw Unusable($"the tensor \"{name}\" is {NameOf(tensor.Type)} [{string.Join(", ", tensor.Shape)}] where {NameOf(TypeOf<T>())} [{string.Join(", ", wanted.ToArray()).Replace("-1", "any", StringComparison.Ordinal)}] belongs");
        }

        _taken.Add(name);
        T[] data = new T[tensor.Data.Length / Unsafe.SizeOf<T>()];
        Span<byte> bytes = MemoryMarshal.AsBytes(data.AsSpan());
        tensor.Data.CopyTo(bytes);
        ToFromLittleEndian(bytes, Unsafe.SizeOf<T>());
        return data;
    }

    /// <summary>The dimensions of a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidInputException">There is no such tensor.</exception>
    public IReadOnlyList<long> ShapeOf(string name) =>
        _tensors.TryGetValue(name, out Tensor? tensor) ? tensor.Shape : throw Unusable($"the tensor \"{name}\" is missing");

    /// <summary>Makes something of the contents, and sees to it that nothing in the file was left over.</summary>
    /// <typeparam name="T">What is made.</typeparam>
    /// <param name="read">Reads the header and <see cref="Get"/>s the tensors.</param>
    /// <exception cref="InvalidInputException">The header or a tensor is not as it should be.</exception>
    public T Interpret<T>(Func<HeaderReader, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(_header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            HeaderReader header = new(document.RootElement, _source, "header", _version);
            T result = read(header);
            header.Done();
            foreach (string name in Names.Where(n => !_taken.Contains(n)))
            {
                throw Unusable($"there is an unknown tensor \"{name}\"");
            }

            return result;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException or ArgumentException or KeyNotFoundException)
        {
            // Text that is JSON but no Unicode, numbers that are JSON but no numbers of ours, and the like.
            throw new InvalidInputException(_source, $"its header cannot be read: {e.Message.TrimEnd('.')}", Remedy, e);
        }
    }

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="path">Where to.</param>
    /// <exception cref="InvalidInputException">The path cannot be written to.</exception>
    /// <exception cref="MetaCriticException">Writing failed.</exception>
    public void Save(string path)
    {
        try
        {
            AtomicFile.Write(path, Save);
        }
        catch (MetaCriticException e) when (e.InnerException is null && e is not InvalidInputException)
        {
            throw new MetaCriticException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Writes the same bytes to a stream, which stays open.</summary>
    /// <param name="stream">Where to.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (_header.Length > HeaderLimit || _order.Sum(t => t.Data.LongLength) > DataLimit)
        {
            throw new MetaCriticException($"There is too much for one file: a header may have {InputFile.ByteCount(HeaderLimit)}, the data {InputFile.ByteCount(DataLimit)}.");
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Put(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            stream.Write(bytes);
        }

        Span<byte> number = stackalloc byte[8];
        Put(Magic);
        foreach (int value in (ReadOnlySpan<int>)[FormatVersion, (int)Kind, _header.Length, _order.Count])
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, value);
            Put(number[..4]);
        }

        Put(_header);
        foreach (Tensor tensor in _order)
        {
            byte[] name = Encoding.ASCII.GetBytes(tensor.Name);
            Put([(byte)name.Length]);
            Put(name);
            Put([(byte)tensor.Type, (byte)tensor.Shape.Length]);
            foreach (long dimension in tensor.Shape)
            {
                BinaryPrimitives.WriteInt64LittleEndian(number, dimension);
                Put(number);
            }

            Put(tensor.Data);
        }

        stream.Write(hash.GetHashAndReset());
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it must hold.</param>
    /// <exception cref="InvalidInputException">It is missing, damaged, of another kind, or newer than this code.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static TensorFile Load(string path, TensorFileKind kind)
    {
        using FileStream stream = InputFile.OpenRead(path);
        return Load(stream, kind, path);
    }

    /// <summary>Reads the rest of a stream, which stays open.</summary>
    /// <param name="stream">Where from; nothing may follow.</param>
    /// <param name="kind">What it must hold.</param>
    /// <param name="sourceName">What errors call it.</param>
    /// <exception cref="InvalidInputException">It is damaged, of another kind, or newer than this code.</exception>
    /// <exception cref="MetaCriticException">The stream failed.</exception>
    public static TensorFile Load(Stream stream, TensorFileKind kind, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Reader reader = new(stream, sourceName, hash);
        try
        {
            return Load(reader, kind, sourceName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MetaCriticException($"{sourceName}: reading failed: {e.Message}", e);
        }
    }

    private static TensorFile Load(Reader reader, TensorFileKind kind, string source)
    {
        if (!reader.Bytes(Magic.Length, "the mark at its beginning").AsSpan().SequenceEqual(Magic))
        {
            throw new InvalidInputException(source, "this is no file of MetaCritic.ML", $"Give a {NameOf(kind)} file");
        }

        int version = reader.Int32("the format version");
        if (version > FormatVersion)
        {
            throw new InvalidInputException(
                source,
                FormattableString.Invariant($"it was written by format version {version}; this version reads up to {FormatVersion}"),
                "Update MetaCritic.ML");
        }

        int found = reader.Int32("the kind");
        if (version < 1 || !Enum.IsDefined((TensorFileKind)found))
        {
            throw Damaged(source, "its version or kind has no meaning");
        }

        if (found != (int)kind)
        {
            throw new InvalidInputException(source, $"it holds a {NameOf((TensorFileKind)found)}, not a {NameOf(kind)}", $"Give a {NameOf(kind)} file");
        }

        int headerLength = reader.Size(HeaderLimit, "the length of the header");
        int tensors = reader.Size(TensorLimit, "the number of tensors");
        TensorFile file = new(kind, reader.Bytes(headerLength, "the header"), source, version);
        long total = 0;
        for (int i = 0; i < tensors; i++)
        {
            Tensor tensor = ReadTensor(reader, source, ref total);
            if (!file._tensors.TryAdd(tensor.Name, tensor))
            {
                throw Damaged(source, $"the tensor \"{tensor.Name}\" stands in it twice");
            }

            file._order.Add(tensor);
        }

        byte[] expected = reader.Hash();
        if (!reader.Bytes(expected.Length, "the checksum").AsSpan().SequenceEqual(expected))
        {
            throw Damaged(source, "its checksum does not agree");
        }

        reader.RequireEnd();
        return file;
    }

    private static Tensor ReadTensor(Reader reader, string source, ref long total)
    {
        int nameLength = reader.Bytes(1, "a tensor's name")[0];
        string name = Encoding.Latin1.GetString(reader.Bytes(nameLength, "a tensor's name"));
        byte[] typeAndRank = reader.Bytes(2, "a tensor's type");
        ElementType type = (ElementType)typeAndRank[0];
        if (!IsName(name) || !Enum.IsDefined(type) || typeAndRank[1] > RankLimit)
        {
            throw Damaged(source, "the description of a tensor has no meaning");
        }

        long[] shape = new long[typeAndRank[1]];
        long bytes = SizeOf(type);
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = BinaryPrimitives.ReadInt64LittleEndian(reader.Bytes(8, "a tensor's shape"));

            // A dimension of 0 must not hide a huge one behind it: each alone stays below the cap, and so does the product.
            if (shape[i] < 0 || shape[i] > TensorDataLimit || (bytes *= shape[i]) > TensorDataLimit)
            {
                throw Damaged(source, $"the tensor \"{name}\" claims more than {InputFile.ByteCount(TensorDataLimit)}");
            }
        }

        total += bytes;
        if (total > DataLimit)
        {
            throw Damaged(source, $"its tensors claim more than {InputFile.ByteCount(DataLimit)}");
        }

        return new Tensor(name, type, shape, reader.Bytes(bytes, $"the tensor \"{name}\""));
    }

    private const string Remedy = "It is damaged or was not written by MetaCritic.ML; take another copy";

    private static InvalidInputException Damaged(string source, string found) => new(source, found, Remedy);

    private InvalidInputException Unusable(string found) => Damaged(_source, found);

    private static bool IsName(string name) =>
        name.Length is > 0 and <= NameLimit && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/');

    private static string NameOf(TensorFileKind kind) => kind switch
    {
        TensorFileKind.Critic => "critic",
        TensorFileKind.Policy => "policy",
        TensorFileKind.Dynamics => "dynamics",
        TensorFileKind.Transitions => "transitions",
        _ => "checkpoint",
    };

    private static string NameOf(ElementType type) => type switch
    {
        ElementType.Float32 => "float32",
        ElementType.Float64 => "float64",
        ElementType.Int32 => "int32",
        ElementType.Int64 => "int64",
        _ => "uint64",
    };

    private static ElementType TypeOf<T>() =>
        typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(ulong) ? ElementType.UInt64
        : throw new NotSupportedException($"Tensors of {typeof(T)} cannot be stored.");

    private static int SizeOf(ElementType type) => type is ElementType.Float32 or ElementType.Int32 ? 4 : 8;

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

    private static byte[] Header(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private enum ElementType : byte
    {
        Float32 = 1,
        Float64 = 2,
        Int32 = 3,
        Int64 = 4,
        UInt64 = 5,
    }

    private sealed record Tensor(string Name, ElementType Type, long[] Shape, byte[] Data);

    /// <summary>Reads from a stream whose length may be known or not, and allocates no more than it holds.</summary>
    private sealed class Reader(Stream stream, string source, IncrementalHash hash)
    {
        private readonly long _length = stream.CanSeek ? stream.Length - stream.Position : long.MaxValue;
        private long _offset;

        public int Int32(string what) => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4, what));

        public int Size(int limit, string what)
        {
            int value = Int32(what);
            return value >= 0 && value <= limit
                ? value
                : throw Damaged(source, FormattableString.Invariant($"{what} is {(uint)value}, more than {limit}"));
        }

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

        public byte[] Hash() => hash.GetCurrentHash();

        public void RequireEnd()
        {
            if (stream.ReadByte() >= 0)
            {
                throw Damaged(source, FormattableString.Invariant($"more bytes follow after its end at {_offset}"));
            }
        }

        private InvalidInputException EndsIn(string what) => Damaged(
            source, FormattableString.Invariant($"it ends at byte {(_length == long.MaxValue ? _offset : _length)}, within {what}"));
    }
}
