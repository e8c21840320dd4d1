using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Baselines;

/// <summary>Settings of <see cref="Ddpg"/>. Immutable; <see cref="BaselinePreset"/> holds the values used for each robot.</summary>
public sealed record DdpgOptions
{
    /// <summary>Number of iterations: roll-outs for every training goal, then updates. Default 500; 1 to 10,000,000.</summary>
    public int Iterations { get; init; } = 500;

    /// <summary>Seed of everything random. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Number of threads; 0 for all cores. The result does not depend on it. Default 0; 0 to 1024.</summary>
    public int Threads { get; init; }

    /// <summary>Control steps per roll-out, T. Default 45; 1 to 100,000.</summary>
    public int Horizon { get; init; } = 45;

    /// <summary>Roll-outs per training goal and iteration. Default 1; 1 to 10,000.</summary>
    public int RolloutsPerGoal { get; init; } = 1;

    /// <summary>Iterations whose roll-outs only fill the replay buffer, without updates. Default 5; 0 to 1,000,000.</summary>
    public int WarmupIterations { get; init; } = 5;

    /// <summary>Updates of critic and policy per iteration. Default 40; 1 to 100,000.</summary>
    public int UpdatesPerIteration { get; init; } = 40;

    /// <summary>Transitions per update, N. Default 128; 1 to 65,536.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Transitions that the replay buffer holds before the oldest are replaced. Default 1,000,000; 1 to 100,000,000.</summary>
    public int ReplayCapacity { get; init; } = 1_000_000;

    /// <summary>Discount γ. Default 0.95; 0 to 1.</summary>
    public double Discount { get; init; } = 0.95;

    /// <summary>Rate τ at which the target networks follow. Default 0.005; greater than 0, at most 1.</summary>
    public double TargetRate { get; init; } = 0.005;

    /// <summary>Learning rate of the critic (Adam), η. Default 0.001; greater than 0.</summary>
    public double CriticLearningRate { get; init; } = 1e-3;

    /// <summary>Learning rate of the policy (Adam). Default 0.001; greater than 0.</summary>
    public double PolicyLearningRate { get; init; } = 1e-3;

    /// <summary>Standard deviation of the Gaussian noise on actions in roll-outs. Default 0.3; 0 or more.</summary>
    public double ExplorationNoise { get; init; } = 0.3;

    /// <summary>
    /// Largest action L of the policy, a = L·tanh(z); 0 for a = z without a limit. The critic carries it, and policies fitted with the critic keep to it.
    /// Default 0; 0 or more.
    /// </summary>
    public double ActionLimit { get; init; }

    /// <summary>Weight w of the squared velocities in the cost ‖q − g‖² + w‖q̇‖². Default 0.05; 0 or more.</summary>
    public double VelocityWeight { get; init; } = 0.05;

    /// <summary>What critic and policy see of state and goal (the policy: the same without the action). Default Relative, s − g.</summary>
    public CriticInput CriticInput { get; init; } = CriticInput.Relative;

    /// <summary>Widths of the critic's hidden layers. Default 400, 400.</summary>
    public IReadOnlyList<int> CriticHidden { get; init; } = [400, 400];

    /// <summary>Activation of the critic's hidden layers. Default Elu.</summary>
    public Activation CriticActivation { get; init; } = Activation.Elu;

    /// <summary>Widths of the policy's hidden layers. Default 64, 64.</summary>
    public IReadOnlyList<int> PolicyHidden { get; init; } = [64, 64];

    /// <summary>Activation of the policy's hidden layers. Default Tanh.</summary>
    public Activation PolicyActivation { get; init; } = Activation.Tanh;

    /// <summary>Factor on positions (and goals) at the inputs of all networks. Default 1; greater than 0.</summary>
    public double PositionScale { get; init; } = 1;

    /// <summary>Factor on velocities at the inputs of all networks. Default 0.25; greater than 0.</summary>
    public double VelocityScale { get; init; } = 0.25;

    /// <summary>Factor on actions at the critic's input. Default 1; greater than 0.</summary>
    public double ActionScale { get; init; } = 1;

    /// <summary>Learning rate α that the critic recommends for fitting fresh policies with it. Default 0.001; greater than 0.</summary>
    public double FittingLearningRate { get; init; } = 1e-3;

    /// <summary>Iterations between two points of the training curve. Default 10; 1 to 10,000,000.</summary>
    public int EvaluationInterval { get; init; } = 10;

    /// <summary>Iterations between checkpoints, if a checkpoint folder is given. Default 50; 1 or more.</summary>
    public int CheckpointInterval { get; init; } = 50;

    /// <summary>The run counts as diverged, and ends, when an update's temporal-difference loss exceeds this or is not finite. Default 1e6; greater than 0.</summary>
    public double DivergenceLimit { get; init; } = 1e6;

    /// <summary>Checks every option against its range.</summary>
    /// <exception cref="InvalidInputException">One is out of range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        OptionCheck.Integer(Iterations, 1, 10_000_000);
        OptionCheck.Integer(Threads, 0, 1024);
        OptionCheck.Integer(Horizon, 1, 100_000);
        OptionCheck.Integer(RolloutsPerGoal, 1, 10_000);
        OptionCheck.Integer(WarmupIterations, 0, 1_000_000);
        OptionCheck.Integer(UpdatesPerIteration, 1, 100_000);
        OptionCheck.Integer(BatchSize, 1, 65_536);
        OptionCheck.Integer(ReplayCapacity, 1, 100_000_000);
        OptionCheck.Fraction(Discount, zero: true);
        OptionCheck.Fraction(TargetRate, zero: false);
        OptionCheck.Positive(CriticLearningRate);
        OptionCheck.Positive(PolicyLearningRate);
        OptionCheck.NotNegative(ExplorationNoise);
        OptionCheck.NotNegative(ActionLimit);
        OptionCheck.NotNegative(VelocityWeight);
        OptionCheck.Choice(CriticInput);
        OptionCheck.Widths(CriticHidden);
        OptionCheck.Choice(CriticActivation);
        OptionCheck.Widths(PolicyHidden);
        OptionCheck.Choice(PolicyActivation);
        OptionCheck.Positive(PositionScale);
        OptionCheck.Positive(VelocityScale);
        OptionCheck.Positive(ActionScale);
        OptionCheck.Positive(FittingLearningRate);
        OptionCheck.Integer(EvaluationInterval, 1, 10_000_000);
        OptionCheck.Integer(CheckpointInterval, 1, int.MaxValue);
        OptionCheck.PositiveOrInfinite(DivergenceLimit);
    }

    /// <summary>The same settings as a <see cref="Models.CriticModel"/> states them, for policies that are fitted with the frozen critic.</summary>
    internal MetaTrainingOptions ToTraining() => new()
    {
        Iterations = Iterations,
        Seed = Seed,
        Horizon = Horizon,
        PolicyLearningRate = FittingLearningRate,
        VelocityWeight = VelocityWeight,
        TaskLoss = TaskLossKind.Trajectory,
        CriticLearningRate = CriticLearningRate,
        LearningRateSchedule = LearningRateSchedule.Constant,
        CriticGradientClip = 0,
        CriticInput = CriticInput,
        CriticHidden = CriticHidden,
        CriticActivation = CriticActivation,
        PolicyHidden = PolicyHidden,
        PolicyActivation = PolicyActivation,
        ActionLimit = ActionLimit,
        PositionScale = PositionScale,
        VelocityScale = VelocityScale,
        ActionScale = ActionScale,
    };
}
