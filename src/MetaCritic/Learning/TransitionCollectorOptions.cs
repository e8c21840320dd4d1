using MetaCritic.Models;

namespace MetaCritic.Learning;

/// <summary>How transitions are collected from an environment. Immutable.</summary>
public sealed record TransitionCollectorOptions
{
    /// <summary>Seed of everything random. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Control steps per episode. Default 45; 1 to 100,000.</summary>
    public int Horizon { get; init; } = 45;

    /// <summary>
    /// Policies to be followed, in turn. Default none: then every second episode follows a network with random weights, as
    /// policies are at the beginning of meta-training but enlarged, and the others apply smooth random actions.
    /// </summary>
    public IReadOnlyList<PolicyModel> Policies { get; init; } = [];

    /// <summary>Largest amplitude of random actions. Each episode draws its own, between 1/30 of this and this. Default 2; greater than 0.</summary>
    public double Amplitude { get; init; } = 2;

    /// <summary>Standard deviation of smooth noise added to the actions of <see cref="Policies"/>. Default 0.1; 0 or more.</summary>
    public double Noise { get; init; } = 0.1;

    /// <summary>Control steps over which random actions forget. Default 10; 1 or more.</summary>
    public double Correlation { get; init; } = 10;

    /// <summary>Checks every option against its range.</summary>
    /// <exception cref="InvalidInputException">One is out of range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        OptionCheck.Integer(Horizon, 1, 100_000);
        OptionCheck.Positive(Amplitude);
        OptionCheck.NotNegative(Noise);
        OptionCheck.Positive(Correlation);
        OptionCheck.Positive(Correlation >= 1 ? Correlation : -1, nameof(Correlation));
    }
}
