using System.Diagnostics;
using MathNet.Numerics.Statistics;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>Something to be measured beside others.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Run">Does it once.</param>
internal sealed record Contender(string Name, Action Run);

/// <summary>What one contender needed in each round, s per run.</summary>
internal sealed class Timing(double[] seconds)
{
    public IReadOnlyList<double> Seconds => seconds;

    public Spread Time => Spread.Of(seconds);

    /// <summary>A rate, for work of a size per run.</summary>
    public Spread Rate(double work) => Spread.Of(seconds.Select(s => work / s));

    /// <summary>This time as a multiple of another's, round by round.</summary>
    public Spread Over(Timing other) => Spread.Of(seconds.Zip(other.Seconds, (a, b) => a / b));

    /// <summary>The same, where each does work of a size per run: this rate as a multiple of the other's.</summary>
    public Spread RateOver(double work, Timing other, double otherWork) => Spread.Of(seconds.Zip(other.Seconds, (a, b) => work / a / (otherWork / b)));
}

/// <summary>The median over rounds with the quartiles.</summary>
internal readonly record struct Spread(double Median, double Low, double High)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new(SortedArrayStatistics.Median(sorted), SortedArrayStatistics.LowerQuartile(sorted), SortedArrayStatistics.UpperQuartile(sorted));
    }

    public static Spread operator *(double factor, Spread spread) => new(factor * spread.Median, factor * spread.Low, factor * spread.High);
}

/// <summary>
/// Measures contenders in turn, A B C A B C …: what disturbs the machine for longer than a round disturbs all of them, and their
/// ratios, formed round by round, remain.
/// </summary>
internal static class Paired
{
    public static Timing[] Measure(Effort effort, params IReadOnlyList<Contender> contenders)
    {
        int[] repetitions = [.. contenders.Select(contender => Repetitions(contender, effort))];
        double[][] seconds = [.. contenders.Select(_ => new double[effort.Rounds])];
        for (int round = 0; round < effort.Rounds; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                double start = effort.Now();
                for (int r = 0; r < repetitions[i]; r++)
                {
                    contenders[i].Run();
                }

                seconds[i][round] = (effort.Now() - start) / repetitions[i];
            }
        }

        return [.. seconds.Select(s => new Timing(s))];
    }

    // Warms up, until the runtime has compiled for good what is hot, and finds how many runs fill a measurement.
    private static int Repetitions(Contender contender, Effort effort)
    {
        double start = effort.Now();
        double fastest = double.PositiveInfinity;
        do
        {
            long one = Stopwatch.GetTimestamp();
            contender.Run();
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(one).TotalSeconds);
        }
        while (effort.Now() - start < effort.WarmupSeconds);
        return Math.Max(1, (int)Math.Ceiling(effort.SampleSeconds / Math.Max(fastest, 1e-8)));
    }
}
