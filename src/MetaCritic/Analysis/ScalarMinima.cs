namespace MetaCritic.Analysis;

/// <summary>Local minima of a function of one variable.</summary>
internal static class ScalarMinima
{
    private const double GoldenRatio = 0.61803398874989484820;

    /// <summary>Finds the local minima between two ends that a scan with equal steps brackets.</summary>
    /// <param name="function">The function; values that are not finite are no minima.</param>
    /// <param name="from">Lower end.</param>
    /// <param name="to">Upper end.</param>
    /// <param name="steps">Steps of the scan, at least 2; minima closer together than these are seen as one.</param>
    /// <returns>Where the minima lie, in ascending order, to about 1e-8 of the step.</returns>
    public static IReadOnlyList<double> Find(Func<double, double> function, double from, double to, int steps = 1000)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        double step = (to - from) / steps;
        double[] values = [.. Enumerable.Range(0, steps + 1).Select(i => function(from + (i * step)))];
        List<double> minima = [];
        for (int i = 1; i < steps; i++)
        {
            if (values[i] < values[i - 1] && values[i] <= values[i + 1])
            {
                minima.Add(GoldenSection(function, from + ((i - 1) * step), from + ((i + 1) * step)));
            }
        }

        return minima;
    }

    private static double GoldenSection(Func<double, double> function, double low, double high)
    {
        double a = high - (GoldenRatio * (high - low));
        double b = low + (GoldenRatio * (high - low));
        double fa = function(a);
        double fb = function(b);
        for (int i = 0; i < 60; i++)
        {
            if (fa <= fb)
            {
                (high, b, fb) = (b, a, fa);
                a = high - (GoldenRatio * (high - low));
                fa = function(a);
            }
            else
            {
                (low, a, fa) = (a, b, fb);
                b = low + (GoldenRatio * (high - low));
                fb = function(b);
            }
        }

        return (low + high) / 2;
    }
}
