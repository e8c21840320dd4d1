using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Rows;

/// <summary>A column of a table in memory.</summary>
/// <param name="shape">Its name and type.</param>
internal abstract class StoredColumn(OutputColumn shape)
{
    public OutputColumn Shape { get; } = shape;

    /// <summary>Components of the stored numbers as a vector.</summary>
    public static StoredColumn Vector(string name, StoredRows rows, int from, IReadOnlyList<string> slotNames) => new StoredVector(name, rows, from, slotNames);

    /// <summary>One of the stored numbers.</summary>
    public static StoredColumn Single(string name, StoredRows rows, int at) => new StoredSingle(name, rows, at);

    /// <summary>Texts.</summary>
    public static StoredColumn Text(string name, IReadOnlyList<string> texts) => new StoredText(name, texts);

    /// <summary>A <see cref="ValueGetter{T}"/> of the column's type.</summary>
    /// <param name="row">The row that is wanted.</param>
    public abstract Delegate Getter(Func<int> row);

    private sealed class StoredVector(string name, StoredRows rows, int from, IReadOnlyList<string> slotNames)
        : StoredColumn(OutputColumn.Vector(name, slotNames.Count, slotNames))
    {
        private readonly int _size = slotNames.Count;

        public override Delegate Getter(Func<int> row) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, _size);
            rows[row()].Slice(from, _size).CopyTo(editor.Values);
            value = editor.Commit();
        });
    }

    private sealed class StoredSingle(string name, StoredRows rows, int at) : StoredColumn(OutputColumn.Scalar<float>(name, NumberDataViewType.Single))
    {
        public override Delegate Getter(Func<int> row) => (ValueGetter<float>)((ref float value) => value = rows[row()][at]);
    }

    private sealed class StoredText(string name, IReadOnlyList<string> texts) : StoredColumn(OutputColumn.Scalar<ReadOnlyMemory<char>>(name, TextDataViewType.Instance))
    {
        public override Delegate Getter(Func<int> row) => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = texts[row()].AsMemory());
    }
}

/// <summary>A table in memory, read as often as one likes and on any number of threads.</summary>
/// <param name="columns">Its columns.</param>
/// <param name="count">Number of rows.</param>
internal sealed class StoredView(IReadOnlyList<StoredColumn> columns, int count) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema { get; } = OutputColumn.Append(new DataViewSchema.Builder().ToSchema(), columns.Select(column => column.Shape));

    public long? GetRowCount() => count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, ActiveColumns.Of(Schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded)];

    private int RowCount => count;

    private Delegate GetterOf(int column, Func<int> row) => columns[column].Getter(row);

    private sealed class Cursor(StoredView view, bool[] active) : DataViewRowCursor
    {
        private int _next;
        private int _row = -1;

        public override long Batch => 0;

        public override long Position => _row;

        public override DataViewSchema Schema => view.Schema;

        public override bool MoveNext()
        {
            _row = _next < view.RowCount ? _next++ : -1;
            return _row >= 0;
        }

        public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column) => IsColumnActive(column)
            ? RowFunctionColumns.Typed<T>(view.GetterOf(column.Index, Current), column)
            : throw RowFunctionColumns.Inactive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)Current(), 0);

        public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < active.Length && active[column.Index];

        private int Current() => _row >= 0 ? _row : throw new InvalidOperationException("The cursor is not at a row: call MoveNext first.");
    }
}
