using MetaCritic.Models;

namespace MetaCritic.Baselines;

/// <summary>What the training of a baseline came to.</summary>
public sealed record BaselineResult
{
    /// <summary>
    /// The critic, to be used frozen with fresh policies (<see cref="Learning.PolicyLearner"/>); null if the run diverged.
    /// </summary>
    public required CriticModel? Critic { get; init; }

    /// <summary>Error of the run's own policy on the training goals, without noise; NaN if the run or the policy diverged.</summary>
    public required double TrainingError { get; init; }

    /// <summary>Whether the run diverged. It then has neither a critic nor an error, and is to be counted, not averaged.</summary>
    public required bool Diverged { get; init; }

    /// <summary>Roll-outs that left the finite range and were left out of the replay buffer from there on.</summary>
    public required long DivergedRollouts { get; init; }

    /// <summary>Updates done.</summary>
    public required long Updates { get; init; }

    /// <summary>Control steps of all roll-outs used for learning.</summary>
    public required long EnvironmentSteps { get; init; }

    /// <summary>How the error developed.</summary>
    public required TrainingCurve Curve { get; init; }
}
