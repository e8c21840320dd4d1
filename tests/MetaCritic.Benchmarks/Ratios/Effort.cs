namespace MetaCritic.Benchmarks.Ratios;

/// <summary>How long to measure.</summary>
/// <param name="Rounds">Rounds in which everything compared is measured once.</param>
/// <param name="SampleSeconds">Least duration of one measurement; short work is repeated within it.</param>
/// <param name="WarmupSeconds">Duration of runs before the first measurement.</param>
/// <param name="IsQuick">Whether only to see that everything runs: small sizes, and figures that mean nothing.</param>
internal sealed record Effort(int Rounds, double SampleSeconds, double WarmupSeconds, bool IsQuick)
{
    public static Effort Full { get; } = new(31, 1e-3, 0.05, false);

    public static Effort Quick { get; } = new(3, 1e-5, 0, true);
}
