using System.Globalization;
using MathNet.Numerics.Statistics;

namespace MetaCritic.Analysis;

/// <summary>Statistics of the errors of fitted policies. Diverged policies have no error: they are counted, and count as failures.</summary>
/// <remarks>
/// Quantiles interpolate linearly between order statistics: of n sorted errors, the p-quantile lies at position
/// (n − 1)·p, counted from 0. Without any error that counts, all statistics but the counts are NaN.
/// </remarks>
public sealed record ErrorSummary
{
    /// <summary>Success: an error of at most this, unless another is given; rad² or m².</summary>
    public const double DefaultTolerance = 0.02;

    /// <summary>Number of resamples of the bootstrap, for up to 20,000 errors.</summary>
    public const int Resamples = 10_000;

    private const long DrawLimit = 200_000_000;
    private const ulong BootstrapSeed = 20_220_402;

    private ErrorSummary()
    {
    }

    /// <summary>Number of policies, diverged ones included.</summary>
    public required int Count { get; init; }

    /// <summary>Number of diverged policies.</summary>
    public required int Diverged { get; init; }

    /// <summary>Mean error.</summary>
    public required double Mean { get; init; }

    /// <summary>Sample standard deviation of the errors (divisor n − 1); NaN for fewer than two.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Median error.</summary>
    public required double Median { get; init; }

    /// <summary>The 90th percentile of the errors.</summary>
    public required double Percentile90 { get; init; }

    /// <summary>Lower end of the 95 % confidence interval of the mean: the 2.5th percentile of the means of resamples.</summary>
    public required double ConfidenceLow { get; init; }

    /// <summary>Upper end of the 95 % confidence interval of the mean: the 97.5th percentile of the means of resamples.</summary>
    public required double ConfidenceHigh { get; init; }

    /// <summary>Share of all policies, diverged ones included, whose error is at most <see cref="Tolerance"/>.</summary>
    public required double SuccessRate { get; init; }

    /// <summary>The error up to which a policy is a success.</summary>
    public required double Tolerance { get; init; }

    /// <summary>The statistics in a line: <c>12 policies, 1 diverged: error 0.014 [0.0096, 0.0186], median 0.0118, 58 % ≤ 0.02</c>.</summary>
    public override string ToString()
    {
        string count = Count == 1 ? "1 policy" : Text($"{Count} policies");
        return Count == 0 ? "no policies"
            : Diverged == Count ? $"{count}, all diverged"
            : (Diverged > 0 ? Text($"{count}, {Diverged} diverged") : count)
                + Text($": error {Mean:G3} [{ConfidenceLow:G3}, {ConfidenceHigh:G3}], median {Median:G3}, {100 * SuccessRate:F0} % ≤ {Tolerance:G3}");
    }

    /// <summary>Computes the statistics. The same errors in the same order always give the same bits.</summary>
    /// <param name="errors">One error per policy, rad² or m²; NaN (or infinity) for a diverged one.</param>
    /// <param name="tolerance">The error up to which a policy is a success, 0 or more.</param>
    /// <exception cref="InvalidInputException">The tolerance is no finite number of at least 0, or an error is negative.</exception>
    public static ErrorSummary Of(IReadOnlyList<double> errors, double tolerance = DefaultTolerance)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (!(tolerance >= 0) || !double.IsFinite(tolerance))
        {
            throw new InvalidInputException("tolerance", FormattableString.Invariant($"value is {tolerance}"), "Give a finite number, 0 or more");
        }

        double[] given = [.. errors.Where(double.IsFinite)];
        double[] sorted = [.. given.Order()];
        if (sorted.Length > 0 && sorted[0] < 0)
        {
            throw new InvalidInputException("errors", FormattableString.Invariant($"value is {sorted[0]}"), "Give squared errors, which are 0 or more");
        }

        (double low, double high) = ConfidenceInterval(given);
        return new ErrorSummary
        {
            Count = errors.Count,
            Diverged = errors.Count - given.Length,
            Mean = given.Length == 0 ? double.NaN : given.Sum() / given.Length,
            StandardDeviation = given.Length < 2 ? double.NaN : given.StandardDeviation(),
            Median = Quantile(sorted, 0.5),
            Percentile90 = Quantile(sorted, 0.9),
            ConfidenceLow = low,
            ConfidenceHigh = high,
            SuccessRate = errors.Count == 0 ? double.NaN : (double)given.Count(e => e <= tolerance) / errors.Count,
            Tolerance = tolerance,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The percentile bootstrap of the mean (Efron 1979), with a fixed seed.</summary>
    private static (double Low, double High) ConfidenceInterval(double[] errors)
    {
        if (errors.Length == 0)
        {
            return (double.NaN, double.NaN);
        }

        // Beyond 20,000 errors, fewer resamples: the interval is narrow there, and time is bounded.
        double[] means = new double[Math.Clamp(DrawLimit / errors.Length, 1000, Resamples)];
        ulong state = BootstrapSeed;
        for (int i = 0; i < means.Length; i++)
        {
            double sum = 0;
            for (int j = 0; j < errors.Length; j++)
            {
                sum += errors[Draw(ref state, (uint)errors.Length)];
            }

            means[i] = sum / errors.Length;
        }

        Array.Sort(means);
        return (Quantile(means, 0.025), Quantile(means, 0.975));
    }

    /// <summary>An index below <paramref name="count"/>: the upper half of a product with SplitMix64's output (Steele et al. 2014).</summary>
    private static int Draw(ref ulong state, uint count)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)Math.BigMul(z ^ (z >> 31), count, out _);
    }

    private static double Quantile(double[] sorted, double p) =>
        sorted.Length == 0 ? double.NaN : SortedArrayStatistics.QuantileCustom(sorted, p, QuantileDefinition.R7);
}
