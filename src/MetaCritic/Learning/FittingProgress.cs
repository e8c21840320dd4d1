namespace MetaCritic.Learning;

/// <summary>How far policy fitting is.</summary>
/// <param name="Completed">Policy updates done, over all policies; those saved by stopping early count as done.</param>
/// <param name="Total">Policy updates to do, over all policies.</param>
public readonly record struct FittingProgress(long Completed, long Total)
{
    /// <summary>Something about the environment that the user should know, as a sentence without a full stop, said once for each fit; else null.</summary>
    public string? Warning { get; init; }
}
