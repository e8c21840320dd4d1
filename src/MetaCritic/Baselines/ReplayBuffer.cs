using MetaCritic.Files;
using MetaCritic.Models;
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

    /// <summary>Whether it fits into a checkpoint when it is full.</summary>
    public bool CanSave => (long)Capacity * _rowLength * sizeof(float) <= TensorFile.TensorDataLimit;

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

    /// <summary>Adds the rows to a file, in their places.</summary>
    public void AddTo(TensorFile file)
    {
        float[] rows = new float[checked(Count * _rowLength)];
        for (int i = 0; i < Count; i++)
        {
            new ReadOnlySpan<float>(Row(i), _rowLength).CopyTo(rows.AsSpan(i * _rowLength));
        }

        file.Add<float>("replay", rows, Count, _rowLength);
        file.Add<long>("replay.next", [_next]);
    }

    /// <summary>Reads what <see cref="AddTo"/> wrote, from a buffer of this capacity or, if it was not full, of any other.</summary>
    /// <returns>Sets the buffer to what was read.</returns>
    /// <exception cref="InvalidInputException">Something is missing, or no buffer can have left it.</exception>
    public Action GetFrom(TensorFile file, string source)
    {
        float[] rows = file.GetFinite(source, "replay", -1, _rowLength, "a transition of the replay buffer is not finite");
        int count = rows.Length / _rowLength;
        long next = file.Get<long>("replay.next", 1)[0];
        Consistency.Require(
            count <= Capacity && next >= 0 && (next < Math.Max(1, count) || next == count), source, FormattableString.Invariant($"its replay buffer of {count} transitions does not fit one of {Capacity}"));
        return () =>
        {
            for (int i = 0; i < count; i++)
            {
                rows.AsSpan(i * _rowLength, _rowLength).CopyTo(new Span<float>(Row(i), _rowLength));
            }

            Count = count;
            _next = count < Capacity ? count : (int)next % Capacity;
        };
    }

    public void Dispose()
    {
        foreach (AlignedBuffer<float>? page in _pages)
        {
            page?.Dispose();
        }
    }
}
