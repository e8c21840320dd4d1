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
        id = new DataViewRowId((ulong)RowNumber, 0);
    };

    /// <summary>The number of the current row in the source, whatever the order of the cursor.</summary>
    protected virtual long RowNumber => _position;

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

    public bool CanShuffle => _rows is IList<TRow>;

    public DataViewSchema Schema => _source.Schema;

    public long? GetRowCount() => _rows is ICollection<TRow> collection ? collection.Count : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(this, columnsNeeded, rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : SourceCursor
    {
        private readonly TypedSource<TRow> _source;
        private readonly IEnumerator<TRow> _rows;
        private readonly IList<TRow> _list;
        private readonly int[] _order;
        private int _next;
        private TRow _current;

        public Cursor(ObjectDataView<TRow> view, IEnumerable<DataViewSchema.Column> columns, Random random)
            : base(view.Schema, columns)
        {
            _source = view._source;
            if (random is not null && view._rows is IList<TRow> list)
            {
                _list = list;
                _order = [.. Enumerable.Range(0, list.Count)];
                random.Shuffle(_order);
            }
            else
            {
                _rows = view._rows.GetEnumerator();
            }
        }

        protected override long RowNumber => _order is null ? Position : _order[_next - 1];

        protected override bool Advance()
        {
            if (_order is not null)
            {
                if (_next == _order.Length)
                {
                    return false;
                }

                _current = _list[_order[_next++]];
                return true;
            }

            if (!_rows.MoveNext())
            {
                return false;
            }

            _current = _rows.Current;
            return true;
        }

        protected override Delegate NewGetter(int column) => _source.GetGetter(column, Current);

        protected override void Dispose(bool disposing)
        {
            _rows?.Dispose();
            base.Dispose(disposing);
        }

        private TRow Current()
        {
            CheckRow();
            return _current;
        }
    }
}
