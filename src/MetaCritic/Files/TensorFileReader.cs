using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MetaCritic.Files;

/// <summary>Reads a <see cref="TensorFile"/>, without trust in any size that stands in it.</summary>
internal static class TensorFileReader
{
    /// <summary>Reads the rest of a stream.</summary>
    /// <param name="stream">Where from; nothing may follow.</param>
    /// <param name="kind">What it must hold.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="InvalidInputException">It is damaged, of another kind, or newer than this code.</exception>
    /// <exception cref="IOException">The stream failed.</exception>
    public static TensorFile Read(Stream stream, TensorFileKind kind, string source)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        BoundedReader reader = new(stream, source, hash);
        TensorFileKind found = ReadKind(reader, source, Remedy(kind), out int version);
        if (found != kind)
        {
            throw new InvalidInputException(source, $"it holds {Words(found)}, not {Words(kind)}", Remedy(kind));
        }

        int headerLength = reader.Size(TensorFile.HeaderLimit, "the length of the header");
        int tensors = reader.Size(TensorFile.TensorLimit, "the number of tensors");
        TensorFile file = new(kind, reader.Bytes(headerLength, "the header"), source, version);
        long total = 0;
        for (int i = 0; i < tensors; i++)
        {
            Tensor tensor = ReadTensor(reader, source, ref total);
            if (!file.TryAdd(tensor))
            {
                throw TensorFile.Damaged(source, $"the tensor \"{tensor.Name}\" is in it twice");
            }
        }

        byte[] expected = reader.Hash();
        if (!reader.Bytes(expected.Length, "the checksum").AsSpan().SequenceEqual(expected))
        {
            throw TensorFile.Damaged(source, "its checksum does not agree");
        }

        reader.RequireEnd();
        return file;
    }

    /// <summary>Reads what a file holds, and no more of it.</summary>
    /// <param name="stream">Where from.</param>
    /// <param name="source">What errors call it.</param>
    /// <param name="remedy">What to give if it is no file of this product.</param>
    /// <exception cref="InvalidInputException">It is damaged, no file of this product, or newer than this code.</exception>
    public static TensorFileKind ReadKind(Stream stream, string source, string remedy)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return ReadKind(new BoundedReader(stream, source, hash), source, remedy, out _);
    }

    private static string Words(TensorFileKind kind) => kind switch
    {
        TensorFileKind.Dynamics => "learned dynamics",
        TensorFileKind.Transitions => "transitions of an interrupted training",
        TensorFileKind.Module => "a module of torch",
        TensorFileKind.ModuleCritic => "a critic of torch modules",
        TensorFileKind.ModulePolicy => "a policy of torch modules",
        TensorFileKind.ModuleCheckpoint => "a checkpoint of torch modules",
        TensorFileKind.BaselineCheckpoint => "a checkpoint of a baseline",
        _ => $"a {HeaderReader.NameOf(kind)}",
    };

    private static string Remedy(TensorFileKind kind) => kind is TensorFileKind.Critic or TensorFileKind.Policy or TensorFileKind.Checkpoint
        ? $"Give a {HeaderReader.NameOf(kind)} file"
        : $"Give a file that holds {Words(kind)}";

    private static TensorFileKind ReadKind(BoundedReader reader, string source, string remedy, out int version)
    {
        if (!reader.Bytes(TensorFile.Magic.Length, "the mark at its beginning").AsSpan().SequenceEqual(TensorFile.Magic))
        {
            throw new InvalidInputException(source, "this is no file of MetaCritic.ML", remedy);
        }

        version = reader.Int32("the format version");
        if (version > TensorFile.FormatVersion)
        {
            throw new InvalidInputException(
                source,
                FormattableString.Invariant($"it was written by format version {version}; this version reads up to {TensorFile.FormatVersion}"),
                "Update MetaCritic.ML");
        }

        int found = reader.Int32("the kind");
        if (version < 1 || !Enum.IsDefined((TensorFileKind)found))
        {
            throw TensorFile.Damaged(source, "its version or kind has no meaning");
        }

        return (TensorFileKind)found;
    }

    private static Tensor ReadTensor(BoundedReader reader, string source, ref long total)
    {
        int nameLength = reader.Bytes(1, "a tensor's name")[0];
        string name = Encoding.Latin1.GetString(reader.Bytes(nameLength, "a tensor's name"));
        byte[] typeAndRank = reader.Bytes(2, "a tensor's type");
        ElementType type = (ElementType)typeAndRank[0];
        if (!Tensor.IsName(name) || !Enum.IsDefined(type) || typeAndRank[1] > Tensor.RankLimit)
        {
            throw TensorFile.Damaged(source, "the description of a tensor has no meaning");
        }

        long[] shape = new long[typeAndRank[1]];
        long bytes = Tensor.SizeOf(type);
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = BinaryPrimitives.ReadInt64LittleEndian(reader.Bytes(8, "a tensor's shape"));

            // A dimension of 0 must not hide a huge one behind it: each alone stays below the cap, and so does the product.
            if (shape[i] < 0 || shape[i] > TensorFile.TensorDataLimit || (bytes *= shape[i]) > TensorFile.TensorDataLimit)
            {
                throw TensorFile.Damaged(source, $"the tensor \"{name}\" claims more than {InputFile.ByteCount(TensorFile.TensorDataLimit)}");
            }
        }

        total += bytes;
        if (total > TensorFile.DataLimit)
        {
            throw TensorFile.Damaged(source, $"its tensors claim more than {InputFile.ByteCount(TensorFile.DataLimit)}");
        }

        return new Tensor(name, type, shape, reader.Bytes(bytes, $"the tensor \"{name}\""));
    }
}
