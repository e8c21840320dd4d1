namespace MetaCritic.Networks;

/// <summary>
/// Where the parameters of a network lie inside the kernels: as in <see cref="MlpShape"/>, but with every row of weights and
/// every bias vector padded with zeros to a multiple of <see cref="MatrixProduct{T}.Padding"/> elements. The padding of
/// parameters and gradients stays 0.
/// </summary>
internal sealed class MlpLayout
{
    /// <summary>Rows that one thread takes through all layers at a time, at most: a multiple of the kernels' tiles that stays in the cache.</summary>
    public const int RowBlock = 48;

    private readonly int[] _widths;
    private readonly long[] _weights;
    private readonly long[] _biases;

    public MlpLayout(MlpShape shape)
    {
        Shape = shape;
        _widths = [.. shape.Sizes.Select(MatrixProduct<float>.Padded)];
        _weights = new long[shape.LayerCount];
        _biases = new long[shape.LayerCount];
        for (int l = 0; l < shape.LayerCount; l++)
        {
            _weights[l] = Length;
            _biases[l] = Length + ((long)shape.Sizes[l] * _widths[l + 1]);
            Length = _biases[l] + _widths[l + 1];
        }
    }

    public MlpShape Shape { get; }

    public int LayerCount => Shape.LayerCount;

    /// <summary>Number of elements with padding.</summary>
    public long Length { get; }

    /// <summary>Largest padded width of any layer's input or output.</summary>
    public int MaxWidth => _widths.Max();

    /// <summary>Width of a layer's input; of its output at <paramref name="layer"/> + 1.</summary>
    public int Size(int layer) => Shape.Sizes[layer];

    /// <summary>The same, padded.</summary>
    public int Width(int layer) => _widths[layer];

    public long WeightOffset(int layer) => _weights[layer];

    public long BiasOffset(int layer) => _biases[layer];

    /// <summary>Copies flat parameters (layout of <see cref="MlpShape"/>) to padded ones.</summary>
    public unsafe void Import<T>(ReadOnlySpan<T> flat, T* padded)
        where T : unmanaged
    {
        new Span<T>(padded, checked((int)Length)).Clear();
        for (int l = 0; l < LayerCount; l++)
        {
            // The biases follow the weights like one more row, in both layouts.
            for (int i = 0; i <= Size(l); i++)
            {
                flat.Slice(Shape.WeightOffset(l) + (i * Size(l + 1)), Size(l + 1))
                    .CopyTo(new Span<T>(padded + WeightOffset(l) + ((long)i * Width(l + 1)), Size(l + 1)));
            }
        }
    }

    /// <summary>Copies padded parameters to flat ones.</summary>
    public unsafe void Export<T>(T* padded, Span<T> flat)
        where T : unmanaged
    {
        for (int l = 0; l < LayerCount; l++)
        {
            for (int i = 0; i <= Size(l); i++)
            {
                new ReadOnlySpan<T>(padded + WeightOffset(l) + ((long)i * Width(l + 1)), Size(l + 1))
                    .CopyTo(flat.Slice(Shape.WeightOffset(l) + (i * Size(l + 1)), Size(l + 1)));
            }
        }
    }
}
