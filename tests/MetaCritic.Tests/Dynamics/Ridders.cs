namespace MetaCritic.Tests.Dynamics;

/// <summary>
/// Central differences, extrapolated to a vanishing step (Ridders, Advances in Engineering Software 4 (1982), 75-76): of a
/// table of step sizes and orders it takes the entry with the smallest estimated error.
/// </summary>
internal static class Ridders
{
    private const int Steps = 18;
    private const double Ratio = 1.6;

    /// <summary>The derivative at 0.</summary>
    /// <param name="function">The function.</param>
    /// <param name="step">Largest step.</param>
    public static double Derivative(Func<double, double> function, double step)
    {
        double[,] table = new double[Steps, Steps];
        double best = double.NaN;
        double error = double.PositiveInfinity;
        for (int i = 0; i < Steps; i++, step /= Ratio)
        {
            table[i, 0] = (function(step) - function(-step)) / (2 * step);
            double factor = Ratio * Ratio;
            for (int j = 1; j <= i; j++, factor *= Ratio * Ratio)
            {
                table[i, j] = ((factor * table[i, j - 1]) - table[i - 1, j - 1]) / (factor - 1);
                double estimate = Math.Max(Math.Abs(table[i, j] - table[i, j - 1]), Math.Abs(table[i, j] - table[i - 1, j - 1]));
                if (estimate < error)
                {
                    (error, best) = (estimate, table[i, j]);
                }
            }
        }

        return best;
    }

    /// <summary>The gradient of a function of several variables.</summary>
    public static double[] Gradient<TState>(TState state, double[] at, Func<TState, double[], double> function, double step = 0.02)
    {
        double[] gradient = new double[at.Length];
        for (int i = 0; i < at.Length; i++)
        {
            double[] moved = [.. at];
            double Along(double d)
            {
                moved[i] = at[i] + d;
                return function(state, moved);
            }

            gradient[i] = Derivative(Along, step);
        }

        return gradient;
    }
}
