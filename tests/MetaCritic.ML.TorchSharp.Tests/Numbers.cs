using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>Comparisons of numbers.</summary>
internal static class Numbers
{
    /// <summary>‖actual − expected‖ / ‖expected‖.</summary>
    public static double RelativeError(IReadOnlyList<double> actual, IReadOnlyList<double> expected)
    {
        Assert.HasCount(expected.Count, actual);
        double norm = Math.Sqrt(expected.Sum(x => x * x));
        return Math.Sqrt(actual.Zip(expected, (a, b) => (a - b) * (a - b)).Sum()) / norm;
    }

    /// <summary>A tensor's numbers in double precision.</summary>
    public static double[] Of(Tensor x) => x.detach().to(ScalarType.Float64, CPU).contiguous().data<double>().ToArray();
}
