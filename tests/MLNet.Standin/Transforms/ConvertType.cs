using System.Globalization;
using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    internal TypeConvertingEstimator(TypeConvertingTransformer transformer) : base(transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(Transformer.Columns.Select(pair =>
        {
            SchemaShape.Column column = inputSchema.Find(pair.Input) ?? throw Mismatch.Missing("input", pair.Input);
            return new SchemaShape.Column(pair.Output, column.Kind, TypeTable.OfKind(Transformer.Kind), false, column.Annotations);
        }));
    }
}

public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    internal TypeConvertingTransformer((string Output, string Input)[] columns, DataKind kind)
    {
        Columns = ColumnPairs.Checked(columns);
        Kind = kind;
        TypeTable.OfKind(kind);
    }

    internal (string Output, string Input)[] Columns { get; }

    internal DataKind Kind { get; }

    internal static TypeConvertingTransformer Load(ModelLoadContext context)
    {
        var kind = (DataKind)context.Reader.ReadByte();
        return new(ColumnPairs.Read(context.Reader), kind);
    }

    private protected override RowMapping Bind(DataViewSchema inputSchema)
    {
        DataViewSchema.Column[] inputs = OneToOneMapping.Find(inputSchema, Columns);
        return new Mapping(inputSchema, inputs, Columns, TypeTable.OfKind(Kind));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature("ConvertType");
        ctx.Writer.Write((byte)Kind);
        ColumnPairs.Write(ctx.Writer, Columns);
    }

    private sealed class Mapping : OneToOneMapping
    {
        private readonly PrimitiveDataViewType _target;

        public Mapping(DataViewSchema schema, DataViewSchema.Column[] inputs, (string Output, string Input)[] columns, PrimitiveDataViewType target)
            : base(schema, inputs, inputs.Select((input, i) => Describe(columns[i].Output, input, target))) => _target = target;

        protected override Delegate NewGetter(DataViewRow row, DataViewSchema.Column input, int index) =>
            (Delegate)typeof(Mapping).GetMethod(input.Type is VectorDataViewType ? nameof(Vector) : nameof(Scalar), BindingFlags.NonPublic | BindingFlags.Static)
                .MakeGenericMethod(input.Type.ItemType().RawType, _target.RawType).Invoke(null, [row, input]);

        private static DataViewSchema.DetachedColumn Describe(string name, DataViewSchema.Column input, PrimitiveDataViewType target)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
            return new(name, input.Type is VectorDataViewType vector ? new VectorDataViewType(target, vector.Dimensions) : target, annotations.ToAnnotations());
        }

        private static ValueGetter<TTarget> Scalar<TSource, TTarget>(DataViewRow row, DataViewSchema.Column input)
        {
            ValueGetter<TSource> getter = row.GetGetter<TSource>(input);
            return (ref TTarget target) =>
            {
                TSource value = default;
                getter(ref value);
                target = Conversion.Convert<TSource, TTarget>(value);
            };
        }

        private static ValueGetter<VBuffer<TTarget>> Vector<TSource, TTarget>(DataViewRow row, DataViewSchema.Column input)
        {
            ValueGetter<VBuffer<TSource>> getter = row.GetGetter<VBuffer<TSource>>(input);
            VBuffer<TSource> buffer = default;
            return (ref VBuffer<TTarget> target) =>
            {
                getter(ref buffer);
                var editor = VBufferEditor.Create(ref target, buffer.Length);
                for (int i = 0; i < buffer.Length; i++)
                {
                    editor.Values[i] = Conversion.Convert<TSource, TTarget>(buffer.GetItemOrDefault(i));
                }

                target = editor.Commit();
            };
        }
    }
}

/// <summary>One value to another type, by the invariant culture; a text that is no number becomes NaN.</summary>
internal static class Conversion
{
    public static TTarget Convert<TSource, TTarget>(TSource value)
    {
        if (value is TTarget same)
        {
            return same;
        }

        if (typeof(TTarget) == typeof(ReadOnlyMemory<char>))
        {
            string text = value switch
            {
                float x => x.ToString("R", CultureInfo.InvariantCulture),
                double x => x.ToString("G17", CultureInfo.InvariantCulture),
                bool x => x ? "1" : "0",
                IFormattable x => x.ToString(null, CultureInfo.InvariantCulture),
                _ => value.ToString(),
            };
            return (TTarget)(object)text.AsMemory();
        }

        if (value is ReadOnlyMemory<char> source)
        {
            return FieldParser.TryParse(source.Span, out TTarget parsed)
                ? parsed
                : throw new InvalidOperationException($"Could not convert '{source}' to {typeof(TTarget).Name}.");
        }

        double number = Numbers.ToDouble(value);
        if (typeof(TTarget) == typeof(float))
        {
            return (TTarget)(object)(float)number;
        }

        return (TTarget)System.Convert.ChangeType(typeof(TSource) == typeof(float) || typeof(TSource) == typeof(double) ? Math.Truncate(number) : value, typeof(TTarget), CultureInfo.InvariantCulture);
    }
}
