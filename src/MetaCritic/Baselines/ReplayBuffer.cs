using MetaCritic.Networks;

namespace MetaCritic.Baselines;

/// <summary>
/// The dataset D of transitions (s, a, r, s'), as rows of numbers. When it is full, the oldest row is replaced. Memory is
/// taken as it fills up, a page at a time, so that a large capacity costs nothing before it is used.
/// </summary>
internal sealed unsafe class ReplayBuffer : IDisposable
{
    private const int PageRows = 1 << 14;

    private readonly int _rowLength;
    private readonly AlignedBuffer<float>?[] _pages;
    private int _next;

    public ReplayBuffer(int capacity, int rowLength)
    {
        Capacity = capacity;
        _rowLength = rowLength;
        _pages = new AlignedBuffer<float>?[((capacity - 1) / PageRows) + 1];
    }

    /// <summary>Largest number of rows.</summary>
    public int Capacity { get; }

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>A new row, to be filled by the caller.</summary>
    public float* Add()
    {
        float* row = Row(_next);
        _next = (_next + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
        return row;
    }

    /// <summary>A row.</summary>
    public float* Row(int i) => (_pages[i / PageRows] ??= new((long)PageRows * _rowLength)).Pointer + ((long)(i % PageRows) * _rowLength);

    /// <summary>A row drawn uniformly.</summary>
    public float* Draw(ref KeyedRandom random) => Row((int)(random.NextDouble() * Count));

    public void Dispose()
    {
        foreach (AlignedBuffer<float>? page in _pages)
        {
            page?.Dispose();
        }
    }
}
