namespace MetaCritic.Learning;

/// <summary>How far the collection of transitions is.</summary>
/// <param name="Completed">Control steps done; every episode makes each.</param>
/// <param name="Total">Control steps to do.</param>
public readonly record struct TransitionCollectorProgress(int Completed, int Total);
