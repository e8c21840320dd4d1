using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(ColumnSelectingTransformer transformer) : base(transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (string name in Transformer.Names)
        {
            _ = inputSchema.Find(name) ?? throw Mismatch.Missing("input", name);
        }

        return Transformer.Drops
            ? new SchemaShape(inputSchema.Where(column => !Transformer.Names.Contains(column.Name)))
            : new SchemaShape(inputSchema.Where(column => Transformer.Names.Contains(column.Name)));
    }
}

public sealed class ColumnSelectingTransformer : ITransformer
{
    private readonly bool _keepHidden;

    internal ColumnSelectingTransformer(string[] names, bool drop, bool keepHidden)
    {
        if (names is not { Length: > 0 })
        {
            throw new InvalidOperationException("Columns to keep or to drop must be named.");
        }

        Names = names;
        Drops = drop;
        _keepHidden = keepHidden;
    }

    bool ITransformer.IsRowToRowMapper => true;

    internal string[] Names { get; }

    internal bool Drops { get; }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema ?? throw new ArgumentNullException(nameof(inputSchema))).OutputSchema;

    public IDataView Transform(IDataView input) => new MappedDataView(input ?? throw new ArgumentNullException(nameof(input)), Bind(input.Schema));

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new RowToRowMapper(Bind(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetSignature("SelectColumns");
        ctx.Writer.Write(Drops);
        ctx.Writer.Write(_keepHidden);
        ctx.Writer.Write(Names.Length);
        foreach (string name in Names)
        {
            ctx.Writer.Write(name);
        }
    }

    internal static ColumnSelectingTransformer Load(ModelLoadContext context)
    {
        bool drop = context.Reader.ReadBoolean();
        bool keepHidden = context.Reader.ReadBoolean();
        var names = new string[context.Reader.ReadInt32()];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = context.Reader.ReadString();
        }

        return new(names, drop, keepHidden);
    }

    private Mapping Bind(DataViewSchema schema)
    {
        foreach (string name in Names)
        {
            _ = schema.GetColumnOrNull(name) ?? throw Mismatch.Missing("input", name);
        }

        IEnumerable<DataViewSchema.Column> candidates = schema.Where(column => _keepHidden || !column.IsHidden);
        return new Mapping(schema, Drops
            ? [.. candidates.Where(column => !Names.Contains(column.Name)).Select(column => column.Index)]
            : [.. Names.SelectMany(name => candidates.Where(column => column.Name == name)).Select(column => column.Index)]);
    }

    private sealed class Mapping : RowMapping
    {
        public Mapping(DataViewSchema schema, int[] kept) : base(schema, kept)
        {
        }

        public override Delegate[] CreateGetters(DataViewRow input, bool[] activeAdded) => [];

        protected override void AddDependencies(bool[] activeAdded, bool[] needed)
        {
        }
    }
}
