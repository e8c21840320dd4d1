using MetaCritic.Tasks;

namespace MetaCritic.Analysis;

/// <summary>Settings of the illustration of Section 4.2. Immutable; the defaults are those of Figure 1 here.</summary>
public sealed record PointMassOptions
{
    /// <summary>The training goal, m.</summary>
    public IReadOnlyList<double> TrainingGoal { get; init; } = [1, 1];

    /// <summary>Start states of the training, m; the paper has two.</summary>
    public IReadOnlyList<IReadOnlyList<double>> StartStates { get; init; } = [[-1, 0], [0.5, -1]];

    /// <summary>Control steps T.</summary>
    public int Horizon { get; init; } = 2;

    /// <summary>Policies are drawn, and landscapes drawn, with each component of θ within ± this.</summary>
    public double ThetaRange { get; init; } = 2;

    /// <summary>Policies in the pool, over all start states.</summary>
    public int Policies { get; init; } = 32;

    /// <summary>Inner steps that a policy lives.</summary>
    public int PolicyLifetime { get; init; } = 5;

    /// <summary>Meta-iterations.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>Learning rate α of the policies: ½, as in Section 4.1.</summary>
    public double PolicyLearningRate { get; init; } = 0.5;

    /// <summary>
    /// Factor on s − g at the critic's input. Above 1, the network prefers to explain the data by the state rather than by its
    /// biases, of which two start states alone leave the choice.
    /// </summary>
    public double PositionScale { get; init; } = 2.5;

    /// <summary>What the critic sees.</summary>
    public CriticInput CriticInput { get; init; } = CriticInput.Relative;

    /// <summary>Widths of the critic's hidden layers.</summary>
    public IReadOnlyList<int> CriticHidden { get; init; } = [400, 400];

    /// <summary>Updates of supervised Q per meta-iteration.</summary>
    public int SupervisedUpdates { get; init; } = 3;

    /// <summary>Number of threads; 0 for all cores. The result does not depend on it.</summary>
    public int Threads { get; init; }
}
