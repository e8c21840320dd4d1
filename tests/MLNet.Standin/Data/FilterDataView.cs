namespace Microsoft.ML.Data;

/// <summary>Some of the rows of another view, in its order.</summary>
internal sealed class FilterDataView : IDataView
{
    private readonly IDataView _input;
    private readonly DataViewSchema.Column[] _needed;
    private readonly Func<DataViewRow, Func<RowChoice>> _newFilter;
    private readonly Func<long?> _count;

    /// <param name="input">The view to choose from.</param>
    /// <param name="needed">The columns that the choice depends on.</param>
    /// <param name="newFilter">For a cursor: what decides about its current row.</param>
    /// <param name="canShuffle">Whether the choice does not depend on the order of the rows.</param>
    /// <param name="count">The number of rows, where it is known.</param>
    public FilterDataView(IDataView input, DataViewSchema.Column[] needed, Func<DataViewRow, Func<RowChoice>> newFilter, bool canShuffle, Func<long?> count = null)
    {
        _input = input;
        _needed = needed;
        _newFilter = newFilter;
        CanShuffle = canShuffle && input.CanShuffle;
        _count = count ?? (() => null);
    }

    public bool CanShuffle { get; }

    public DataViewSchema Schema => _input.Schema;

    public long? GetRowCount() => _count();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        DataViewSchema.Column[] all = [.. columns, .. _needed.Where(needed => columns.All(column => column.Index != needed.Index))];
        return new Cursor(this, columns, _input.GetRowCursor(all, CanShuffle ? rand : null));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly DataViewRowCursor _input;
        private readonly Func<RowChoice> _filter;
        private readonly bool[] _active;
        private long _position = -1;
        private bool _ended;

        public Cursor(FilterDataView view, DataViewSchema.Column[] columns, DataViewRowCursor input)
        {
            _input = input;
            _active = GetterCheck.ActiveFlags(view.Schema, columns);
            _filter = view._newFilter(input);
        }

        public override long Position => _position;

        public override long Batch => _input.Batch;

        public override DataViewSchema Schema => _input.Schema;

        public override bool MoveNext()
        {
            while (!_ended && _input.MoveNext())
            {
                switch (_filter())
                {
                    case RowChoice.Take:
                        _position++;
                        return true;
                    case RowChoice.End:
                        _ended = true;
                        break;
                }
            }

            _ended = true;
            _position = -1;
            return false;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < _active.Length && _active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            GetterCheck.Active(IsColumnActive(column), column);
            return _input.GetGetter<TValue>(column);
        }

        protected override void Dispose(bool disposing)
        {
            _input.Dispose();
            base.Dispose(disposing);
        }
    }
}

internal enum RowChoice
{
    Take,
    Skip,
    End,
}
