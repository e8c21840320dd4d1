using MetaCritic.Networks;

namespace MetaCritic.Tests;

/// <summary>What the numerical tests share.</summary>
internal static class Numbers
{
    /// <summary>Largest absolute difference over the largest absolute reference value.</summary>
    public static double RelativeError(ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        double difference = 0;
        double scale = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference = Math.Max(difference, Math.Abs(actual[i] - expected[i]));
            scale = Math.Max(scale, Math.Abs(expected[i]));
            if (double.IsNaN(actual[i]))
            {
                return double.NaN;
            }
        }

        return scale > 0 ? difference / scale : difference;
    }

    /// <summary>
    /// The gradient of <paramref name="f"/> by central differences with one Richardson extrapolation (error of order h⁴).
    /// </summary>
    public static double[] Gradient(Func<double[], double> f, double[] x, double h = 1e-3)
    {
        double[] gradient = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            gradient[i] = ((4 * Difference(i, h / 2)) - Difference(i, h)) / 3;
        }

        return gradient;

        double Difference(int i, double step)
        {
            double[] shifted = [.. x];
            shifted[i] = x[i] + step;
            double above = f(shifted);
            shifted[i] = x[i] - step;
            return (above - f(shifted)) / (2 * step);
        }
    }

    /// <summary>Uniform numbers in ±scale from a key.</summary>
    public static double[] Uniform(ulong key, int count, double scale = 1)
    {
        KeyedRandom random = KeyedRandom.Create(key);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = scale * ((2 * random.NextDouble()) - 1);
        }

        return values;
    }
}
