using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Models;

/// <summary>Small models with every member set to something of its own.</summary>
internal static class SampleModels
{
    public static MetaTrainingOptions Training { get; } = new()
    {
        CriticInput = CriticInput.Raw,
        CriticHidden = [3],
        PolicyHidden = [2],
        Iterations = 7,
        Seed = ulong.MaxValue,
        VelocityScale = 0.1,
    };

    public static TrainingGoals Goals { get; } = new() { Goals = [[0.1, -0.2], [1 / 3.0, 5e-324]], StartStates = [[0, 1, 2, 3], [4, 5, 6, -0.0]], Weights = [1, 0.25] };

    public static float[] Parameters(int count) => [.. Enumerable.Range(0, count).Select(i => (i - 5) / 3f)];

    /// <summary>A critic of a two-joint system: 4 + 2 + 2 inputs, 3 hidden units.</summary>
    public static CriticModel Critic(
        MetaTrainingOptions? training = null, int[]? sizes = null, float[]? parameters = null, TrainingGoals? goals = null, int stateSize = 4, int positionSize = 2, int actionSize = 2,
        RobotModel? robot = null, RigidBodyOptions? dynamics = null, Activation hidden = Activation.Elu, int iterations = 5)
    {
        MlpShape shape = new(sizes ?? [8, 3, 1], hidden);
        return new CriticModel
        {
            Network = shape,
            Parameters = parameters ?? Parameters(shape.ParameterCount),
            StateSize = stateSize,
            ActionSize = actionSize,
            PositionSize = positionSize,
            Robot = robot,
            Dynamics = dynamics,
            Training = training ?? Training,
            Goals = goals ?? Goals,
            Iterations = iterations,
            TaskLoss = Math.PI,
            FinalError = double.NaN,
            ProductVersion = "0.1.0",
        };
    }

    public static CriticModel CriticOfRobot() => Critic(
        training: Training with { DynamicsSpread = [new("arm1.mass", 0.5, 2)], StartSpread = 0.1 },
        goals: Goals with { ParameterNames = ["arm2.mass", "gravity.z"], ParameterValues = [[1, -9], [2, -0.0]] },
        robot: RobotModel.TwoLink.With("arm2.mass", 1.5),
        dynamics: new RigidBodyOptions { TorqueScale = [0.5, 2], TimeStep = 0.05 });

    /// <summary>A critic with what came with format version 5.</summary>
    public static CriticModel CriticOfComputedSettings()
    {
        CriticModel sample = CriticOfRobot();
        return new()
        {
            Network = sample.Network,
            Parameters = sample.Parameters,
            StateSize = sample.StateSize,
            ActionSize = sample.ActionSize,
            PositionSize = sample.PositionSize,
            Robot = sample.Robot,
            Dynamics = sample.Dynamics! with
            {
                Actuator = Actuator.SpeedLoop,
                SpeedScale = [3, 1.5],
                TorqueLimits = true,
                PositionLimits = true,
                LimitGradient = LimitGradient.Inward,
            },
            Training = sample.Training with { CriticForm = CriticForm.Centred },
            Fitting = new() { Steps = 33, Optimizer = OptimizerKind.Adam, LearningRate = 0.003, Horizon = 12, Tolerance = 1e-4 },
            Goals = sample.Goals,
            LearningCurve = [new(3, 2.5, double.NaN, double.NaN, 4, 4), new(5, double.NaN, 0.1, 0.05, 4, 1)],
            Iterations = sample.Iterations,
            TaskLoss = sample.TaskLoss,
            FinalError = sample.FinalError,
            ProductVersion = sample.ProductVersion,
        };
    }

    public static PolicyModel Policy(int[]? sizes = null, float[]? parameters = null, double[]? goal = null, double scale = 0.5, int positionSize = 2)
    {
        MlpShape shape = new(sizes ?? [4, 2, 2], Activation.Tanh);
        return new PolicyModel
        {
            Network = shape,
            Parameters = parameters ?? Parameters(shape.ParameterCount),
            PositionSize = positionSize,
            PositionScale = scale,
            VelocityScale = 0.25,
            Goal = goal ?? [0.1, 1e300],
            ProductVersion = "0.1.0",
        };
    }

    /// <summary>The same policy with a largest action.</summary>
    public static PolicyModel Limited(PolicyModel policy, double limit, MlpShape? network = null) => new()
    {
        Network = network ?? new(policy.Network.Sizes, policy.Network.Hidden, Activation.Tanh),
        Parameters = policy.Parameters,
        PositionSize = policy.PositionSize,
        PositionScale = policy.PositionScale,
        VelocityScale = policy.VelocityScale,
        ActionLimit = limit,
        Goal = policy.Goal,
        ProductVersion = policy.ProductVersion,
    };

    public static byte[] Bytes(this CriticModel model)
    {
        using MemoryStream stream = new();
        model.Save(stream);
        return stream.ToArray();
    }

    public static byte[] Bytes(this PolicyModel model)
    {
        using MemoryStream stream = new();
        model.Save(stream);
        return stream.ToArray();
    }

    public static CriticModel LoadCritic(byte[] bytes) => CriticModel.Load(new MemoryStream(bytes), "sample");

    public static PolicyModel LoadPolicy(byte[] bytes) => PolicyModel.Load(new MemoryStream(bytes), "sample");
}
