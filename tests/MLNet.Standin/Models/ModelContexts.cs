using System.IO.Compression;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>One directory of the model being written.</summary>
public sealed class ModelSaveContext : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly string _directory;
    private readonly MemoryStream _stream = new();
    private string _signature;

    internal ModelSaveContext(ZipArchive archive, string directory)
    {
        _archive = archive;
        _directory = directory;
        Writer = new BinaryWriter(_stream, Encoding.UTF8, leaveOpen: true);
    }

    internal BinaryWriter Writer { get; }

    public void Dispose() => Writer.Dispose();

    /// <summary>Says which loader reads this directory.</summary>
    internal void SetSignature(string signature) =>
        _signature = _signature is null ? signature : throw new InvalidOperationException("The directory of this model has been written already.");

    internal void SaveModel(ICanSaveModel model, string name)
    {
        using var sub = new ModelSaveContext(_archive, _directory + name + "/");
        model.Save(sub);
        sub.Commit();
    }

    internal void Commit()
    {
        if (_signature is null)
        {
            throw new InvalidOperationException("ModelSignature not specified!");
        }

        Writer.Flush();
        using Stream entry = _archive.CreateEntry(_directory + "Model.key").Open();
        using var writer = new BinaryWriter(entry, Encoding.UTF8);
        writer.Write(_signature);
        writer.Write((int)_stream.Length);
        writer.Write(_stream.GetBuffer(), 0, (int)_stream.Length);
    }
}

/// <summary>One directory of the model being read.</summary>
internal sealed class ModelLoadContext
{
    private readonly ZipArchive _archive;
    private readonly string _directory;
    private readonly string _signature;

    private ModelLoadContext(MLContext host, ZipArchive archive, string directory)
    {
        Host = host;
        _archive = archive;
        _directory = directory;
        ZipArchiveEntry entry = archive.GetEntry(directory + "Model.key")
            ?? throw new FormatException($"Corrupt model file: no entry '{directory}Model.key'.");
        using Stream stream = entry.Open();
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        _signature = reader.ReadString();
        Reader = new BinaryReader(new MemoryStream(reader.ReadBytes(reader.ReadInt32())), Encoding.UTF8);
    }

    public MLContext Host { get; }

    public BinaryReader Reader { get; }

    public ITransformer LoadModel(string name) => Load(Host, _archive, _directory + name + "/");

    public static ITransformer Load(MLContext host, ZipArchive archive, string directory)
    {
        var context = new ModelLoadContext(host, archive, directory);
        return TransformerLoaders.Find(context._signature)(context);
    }
}

internal static class TransformerLoaders
{
    public static Func<ModelLoadContext, ITransformer> Find(string signature) => signature switch
    {
        "TransformerChain" => LoadChain,
        "CustomMapping" => Transforms.CustomMappingLoader.Load,
        "CopyColumns" => Transforms.ColumnCopyingTransformer.Load,
        "SelectColumns" => Transforms.ColumnSelectingTransformer.Load,
        "Concatenate" => ColumnConcatenatingTransformer.Load,
        "MapValue" => Transforms.ValueMappingTransformer.Load,
        "ConvertType" => Transforms.TypeConvertingTransformer.Load,
        "Normalize" => Transforms.NormalizingTransformer.Load,
        _ => throw new FormatException($"Unknown kind of transformer '{signature}' in the model file."),
    };

    private static TransformerChain<ITransformer> LoadChain(ModelLoadContext context)
    {
        int count = context.Reader.ReadInt32();
        var transformers = new ITransformer[count];
        var scopes = new TransformerScope[count];
        for (int i = 0; i < count; i++)
        {
            scopes[i] = (TransformerScope)context.Reader.ReadInt32();
            transformers[i] = context.LoadModel(string.Format(System.Globalization.CultureInfo.InvariantCulture, "Transform_{0:000}", i));
        }

        return new TransformerChain<ITransformer>(transformers, scopes);
    }
}
