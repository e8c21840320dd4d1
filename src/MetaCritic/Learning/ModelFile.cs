using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Models;

namespace MetaCritic.Learning;

/// <summary>What a file of MetaCritic.ML is, whichever kind it is of: for tools that show files. Applications load what they need, for example by <see cref="CriticModel.Load(string)"/>.</summary>
public sealed class ModelFile
{
    private const int ChecksumSize = 32;

    private ModelFile(TensorFile file, string source, long length, string checksum)
    {
        (Kind, FormatVersion, Length, Checksum) = (HeaderReader.NameOf(file.Kind), file.Version, length, checksum);
        Tensors = [.. file.Names.Select(name => KeyValuePair.Create(name, file.ShapeOf(name)))];
        switch (file.Kind)
        {
            case TensorFileKind.Critic:
                Critic = CriticModel.FromFile(file, source);
                break;
            case TensorFileKind.Policy:
                Policy = PolicyModel.FromFile(file, source);
                break;
            case TensorFileKind.Dynamics:
                Dynamics = LearnedDynamics.FromFile(file, source);
                break;
            case TensorFileKind.Checkpoint:
                Training = TrainingSummary.FromFile(file);
                break;
        }
    }

    /// <summary>What it holds: <c>critic</c>, <c>policy</c>, <c>checkpoint</c>, <c>dynamics</c>, <c>transitions</c>, <c>baselineCheckpoint</c>, or another kind that a package added.</summary>
    public string Kind { get; }

    /// <summary>Version of the file format (docs/file-format.md).</summary>
    public int FormatVersion { get; }

    /// <summary>Its size, bytes.</summary>
    public long Length { get; }

    /// <summary>SHA-256 of what it holds, in hexadecimal digits. It stands at its end and was compared.</summary>
    public string Checksum { get; }

    /// <summary>Names and dimensions of its tensors, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<long>>> Tensors { get; }

    /// <summary>The critic; null if it is none.</summary>
    public CriticModel? Critic { get; }

    /// <summary>The policy; null if it is none.</summary>
    public PolicyModel? Policy { get; }

    /// <summary>The learned dynamics; null if it has none. Those of a critic: <see cref="CriticModel.LearnedDynamics"/>.</summary>
    public LearnedDynamics? Dynamics { get; }

    /// <summary>The training of a checkpoint; null if it is none.</summary>
    public TrainingSummary? Training { get; }

    /// <summary>What a file says at its beginning that it is, as <see cref="Kind"/>: nothing else of it is read or checked.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The kind; null if it is no file of MetaCritic.ML.</returns>
    /// <exception cref="InvalidInputException">It is missing.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static string? Peek(string path) => TensorFile.Peek(path) is { } kind ? HeaderReader.NameOf(kind) : null;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is missing, damaged, no file of MetaCritic.ML, or newer than this version.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static ModelFile Read(string path)
    {
        using FileStream stream = InputFile.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a whole stream that can be read again, and leaves it open.</summary>
    /// <param name="stream">The stream, from its beginning to its end.</param>
    /// <param name="sourceName">What errors call it.</param>
    /// <exception cref="InvalidInputException">It is damaged, no file of MetaCritic.ML, or newer than this version; or the stream cannot be read again.</exception>
    /// <exception cref="MetaCriticException">The stream failed.</exception>
    public static ModelFile Read(Stream stream, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            throw new InvalidInputException(sourceName, "this is a pipe, or another stream that can be read only once", "Give a file");
        }

        try
        {
            stream.Position = 0;
            TensorFileKind kind = TensorFileReader.ReadKind(stream, sourceName, "Give a critic, a policy, learned dynamics, a checkpoint, or a model that ML.NET saved");
            stream.Position = 0;
            TensorFile file = TensorFile.Load(stream, kind, sourceName);
            byte[] checksum = new byte[ChecksumSize];
            stream.Position = stream.Length - ChecksumSize;
            stream.ReadExactly(checksum);
            return new(file, sourceName, stream.Length, Convert.ToHexStringLower(checksum));
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{sourceName}: reading failed: {e.Message}", e);
        }
    }
}
