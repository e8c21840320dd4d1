using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>
/// How an affine normaliser gets its scale and offset: value = (x - offset) * scale. All is computed in the type of the column, so
/// that <paramref name="round"/> rounds to Single where the column is. A constant column has no information: its scale is 0.
/// </summary>
internal delegate (double Scale, double Offset) Scaling(in Moments moments, Func<double, double> round);

internal static class Scalings
{
    public static Scaling MinMax(bool fixZero) => (in Moments moments, Func<double, double> round) =>
    {
        double offset = fixZero ? 0 : moments.Min;
        double range = fixZero ? Math.Max(Math.Abs(moments.Min), Math.Abs(moments.Max)) : round(moments.Max - moments.Min);
        return moments.Max > moments.Min ? (round(1 / range), offset) : (0, moments.Count == 0 ? 0 : offset);
    };

    public static Scaling MeanVariance(bool fixZero) => (in Moments moments, Func<double, double> round) =>
    {
        if (moments.FiniteCount == 0 || moments.Squares == 0)
        {
            return (0, fixZero || moments.FiniteCount == 0 ? 0 : round(moments.Mean));
        }

        double variance = moments.Squares / moments.FiniteCount;
        double root = round(Math.Sqrt(fixZero ? variance + (moments.Mean * moments.Mean) : variance));
        return (round(1 / root), fixZero ? 0 : round(moments.Mean));
    };
}

/// <summary>Running minimum and maximum of the values that are numbers, mean and sum of squared deviations of the finite ones.</summary>
internal struct Moments
{
    public long Count;
    public long FiniteCount;
    public double Min;
    public double Max;
    public double Mean;
    public double Squares;

    public void Add(double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        Min = Count == 0 ? value : Math.Min(Min, value);
        Max = Count == 0 ? value : Math.Max(Max, value);
        Count++;
        if (double.IsFinite(value))
        {
            FiniteCount++;
            double delta = value - Mean;
            Mean += delta / FiniteCount;
            Squares += delta * (value - Mean);
        }
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
            (double Scale, double Offset)[] scales = [.. moments[i].Select(moment => _scaling(moment, Rounding(columns[i].Type)))];
            return new NormalizingTransformer.ColumnScale(pair.OutputColumnName, pair.InputColumnName, columns[i].Type, [.. scales.Select(s => s.Scale)], [.. scales.Select(s => s.Offset)]);
        })]);
    }

    private static Func<double, double> Rounding(DataViewType type) => type.ItemType() == NumberDataViewType.Single ? value => (float)value : value => value;

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
                    ? Vector<float>(row, input, (x, i) => (x - (float)scale.Offset[i]) * (float)scale.Scale[i])
                    : Vector<double>(row, input, (x, i) => (x - scale.Offset[i]) * scale.Scale[i]);
            }

            return input.Type == NumberDataViewType.Single
                ? Scalar<float>(row, input, x => (x - (float)scale.Offset[0]) * (float)scale.Scale[0])
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
                if (buffer.Length != ((VectorDataViewType)input.Type).Size)
                {
                    throw new InvalidOperationException(FormattableString.Invariant($"A row holds {buffer.Length} values in column '{input.Name}' of type {input.Type}."));
                }

                var dense = new T[buffer.Length];
                buffer.CopyTo(dense);
                for (int i = 0; i < dense.Length; i++)
                {
                    dense[i] = map(dense[i], i);
                }

                // Sparse where less than half of the values are there.
                int count = dense.Count(item => !EqualityComparer<T>.Default.Equals(item, default));
                bool isDense = count > 0 && count >= dense.Length / 2;
                var editor = VBufferEditor.Create(ref value, dense.Length, isDense ? dense.Length : count);
                for (int i = 0, next = 0; i < dense.Length; i++)
                {
                    if (isDense)
                    {
                        editor.Values[i] = dense[i];
                    }
                    else if (!EqualityComparer<T>.Default.Equals(dense[i], default))
                    {
                        editor.Indices[next] = i;
                        editor.Values[next++] = dense[i];
                    }
                }

                value = editor.Commit();
            };
        }
    }
}
