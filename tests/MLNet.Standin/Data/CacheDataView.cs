using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Keeps in memory every column that was once asked for.</summary>
internal sealed class CacheDataView : IDataView
{
    private readonly IDataView _input;
    private readonly Store[] _stores;
    private readonly Lock _lock = new();
    private List<DataViewRowId> _ids;

    public CacheDataView(IDataView input)
    {
        _input = input;
        _stores = new Store[input.Schema.Count];
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema => _input.Schema;

    public long? GetRowCount() => _ids?.Count ?? _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        Fill(columns);
        return new Cursor(this, columns, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private void Fill(DataViewSchema.Column[] columns)
    {
        lock (_lock)
        {
            DataViewSchema.Column[] missing = [.. columns.Where(column => _stores[column.Index] is null)];
            if (missing.Length == 0 && _ids is not null)
            {
                return;
            }

            var ids = new List<DataViewRowId>();
            Store[] stores = [.. missing.Select(column => (Store)Activator.CreateInstance(typeof(Store<>).MakeGenericType(column.Type.RawType)))];
            using (DataViewRowCursor cursor = _input.GetRowCursor(missing))
            {
                for (int i = 0; i < missing.Length; i++)
                {
                    stores[i].Open(cursor, missing[i]);
                }

                ValueGetter<DataViewRowId> idGetter = cursor.GetIdGetter();
                while (cursor.MoveNext())
                {
                    DataViewRowId id = default;
                    idGetter(ref id);
                    ids.Add(id);
                    foreach (Store store in stores)
                    {
                        store.Take();
                    }
                }
            }

            for (int i = 0; i < missing.Length; i++)
            {
                _stores[missing[i].Index] = stores[i];
            }

            _ids ??= ids;
        }
    }

    private abstract class Store
    {
        public abstract void Open(DataViewRowCursor cursor, DataViewSchema.Column column);

        public abstract void Take();

        public abstract Delegate GetGetter(Func<int> row);
    }

    private sealed class Store<TValue> : Store
    {
        private static readonly Assign Copy = NewCopy();
        private readonly List<TValue> _values = [];
        private ValueGetter<TValue> _getter;

        private delegate void Assign(TValue source, ref TValue target);

        public override void Open(DataViewRowCursor cursor, DataViewSchema.Column column) => _getter = cursor.GetGetter<TValue>(column);

        public override void Take()
        {
            TValue value = default;
            _getter(ref value);
            _values.Add(value);
        }

        public override Delegate GetGetter(Func<int> row) => (ValueGetter<TValue>)((ref TValue value) => Copy(_values[row()], ref value));

        private static Assign NewCopy() =>
            TypedMembers.VectorItem(typeof(TValue)) is Type item
                ? typeof(CacheDataView).GetMethod(nameof(CopyBuffer), BindingFlags.NonPublic | BindingFlags.Static).MakeGenericMethod(item).CreateDelegate<Assign>()
                : (TValue source, ref TValue target) => target = source;
    }

    private static void CopyBuffer<TItem>(VBuffer<TItem> source, ref VBuffer<TItem> target) => source.CopyTo(ref target);

    private sealed class Cursor : SourceCursor
    {
        private readonly CacheDataView _view;
        private readonly int[] _order;
        private int _row = -1;

        public Cursor(CacheDataView view, DataViewSchema.Column[] columns, Random random)
            : base(view.Schema, columns)
        {
            _view = view;
            if (random is not null)
            {
                _order = [.. Enumerable.Range(0, view._ids.Count)];
                random.Shuffle(_order);
            }
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _view._ids[Row()];

        protected override bool Advance() => ++_row < _view._ids.Count;

        protected override Delegate NewGetter(int column) => _view._stores[column].GetGetter(Row);

        private int Row()
        {
            CheckRow();
            return _order is null ? _row : _order[_row];
        }
    }
}
