using MetaCritic.Networks;

namespace MetaCritic.Tasks;

/// <summary>Settings of meta-training (Algorithm 2). Immutable; the defaults suit a small arm.</summary>
public sealed record MetaTrainingOptions
{
    /// <summary>Number of meta-iterations. Default 500; 1 to 10,000,000.</summary>
    public int Iterations { get; init; } = 500;

    /// <summary>Seed of everything random. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Number of threads; 0 for all cores. The result does not depend on it. Default 0; 0 to 1024.</summary>
    public int Threads { get; init; }

    /// <summary>Control steps per roll-out, T. Default 45; 1 to 100,000.</summary>
    public int Horizon { get; init; } = 45;

    /// <summary>Inner steps per meta-iteration; the gradient flows through all of them. Default 1; 1 to 1000.</summary>
    public int InnerSteps { get; init; } = 1;

    /// <summary>Learning rate of the policies, α (Eq. 3). Default 0.02; greater than 0.</summary>
    public double PolicyLearningRate { get; init; } = 0.02;

    /// <summary>How the inner loss is reduced over time. Default Sum.</summary>
    public TimeReduction InnerReduction { get; init; } = TimeReduction.Sum;

    /// <summary>Policies per training goal. Default 4; 1 to 1,000,000.</summary>
    public int PoliciesPerGoal { get; init; } = 4;

    /// <summary>Inner steps that a policy lives before it is drawn anew; 1 is a literal reading of Algorithm 2. Default 60; 1 to 1,000,000.</summary>
    public int PolicyLifetime { get; init; } = 60;

    /// <summary>How policies are drawn anew. Default Age.</summary>
    public PolicyRestart PolicyRestart { get; init; } = PolicyRestart.Age;

    /// <summary>A policy whose task loss exceeds this is left out of the mean and drawn anew. Default 50; greater than 0.</summary>
    public double TaskLossLimit { get; init; } = 50;

    /// <summary>A policy whose final-state error (mean over joints of the squared error) exceeds this is drawn anew. Default +∞; greater than 0.</summary>
    public double RestartError { get; init; } = double.PositiveInfinity;

    /// <summary>What becomes of a policy of which a state, a loss or a gradient is not finite. A step of the critic that is not finite is left out, but for Stop. Default Restart.</summary>
    public DivergenceResponse OnDivergence { get; init; } = DivergenceResponse.Restart;

    /// <summary>The loss of the outer loop. Default LateWindow.</summary>
    public TaskLossKind TaskLoss { get; init; } = TaskLossKind.LateWindow;

    /// <summary>Part of the trajectory that the late window covers. Default 1/3; greater than 0, at most 1.</summary>
    public double LateWindowFraction { get; init; } = 1.0 / 3;

    /// <summary>Weight of the squared velocities in the task loss, w. Default 0.05; 0 or more.</summary>
    public double VelocityWeight { get; init; } = 0.05;

    /// <summary>Norm to which ∂L_task/∂θ' of each roll-out is clipped; 0 for no clipping. Default 0; 0 or more.</summary>
    public double TaskGradientClip { get; init; }

    /// <summary>Norm to which the critic's gradient is clipped; 0 for no clipping. Default 10; 0 or more.</summary>
    public double CriticGradientClip { get; init; } = 10;

    /// <summary>The critic's optimiser. Default Adam.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Learning rate of the critic, η. Default 0.001; greater than 0.</summary>
    public double CriticLearningRate { get; init; } = 1e-3;

    /// <summary>How the critic's learning rate develops. Default HalfThenLinear.</summary>
    public LearningRateSchedule LearningRateSchedule { get; init; } = LearningRateSchedule.HalfThenLinear;

    /// <summary>Fraction of the learning rate at which the schedule ends. Default 0.05; 0 to 1.</summary>
    public double FinalLearningRateFraction { get; init; } = 0.05;

    /// <summary>What the critic sees. Default Relative.</summary>
    public CriticInput CriticInput { get; init; } = CriticInput.Relative;

    /// <summary>How the critic is made of its network. Default Plain.</summary>
    public CriticForm CriticForm { get; init; }

    /// <summary>Widths of the critic's hidden layers. Default 400, 400.</summary>
    public IReadOnlyList<int> CriticHidden { get; init; } = [400, 400];

    /// <summary>Activation of the critic's hidden layers. Default Elu.</summary>
    public Activation CriticActivation { get; init; } = Activation.Elu;

    /// <summary>Activation of the critic's output. Default Linear.</summary>
    public Activation CriticHead { get; init; } = Activation.Linear;

    /// <summary>Widths of the policies' hidden layers. Default 64, 64.</summary>
    public IReadOnlyList<int> PolicyHidden { get; init; } = [64, 64];

    /// <summary>Activation of the policies' hidden layers. Default Tanh.</summary>
    public Activation PolicyActivation { get; init; } = Activation.Tanh;

    /// <summary>
    /// Largest action L of the policies, in training and in fitting: a = L·tanh(z), where z is what the network's last layer computes; 0 for
    /// a = z without a limit. Default 0; 0 or more.
    /// </summary>
    public double ActionLimit { get; init; }

