using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>How an affine normaliser gets its scale and offset: value = (x - offset) * scale.</summary>
internal abstract class Scaling
{
    public abstract (double Scale, double Offset) Of(in Moments moments);
}

internal sealed class MinMaxScaling : Scaling
{
    private readonly bool _fixZero;

    public MinMaxScaling(bool fixZero) => _fixZero = fixZero;

    public override (double Scale, double Offset) Of(in Moments moments)
    {
        if (moments.Count == 0)
        {
            return (0, 0);
        }

        if (_fixZero)
        {
            double largest = Math.Max(Math.Abs(moments.Min), Math.Abs(moments.Max));
            return (largest > 0 ? 1 / largest : 0, 0);
        }

        return moments.Max > moments.Min ? (1 / (moments.Max - moments.Min), moments.Min) : (0, moments.Min);
    }
}

internal sealed class MeanVarianceScaling : Scaling
{
    private readonly bool _fixZero;

    public MeanVarianceScaling(bool fixZero) => _fixZero = fixZero;

    public override (double Scale, double Offset) Of(in Moments moments)
    {
        if (moments.Count == 0)
        {
            return (0, 0);
        }

        double variance = moments.Squares / moments.Count;
        if (_fixZero)
        {
            double root = Math.Sqrt((moments.Mean * moments.Mean) + variance);
            return (root > 0 ? 1 / root : 0, 0);
        }

        return (variance > 0 ? 1 / Math.Sqrt(variance) : 0, moments.Mean);
    }
}

/// <summary>Running minimum, maximum, mean and sum of squared deviations.</summary>
internal struct Moments
{
    public long Count;
    public double Min;
    public double Max;
    public double Mean;
    public double Squares;

    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            return;
        }

        Min = Count == 0 ? value : Math.Min(Min, value);
        Max = Count == 0 ? value : Math.Max(Max, value);
        Count++;
        double delta = value - Mean;
        Mean += delta / Count;
        Squares += delta * (value - Mean);
    }
}

public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;
    private readonly long _maximumExampleCount;
    private readonly Scaling _scaling;

    internal NormalizingEstimator(InputOutputColumnPair[] columns, long maximumExampleCount, Scaling scaling)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumExampleCount, 2);
        _columns = columns;
        _maximumExampleCount = maximumExampleCount;
        _scaling = scaling;
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] columns = [.. _columns.Select(pair => input.Schema.GetColumnOrNull(pair.InputColumnName) ?? throw Mismatch.Missing("input", pair.InputColumnName))];
        foreach (DataViewSchema.Column column in columns)
        {
            if (!NormalizingTransformer.IsSupported(column.Type))
            {
                throw Mismatch.Type("input", column.Name, "vector or scalar of Single or Double with known size", column.Type.ToString());
            }
        }

        Moments[][] moments = [.. columns.Select(column => new Moments[(column.Type as VectorDataViewType)?.Size ?? 1])];
        using (DataViewRowCursor cursor = input.GetRowCursor(columns.DistinctBy(column => column.Index)))
        {
            Func<double[]>[] readers = [.. columns.Select(column => Numbers.VectorReader(cursor, column))];
            for (long row = 0; row < _maximumExampleCount && cursor.MoveNext(); row++)
            {
                for (int i = 0; i < readers.Length; i++)
                {
                    double[] values = readers[i]();
                    for (int j = 0; j < values.Length; j++)
                    {
                        moments[i][j].Add(values[j]);
                    }
                }
            }
        }

        return new NormalizingTransformer([.. _columns.Select((pair, i) =>
        {
            (double Scale, double Offset)[] scales = [.. moments[i].Select(moment => _scaling.Of(moment))];
            return new NormalizingTransformer.ColumnScale(pair.OutputColumnName, pair.InputColumnName, columns[i].Type, [.. scales.Select(s => s.Scale)], [.. scales.Select(s => s.Offset)]);
        })]);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(_columns.Select(pair =>
        {
            SchemaShape.Column column = inputSchema.Find(pair.InputColumnName) ?? throw Mismatch.Missing("input", pair.InputColumnName);
            if (column.IsKey || column.Kind == SchemaShape.Column.VectorKind.VariableVector || (column.ItemType != NumberDataViewType.Single && column.ItemType != NumberDataViewType.Double))
            {
                throw Mismatch.Type("input", column.Name, "vector or scalar of Single or Double with known size", column.Describe());
            }

            var annotations = new List<SchemaShape.Column> { new(AnnotationKinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false) };
            if (column.Annotations.Find(AnnotationKinds.SlotNames) is SchemaShape.Column names)
            {
                annotations.Add(names);
            }

            return new SchemaShape.Column(pair.OutputColumnName, column.Kind, column.ItemType, false, new SchemaShape(annotations));
        }));
    }
}

