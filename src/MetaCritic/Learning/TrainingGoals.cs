namespace MetaCritic.Learning;

/// <summary>The table of goals a critic is meta-trained on.</summary>
public sealed record TrainingGoals
{
    /// <summary>Goal positions, one row per goal, [PositionSize] each; rad or m.</summary>
    public required IReadOnlyList<double[]> Goals { get; init; }

    /// <summary>Start state of each goal's roll-outs, [StateSize] each; null for rest at position 0.</summary>
    public IReadOnlyList<double[]>? StartStates { get; init; }

    /// <summary>Weight of each goal in the task loss, relative to the others; null for equal weights.</summary>
    public IReadOnlyList<double>? Weights { get; init; }
}
