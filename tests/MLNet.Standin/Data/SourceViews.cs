namespace Microsoft.ML.Data;

/// <summary>A cursor over rows that come one by one from somewhere.</summary>
internal abstract class SourceCursor : DataViewRowCursor
{
    private readonly DataViewSchema _schema;
    private readonly bool[] _active;
    private long _position = -1;
    private bool _ended;

    protected SourceCursor(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        _schema = schema;
        _active = GetterCheck.ActiveFlags(schema, columns);
    }

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema => _schema;

    public override bool MoveNext()
    {
        if (_ended || !Advance())
        {
            _ended = true;
            _position = -1;
            return false;
        }

        _position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < _active.Length && _active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        GetterCheck.Active(IsColumnActive(column), column);
        return GetterCheck.Cast<TValue>(NewGetter(column.Index));
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        CheckRow();
        id = new DataViewRowId((ulong)_position, 0);
    };

    protected abstract bool Advance();

    protected abstract Delegate NewGetter(int column);

    protected void CheckRow()
    {
        if (_position < 0 || _ended)
        {
            throw new InvalidOperationException("Values cannot be read before the first row or after the last one: call MoveNext.");
        }
    }
}

/// <summary>Rows that are objects.</summary>
internal sealed class ObjectDataView<TRow> : IDataView
    where TRow : class
{
    private readonly IEnumerable<TRow> _rows;
    private readonly TypedSource<TRow> _source;

    public ObjectDataView(IEnumerable<TRow> rows, TypedSource<TRow> source)
    {
        _rows = rows;
        _source = source;
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema => _source.Schema;

    public long? GetRowCount() => _rows is ICollection<TRow> collection ? collection.Count : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : SourceCursor
    {
        private readonly TypedSource<TRow> _source;
        private readonly IEnumerator<TRow> _rows;

        public Cursor(ObjectDataView<TRow> view, IEnumerable<DataViewSchema.Column> columns)
            : base(view.Schema, columns)
        {
            _source = view._source;
            _rows = view._rows.GetEnumerator();
        }

        protected override bool Advance()
        {
            if (!_rows.MoveNext())
            {
                return false;
            }

            return _rows.Current is null ? throw new InvalidOperationException("Encountered null when iterating over data, this is not supported.") : true;
        }

        protected override Delegate NewGetter(int column) => _source.GetGetter(column, Current);

        protected override void Dispose(bool disposing)
        {
            _rows.Dispose();
            base.Dispose(disposing);
        }

        private TRow Current()
        {
            CheckRow();
            return _rows.Current;
        }
    }
}
