using MetaCritic.Networks;

namespace MetaCritic.Dynamics;

/// <summary>Settings of learning dynamics from transitions. Immutable; the defaults suit some thousand transitions of a small arm.</summary>
public sealed record DynamicsLearnerOptions
{
    /// <summary>Seed of everything random. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Number of threads; 0 for all cores. The result does not depend on it. Default 0; 0 to 1024.</summary>
    public int Threads { get; init; }

    /// <summary>Networks of the ensemble. Default 5; 1 to 100.</summary>
    public int Members { get; init; } = 5;

    /// <summary>Widths of the hidden layers. Default 64, 64.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [64, 64];

    /// <summary>Activation of the hidden layers. Default Tanh.</summary>
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <summary>
    /// The control step h of a joint system, s: then the change of velocity is predicted and positions follow,
    /// q' = q + h·q̇'. Null for none: then the change of the whole state is predicted. Default null; greater than 0.
    /// </summary>
    public double? TimeStep { get; init; }

    /// <summary>Whether positions are angles, which the networks then see as sine and cosine. Default false.</summary>
    public bool Angles { get; init; }

    /// <summary>Most passes over the rows. Default 100; 1 to 100,000.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>A network stops after this many passes without a smaller error on the rows held out; its best parameters are kept. Default 20; 1 to 100,000.</summary>
    public int Patience { get; init; } = 20;

    /// <summary>Rows per step of the optimiser. Default 256; 1 to 65,536.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>Learning rate of Adam, falling to 1 % of it over <see cref="Epochs"/> by a cosine. Default 0.003; greater than 0.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Part of the rows, or of the episodes if they are known, that is held out. Default 0.1; greater than 0, at most 0.5.</summary>
    public double HoldOutFraction { get; init; } = 0.1;

    /// <summary>Whether each network learns from rows drawn with replacement (Efron 1979) instead of all rows. Default false.</summary>
    public bool Bootstrap { get; init; }

    /// <summary>Checks every option against its range.</summary>
    /// <exception cref="InvalidInputException">One is out of range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        OptionCheck.Integer(Threads, 0, 1024);
        OptionCheck.Integer(Members, 1, 100);
        OptionCheck.Widths(Hidden);
        OptionCheck.Choice(Activation);
        OptionCheck.Positive(TimeStep);
        OptionCheck.Integer(Epochs, 1, 100_000);
        OptionCheck.Integer(Patience, 1, 100_000);
        OptionCheck.Integer(BatchSize, 1, 65_536);
        OptionCheck.Positive(LearningRate);
        OptionCheck.Fraction(HoldOutFraction, zero: false);
        OptionCheck.Fraction(2 * HoldOutFraction, zero: false, nameof(HoldOutFraction));
    }
}
