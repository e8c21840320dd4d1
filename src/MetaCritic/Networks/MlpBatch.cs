namespace MetaCritic.Networks;

/// <summary>What of a network's intermediate values a batch keeps.</summary>
internal enum MlpPasses
{
    /// <summary>Forward and reverse passes.</summary>
    Reverse,

    /// <summary>Also tangent passes and their reverse.</summary>
    Tangent,
}

/// <summary>
/// The intermediate values of a network for a batch of rows. Matrices are [rows × padded width], row-major. With layer l
/// computing z_l = h_(l−1)·W_l + b_l, h_l = σ(z_l), the names are: h̄ cotangent of h, δ = σ'(z)·h̄, ż and ḣ tangents,
/// h̃ and z̃ cotangents of h and z in the reverse of the tangent pass.
/// </summary>
/// <remarks>
/// A batch in blocks keeps δ, ż, h̃ and z̃ of its layers only while a thread is at a block of rows: memory that stays in the
/// cache, where matrices of all rows would pass through it.
/// </remarks>
internal sealed unsafe class MlpBatch<T> : IDisposable
    where T : unmanaged
{
    private const int HKind = 0;
    private const int AdjointKind = 1;
    private const int DeltaKind = 2;
    private const int HTangentKind = 3;
    private const int ZTangentKind = 4;
    private const int HSecondKind = 5;
    private const int Kinds = 6;

    private readonly AlignedBuffer<T>[] _buffers;
    private readonly int _layers;
    private readonly int _blockRows;

    /// <summary>A batch that keeps everything.</summary>
    public MlpBatch(MlpLayout layout, int rows, MlpPasses passes)
        : this(layout, rows, passes, 0, 0)
    {
    }

    /// <summary>A batch in blocks.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="passes">What of their values is kept.</param>
    /// <param name="blockRows">Rows of a block, that one thread passes through at a time.</param>
    /// <param name="threads">Size of the <see cref="WorkerTeam"/>.</param>
    public MlpBatch(MlpLayout layout, int rows, MlpPasses passes, int blockRows, int threads)
    {
        Layout = layout;
        Rows = rows;
        _layers = layout.LayerCount;
        _blockRows = blockRows;
        bool tangent = passes == MlpPasses.Tangent;
        _buffers = new AlignedBuffer<T>[(Kinds * (_layers + 1)) + 1];
        for (int l = 0; l <= _layers; l++)
        {
            for (int kind = 0; kind < Kinds; kind++)
            {
                // Kinds from HTangentKind on are of the tangent pass.
                long length = IsOfBlock(kind, l - 1) ? (long)threads * blockRows : rows;
                _buffers[(kind * (_layers + 1)) + l] = new(kind < HTangentKind || tangent ? length * layout.Width(l) : 0);
            }
        }

        _buffers[^1] = new(blockRows > 0 ? 0 : (long)rows * layout.MaxWidth);
    }

    public MlpLayout Layout { get; }

    public int Rows { get; }

    /// <summary>Network input.</summary>
    public T* Input => H(-1);

    /// <summary>Network output.</summary>
    public T* Output => H(_layers - 1);

    /// <summary>Cotangent of the output, set before a reverse pass.</summary>
    public T* OutputCotangent => Adjoint(_layers - 1);

    /// <summary>Cotangent of the input, result of a reverse pass.</summary>
    public T* InputCotangent => Adjoint(-1);

    /// <summary>Tangent of the input, set before a tangent pass.</summary>
    public T* InputTangent => HTangent(-1);

    /// <summary>Tangent of the output, result of a tangent pass.</summary>
    public T* OutputTangent => HTangent(_layers - 1);

    /// <summary>Cotangent of the output itself in the reverse of a tangent pass, set before it if it is not 0. Not of a batch in blocks.</summary>
    public T* OutputSecondCotangent => Buffer(HSecondKind, _layers - 1);

    /// <summary>Cotangent of the input, result of the reverse of a tangent pass.</summary>
    public T* InputSecondCotangent => Buffer(HSecondKind, -1);

    /// <summary>Room for packing rows of any layer; rows keep to their own part. Not of a batch in blocks.</summary>
    public T* PackScratch => _buffers[^1].Pointer;

    // Layer −1 is the input.
    public T* H(int layer) => Buffer(HKind, layer);

    public T* Adjoint(int layer) => Buffer(AdjointKind, layer);

    public T* HTangent(int layer) => Buffer(HTangentKind, layer);

    // Rows from one on, those of the block at hand.
    public T* Delta(int layer, int first) => Part(DeltaKind, layer, first);

    public T* ZTangent(int layer, int first) => Part(ZTangentKind, layer, first);

    public T* HSecond(int layer, int first) => Part(HSecondKind, layer, first);

    /// <summary>z̃, in the place of h̃, which it is computed from and which is not needed after that.</summary>
    public T* ZSecond(int layer, int first) => HSecond(layer, first);

    public void Dispose()
    {
        foreach (AlignedBuffer<T> buffer in _buffers)
        {
            buffer.Dispose();
        }
    }

    private bool IsOfBlock(int kind, int layer) => _blockRows > 0 && layer >= 0 && (kind is DeltaKind or ZTangentKind or HSecondKind);

    private T* Part(int kind, int layer, int first) =>
        Buffer(kind, layer) + ((long)(IsOfBlock(kind, layer) ? WorkerTeam.Worker * _blockRows : first) * Layout.Width(layer + 1));

    private T* Buffer(int kind, int layer) => _buffers[(kind * (_layers + 1)) + layer + 1].Pointer;
}
