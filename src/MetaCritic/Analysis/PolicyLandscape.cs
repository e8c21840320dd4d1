namespace MetaCritic.Analysis;

/// <summary>A cost of constant policies in two dimensions on a grid of θ, with its gradient (one panel of Figure 1).</summary>
public sealed class PolicyLandscape
{
    private PolicyLandscape(double[] axis, double[,] values, double[,] first, double[,] second)
    {
        Axis = axis;
        Values = values;
        FirstGradient = first;
        SecondGradient = second;
    }

    /// <summary>The grid's θ₁, and its θ₂, ascending.</summary>
    public IReadOnlyList<double> Axis { get; }

    /// <summary>Costs, [θ₁ × θ₂].</summary>
    public double[,] Values { get; }

    /// <summary>Derivatives with respect to θ₁, [θ₁ × θ₂].</summary>
    public double[,] FirstGradient { get; }

    /// <summary>Derivatives with respect to θ₂, [θ₁ × θ₂].</summary>
    public double[,] SecondGradient { get; }

    /// <summary>Computes a landscape.</summary>
    /// <param name="cost">The cost.</param>
    /// <param name="start">s₀, two components.</param>
    /// <param name="goal">g, two components.</param>
    /// <param name="range">The grid covers ± this in both directions.</param>
    /// <param name="points">Points per direction, at least 2.</param>
    public static PolicyLandscape Of(PolicyCost cost, ReadOnlySpan<double> start, ReadOnlySpan<double> goal, double range, int points)
    {
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        double[] axis = [.. Enumerable.Range(0, points).Select(i => range * (((2.0 * i) / (points - 1)) - 1))];
        double[,] values = new double[points, points];
        double[,] first = new double[points, points];
        double[,] second = new double[points, points];
        Span<double> theta = stackalloc double[2];
        Span<double> gradient = stackalloc double[2];
        for (int i = 0; i < points; i++)
        {
            for (int j = 0; j < points; j++)
            {
                theta[0] = axis[i];
                theta[1] = axis[j];
                values[i, j] = cost(start, goal, theta, gradient);
                first[i, j] = gradient[0];
                second[i, j] = gradient[1];
            }
        }

        return new(axis, values, first, second);
    }

    /// <summary>Mean over the grid of the cosine between the gradients of two landscapes; points where one of them is 0 are left out.</summary>
    /// <param name="other">The other, on the same grid.</param>
    public double CosineSimilarity(PolicyLandscape other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double sum = 0;
        int count = 0;
        for (int i = 0; i < Axis.Count; i++)
        {
            for (int j = 0; j < Axis.Count; j++)
            {
                double norm = double.Hypot(FirstGradient[i, j], SecondGradient[i, j]) * double.Hypot(other.FirstGradient[i, j], other.SecondGradient[i, j]);
                if (norm > 0)
                {
                    sum += ((FirstGradient[i, j] * other.FirstGradient[i, j]) + (SecondGradient[i, j] * other.SecondGradient[i, j])) / norm;
                    count++;
                }
            }
        }

        return sum / count;
    }

    /// <summary>Pearson's correlation between the values of two landscapes over the grid.</summary>
    /// <param name="other">The other, on the same grid.</param>
    public double Correlation(PolicyLandscape other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return MathNet.Numerics.Statistics.Correlation.Pearson(Values.Cast<double>(), other.Values.Cast<double>());
    }

    /// <summary>Policies of a grid follow the gradient of a cost (Algorithm 3); where they end.</summary>
    /// <param name="cost">The cost.</param>
    /// <param name="start">s₀, two components.</param>
    /// <param name="goal">g, two components.</param>
    /// <param name="range">The first policies lie on a grid within ± this, and none may leave ten times this.</param>
    /// <param name="points">Points of the grid per direction.</param>
    /// <param name="learningRate">α.</param>
    /// <param name="steps">Policy updates.</param>
    /// <returns>θ of each policy after the last update, as pairs.</returns>
    public static IReadOnlyList<(double First, double Second)> Descend(
        PolicyCost cost, ReadOnlySpan<double> start, ReadOnlySpan<double> goal, double range, int points, double learningRate, int steps)
    {
        ArgumentNullException.ThrowIfNull(cost);
        List<(double, double)> ends = [];
        Span<double> theta = stackalloc double[2];
        Span<double> gradient = stackalloc double[2];
        for (int i = 0; i < points; i++)
        {
            for (int j = 0; j < points; j++)
            {
                theta[0] = range * (((2.0 * i) / (points - 1)) - 1);
                theta[1] = range * (((2.0 * j) / (points - 1)) - 1);
                for (int step = 0; step < steps; step++)
                {
                    cost(start, goal, theta, gradient);
                    for (int k = 0; k < 2; k++)
                    {
                        theta[k] = Math.Clamp(theta[k] - (learningRate * gradient[k]), -10 * range, 10 * range);
                    }
                }

                ends.Add((theta[0], theta[1]));
            }
        }

        return ends;
    }
}
