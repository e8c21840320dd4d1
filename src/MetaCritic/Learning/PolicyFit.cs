using System.Globalization;
using MetaCritic.Models;

namespace MetaCritic.Learning;

/// <summary>A fitted policy and how it came about.</summary>
public sealed record PolicyFit
{
    /// <summary>The policy.</summary>
    public required PolicyModel Policy { get; init; }

    /// <summary>Last state of a roll-out of the policy, [StateSize].</summary>
    public required double[] FinalState { get; init; }

    /// <summary>Mean over joints of the squared final position error, rad² or m²; NaN if the policy diverged.</summary>
    public required double Error { get; init; }

    /// <summary>The error before each update and after the last, [Steps + 1].</summary>
    public required double[] LearningCurve { get; init; }

    /// <summary>Policy updates made.</summary>
    public required int Steps { get; init; }

    /// <summary>The policy after each number of updates that <see cref="Tasks.FittingTask.Snapshots"/> names, as far as there were so many.</summary>
    public IReadOnlyList<PolicyModel> Snapshots { get; init; } = [];

    /// <summary>Whether the error fell to the tolerance asked for.</summary>
    public required bool Converged { get; init; }

    /// <summary>Whether a state or a parameter became non-finite; learning stopped there.</summary>
    public required bool Diverged { get; init; }

    /// <summary>Where it diverged; null if it did not.</summary>
    public Divergence? Divergence { get; init; }

    /// <summary>What is suspicious about its environment, as a sentence without a full stop; null for nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>How it ended: <c>error 0.0012 after 60 updates</c>.</summary>
    public override string ToString()
    {
        string after = "after " + Counted.Text(Steps, "update");
        return Diverged ? $"diverged {after}: {Divergence?.Message}" : string.Create(CultureInfo.InvariantCulture, $"error {Error:G3} {after}{(Converged ? ", converged" : "")}");
    }
}
