using System.Security.Cryptography;
using MetaCritic.Files;

namespace MetaCritic.Dynamics;

public sealed partial class LearnedDynamics
{
    /// <summary>Whether they can be kept in a file: whether there is no prior, or it is of one robot.</summary>
    public bool CanSave => Prior is null or RigidBodyDynamics { IsOfOneRobot: true };

    /// <summary>Writes them to a file (docs/file-format.md), whole or not at all. The same dynamics always give the same bytes.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="InvalidInputException">The prior is the user's own, or the path cannot be written to.</exception>
    /// <exception cref="MetaCriticException">Writing failed, for example because the disk is full.</exception>
    public void Save(string path) => ToFile().Save(path);

    /// <summary>Writes them to a stream, which stays open.</summary>
    /// <param name="stream">Where to.</param>
    /// <exception cref="InvalidInputException">The prior is the user's own.</exception>
    public void Save(Stream stream) => ToFile().Save(stream);

    /// <summary>Reads learned dynamics.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is missing, damaged, of another kind, or newer than this version.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static LearnedDynamics Load(string path) => FromFile(TensorFile.Load(path, TensorFileKind.Dynamics), path);

    /// <summary>Reads learned dynamics from the rest of a stream, which stays open; nothing may follow them.</summary>
    /// <param name="stream">Where from.</param>
    /// <param name="sourceName">What errors call it.</param>
    /// <exception cref="InvalidInputException">It is damaged, of another kind, or newer than this version.</exception>
    /// <exception cref="MetaCriticException">The stream failed.</exception>
    public static LearnedDynamics Load(Stream stream, string sourceName = "dynamics") => FromFile(TensorFile.Load(stream, TensorFileKind.Dynamics, sourceName), sourceName);

    /// <summary>A text that is the same for the same dynamics, apart from a prior of the user's own.</summary>
    internal string Fingerprint()
    {
        using MemoryStream stream = new();
        Write().Save(stream);
        return Convert.ToHexStringLower(SHA256.HashData(stream.ToArray()));
    }

    private TensorFile ToFile() => CanSave
        ? Write()
        : throw new InvalidInputException("The learned dynamics", "their prior is custom code or differs between roll-outs, and cannot be kept in a file", "Give one robot's RigidBodyDynamics as the prior, or none");

    private TensorFile Write()
    {
        TensorFile file = new(TensorFileKind.Dynamics, writer =>
        {
            writer.WriteString("product", ProductInfo.Name);
            _parts.WriteTo(writer);
        });
        _parts.AddTo(file);
        return file;
    }

    internal static LearnedDynamics FromFile(TensorFile file, string source) => file.Interpret(header =>
    {
        header.RequireProduct();
        return LearnedDynamicsData.GetFrom(file, header)
            ?? throw new InvalidInputException(source, "there are no dynamics in it", "It is damaged or was not written by MetaCritic.ML; take another copy");
    });
}
