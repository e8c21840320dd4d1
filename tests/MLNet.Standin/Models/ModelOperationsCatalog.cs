using System.IO.Compression;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed class ModelOperationsCatalog
{
    private const string ModelDirectory = "TransformerChain/";
    private const string SchemaEntry = "Schema";
    private readonly MLContext _context;

    internal ModelOperationsCatalog(MLContext context) => _context = context;

    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (string.IsNullOrEmpty(filePath))
        {
            throw new ArgumentOutOfRangeException(nameof(filePath), "filePath cannot be null or empty");
        }

        // As in ML.NET, the file is created before the model is asked to write itself.
        using FileStream stream = File.Create(filePath);
        Save(model, inputSchema, stream);
    }

    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        using (var context = new ModelSaveContext(archive, ModelDirectory))
        {
            model.Save(context);
            context.Commit();
        }

        if (inputSchema is not null)
        {
            using Stream entry = archive.CreateEntry(SchemaEntry).Open();
            using var writer = new BinaryWriter(entry, Encoding.UTF8);
            SchemaFormat.Write(writer, inputSchema);
        }
    }

    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        using FileStream stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using ZipArchive archive = Open(stream);
        ITransformer model = ModelLoadContext.Load(_context, archive, ModelDirectory);
        inputSchema = null;
        if (archive.GetEntry(SchemaEntry) is ZipArchiveEntry entry)
        {
            using Stream schema = entry.Open();
            using var reader = new BinaryReader(schema, Encoding.UTF8);
            inputSchema = SchemaFormat.Read(reader);
        }

        return model;
    }

    private static ZipArchive Open(Stream stream)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException e)
        {
            throw new FormatException("Failed to open a zip archive", e);
        }
    }

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(
        ITransformer transformer,
        bool ignoreMissingColumns = true,
        SchemaDefinition inputSchemaDefinition = null,
        SchemaDefinition outputSchemaDefinition = null)
        where TSrc : class
        where TDst : class, new() =>
        new(transformer, ignoreMissingColumns, inputSchemaDefinition, outputSchemaDefinition);

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema)
        where TSrc : class
        where TDst : class, new() =>
        new(transformer, ignoreMissingColumns: true, SchemaDefinition.Create(typeof(TSrc), inputSchema), null);
}
