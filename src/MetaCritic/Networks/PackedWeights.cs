namespace MetaCritic.Networks;

/// <summary>The weights of one network, packed for products from the left: W for forward passes, Wᵀ for reverse ones.</summary>
internal sealed unsafe class PackedWeights<T> : IDisposable
    where T : unmanaged
{
    private readonly MlpLayout _layout;
    private readonly long[] _forwardOffsets;
    private readonly long[] _backwardOffsets;
    private readonly AlignedBuffer<T> _forward;
    private readonly AlignedBuffer<T> _backward;
    private readonly AlignedBuffer<T> _biases;
    private readonly long[] _biasOffsets;

    public PackedWeights(MlpLayout layout)
    {
        _layout = layout;
        _forwardOffsets = new long[layout.LayerCount + 1];
        _backwardOffsets = new long[layout.LayerCount + 1];
        _biasOffsets = new long[layout.LayerCount + 1];
        for (int l = 0; l < layout.LayerCount; l++)
        {
            _forwardOffsets[l + 1] = _forwardOffsets[l] + MatrixProduct<T>.PackedLength(layout.Size(l), layout.Size(l + 1));
            _backwardOffsets[l + 1] = _backwardOffsets[l] + MatrixProduct<T>.PackedLength(layout.Size(l + 1), layout.Size(l));
            _biasOffsets[l + 1] = _biasOffsets[l] + layout.Width(l + 1);
        }

        _forward = new(_forwardOffsets[^1]);
        _backward = new(_backwardOffsets[^1]);
        _biases = new(_biasOffsets[^1]);
    }

    public T* Forward(int layer) => _forward.Pointer + _forwardOffsets[layer];

    public T* Backward(int layer) => _backward.Pointer + _backwardOffsets[layer];

    public T* Bias(int layer) => _biases.Pointer + _biasOffsets[layer];

    /// <summary>Packs W and copies the biases.</summary>
    public void PackForward(T* parameters)
    {
        for (int l = 0; l < _layout.LayerCount; l++)
        {
            PackForward(parameters, l);
        }
    }

    public void PackForward(T* parameters, int layer)
    {
        int width = _layout.Width(layer + 1);
        MatrixProduct<T>.Pack(parameters + _layout.WeightOffset(layer), width, 1, _layout.Size(layer), _layout.Size(layer + 1), Forward(layer));
        new ReadOnlySpan<T>(parameters + _layout.BiasOffset(layer), width).CopyTo(new Span<T>(Bias(layer), width));
    }

    /// <summary>Packs Wᵀ.</summary>
    public void PackBackward(T* parameters)
    {
        for (int l = 0; l < _layout.LayerCount; l++)
        {
            PackBackward(parameters, l);
        }
    }

    public void PackBackward(T* parameters, int layer) =>
        MatrixProduct<T>.Pack(parameters + _layout.WeightOffset(layer), 1, _layout.Width(layer + 1), _layout.Size(layer + 1), _layout.Size(layer), Backward(layer));

    public void Dispose()
    {
        _forward.Dispose();
        _backward.Dispose();
        _biases.Dispose();
    }
}
