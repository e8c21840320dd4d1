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
internal sealed unsafe class MlpBatch<T> : IDisposable
    where T : unmanaged
{
    private const int Kinds = 6;

    private readonly AlignedBuffer<T>[] _buffers;
    private readonly int _layers;

    public MlpBatch(MlpLayout layout, int rows, MlpPasses passes)
    {
        Layout = layout;
        Rows = rows;
        _layers = layout.LayerCount;
        bool tangent = passes == MlpPasses.Tangent;
        _buffers = new AlignedBuffer<T>[(Kinds * (_layers + 1)) + 1];
        for (int l = 0; l <= _layers; l++)
        {
            long length = (long)rows * layout.Width(l);
            for (int kind = 0; kind < Kinds; kind++)
            {
                // Kinds 0 to 2 are of the reverse pass, the others of the tangent pass.
                _buffers[(kind * (_layers + 1)) + l] = new(kind < 3 || tangent ? length : 0);
            }
        }

        _buffers[^1] = new((long)rows * layout.MaxWidth);
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

    /// <summary>Cotangent of the output itself in the reverse of a tangent pass, set before it if it is not 0.</summary>
    public T* OutputSecondCotangent => HSecond(_layers - 1);

    /// <summary>Cotangent of the input, result of the reverse of a tangent pass.</summary>
    public T* InputSecondCotangent => HSecond(-1);

    /// <summary>Room for packing rows of any layer; rows keep to their own part.</summary>
    public T* PackScratch => _buffers[^1].Pointer;

    // Layer −1 is the input.
    public T* H(int layer) => Buffer(0, layer);

    public T* Adjoint(int layer) => Buffer(1, layer);

    public T* Delta(int layer) => Buffer(2, layer);

    public T* HTangent(int layer) => Buffer(3, layer);

    public T* ZTangent(int layer) => Buffer(4, layer);

    public T* HSecond(int layer) => Buffer(5, layer);

    /// <summary>z̃, in the place of h̃, which it is computed from and which is not needed after that.</summary>
    public T* ZSecond(int layer) => HSecond(layer);

    public void Dispose()
    {
        foreach (AlignedBuffer<T> buffer in _buffers)
        {
            buffer.Dispose();
        }
    }

    private T* Buffer(int kind, int layer) => _buffers[(kind * (_layers + 1)) + layer + 1].Pointer;
}
