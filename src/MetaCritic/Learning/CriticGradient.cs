using MetaCritic.Networks;

namespace MetaCritic.Learning;

/// <summary>
/// ∇_φ of a directional derivative of the critic (Eq. 6): products over all rows, Ḣᵀδ + Hᵀz̃ for each layer, summed over the
/// inner steps.
/// </summary>
/// <remarks>
/// Right-hand sides are packed by whoever computes them, while their rows are in the cache. Threads then take blocks of rows of the
/// gradient, so that each element is summed in one order, and the first block of a layer sums the biases'.
/// </remarks>
internal sealed unsafe class CriticGradient<T> : IDisposable
    where T : unmanaged
{
    private readonly MlpLayout _layout;
    private readonly int _rows;
    private readonly int _steps;
    private readonly int _threads;
    private readonly AlignedBuffer<T>[] _packedDeltas; // [inner steps]
    private readonly AlignedBuffer<T> _packedSeconds;

    /// <summary>Creates the buffers.</summary>
    /// <param name="layout">The critic.</param>
    /// <param name="rows">Rows of its batch.</param>
    /// <param name="steps">Inner steps.</param>
    /// <param name="threads">Threads that will share the blocks.</param>
    public CriticGradient(MlpLayout layout, int rows, int steps, int threads)
    {
        _layout = layout;
        _rows = rows;
        _steps = steps;
        _threads = threads;
        long packed = PackedOffset(layout.LayerCount);
        _packedDeltas = new AlignedBuffer<T>[steps];
        for (int k = 0; k < steps; k++)
        {
            _packedDeltas[k] = new(packed);
        }

        _packedSeconds = new(packed);
        Values = new(layout.Length);
    }

    /// <summary>The gradient, padded.</summary>
    public AlignedBuffer<T> Values { get; }

    /// <summary>Blocks that <see cref="Add"/> is to be called for, once for each inner step.</summary>
    public int Blocks
    {
        get
        {
            int blocks = 0;
            for (int l = 0; l < _layout.LayerCount; l++)
            {
                blocks += BlocksOf(l);
            }

            return blocks;
        }
    }

    /// <summary>Keeps δ of some rows, which the reverse pass of inner step k has computed.</summary>
    public void PackDeltas(MlpBatch<T> critic, int k, int first, int rows)
    {
        for (int layer = 0; layer < _layout.LayerCount; layer++)
        {
            Pack(critic.Delta(layer, first), layer, first, rows, _packedDeltas[k]);
        }
    }

    /// <summary>Keeps z̃ of some rows, which the reverse of the tangent pass has computed.</summary>
    public void PackSeconds(MlpBatch<T> critic, int first, int rows)
    {
        for (int layer = 0; layer < _layout.LayerCount; layer++)
        {
            Pack(critic.ZSecond(layer, first), layer, first, rows, _packedSeconds);
        }
    }

    /// <summary>Takes rows out of a layer's products for inner step k, whose δ is not finite.</summary>
    public void ClearDeltas(int layer, int k, int first, int rows) =>
        MatrixProduct<T>.ClearRows(first, rows, _rows, _layout.Size(layer + 1), _packedDeltas[k].Pointer + PackedOffset(layer));

    /// <summary>One block of the gradient of inner step k: sets it for the last step, adds to it for those before.</summary>
    public void Add(MlpBatch<T> critic, int k, int block)
    {
        int layer = 0;
        for (; block >= BlocksOf(layer); layer++)
        {
            block -= BlocksOf(layer);
        }

        int size = BlockSize(layer);
        int first = block * size;
        int rows = Math.Min(size, _layout.Size(layer) - first);
        int width = _layout.Width(layer);
        int outputSize = _layout.Size(layer + 1);
        int outputWidth = _layout.Width(layer + 1);
        long offset = PackedOffset(layer);
        T* target = Values.Pointer + _layout.WeightOffset(layer) + ((long)first * outputWidth);
        bool accumulate = k < _steps - 1;
        if (block == 0)
        {
            Mlp<T>.SumPackedRows(_layout, layer, _rows, _packedSeconds.Pointer + offset, Values.Pointer, accumulate);
        }

        MatrixProduct<T>.Multiply(
            rows, outputSize, _rows, critic.HTangent(layer - 1) + first, 1, width, _packedDeltas[k].Pointer + offset, target, outputWidth, null, accumulate);
        MatrixProduct<T>.Multiply(
            rows, outputSize, _rows, critic.H(layer - 1) + first, 1, width, _packedSeconds.Pointer + offset, target, outputWidth, null, accumulate: true);
    }

    public void Dispose()
    {
        foreach (AlignedBuffer<T> packed in _packedDeltas)
        {
            packed.Dispose();
        }

        _packedSeconds.Dispose();
        Values.Dispose();
    }

    private void Pack(T* matrix, int layer, int first, int rows, AlignedBuffer<T> packed) =>
        MatrixProduct<T>.PackRows(matrix, _layout.Width(layer + 1), 1, first, rows, _rows, _layout.Size(layer + 1), packed.Pointer + PackedOffset(layer));

    // A block per thread: each passes over all of a right-hand side.
    private int BlockSize(int layer) => InnerLoop<T>.Split(_layout.Size(layer), _layout.Size(layer), _threads);

    private int BlocksOf(int layer)
    {
        int size = BlockSize(layer);
        return (_layout.Size(layer) + size - 1) / size;
    }

    private long PackedOffset(int layer)
    {
        long offset = 0;
        for (int l = 0; l < layer; l++)
        {
            offset += MatrixProduct<T>.PackedLength(_rows, _layout.Size(l + 1));
        }

        return offset;
    }
}
