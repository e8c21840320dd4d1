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
            PrimitiveDataViewType target = TypeTable.OfKind(Transformer.Kind);
            if (!Conversion.Exists(column.ItemType.RawType, column.IsKey, target.RawType))
            {
                throw Conversion.Incompatible(pair.Input, column.Describe(), target);
            }

            SchemaShape annotations = column.ItemType is BooleanDataViewType && target is NumberDataViewType
                ? new SchemaShape([.. column.Annotations, new(AnnotationKinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false)])
                : column.Annotations;
            return new SchemaShape.Column(pair.Output, column.Kind, target, column.IsKey, annotations);
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
        PrimitiveDataViewType target = TypeTable.OfKind(Kind);
        foreach (DataViewSchema.Column input in inputs)
        {
            PrimitiveDataViewType item = input.Type.ItemType();
            if (!Conversion.Exists(item.RawType, item is KeyDataViewType, target.RawType))
            {
                throw Conversion.Incompatible(input.Name, input.Type.ToString(), target);
            }
        }

        return new Mapping(inputSchema, inputs, Columns, target);
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
            if (input.Type.ItemType() is BooleanDataViewType && target is NumberDataViewType)
            {
                annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
            }

            if (input.Type.ItemType() is KeyDataViewType key)
            {
                target = new KeyDataViewType(target.RawType, key.Count);
            }

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

/// <summary>One value to another type, by the invariant culture, for those pairs of types that have a conversion.</summary>
internal static class Conversion
{
    private static readonly Type[] Signed = [typeof(sbyte), typeof(short), typeof(int), typeof(long)];
    private static readonly Type[] Unsigned = [typeof(byte), typeof(ushort), typeof(uint), typeof(ulong)];
    private static readonly Type[] Reals = [typeof(float), typeof(double)];
    private static readonly Type[] Times = [typeof(TimeSpan), typeof(DateTime), typeof(DateTimeOffset)];

    public static bool Exists(Type source, bool isKey, Type target)
    {
        if (isKey)
        {
            return Unsigned.Contains(target);
        }

        if (source == target || source == typeof(ReadOnlyMemory<char>) || target == typeof(ReadOnlyMemory<char>))
        {
            return true;
        }

        return Signed.Contains(source) ? Signed.Contains(target) || Reals.Contains(target) || target == typeof(bool)
            : Unsigned.Contains(source) ? Unsigned.Contains(target) || Reals.Contains(target) || target == typeof(bool)
            : Reals.Contains(source) ? Reals.Contains(target) || target == typeof(bool)
            : source == typeof(bool) ? Signed.Contains(target) || Reals.Contains(target)
            : Times.Contains(source) && (Reals.Contains(target) || target == typeof(long));
    }

    public static ArgumentOutOfRangeException Incompatible(string column, string type, PrimitiveDataViewType target) =>
        new("inputSchema", $"source column '{column}' with item type '{type}' is not compatible with destination type '{target}'");

    public static TTarget Convert<TSource, TTarget>(TSource value)
    {
        if (value is TTarget same)
        {
            return same;
        }

        if (typeof(TTarget) == typeof(ReadOnlyMemory<char>))
        {
            return (TTarget)(object)Text(value).AsMemory();
        }

        if (value is ReadOnlyMemory<char> source)
        {
            // A text that is no number is a missing value; only signed whole numbers have no way to say so.
            return Parser<TTarget>.Instance.TryParse(source.ToString(), out TTarget parsed) || !Signed.Contains(typeof(TTarget))
                ? parsed
                : throw new InvalidOperationException($"Value could not be parsed from text to {typeof(TTarget).Name}");
        }

        object number = value switch
        {
            TimeSpan x => x.Ticks,
            DateTime x => x.Ticks,
            DateTimeOffset x => x.UtcTicks,
            _ => value,
        };
        return typeof(TTarget) == typeof(bool) || Reals.Contains(typeof(TTarget))
            ? (TTarget)System.Convert.ChangeType(number, typeof(TTarget), CultureInfo.InvariantCulture)
            : (TTarget)Cut(number is ulong bits ? unchecked((long)bits) : System.Convert.ToInt64(number, CultureInfo.InvariantCulture), typeof(TTarget));
    }

    private static string Text<TSource>(TSource value) => value switch
    {
        float x => float.IsNaN(x) ? "?" : x.ToString("R", CultureInfo.InvariantCulture),
        double x => double.IsNaN(x) ? "?" : x.ToString("G17", CultureInfo.InvariantCulture),
        TimeSpan x => x.ToString("c", CultureInfo.InvariantCulture),
        DateTime x => x.ToString("o", CultureInfo.InvariantCulture),
        DateTimeOffset x => x.ToString("o", CultureInfo.InvariantCulture),
        IFormattable x => x.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    /// <summary>The low bits, as a cast gives them.</summary>
    private static object Cut(long bits, Type type) => unchecked(Type.GetTypeCode(type) switch
    {
        TypeCode.SByte => (object)(sbyte)bits,
        TypeCode.Int16 => (short)bits,
        TypeCode.Int32 => (int)bits,
        TypeCode.Int64 => bits,
        TypeCode.Byte => (byte)bits,
        TypeCode.UInt16 => (ushort)bits,
        TypeCode.UInt32 => (uint)bits,
        _ => (ulong)bits,
    });

    private static class Parser<TTarget>
    {
        public static readonly FieldParser<TTarget> Instance = FieldParser<TTarget>.For(TypeTable.Primitive(typeof(TTarget)));
    }
}
