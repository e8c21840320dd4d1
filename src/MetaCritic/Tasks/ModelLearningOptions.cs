using MetaCritic.Dynamics;

namespace MetaCritic.Tasks;

/// <summary>Settings of meta-training through dynamics that are learned. Immutable.</summary>
public sealed record ModelLearningOptions
{
    /// <summary>How the dynamics are learned.</summary>
    public DynamicsLearnerOptions Dynamics { get; init; } = new();

    /// <summary>
    /// Rounds of alternation: the meta-iterations are divided evenly among them, and before each but the first the policies of the
    /// pool are rolled out in the environment and the dynamics are learned anew from all transitions. Default 1; 1 to 1000.
    /// </summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Episodes collected before each round but the first, the policies of the pool in turn. Default 64; 1 to 1,000,000.</summary>
    public int EpisodesPerRound { get; init; } = 64;

    /// <summary>Standard deviation of the smooth noise added to the policies' actions there. Default 0.1; 0 or more.</summary>
    public double Noise { get; init; } = 0.1;

    /// <summary>Checks every option against its range.</summary>
    /// <exception cref="InvalidInputException">One is out of range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        Dynamics.Validate();
        OptionCheck.Integer(Rounds, 1, 1000);
        OptionCheck.Integer(EpisodesPerRound, 1, 1_000_000);
        OptionCheck.NotNegative(Noise);
    }
}
