namespace Microsoft.ML.Data;

/// <summary>The rows of another view in a random order, the same in every pass.</summary>
internal sealed class ShuffledDataView : IDataView
{
    private readonly CacheDataView _rows;
    private readonly int _seed;

    public ShuffledDataView(IDataView input, int seed)
    {
        _rows = new CacheDataView(input);
        _seed = seed;
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema => _rows.Schema;

    public long? GetRowCount() => _rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        _rows.GetRowCursor(columnsNeeded, rand ?? new Random(_seed));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];
}
