using MetaCritic.Baselines;
using MetaCritic.Dynamics;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Experiments;

/// <summary>The experiments with the Kuka iiwa 7: training goals, new goals, and critics.</summary>
internal static class KukaTask
{
    /// <summary>New goals per setting of a table.</summary>
    public const int GoalsPerSetting = 10;

    /// <summary>Policy initialisations per goal.</summary>
    public const int PoliciesPerGoal = 5;

    /// <summary>Policy updates of meta-testing.</summary>
    public const int Steps = 20;

    // Goals of development were drawn with another one, so that those of the tables have served for nothing else.
    private const ulong TestGoalSeed = 31_415_926;

    /// <summary>The four training goals, uniform in ±1 rad, chosen before any run; those of examples/goals/kuka.csv.</summary>
    public static TrainingGoals Goals { get; } = new()
    {
        Goals =
        [
            [-0.1660, 0.4406, -0.9998, -0.3953, -0.7065, -0.8153, -0.6275],
            [-0.3089, -0.2065, 0.0776, -0.1616, 0.3704, -0.5911, 0.7562],
            [-0.9452, 0.3409, -0.1654, 0.1174, -0.7192, -0.6038, 0.6015],
            [0.9365, -0.3732, 0.3846, 0.7528, 0.7892, -0.8299, -0.9219],
        ],
    };

    /// <summary>The learned critic with gravity compensated, which is what the paper's flat Table 2 suggests.</summary>
    public static CriticMethod Compensated { get; } = Learned("learned critic", compensated: true);

    /// <summary>The learned critic with gravity acting.</summary>
    public static CriticMethod Gravity { get; } = Learned("learned critic, gravity on", compensated: false);

    /// <summary>
    /// Settings of the baselines: the preset's, which were found with gravity acting, but for the learning rate of fresh
    /// policies. With gravity compensated and the tables' number of updates a larger one is better on the training goals
    /// (docs/baselines.md): the one of the learned critic.
    /// </summary>
    public static BaselinePreset Baselines { get; } = WithFittingRate(TaskPreset.Kuka.Training.PolicyLearningRate);

    /// <summary>The three methods of the paper, gravity compensated.</summary>
    public static IReadOnlyList<CriticMethod> Compared { get; } =
    [
        Compensated,
        BaselineMethods.Ddpg(Baselines, Dynamics(compensated: true), Goals),
        BaselineMethods.MetaCritic(Baselines, Dynamics(compensated: true), Goals),
    ];

    /// <summary>
    /// How the arm is stepped beyond the paper: the same number of steps in twice the time, 1.3 s instead of 0.65 s.
    /// </summary>
    public static RigidBodyOptions BeyondDynamics { get; } = TaskPreset.Kuka.Dynamics with { GravityCompensation = true, TimeStep = 0.02 };

    /// <summary>
    /// The same where the arm gets up to 2 m longer: joint 6, whose inertia grows most with that, has 2.2 instead of 0.87 N·m per unit
    /// of action, about midway in proportion between what the rule of <see cref="TaskPreset.Kuka"/> gives for the arm as it is and 2 m longer.
    /// </summary>
    public static RigidBodyOptions LongArmDynamics { get; } = BeyondDynamics with { TorqueScale = [6, 42, 2.4, 7.2, 0.66, 2.2, 0.078] };

    /// <summary>
    /// The learned critic beyond the paper, with the same four goals: start positions drawn with each policy, a task loss over
    /// the last half of the roll-out, and more time.
    /// </summary>
    public static CriticMethod Beyond { get; } = BeyondPaper("learned critic, starts drawn", "kuka-starts", BeyondDynamics, options => options);

    /// <summary>The same with a task loss that asks more strongly to stand still, for longer-lived policies.</summary>
    public static CriticMethod Staying { get; } = BeyondPaper(
        "learned critic, staying", "kuka-staying", BeyondDynamics, options => options with { VelocityWeight = 0.7, PolicyLifetime = 100, Iterations = options.Iterations * 3 / 2 });

    /// <summary>The methods that the tables compare: those of the paper, and the learned critic with gravity acting and beyond the paper.</summary>
    public static IReadOnlyList<CriticMethod> Methods { get; } = [Compensated, Gravity, Beyond, .. Compared.Skip(1)];

    /// <summary>Goals at N(0, std) around two of the training goals, in turn (Section 5.2.1). Standard deviation in rad.</summary>
    /// <param name="std">Standard deviation of each joint.</param>
    /// <param name="count">How many.</param>
    /// <param name="stream">Which random numbers: the same give the same goals, for every method and seed.</param>
    public static double[][] NewGoals(double std, int count, int stream) => GoalSampling.Around([.. Goals.Goals.Take(2)], std, count, TestGoalSeed + (ulong)stream);

    /// <summary>Settings of meta-training: the preset's, shortened if little work is wanted.</summary>
    /// <param name="context">Effort.</param>
    /// <param name="seed">The seed.</param>
    public static MetaTrainingOptions Options(PaperContext context, int seed) => TaskPreset.Kuka.Training with
    {
        Seed = (ulong)seed,
        Threads = context.Threads,
        Iterations = context.Pick(TaskPreset.Kuka.Training.Iterations, 40),
        CriticHidden = context.Pick(TaskPreset.Kuka.Training.CriticHidden, [64, 64]),
    };

    /// <summary>How the arm is stepped.</summary>
    /// <param name="compensated">Whether gravity is compensated.</param>
    public static RigidBodyOptions Dynamics(bool compensated) => TaskPreset.Kuka.Dynamics with { GravityCompensation = compensated };

    /// <summary>The learned critic beyond the paper, with parameters of the arm drawn with each policy.</summary>
    /// <param name="file">Name of its files.</param>
    /// <param name="name">What tables and figures call it.</param>
    /// <param name="dynamics">How the arm is stepped.</param>
    /// <param name="spreads">Ranges of the parameters; none for the arm as it is.</param>
    public static CriticMethod BeyondOver(string file, string name, RigidBodyOptions dynamics, params ParameterSpread[] spreads) =>
        BeyondPaper(name, file, dynamics, options => options with { DynamicsSpread = spreads, TaskGradientClip = 0.3 });

    private static CriticMethod BeyondPaper(string name, string file, RigidBodyOptions dynamics, Func<MetaTrainingOptions, MetaTrainingOptions> change) => new(name, (context, seed, progress) => context.Critics.Train(
        file,
        TaskPreset.Kuka.Robot,
        dynamics,
        Goals,
        change(Options(context, seed) with { PoliciesPerGoal = 4, PolicyLifetime = 60, StartSpread = 0.3, TaskLoss = TaskLossKind.LateWindow, LateWindowFraction = 0.5, VelocityWeight = 0.1 }),
        progress,
        context.CancellationToken))
    { Steps = 60 };

    private static BaselinePreset WithFittingRate(double alpha)
    {
        DdpgOptions ddpg = BaselinePreset.Kuka.Ddpg with { FittingLearningRate = alpha };
        return BaselinePreset.Kuka with { Ddpg = ddpg, MetaCritic = BaselinePreset.Kuka.MetaCritic with { Ddpg = ddpg } };
    }

    private static CriticMethod Learned(string name, bool compensated) => new(name, (context, seed, progress) => context.Critics.Train(
        compensated ? "kuka" : "kuka-gravity", TaskPreset.Kuka.Robot, Dynamics(compensated), Goals, Options(context, seed), progress, context.CancellationToken));
}
