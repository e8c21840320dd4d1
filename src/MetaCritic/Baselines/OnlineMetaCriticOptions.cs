namespace MetaCritic.Baselines;

/// <summary>Settings of <see cref="OnlineMetaCritic"/>. Immutable; <see cref="BaselinePreset"/> holds the values used for each robot.</summary>
public sealed record OnlineMetaCriticOptions
{
    /// <summary>Settings of everything but the meta critic. Default: those of <see cref="DdpgOptions"/>.</summary>
    public DdpgOptions Ddpg { get; init; } = new();

    /// <summary>Widths of the meta critic's hidden layers, as many as the critic's. Default 100, 100.</summary>
    public IReadOnlyList<int> MetaCriticHidden { get; init; } = [100, 100];

    /// <summary>Learning rate of the meta critic (Adam), η. Default 0.001; greater than 0.</summary>
    public double MetaCriticLearningRate { get; init; } = 1e-3;

    /// <summary>Weight decay of the meta critic: its parameters times this are added to their gradient. Default 0; 0 or more.</summary>
    public double MetaCriticWeightDecay { get; init; }

    /// <summary>Learning rate α of the trial updates of the policy by which the meta critic is judged. Default 0.001; greater than 0.</summary>
    public double TrialLearningRate { get; init; } = 1e-3;

    /// <summary>Whether the critic that the training ends with is Q + h_ω rather than Q alone. Default false.</summary>
    public bool IncludeMetaCritic { get; init; }

    /// <summary>Checks every option against its range.</summary>
    /// <exception cref="InvalidInputException">One is out of range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        if (Ddpg is null)
        {
            throw new InvalidInputException("options.ddpg", "value is null", "Give the settings of everything but the meta critic");
        }

        Ddpg.Validate();
        OptionCheck.Widths(MetaCriticHidden);
        if (MetaCriticHidden.Count != Ddpg.CriticHidden.Count)
        {
            throw new InvalidInputException(
                "options.metaCriticHidden",
                $"there are {MetaCriticHidden.Count} layers",
                $"Give as many as the critic has, {Ddpg.CriticHidden.Count}: the two are used as one network in the end");
        }

        OptionCheck.Positive(MetaCriticLearningRate);
        OptionCheck.NotNegative(MetaCriticWeightDecay);
        OptionCheck.Positive(TrialLearningRate);
    }
}
