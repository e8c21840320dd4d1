using System.Diagnostics;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>How long to measure, and by which clock.</summary>
/// <param name="Rounds">Rounds in which everything compared is measured once.</param>
/// <param name="SampleSeconds">Least duration of one measurement; short work is repeated within it.</param>
/// <param name="WarmupSeconds">Duration of runs before the first measurement.</param>
/// <param name="IsQuick">Whether only to see that everything runs: small sizes, and figures that mean nothing.</param>
internal sealed record Effort(int Rounds, double SampleSeconds, double WarmupSeconds, bool IsQuick)
{
    public static Effort Full { get; } = new(31, 1e-3, 0.2, false);

    public static Effort Quick { get; } = new(3, 1e-5, 0, true);

    /// <summary>
    /// Whether the clock counts the time that the process spends on a processor: for a machine whose processors are busy with
    /// other work, where only what one thread does can be measured.
    /// </summary>
    public bool ProcessorTime { get; init; }

    /// <summary>Numbers of threads that the clock can measure.</summary>
    public IReadOnlyList<int> Threads => ProcessorTime ? [1] : [1, 2];

    /// <summary>The clock, s.</summary>
    public double Now() => ProcessorTime ? Environment.CpuUsage.TotalTime.TotalSeconds : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
}
