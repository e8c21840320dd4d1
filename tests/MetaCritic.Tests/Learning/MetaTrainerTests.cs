using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Learning;

[TestClass]
public sealed class MetaTrainerTests
{
    private static readonly MetaTrainingOptions Small = new()
    {
        Iterations = 12,
        Horizon = 8,
        PoliciesPerGoal = 3,
        PolicyLifetime = 5,
        PolicyHidden = [8, 8],
        CriticHidden = [20, 20],
        Seed = 7,
    };

    private static readonly RigidBodyOptions Dynamics = new() { TimeStep = 0.05, TorqueScale = [5], ImplicitDamping = true };

    private static readonly TrainingGoals Goals = new() { Goals = [[0.5, 0.2], [-0.3, 0.7], [0.1, -0.9]], Weights = [1, 2, 0.5] };

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Variants =>
    [
        [Small],
        [Small with { InnerSteps = 2 }],
        [Small with { PolicyRestart = PolicyRestart.Random }],
        [Small with { PolicyRestart = PolicyRestart.Same }],
        [Small with { Optimizer = OptimizerKind.Sgd, LearningRateSchedule = LearningRateSchedule.Cosine }],
        [Small with { PolicyLifetime = 1, CriticInput = CriticInput.Raw }],
        [Small with { DynamicsSpread = [new("arm2.mass", 0.5, 2), new("arm1.length", 0.5, 1)], StartSpread = 0.2 }],
        [Small with { DynamicsSpread = [new("baseHinge.stiffness", 0, 8), new("baseHinge.spring_reference", -0.5, 0.5)] }],
    ];

    [TestMethod]
    public void EveryPolicyDrawsAStartOfItsOwn()
    {
        using MetaTrainer trainer = new(RobotModel.TwoLink, Dynamics, Goals, Small with { StartSpread = 0.3, PoliciesPerGoal = 300, PolicyLifetime = 1, Threads = 1 });
        double[][] starts = Starts();
        double[] positions = [.. starts.SelectMany(start => start.Take(2))];
        Assert.AreEqual(positions.Length, positions.Distinct().Count());
        Assert.AreEqual(0, positions.Average(), 0.03);
        Assert.AreEqual(0.3, Math.Sqrt(positions.Average(x => x * x)), 0.03);
        Assert.IsTrue(starts.All(start => start[2] == 0 && start[3] == 0));
        trainer.Step(TestContext.CancellationToken);
        Assert.IsEmpty(Starts().SelectMany(start => start.Take(2)).Intersect(positions), "policies drawn anew have starts drawn anew");

        double[][] Starts() => [.. Enumerable.Range(0, trainer.Policies.Count).Select(p => trainer.Policies.StartState(p).ToArray())];
    }

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void OneAndTwoThreadsGiveTheSameBits(MetaTrainingOptions options)
    {
        byte[] one = Train(Goals, options with { Threads = 1 });
        byte[] two = Train(Goals, options with { Threads = 2 });
        byte[] three = Train(Goals, options with { Threads = 3 });
        CollectionAssert.AreEqual(one, two);
        CollectionAssert.AreEqual(one, three);
    }

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void ResumingGivesTheSameBytes(MetaTrainingOptions options)
    {
        byte[] whole = Train(Goals, options);
        string path = Path.Combine(Folder(), "resume.mccheckpoint");
        using (MetaTrainer first = new(RobotModel.TwoLink, Dynamics, Goals, options))
        {
            for (int i = 0; i < 5; i++)
            {
                first.Step(TestContext.CancellationToken);
            }

            first.SaveCheckpoint(path);
        }

        using MetaTrainer second = new(RobotModel.TwoLink, Dynamics, Goals, options with { Threads = 1 });
        second.LoadCheckpoint(path);
        Assert.AreEqual(5, second.Iteration);
        CollectionAssert.AreEqual(whole, Bytes(second.Train(cancellationToken: TestContext.CancellationToken)));
    }