public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    private readonly ColumnScale[] _columns;

    internal NormalizingTransformer(ColumnScale[] columns) => _columns = columns;

    internal static bool IsSupported(DataViewType type) =>
        type is not VectorDataViewType { IsKnownSize: false } && (type.ItemType() == NumberDataViewType.Single || type.ItemType() == NumberDataViewType.Double);

    internal static NormalizingTransformer Load(ModelLoadContext context)
    {
        var columns = new ColumnScale[context.Reader.ReadInt32()];
        for (int i = 0; i < columns.Length; i++)
        {
            string output = context.Reader.ReadString();
            string input = context.Reader.ReadString();
            DataViewType type = TypeFormat.Read(context.Reader);
            columns[i] = new ColumnScale(output, input, type, ReadDoubles(context.Reader), ReadDoubles(context.Reader));
        }

        return new(columns);
    }

    private protected override RowMapping Bind(DataViewSchema inputSchema)
    {
        DataViewSchema.Column[] inputs = OneToOneMapping.Find(inputSchema, _columns.Select(column => (column.Output, column.Input)));
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!inputs[i].Type.Equals(_columns[i].Type))
            {
                throw Mismatch.Type("input", inputs[i].Name, _columns[i].Type.ToString(), inputs[i].Type.ToString());
            }
        }

        return new Mapping(inputSchema, inputs, _columns);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature("Normalize");
        ctx.Writer.Write(_columns.Length);
        foreach (ColumnScale column in _columns)
        {
            ctx.Writer.Write(column.Output);
            ctx.Writer.Write(column.Input);
            TypeFormat.Write(ctx.Writer, column.Type);
            WriteDoubles(ctx.Writer, column.Scale);
            WriteDoubles(ctx.Writer, column.Offset);
        }
    }

    private static void WriteDoubles(BinaryWriter writer, double[] values)
    {
        writer.Write(values.Length);
        foreach (double value in values)
        {
            writer.Write(value);
        }
    }

    private static double[] ReadDoubles(BinaryReader reader)
    {
        var values = new double[reader.ReadInt32()];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadDouble();
        }

        return values;
    }

    internal sealed record ColumnScale(string Output, string Input, DataViewType Type, double[] Scale, double[] Offset);

    private sealed class Mapping : OneToOneMapping
    {
        private readonly ColumnScale[] _columns;

        public Mapping(DataViewSchema schema, DataViewSchema.Column[] inputs, ColumnScale[] columns)
            : base(schema, inputs, inputs.Select((input, i) => new DataViewSchema.DetachedColumn(columns[i].Output, input.Type, Describe(input)))) => _columns = columns;

        protected override Delegate NewGetter(DataViewRow row, DataViewSchema.Column input, int index)
        {
            ColumnScale scale = _columns[index];
            if (input.Type is VectorDataViewType vector)
            {
                return vector.ItemType == NumberDataViewType.Single
                    ? Vector<float>(row, input, (x, i) => (float)((x - scale.Offset[i]) * scale.Scale[i]))
                    : Vector<double>(row, input, (x, i) => (x - scale.Offset[i]) * scale.Scale[i]);
            }

            return input.Type == NumberDataViewType.Single
                ? Scalar<float>(row, input, x => (float)((x - scale.Offset[0]) * scale.Scale[0]))
                : Scalar<double>(row, input, x => (x - scale.Offset[0]) * scale.Scale[0]);
        }

        private static DataViewSchema.Annotations Describe(DataViewSchema.Column input)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
            annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
            return annotations.ToAnnotations();
        }

        private static ValueGetter<T> Scalar<T>(DataViewRow row, DataViewSchema.Column input, Func<T, T> map)
        {
            ValueGetter<T> getter = row.GetGetter<T>(input);
            return (ref T value) =>
            {
                getter(ref value);
                value = map(value);
            };
        }

        private static ValueGetter<VBuffer<T>> Vector<T>(DataViewRow row, DataViewSchema.Column input, Func<T, int, T> map)
        {
            ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(input);
            VBuffer<T> buffer = default;
            return (ref VBuffer<T> value) =>
            {
                getter(ref buffer);
                var editor = VBufferEditor.Create(ref value, buffer.Length);
                buffer.CopyTo(editor.Values);
                for (int i = 0; i < editor.Values.Length; i++)
                {
                    editor.Values[i] = map(editor.Values[i], i);
                }

                value = editor.Commit();
            };
        }
    }
}
