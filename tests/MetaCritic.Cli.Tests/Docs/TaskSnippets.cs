using MetaCritic.Analysis;
using MetaCritic.Baselines;
using MetaCritic.Dynamics;
using MetaCritic.Export;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Monitoring;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Tests.Docs;

/// <summary>
/// The C# of the task pages and of docs/api.md, run by <see cref="TaskSnippetTests"/>; <see cref="DocumentationTests"/> sees to it
/// that the pages do not differ.
/// </summary>
internal static class TaskSnippets
{
    public static MetaTrainingOptions TrainingSettings()
    {
        MetaTrainingOptions training = TaskPreset.TwoLink.Training with
        {
            Seed = 3,
            DynamicsSpread = [new("arm2.mass", 0.5, 2)], // another mass for each new policy
        };
        return training;
    }

    public static TrainingGoals Goals()
    {
        TrainingGoals goals = new() { Goals = GoalSampling.Uniform(joints: 2, count: 16, low: -1.5, high: 1.5, seed: 1) };
        return goals;
    }

    public static CriticModel Train(MetaTrainingOptions training, TrainingGoals goals, IProgress<MetaTrainingProgress> progress, CancellationToken stop)
    {
        using MetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, training);
        string checkpoint = Path.Combine("checkpoints", MetaTrainer.CheckpointFileName);
        if (File.Exists(checkpoint))
        {
            trainer.LoadCheckpoint(checkpoint);
        }

