namespace MetaCritic.Tasks;

/// <summary>Settings of policy fitting (Algorithm 3). Immutable.</summary>
public sealed record PolicyLearnerOptions
{
    /// <summary>Largest number of policy updates. Default 100; 0 to 1,000,000.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>
    /// How the policies' parameters follow the critic's gradient. Default Sgd: plain steps, as in Algorithm 3. With Adam the learning
    /// rate falls linearly to 0 over <see cref="Steps"/>.
    /// </summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;

    /// <summary>Learning rate α; null for the one the critic was meta-trained with. Default null; greater than 0.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Control steps per roll-out, T; null for the critic's own. Default null; 1 to 100,000.</summary>
    public int? Horizon { get; init; }

    /// <summary>A policy stops learning as soon as its final-state error is at most this; 0 to use all steps. Default 0; 0 or more.</summary>
    public double Tolerance { get; init; }

    /// <summary>Number of threads; 0 for all cores. The result does not depend on it. Default 0; 0 to 1024.</summary>
    public int Threads { get; init; }

    /// <summary>Policies fitted together; bounds the memory. The result does not depend on it. Default 64; 1 to 65,536.</summary>
    public int BlockSize { get; init; } = 64;

    /// <summary>Checks every option against its range.</summary>
    /// <exception cref="InvalidInputException">One is out of range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        OptionCheck.Integer(Steps, 0, 1_000_000);
        OptionCheck.Choice(Optimizer);
        OptionCheck.Positive(LearningRate);
        OptionCheck.Integer(Horizon, 1, 100_000);
        OptionCheck.NotNegative(Tolerance);
        OptionCheck.Integer(Threads, 0, 1024);
        OptionCheck.Integer(BlockSize, 1, 65_536);
    }
}
