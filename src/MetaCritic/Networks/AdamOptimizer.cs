namespace MetaCritic.Networks;

/// <summary>
/// Adam (Kingma and Ba 2015, Algorithm 1) with β₁ = 0.9, β₂ = 0.999, ε = 1e-8, on padded parameters.
/// </summary>
internal sealed unsafe class AdamOptimizer<T> : IDisposable
    where T : unmanaged
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    public AdamOptimizer(long length)
    {
        First = new(length);
        Second = new(length);
    }

    /// <summary>First moments.</summary>
    public AlignedBuffer<T> First { get; }

    /// <summary>Second moments.</summary>
    public AlignedBuffer<T> Second { get; }

    /// <summary>Steps made.</summary>
    public long Steps { get; set; }

    /// <summary>One step against the gradient.</summary>
    /// <param name="gradient">The gradient, not changed.</param>
    /// <param name="gradientScale">Factor on it (clipping).</param>
    /// <param name="learningRate">η.</param>
    /// <param name="parameters">Updated in place.</param>
    public void Step(T* gradient, double gradientScale, double learningRate, T* parameters)
    {
        Steps++;
        AdamCoefficients coefficients = new(
            gradientScale,
            Beta1,
            Beta2,
            learningRate / (1 - Math.Pow(Beta1, Steps)),
            1 / Math.Sqrt(1 - Math.Pow(Beta2, Steps)),
            Epsilon);
        VectorLoops<T>.Adam(gradient, First.Pointer, Second.Pointer, parameters, First.Length, coefficients);
    }

    /// <summary>Forgets all steps made.</summary>
    public void Reset()
    {
        Steps = 0;
        First.Clear();
        Second.Clear();
    }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}
