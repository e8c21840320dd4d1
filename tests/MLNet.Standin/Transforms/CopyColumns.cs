using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    internal ColumnCopyingEstimator((string Output, string Input)[] columns) : base(new ColumnCopyingTransformer(columns))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(Transformer.Columns.Select(column =>
            (inputSchema.Find(column.Input) ?? throw Mismatch.Missing("input", column.Input)).Named(column.Output)));
    }
}

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal ColumnCopyingTransformer((string Output, string Input)[] columns) => Columns = ColumnPairs.Checked(columns);

    internal (string Output, string Input)[] Columns { get; }

    internal static ColumnCopyingTransformer Load(ModelLoadContext context) => new(ColumnPairs.Read(context.Reader));

    private protected override RowMapping Bind(DataViewSchema inputSchema) => new Mapping(inputSchema, OneToOneMapping.Find(inputSchema, Columns), Columns);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature("CopyColumns");
        ColumnPairs.Write(ctx.Writer, Columns);
    }

    private sealed class Mapping : OneToOneMapping
    {
        public Mapping(DataViewSchema schema, DataViewSchema.Column[] inputs, (string Output, string Input)[] columns)
            : base(schema, inputs, inputs.Select((input, i) => new DataViewSchema.DetachedColumn(columns[i].Output, input.Type, input.Annotations)))
        {
        }

        protected override Delegate NewGetter(DataViewRow row, DataViewSchema.Column input, int index) => RawGetter.Of(row, input);
    }
}

/// <summary>The getter of a column whose type is known only at run time.</summary>
internal static class RawGetter
{
    private static readonly MethodInfo Generic = typeof(DataViewRow).GetMethod(nameof(DataViewRow.GetGetter));

    public static Delegate Of(DataViewRow row, DataViewSchema.Column column) =>
        (Delegate)Generic.MakeGenericMethod(column.Type.RawType).Invoke(row, BindingFlags.DoNotWrapExceptions, null, [column], null);
}
