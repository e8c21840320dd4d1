using Microsoft.ML.Data;

namespace Microsoft.ML;

public abstract class PredictionEngineBase<TSrc, TDst> : IDisposable
    where TSrc : class
    where TDst : class, new()
{
    private readonly ITransformer _transformer;

    private protected PredictionEngineBase(ITransformer transformer) => _transformer = transformer;

    public DataViewSchema OutputSchema { get; private protected set; }

    public void Dispose() => (_transformer as IDisposable)?.Dispose();

    public TDst Predict(TSrc example)
    {
        var result = new TDst();
        Predict(example, ref result);
        return result;
    }

    public abstract void Predict(TSrc example, ref TDst prediction);
}

/// <summary>One object in, one object out; not for several threads at once.</summary>
public sealed class PredictionEngine<TSrc, TDst> : PredictionEngineBase<TSrc, TDst>
    where TSrc : class
    where TDst : class, new()
{
    private readonly ObjectRow _input;
    private readonly Action<TDst> _fill;

    internal PredictionEngine(ITransformer transformer, bool ignoreMissingColumns, SchemaDefinition inputDefinition, SchemaDefinition outputDefinition)
        : base(transformer)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        if (!transformer.IsRowToRowMapper)
        {
            throw new ArgumentOutOfRangeException(nameof(transformer), "Must be a row to row mapper");
        }

        var source = new TypedSource<TSrc>(inputDefinition);
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(source.Schema);
        OutputSchema = mapper.OutputSchema;
        var reader = new TypedReader<TDst>(mapper.OutputSchema, ignoreMissingColumns, outputDefinition);
        _input = new ObjectRow(source);
        _fill = reader.Bind(mapper.GetRow(_input, reader.Columns));
    }

    public override void Predict(TSrc example, ref TDst prediction)
    {
        ArgumentNullException.ThrowIfNull(example);
        _input.Set(example);
        prediction ??= new TDst();
        _fill(prediction);
    }

    private sealed class ObjectRow : DataViewRow
    {
        private readonly TypedSource<TSrc> _source;
        private TSrc _current;
        private long _position = -1;

        public ObjectRow(TypedSource<TSrc> source) => _source = source;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => _source.Schema;

        public void Set(TSrc current)
        {
            _current = current;
            _position++;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            GetterCheck.Cast<TValue>(_source.GetGetter(column.Index, () => _current));
    }
}
