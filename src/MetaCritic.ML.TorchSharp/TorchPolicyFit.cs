using MetaCritic.Learning;

namespace MetaCritic.ML.TorchSharp;

/// <summary>A fitted policy of a torch module and how it came about. The caller disposes of <see cref="Policy"/>.</summary>
public sealed record TorchPolicyFit
{
    /// <summary>The policy.</summary>
    public required TorchPolicyModel Policy { get; init; }

    /// <summary>Last state of a roll-out of the policy, [StateSize].</summary>
    public required double[] FinalState { get; init; }

    /// <summary>Mean over joints of the squared final position error, rad² or m²; NaN if the policy diverged.</summary>
    public required double Error { get; init; }

    /// <summary>The error before each update and after the last, [Steps + 1].</summary>
    public required double[] LearningCurve { get; init; }

    /// <summary>Policy updates made.</summary>
    public required int Steps { get; init; }

    /// <summary>Whether the error fell to the tolerance asked for.</summary>
    public required bool Converged { get; init; }

    /// <summary>Whether a state or a gradient became non-finite; learning stopped there.</summary>
    public required bool Diverged { get; init; }

    /// <summary>Where it diverged; null if it did not.</summary>
    public Divergence? Divergence { get; init; }

    /// <summary>What is suspicious about its environment, as a sentence without a full stop; null for nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>The same for the engine, the tool and the ML.NET layer.</summary>
    /// <exception cref="InvalidInputException">The policy's network is no multi-layer perceptron of the engine.</exception>
    public PolicyFit ToPolicyFit() => new()
    {
        Policy = Policy.ToPolicyModel(),
        FinalState = FinalState,
        Error = Error,
        LearningCurve = LearningCurve,
        Steps = Steps,
        Converged = Converged,
        Diverged = Diverged,
        Divergence = Divergence,
        Warning = Warning,
    };
}
