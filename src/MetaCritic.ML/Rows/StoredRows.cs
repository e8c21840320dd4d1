namespace MetaCritic.ML.Rows;

/// <summary>Rows of numbers in single precision, in blocks: adding rows copies none of those before.</summary>
/// <param name="width">Numbers per row.</param>
internal sealed class StoredRows(int width)
{
    private const int RowsPerBlock = 1024;

    private readonly List<float[]> _blocks = [];

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The numbers of a row.</summary>
    public ReadOnlySpan<float> this[int row] => _blocks[row / RowsPerBlock].AsSpan(row % RowsPerBlock * width, width);

    /// <summary>Adds a row of zeros.</summary>
    /// <returns>Its numbers, to be set.</returns>
    public Span<float> Add()
    {
        int place = Count++ % RowsPerBlock;
        if (place == 0)
        {
            _blocks.Add(new float[RowsPerBlock * width]);
        }

        return _blocks[^1].AsSpan(place * width, width);
    }
}