    /// <summary>Factor on positions (and goals) at the inputs of both networks. Default 1; greater than 0.</summary>
    public double PositionScale { get; init; } = 1;

    /// <summary>Factor on velocities at the inputs of both networks. Default 0.25; greater than 0.</summary>
    public double VelocityScale { get; init; } = 0.25;

    /// <summary>Factor on actions at the critic's input. Default 1; greater than 0.</summary>
    public double ActionScale { get; init; } = 1;

    /// <summary>
    /// Parameters of the robot that are drawn anew with each policy, so that the critic sees a spread of dynamics; they replace
    /// those of <see cref="TrainingGoals.ParameterValues"/>. Default none; at most 1000 names of the robot's parameters, each once, low ≤ high.
    /// </summary>
    public IReadOnlyList<ParameterSpread> DynamicsSpread { get; init; } = [];

    /// <summary>Standard deviation of what is added to the start positions with each policy drawn, inside the joints' limits; rad or m. Default 0; 0 or more.</summary>
    public double StartSpread { get; init; }

    /// <summary>
    /// Where dynamics know how far to trust them (<see cref="Dynamics.ITrustRegion"/>), a trajectory counts only up to the first step
    /// at which their disagreement exceeds this many times what is usual on data: the state before it stands for the
    /// rest. Default +∞, no limit; greater than 0.
    /// </summary>
    public double DisagreementLimit { get; init; } = double.PositiveInfinity;

    /// <summary>Meta-iterations between validations, if the training has goals for it. Default 50; 1 or more.</summary>
    public int ValidationInterval { get; init; } = 50;

    /// <summary>Validations in a row without improvement after which training stops; 0 for never. Default 0; 0 to 1,000,000.</summary>
    public int Patience { get; init; }

    /// <summary>Meta-iterations between checkpoints, if a checkpoint folder is given. Default 100; 1 or more.</summary>
    public int CheckpointInterval { get; init; } = 100;

    /// <summary>The critic's learning rate η in a meta-iteration, as <see cref="LearningRateSchedule"/> says.</summary>
    internal double LearningRateAt(int iteration)
    {
        double done = (double)iteration / Iterations;
        double end = FinalLearningRateFraction;
        return LearningRateSchedule switch
        {
            LearningRateSchedule.HalfThenLinear => CriticLearningRate * (done < 0.5 ? 1 : Math.Max(end, 2 * (1 - done))),
            LearningRateSchedule.Cosine => CriticLearningRate * (end + ((1 - end) * 0.5 * (1 + Math.Cos(Math.PI * done)))),
            _ => CriticLearningRate,
        };
    }

    /// <summary>Checks every option against its range.</summary>
    /// <exception cref="InvalidInputException">One is out of range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        OptionCheck.Integer(Iterations, 1, 10_000_000);
        OptionCheck.Integer(Threads, 0, 1024);
        OptionCheck.Integer(Horizon, 1, 100_000);
        OptionCheck.Integer(InnerSteps, 1, 1000);
        OptionCheck.Positive(PolicyLearningRate);
        OptionCheck.Choice(InnerReduction);
        OptionCheck.Integer(PoliciesPerGoal, 1, 1_000_000);
        OptionCheck.Integer(PolicyLifetime, 1, 1_000_000);
        OptionCheck.Choice(PolicyRestart);
        OptionCheck.PositiveOrInfinite(TaskLossLimit);
        OptionCheck.PositiveOrInfinite(RestartError);
        OptionCheck.Choice(OnDivergence);
        OptionCheck.Choice(TaskLoss);
        OptionCheck.Fraction(LateWindowFraction, zero: false);
        OptionCheck.NotNegative(VelocityWeight);
        OptionCheck.NotNegative(TaskGradientClip);
        OptionCheck.NotNegative(CriticGradientClip);
        OptionCheck.Choice(Optimizer);
        OptionCheck.Positive(CriticLearningRate);
        OptionCheck.Choice(LearningRateSchedule);
        OptionCheck.Fraction(FinalLearningRateFraction, zero: true);
        OptionCheck.Choice(CriticInput);
        OptionCheck.Choice(CriticForm);
        OptionCheck.Widths(CriticHidden);
        OptionCheck.Choice(CriticActivation);
        OptionCheck.Choice(CriticHead);
        OptionCheck.Widths(PolicyHidden);
        OptionCheck.Choice(PolicyActivation);
        OptionCheck.NotNegative(ActionLimit);
        OptionCheck.Positive(PositionScale);
        OptionCheck.Positive(VelocityScale);
        OptionCheck.Positive(ActionScale);
        ParameterSpread.Check(DynamicsSpread);
        OptionCheck.NotNegative(StartSpread);
        OptionCheck.PositiveOrInfinite(DisagreementLimit);
        OptionCheck.Integer(ValidationInterval, 1, int.MaxValue);
        OptionCheck.Integer(Patience, 0, 1_000_000);
        OptionCheck.Integer(CheckpointInterval, 1, int.MaxValue);
    }
}
