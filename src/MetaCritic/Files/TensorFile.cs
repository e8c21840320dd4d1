using System.Buffers.Binary;
using System.Runtime.CompilerServices;
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
    public const int FormatVersion = 7;

    /// <summary>Longest header, bytes.</summary>
    public const int HeaderLimit = 8 << 20;

    /// <summary>Largest number of tensors.</summary>
    public const int TensorLimit = 65_536;

    /// <summary>Most bytes of data in one tensor.</summary>
    public const long TensorDataLimit = 1L << 30;

    /// <summary>Most bytes of data in all tensors together.</summary>
    public const long DataLimit = 4L << 30;

    private const int KindEnd = 16; // of the mark, the format version and the kind

    private const string Remedy = "It is damaged or was not written by MetaCritic.ML; take another copy";

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

    /// <summary>Begins a file that is being read.</summary>
    /// <param name="kind">What it holds.</param>
    /// <param name="header">Its header, JSON in UTF-8.</param>
    /// <param name="source">What errors call it.</param>
    /// <param name="version">Its format version.</param>
    public TensorFile(TensorFileKind kind, byte[] header, string source, int version)
    {
        Kind = kind;
        _version = version;
        _header = header;
        _source = source;
    }

    /// <summary>What the file holds.</summary>
    public TensorFileKind Kind { get; }

    /// <summary>Its format version.</summary>
    public int Version => _version;

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
        if ((long)data.Length * Unsafe.SizeOf<T>() > TensorDataLimit || _order.Count == TensorLimit)
        {
            throw new MetaCriticException($"The tensor {name} does not fit into a file: a tensor may hold {InputFile.ByteCount(TensorDataLimit)}, a file {TensorLimit} tensors.");
        }

        if (!TryAdd(Tensor.Of(name, data, shape)))
        {
            throw new ArgumentException($"There is a tensor \"{name}\" already.", nameof(name));
        }
    }

    /// <summary>Adds a tensor, unless there is one of its name.</summary>
    public bool TryAdd(Tensor tensor)
    {
        if (!_tensors.TryAdd(tensor.Name, tensor))
        {
            return false;
        }

        _order.Add(tensor);
        return true;
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

        _taken.Add(name);
        return tensor.Fits<T>(wanted)
            ? tensor.Elements<T>()
            : throw Unusable($"the tensor \"{name}\" is {tensor.Description} where {Tensor.Describe<T>(wanted)} belongs");
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

    /// <summary>What a file that begins as ours do says that it holds; null if it does not, or if it can be read only once. Nothing more is read.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is missing.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static TensorFileKind? Peek(string path)
    {
        using FileStream stream = InputFile.OpenRead(path);
        Span<byte> head = stackalloc byte[KindEnd];
        try
        {
            return stream.CanSeek && stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.StartsWith(Magic)
                ? (TensorFileKind)BinaryPrimitives.ReadInt32LittleEndian(head[(KindEnd - sizeof(int))..])
                : null;
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{path}: reading failed: {e.Message}", e);
        }
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

    /// <summary>What a file holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="remedy">What to give if it is no file of this product, as a clause without a full stop.</param>
    /// <exception cref="InvalidInputException">It is missing, damaged, no file of this product, or newer than this code.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static TensorFileKind KindOf(string path, string remedy)
    {
        using FileStream stream = InputFile.OpenRead(path);
        try
        {
            return TensorFileReader.ReadKind(stream, path, remedy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MetaCriticException($"{path}: reading failed: {e.Message}", e);
        }
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
        try
        {
            return TensorFileReader.Read(stream, kind, sourceName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MetaCriticException($"{sourceName}: reading failed: {e.Message}", e);
        }
    }

    /// <summary>What is wrong with a file that cannot be used.</summary>
    /// <param name="source">What errors call the file.</param>
    /// <param name="found">What is wrong, as a clause without a full stop.</param>
    public static InvalidInputException Damaged(string source, string found) => new(source, found, Remedy);

    private InvalidInputException Unusable(string found) => Damaged(_source, found);

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
}
