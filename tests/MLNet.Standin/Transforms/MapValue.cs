using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public class ValueMappingEstimator : TrivialEstimator<ValueMappingTransformer>
{
    internal ValueMappingEstimator(ValueMappingTransformer transformer) : base(transformer)
    {
    }

    public sealed override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        (string output, string input) = Transformer.Columns;
        SchemaShape.Column column = inputSchema.Find(input) ?? throw Mismatch.Missing("input", input);
        if (column.IsKey || !column.ItemType.Equals(Transformer.Table.KeyType))
        {
            throw Mismatch.Type("input", input, Transformer.Table.KeyType.ToString(), column.Describe());
        }

        return inputSchema.With([new SchemaShape.Column(output, column.Kind, Transformer.Table.ValueType, false)]);
    }
}

public sealed class ValueMappingEstimator<TKey, TValue> : ValueMappingEstimator
{
    internal ValueMappingEstimator(ValueMappingTransformer transformer) : base(transformer)
    {
    }
}

public class ValueMappingTransformer : OneToOneTransformerBase
{
    internal ValueMappingTransformer(string output, string input, LookupTable table)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentException.ThrowIfNullOrEmpty(input);
        Columns = (output, input);
        Table = table;
    }

    internal (string Output, string Input) Columns { get; }

    internal LookupTable Table { get; }

    internal static ValueMappingTransformer Create<TKey, TValue>(string output, string input, IEnumerable<KeyValuePair<TKey, TValue>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var table = LookupTable.Create(TypeTable.Primitive(typeof(TKey)), TypeTable.Primitive(typeof(TValue)));
        foreach ((TKey key, TValue value) in pairs)
        {
            table.Add(Raw(key), Raw(value));
        }

        return new(output, input, table);

        static object Raw(object value) => value is string text ? text.AsMemory() : value;
    }

    internal static ValueMappingTransformer Load(ModelLoadContext context) =>
        new(context.Reader.ReadString(), context.Reader.ReadString(), LookupTable.Read(context.Reader));

    private protected override RowMapping Bind(DataViewSchema inputSchema)
    {
        DataViewSchema.Column input = OneToOneMapping.Find(inputSchema, [Columns])[0];
        if (!input.Type.ItemType().Equals(Table.KeyType))
        {
            throw Mismatch.Type("input", Columns.Input, Table.KeyType.ToString(), input.Type.ToString());
        }

        DataViewType type = input.Type is VectorDataViewType ? new VectorDataViewType(Table.ValueType) : Table.ValueType;
        return new Mapping(this, inputSchema, input, type);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature("MapValue");
        ctx.Writer.Write(Columns.Output);
        ctx.Writer.Write(Columns.Input);
        Table.Write(ctx.Writer);
    }

    private sealed class Mapping : OneToOneMapping
    {
        private readonly ValueMappingTransformer _parent;

        public Mapping(ValueMappingTransformer parent, DataViewSchema schema, DataViewSchema.Column input, DataViewType type)
            : base(schema, [input], [new DataViewSchema.DetachedColumn(parent.Columns.Output, type)]) => _parent = parent;

        protected override Delegate NewGetter(DataViewRow row, DataViewSchema.Column input, int index) => _parent.Table.NewGetter(row, input);
    }
}

/// <summary>Values by key; texts are handed out by reference, never copied.</summary>
internal abstract class LookupTable
{
    protected LookupTable(PrimitiveDataViewType keyType, PrimitiveDataViewType valueType)
    {
        KeyType = keyType;
        ValueType = valueType;
    }

    public PrimitiveDataViewType KeyType { get; }

    public PrimitiveDataViewType ValueType { get; }

    public static LookupTable Create(PrimitiveDataViewType keyType, PrimitiveDataViewType valueType) =>
        (LookupTable)Activator.CreateInstance(typeof(LookupTable<,>).MakeGenericType(keyType.RawType, valueType.RawType), keyType, valueType);

    public static LookupTable Read(BinaryReader reader)
    {
        LookupTable table = Create((PrimitiveDataViewType)TypeFormat.Read(reader), (PrimitiveDataViewType)TypeFormat.Read(reader));
        table.ReadPairs(reader);
        return table;
    }

    public void Write(BinaryWriter writer)
    {
        TypeFormat.Write(writer, KeyType);
        TypeFormat.Write(writer, ValueType);
        WritePairs(writer);
    }

    public abstract void Add(object key, object value);

    public abstract Delegate NewGetter(DataViewRow row, DataViewSchema.Column input);

    protected abstract void ReadPairs(BinaryReader reader);

    protected abstract void WritePairs(BinaryWriter writer);
}

internal sealed class LookupTable<TKey, TValue> : LookupTable
{
    private readonly Dictionary<TKey, TValue> _values = new(typeof(TKey) == typeof(ReadOnlyMemory<char>) ? (IEqualityComparer<TKey>)(object)new TextComparer() : null);
    private readonly ScalarFormat<TKey> _keyFormat = new();
    private readonly ScalarFormat<TValue> _valueFormat = new();

    public LookupTable(PrimitiveDataViewType keyType, PrimitiveDataViewType valueType) : base(keyType, valueType)
    {
    }

    public override void Add(object key, object value)
    {
        if (!_values.TryAdd((TKey)key, (TValue)value))
        {
            throw new InvalidOperationException($"Duplicate keys in data '{key}'");
        }
    }

    public override Delegate NewGetter(DataViewRow row, DataViewSchema.Column input)
    {
        if (input.Type is VectorDataViewType)
        {
            ValueGetter<VBuffer<TKey>> vector = row.GetGetter<VBuffer<TKey>>(input);
            VBuffer<TKey> keys = default;
            return (ValueGetter<VBuffer<TValue>>)((ref VBuffer<TValue> value) =>
            {
                vector(ref keys);
                var editor = VBufferEditor.Create(ref value, keys.Length);
                for (int i = 0; i < keys.Length; i++)
                {
                    editor.Values[i] = Find(keys.GetItemOrDefault(i));
                }

                value = editor.Commit();
            });
        }

        ValueGetter<TKey> getter = row.GetGetter<TKey>(input);
        return (ValueGetter<TValue>)((ref TValue value) =>
        {
            TKey key = default;
            getter(ref key);
            value = Find(key);
        });
    }

    protected override void ReadPairs(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            TKey key = _keyFormat.Read(reader);
            _values.Add(key, _valueFormat.Read(reader));
        }
    }

    protected override void WritePairs(BinaryWriter writer)
    {
        writer.Write(_values.Count);
        foreach ((TKey key, TValue value) in _values)
        {
            _keyFormat.Write(writer, key);
            _valueFormat.Write(writer, value);
        }
    }

    private TValue Find(TKey key) => _values.TryGetValue(key, out TValue value) ? value : default;

    private sealed class TextComparer : IEqualityComparer<ReadOnlyMemory<char>>
    {
        public bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<char> text) => string.GetHashCode(text.Span);
    }
}
