namespace MetaCritic.Networks;

/// <summary>
/// The shape of a multi-layer perceptron whose parameters lie in one flat span: per layer the weights
/// [inputs × outputs], row-major, then the biases [outputs].
/// </summary>
public sealed class MlpShape : IEquatable<MlpShape>
{
    private readonly int[] _sizes;
    private readonly int[] _offsets;

    /// <summary>Creates a shape.</summary>
    /// <param name="sizes">Widths from the input to the output, at least two, each at least 1.</param>
    /// <param name="hidden">Activation of all layers but the last.</param>
    /// <param name="output">Activation of the last layer.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or one is below 1.</exception>
    public MlpShape(IReadOnlyList<int> sizes, Activation hidden, Activation output = Activation.Linear)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Count < 2 || sizes.Any(n => n < 1))
        {
            throw new ArgumentException($"[{string.Join(", ", sizes)}] is no network: give at least an input and an output width, each at least 1.", nameof(sizes));
        }

        _sizes = [.. sizes];
        Hidden = hidden;
        Output = output;
        _offsets = new int[LayerCount + 1];
        for (int l = 0; l < LayerCount; l++)
        {
            _offsets[l + 1] = checked(_offsets[l] + ((_sizes[l] + 1) * _sizes[l + 1]));
        }
    }

    /// <summary>Widths from the input to the output.</summary>
    public IReadOnlyList<int> Sizes => _sizes;

    /// <summary>Activation of all layers but the last.</summary>
    public Activation Hidden { get; }

    /// <summary>Activation of the last layer.</summary>
    public Activation Output { get; }

    /// <summary>Number of layers with weights.</summary>
    public int LayerCount => _sizes.Length - 1;

    /// <summary>Number of inputs.</summary>
    public int InputSize => _sizes[0];

    /// <summary>Number of outputs.</summary>
    public int OutputSize => _sizes[^1];

    /// <summary>Number of weights and biases.</summary>
    public int ParameterCount => _offsets[^1];

    /// <summary>The activation after a layer.</summary>
    /// <param name="layer">Index of the layer, from 0.</param>
    public Activation ActivationOf(int layer) => layer == LayerCount - 1 ? Output : Hidden;

    /// <summary>Where a layer's weights begin in the parameters.</summary>
    /// <param name="layer">Index of the layer, from 0.</param>
    public int WeightOffset(int layer) => _offsets[layer];

    /// <summary>Where a layer's biases begin in the parameters.</summary>
    /// <param name="layer">Index of the layer, from 0.</param>
    public int BiasOffset(int layer) => _offsets[layer] + (_sizes[layer] * _sizes[layer + 1]);

    /// <inheritdoc/>
    public bool Equals(MlpShape? other) =>
        other is not null && _sizes.AsSpan().SequenceEqual(other._sizes) && Hidden == other.Hidden && Output == other.Output;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MlpShape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int size in _sizes)
        {
            hash.Add(size);
        }

        hash.Add(Hidden);
        hash.Add(Output);
        return hash.ToHashCode();
    }

    /// <summary>For example <c>14-64-64-7, tanh, linear</c>.</summary>
    public override string ToString() =>
        $"{string.Join('-', _sizes)}, {Hidden.ToString().ToLowerInvariant()}, {Output.ToString().ToLowerInvariant()}";
}