    [TestMethod]
    [DataRow("v1")]
    [DataRow("v2")]
    [DataRow("v3")]
    [DataRow("v4")]
    [DataRow("v5")]
    [DataRow("v6")]
    [DataRow("v7")]
    public void ACheckpointOfEveryFormatVersionIsGoneOnFrom(string version)
    {
        MetaTrainingOptions options = TaskPreset.TwoLink.Training with { CriticHidden = [4, 4], PolicyHidden = [3], Iterations = 8, Horizon = 6, PolicyLifetime = 3 };
        TrainingGoals goals = new() { Goals = [[0.5, 0.2], [-0.3, 0.7]] };
        using MetaTrainer whole = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, options);
        using MetaTrainer resumed = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, options);
        resumed.LoadCheckpoint(Path.Combine(AppContext.BaseDirectory, "TestData", "models", version + ".mccheckpoint"));
        Assert.AreEqual(4, resumed.Iteration);
        float[] expected = whole.Train(cancellationToken: TestContext.CancellationToken).Parameters.ToArray();
        float[] found = resumed.Train(cancellationToken: TestContext.CancellationToken).Parameters.ToArray();
        for (int i = 0; i < expected.Length; i++)
        {
            // Processors without fused multiply-add differ in the last digits.
            Assert.AreEqual(expected[i], found[i], 1e-5f);
        }
    }

    [TestMethod]
    public void SeedsMatter() =>
        CollectionAssert.AreNotEqual(Train(Goals, Small), Train(Goals, Small with { Seed = 8 }));

    [TestMethod]
    public void TheOrderOfGoalsDoesNot()
    {
        TrainingGoals permuted = new() { Goals = [Goals.Goals[2], Goals.Goals[0], Goals.Goals[1]], Weights = [0.5, 1, 2] };
        using MetaTrainer a = new(RobotModel.TwoLink, Dynamics, Goals, Small);
        using MetaTrainer b = new(RobotModel.TwoLink, Dynamics, permuted, Small);
        CriticModel first = a.Train(cancellationToken: TestContext.CancellationToken);
        CriticModel second = b.Train(cancellationToken: TestContext.CancellationToken);
        Assert.IsTrue(first.Parameters.Span.SequenceEqual(second.Parameters.Span));
    }

    [TestMethod]
    public void GoalsWithParametersTrainAsOnThatRobot()
    {
        RobotModel heavy = RobotModel.TwoLink.With("arm2.mass", 3);
        TrainingGoals plain = new() { Goals = Goals.Goals };
        float[] asParameter = Parameters(RobotModel.TwoLink, plain with { ParameterNames = ["arm2.mass"], ParameterValues = [[3], [3], [3]] }, Small);
        CollectionAssert.AreEqual(Parameters(heavy, plain, Small), asParameter);
        CollectionAssert.AreEqual(asParameter, Parameters(RobotModel.TwoLink, plain, Small with { DynamicsSpread = [new("arm2.mass", 3, 3)] }));
        CollectionAssert.AreNotEqual(asParameter, Parameters(RobotModel.TwoLink, plain, Small));
        CollectionAssert.AreNotEqual(asParameter, Parameters(RobotModel.TwoLink, plain, Small with { DynamicsSpread = [new("arm2.mass", 2, 4)] }));

        TrainingGoals mixed = plain with { ParameterNames = ["arm2.mass"], ParameterValues = [[1], [2], [3]] };
        TrainingGoals permuted = mixed with { Goals = [Goals.Goals[2], Goals.Goals[0], Goals.Goals[1]], ParameterValues = [[3], [1], [2]] };
        CollectionAssert.AreEqual(Parameters(RobotModel.TwoLink, mixed, Small), Parameters(RobotModel.TwoLink, permuted, Small));
    }

    [TestMethod]
    [DataRow("arm3.mass", 1, 2, "no such parameter")]
    [DataRow("arm2.mass", -1, -1, "arm2.mass")]
    public void SpreadsThatDoNotFitTheRobotAreRefused(string parameter, double low, double high, string said)
    {
        InvalidInputException e = Assert.ThrowsExactly<InvalidInputException>(
            () => new MetaTrainer(RobotModel.TwoLink, Dynamics, Goals, Small with { DynamicsSpread = [new(parameter, low, high)] }));
        Assert.Contains("options.dynamicsSpread", e.Message);
        Assert.Contains(said, e.Message);
    }

    [TestMethod]
    public void ParametersOfGoalsThatDoNotFitAreRefused()
    {
        TrainingGoals unknown = Goals with { ParameterNames = ["arm3.mass"], ParameterValues = [[1], [1], [1]] };
        TrainingGoals negative = Goals with { ParameterNames = ["arm2.mass"], ParameterValues = [[1], [-1], [1]] };
        TrainingGoals few = Goals with { ParameterNames = ["arm2.mass"], ParameterValues = [[1], [1]] };
        TrainingGoals nameless = Goals with { ParameterValues = [[], [], []] };
        Assert.Contains("row 1", Refused(unknown));
        Assert.Contains("row 2", Refused(negative));
        Assert.Contains("3 times 1 finite numbers", Refused(few));
        Assert.Contains("3 times 0 finite numbers", Refused(nameless));
        Assert.Contains(
            "the dynamics are the user's own",
            Assert.ThrowsExactly<InvalidInputException>(() => new MetaTrainer(new RigidBodyDynamics(RobotModel.TwoLink, Dynamics), Goals with { ParameterNames = ["arm2.mass"], ParameterValues = [[1], [1], [1]] }, Small)).Message);

        static string Refused(TrainingGoals goals) =>
            Assert.ThrowsExactly<InvalidInputException>(() => new MetaTrainer(RobotModel.TwoLink, Dynamics, goals, Small)).Message;
    }

    private float[] Parameters(RobotModel robot, TrainingGoals goals, MetaTrainingOptions options)
    {
        using MetaTrainer trainer = new(robot, Dynamics, goals, options);
        return trainer.Train(cancellationToken: TestContext.CancellationToken).Parameters.ToArray();
    }

    [TestMethod]
    public void ProgressReportsEveryIteration()
    {
        using MetaTrainer trainer = new(RobotModel.TwoLink, Dynamics, Goals, Small);
        List<MetaTrainingProgress> reports = [];
        trainer.Train(new Immediate<MetaTrainingProgress>(reports.Add), cancellationToken: TestContext.CancellationToken);
        CollectionAssert.AreEqual(Enumerable.Range(1, 12).ToArray(), reports.Select(r => r.Completed).ToArray());
        CollectionAssert.AreEqual(trainer.History.ToArray(), reports.Select(r => r.Latest).ToArray());
        Assert.IsTrue(reports.All(r => r.Total == 12 && r.Latest.GradientNorm > 0 && r.Latest.TaskLoss > 0 && r.Latest.FinalError > 0));
    }

    [TestMethod]
    public void CancellationLeavesACheckpointToResumeFrom()
    {
        byte[] whole = Train(Goals, Small);
        string folder = Folder();
        using CancellationTokenSource cancellation = new();
        using (MetaTrainer trainer = new(RobotModel.TwoLink, Dynamics, Goals, Small))
        {
            Immediate<MetaTrainingProgress> progress = new(report =>
            {
                if (report.Completed == 4)
                {
                    cancellation.Cancel();
                }
            });
            Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Train(progress, folder, cancellationToken: cancellation.Token));
        }

        using MetaTrainer resumed = new(RobotModel.TwoLink, Dynamics, Goals, Small);
        resumed.LoadCheckpoint(Path.Combine(folder, MetaTrainer.CheckpointFileName));
        Assert.AreEqual(4, resumed.Iteration);
        CollectionAssert.AreEqual(whole, Bytes(resumed.Train(cancellationToken: TestContext.CancellationToken)));
    }

    [TestMethod]
    public void PoliciesThatDivergeAreCountedAndDrawnAnew()
    {
        TrainingGoals goals = new() { Goals = [[0.5], [0.7]], StartStates = [[0], [6]] };
        using MetaTrainer trainer = new(new Explosive(), goals, Small);
        MetaIterationMetrics metrics = trainer.Step(TestContext.CancellationToken);
        Assert.AreEqual(3, metrics.Restarted);
        Assert.IsTrue(double.IsFinite(metrics.TaskLoss) && metrics.GradientNorm > 0);

        using MetaTrainer hopeless = new(new Explosive(), goals with { StartStates = [[7], [6]] }, Small);
        float[] before = hopeless.CreateCritic().Parameters.ToArray();
        metrics = hopeless.Step(TestContext.CancellationToken);
        Assert.IsTrue(double.IsNaN(metrics.TaskLoss) && double.IsNaN(metrics.GradientNorm));
        CollectionAssert.AreEqual(before, hopeless.CreateCritic().Parameters.ToArray());
    }

    [TestMethod]
    [DataRow(LearningRateSchedule.Constant, 0.001, 0.001, 0.001)]
    [DataRow(LearningRateSchedule.HalfThenLinear, 0.001, 0.001, 0.0005)]
    [DataRow(LearningRateSchedule.Cosine, 0.001, 0.000525, 0.000189124)]
    public void LearningRateFollowsItsSchedule(LearningRateSchedule schedule, double atStart, double atHalf, double atThreeQuarters)
    {
        using MetaTrainer trainer = new(RobotModel.TwoLink, Dynamics, Goals, Small with { LearningRateSchedule = schedule });
        trainer.Train(cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(atStart, trainer.History[0].LearningRate, 1e-8);
        Assert.AreEqual(schedule == LearningRateSchedule.HalfThenLinear ? 0.001 : atHalf, trainer.History[6].LearningRate, 1e-8);
        Assert.AreEqual(atThreeQuarters, trainer.History[9].LearningRate, 1e-8);
    }

    [TestMethod]
    public void SteadyStateAllocatesNothing()
    {
        using MetaTrainer trainer = new(RobotModel.TwoLink, Dynamics, Goals, Small with { Iterations = 1000, Threads = 1, InnerSteps = 2 });
        Assert.AreEqual(0, Allocations.InSteadyState(() => trainer.Step(TestContext.CancellationToken)));
    }

    [TestMethod]
    [DataRow("goal is not 2", 0)]
    [DataRow("there are no goals", 1)]
    [DataRow("options.horizon", 2)]
    [DataRow("start states", 3)]
    public void BadInputIsRefused(string expected, int change)
    {
        TrainingGoals goals = change switch
        {
            0 => new() { Goals = [[0.5, 0.2, 1]] },
            1 => new() { Goals = [] },
            3 => Goals with { StartStates = [[0, 0, 0, 0]] },
            _ => Goals,
        };
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(
            () => new MetaTrainer(RobotModel.TwoLink, Dynamics, goals, change == 2 ? Small with { Horizon = 0 } : Small));
        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    public void CriticsAreLearnedForDynamicsOfTheUsersOwn()
    {
        TrainingGoals goals = new() { Goals = [[0.5], [-0.5]] };
        MetaTrainingOptions options = new()
        {
            Iterations = 150,
            Horizon = 20,
            CriticHidden = [32, 32],
            PolicyHidden = [8],
            VelocityScale = 1,
            CriticLearningRate = 3e-3,
            PolicyLearningRate = 0.05,
            Threads = 1,
        };
        using MetaTrainer trainer = new(new CartDynamics(), goals, options);
        CriticModel critic = trainer.Train(cancellationToken: TestContext.CancellationToken);
        Assert.IsNull(critic.Robot);
        using PolicyLearner learner = new(critic);
        IReadOnlyList<PolicyFit> fits = learner.Fit([new() { Goal = [0.3] }, new() { Goal = [-0.4] }], tasks => new Carts(tasks.Count), cancellationToken: TestContext.CancellationToken);
        foreach (PolicyFit fit in fits)
        {
            Assert.IsLessThan(0.005, fit.Error, $"goal {fit.Policy.Goal[0]}");
            Assert.IsGreaterThan(10 * fit.Error, fit.LearningCurve[0]);
        }
    }

    private static byte[] Train(TrainingGoals goals, MetaTrainingOptions options)
    {
        using MetaTrainer trainer = new(RobotModel.TwoLink, Dynamics, goals, options);
        return Bytes(trainer.Train());
    }

    private static byte[] Bytes(CriticModel critic)
    {
        using MemoryStream stream = new();
        critic.Save(stream);
        return stream.ToArray();
    }

    private string Folder() => Directory.CreateDirectory(Path.Combine(TestContext.TestRunDirectory!, Guid.NewGuid().ToString("N"))).FullName;
}