        CriticModel critic = trainer.Train(progress, checkpointFolder: "checkpoints", cancellationToken: stop);
        critic.Save("two-link.critic");
        return critic;
    }

    public static IReadOnlyList<PolicyFit> Fit(CriticModel critic)
    {
        using PolicyLearner learner = new(critic, new PolicyLearnerOptions { Steps = 60, Tolerance = 0.001 });
        RobotModel heavier = RobotModel.TwoLink.With("arm2.mass", 2);
        IReadOnlyList<PolicyFit> fits = learner.Fit(
        [
            .. Enumerable.Range(0, 5).Select(policy => new FittingTask { Goal = [1.2, -0.4], PolicyIndex = policy }),
            new() { Goal = [1.2, -0.4], StartState = [0.1, 0, 0, 0], Robot = heavier },
        ]);
        return fits;
    }

    public static Rollout RollOut(CriticModel critic, IReadOnlyList<PolicyFit> fits)
    {
        Rollout rollout = Rollout.Of(fits[0].Policy, RobotModel.TwoLink, steps: 90, critic.Dynamics, startState: [0.3, 0, 0, 0]);
        Console.WriteLine($"{rollout}, at most {rollout.Torques.Max(torque => Math.Abs(torque[0])):F1} N·m at the shoulder");
        return rollout;
    }

    public static void Summarise(IReadOnlyList<PolicyFit> fits)
    {
        ErrorSummary summary = ErrorSummary.Of([.. fits.Select(fit => fit.Error)]);
        Console.WriteLine($"{summary.Mean:F4} rad² in [{summary.ConfidenceLow:F4}, {summary.ConfidenceHigh:F4}], {summary.Diverged} diverged");
    }

    public static double[] ApplyInALoop(PolicyFit fit)
    {
        fit.Policy.Save("reach.policy");

        // In the application: load once, then a state in and an action out, without allocation.
        PolicyModel policy = PolicyModel.Load("reach.policy");
        double[] state = new double[policy.StateSize];
        double[] action = new double[policy.ActionSize];
        policy.Act(state, action);
        return action;
    }

    public static CriticModel Recorded(TrainingGoals goals, MetaTrainingOptions training)
    {
        using MetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, training);
        using TrainingLog log = new("metrics.csv");
        using TensorBoardLog board = new("runs/two-link");
        CriticModel critic = trainer.Train(new ProgressGroup<MetaTrainingProgress>(log, board));
        return critic;
    }

    public static void Export(CriticModel critic)
    {
        PolicyModel policy = PolicyModel.Load("reach.policy");
        ModelExport export = ModelExport.Of(policy, new() { Robot = critic.Robot, Dynamics = critic.Dynamics, Torques = true });
        export.Save("reach.onnx", ExportFormat.Onnx);
        export.Save("reach.h", ExportFormat.C);
    }

    public static CriticModel FromStream(Stream stream)
    {
        CriticModel critic = CriticModel.Load(stream, sourceName: "the critic in the database");
        return critic;
    }

    public static void UnusableFile(string path)
    {
        try
        {
            _ = CriticModel.Load(path);
        }
        catch (InvalidInputException e)
        {
            Console.Error.WriteLine(e.Message); // the file, what was found, and what to do
        }
    }

    public static RobotModel RobotFromCode()
    {
        RobotModel pendulum = new(
            "pendulum",
            links: [new() { Name = "base" }, new() { Name = "rod", Mass = 1, CenterOfMass = new(0, 0, -0.5), Inertia = new(0.083, 0, 0, 0.083, 0, 0) }],
            joints: [new() { Name = "pivot", Type = JointType.Continuous, Parent = "base", Child = "rod", Axis = new(0, 1, 0), Damping = 0.1 }]);
        return pendulum;
    }

    public static MetaTrainer Watched(CriticModel critic, TrainingGoals goals, MetaTrainingOptions training)
    {
        ValidationResult result = CriticValidation.Run(critic, goals, policiesPerGoal: 2);
        Console.WriteLine($"{result.Error:G3} rad² after fitting, {result.Unfitted:G3} before, {result.Diverged} of {result.Policies} diverged");

        TrainingGoals heldOut = new() { Goals = GoalSampling.Around(goals.Goals, standardDeviation: 0.3, count: 8, seed: 2) };
        using MetaTrainer watched = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, training with { Patience = 3 }, TaskPreset.TwoLink.Fitting, heldOut);
        watched.Train();
        return watched;
    }

    public static CriticModel OwnRobot(RobotModel robot, TrainingGoals goals)
    {
        TaskPreset preset = TaskPreset.For(robot, goals.Goals.Count);
        foreach (string line in preset.Describe())
        {
            Console.WriteLine(line);
        }

        using MetaTrainer trainer = new(robot, preset.Dynamics, goals, preset.Training, preset.Fitting);
        CriticModel critic = trainer.Train(); // keeps all of the settings, those of its fits too
        return critic;
    }

    public static IReadOnlyList<PolicyFit> OwnDynamics(MetaTrainingOptions training)
    {
        TrainingGoals goals = new() { Goals = [[-1], [-0.5], [0.5], [1]] }; // m
        using MetaTrainer trainer = new(new Cart(), goals, training);
        CriticModel critic = trainer.Train();

        using PolicyLearner learner = new(critic, new() { Steps = 40 });
        IReadOnlyList<PolicyFit> fits = learner.Fit(
            [new() { Goal = [0.7] }, new() { Goal = [-0.3] }],
            tasks => new DynamicsEnvironment(new Cart(), tasks.Count));
        return fits;
    }

    public static void Dynamics()
    {
        RobotModel kuka = RobotModel.KukaIiwa7;
        RigidBodyAlgorithms algorithms = new(kuka);
        double[] q = new double[7], qd = new double[7], qdd = new double[7], tau = new double[7];
        q[1] = 0.5; // rad
        algorithms.InverseDynamics(q, qd, qdd, tau); // what holds the arm there, N·m
        algorithms.ForwardDynamics(q, qd, tau, qdd); // rad/s²: 0, up to rounding

        // A roll-out of 65 steps: two copies of the arm, component by component.
        SimulatedRobot arms = new(kuka, count: 2, TaskPreset.Kuka.Dynamics);
        double[] states = new double[arms.StateSize * arms.Count], actions = new double[arms.ActionSize * arms.Count];
        arms.Reset(states);
        for (int t = 0; t < 65; t++)
        {
            arms.Step(actions, states);
        }

        Assert.IsLessThan(1e-9, qdd.Max(Math.Abs));
        Assert.IsGreaterThan(1, Math.Abs(tau[1]));
        Assert.IsGreaterThan(0, Math.Abs(states[2]));
    }

    public static void OneIterationAtATime(TrainingGoals goals)
    {
        TaskPreset preset = TaskPreset.Reacher;
        using MetaTrainer trainer = new(preset.Robot, preset.Dynamics, goals, preset.Training);
        while (trainer.Iteration < 3)
        {
            MetaIterationMetrics metrics = trainer.Step();
            Console.WriteLine($"{metrics.Iteration}: task loss {metrics.TaskLoss:F3}, {metrics.Restarted} policies drawn anew");
        }

        CriticModel soFar = trainer.CreateCritic();
        Assert.AreEqual(3, soFar.Iterations);
    }

    public static double[] Score(CriticModel critic)
    {
        double[] gradient = new double[critic.ActionSize];
        float cost = critic.Score(state: [0.1, 0.2, 0, 0], action: [0.5, -0.5], goal: [0.8, 0.8], gradient);
        Console.WriteLine($"{critic.Network.ParameterCount} parameters, cost {cost}, ∂M/∂a = ({string.Join(", ", gradient)})");
        return gradient;
    }

    public static string Options()
    {
        (RigidBodyOptions dynamics, MetaTrainingOptions training) = OptionsJson.Set("horizon=50", TaskPreset.Kuka.Dynamics, TaskPreset.Kuka.Training);
        string json = OptionsJson.Write(dynamics, training);
        return json;
    }

    public static TrainingCurve Baseline(TrainingGoals goals, int iterations)
    {
        BaselinePreset preset = BaselinePreset.Reacher;
        using OnlineMetaCritic baseline = new(
            preset.Task.Robot, preset.Task.Dynamics, goals, preset.MetaCritic with { Ddpg = preset.MetaCritic.Ddpg with { Iterations = iterations } });
        TrainingCurve curve = baseline.Train().Curve; // error over iterations, updates and environment steps
        return curve;
    }

    public static PolicyModel BaselineInParts(TrainingGoals goals, int iterations, IProgress<BaselineProgress> progress, CancellationToken stop)
    {
        BaselinePreset preset = BaselinePreset.Reacher;
        using Ddpg run = new(preset.Task.Robot, preset.Task.Dynamics, goals, preset.Ddpg with { Iterations = iterations });
        string checkpoint = Path.Combine("ddpg", BaselineTrainer.CheckpointFileName);
        if (File.Exists(checkpoint))
        {
            run.LoadCheckpoint(checkpoint);
        }

        run.Train(progress, checkpointFolder: "ddpg", cancellationToken: stop);
        PolicyModel own = run.CreatePolicy([0.8, 0.8]); // trained for all goals: it needs no further updates
        own.Save("ddpg.policy");
        return own;
    }

    public static WorkedExample Analysis()
    {
        WorkedExample example = new(StartState: -6, Goal: 0);
        Console.WriteLine($"optimal θ {example.OptimalTheta}, supervised Q ends at {example.SupervisedStationaryTheta}");
        return example;
    }
}
