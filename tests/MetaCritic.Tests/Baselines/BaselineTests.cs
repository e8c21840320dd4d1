using MetaCritic.Baselines;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Learning;

namespace MetaCritic.Tests.Baselines;

/// <summary>What holds for both baselines.</summary>
[TestClass]
public sealed class BaselineTests
{
    private static readonly DdpgOptions Small = new()
    {
        Iterations = 6,
        WarmupIterations = 1,
        UpdatesPerIteration = 3,
        BatchSize = 50,
        Horizon = 8,
        PolicyHidden = [8, 8],
        CriticHidden = [20, 20],
        EvaluationInterval = 2,
        Seed = 7,
    };

    private static readonly RigidBodyOptions Dynamics = new() { TimeStep = 0.05, TorqueScale = [5], ImplicitDamping = true };

    private static readonly TrainingGoals Goals = new() { Goals = [[0.5, 0.2], [-0.3, 0.7], [0.1, -0.9]] };

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void OneAndTwoThreadsGiveTheSameBits(bool meta)
    {
        byte[] one = Bytes(Train(meta, Goals, Small with { Threads = 1 }).Critic!);
        byte[] two = Bytes(Train(meta, Goals, Small with { Threads = 2 }).Critic!);
        CollectionAssert.AreEqual(one, two);
        CollectionAssert.AreNotEqual(one, Bytes(Train(meta, Goals, Small with { Seed = 8 }).Critic!));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TheOrderOfGoalsDoesNotMatter(bool meta)
    {
        TrainingGoals permuted = new() { Goals = [Goals.Goals[2], Goals.Goals[0], Goals.Goals[1]] };
        Assert.IsTrue(Train(meta, Goals, Small).Critic!.Parameters.Span.SequenceEqual(Train(meta, permuted, Small).Critic!.Parameters.Span));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ProgressAndCurveCountWhatWasDone(bool meta)
    {
        using BaselineTrainer trainer = Create(meta, new RigidBodyDynamics(RobotModel.TwoLink, Dynamics), Goals, Small with { RolloutsPerGoal = 2 });
        List<BaselineProgress> reports = [];
        BaselineResult result = trainer.Train(new Immediate<BaselineProgress>(reports.Add), cancellationToken: TestContext.CancellationToken);
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4, 5, 6 }, reports.Select(report => report.Completed).ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 3, 6, 9, 12, 15 }, reports.Select(report => report.Updates).ToArray());
        Assert.IsTrue(double.IsNaN(reports[0].CriticLoss) && reports.Skip(1).All(report => report.CriticLoss > 0 && report.TrainingError > 0));

        // Three goals, two roll-outs each, eight steps.
        CollectionAssert.AreEqual(new long[] { 0, 96, 192, 288 }, result.Curve.Points.Select(point => point.EnvironmentSteps).ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 3, 9, 15 }, result.Curve.Points.Select(point => point.Updates).ToArray());
        Assert.AreEqual(288, result.EnvironmentSteps);
        Assert.AreEqual(15, result.Updates);
        Assert.AreEqual(result.TrainingError, result.Curve.Points[^1].Error);
        Assert.AreEqual(result.TrainingError, trainer.PolicyErrors(Goals.Goals).Average(), 1e-12);
        Assert.AreEqual(7UL, result.Curve.Seed);
        Assert.AreEqual(meta ? "Meta Critic" : "DDPG", result.Curve.Method);
        Assert.IsFalse(result.Diverged || result.Curve.Diverged);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ARunThatDivergesIsReturnedAsDiverged(bool meta)
    {
        using BaselineTrainer trainer = Create(meta, new RigidBodyDynamics(RobotModel.TwoLink, Dynamics), Goals, Small with { CriticLearningRate = 1e6 });
        BaselineResult result = trainer.Train(cancellationToken: TestContext.CancellationToken);
        Assert.IsTrue(result.Diverged && result.Curve.Diverged && trainer.Diverged);
        Assert.IsNull(result.Critic);
        Assert.IsTrue(double.IsNaN(result.TrainingError));
        Assert.IsLessThan(15, result.Updates);
        StringAssert.Contains(Assert.ThrowsExactly<MetaCriticException>(trainer.CreateCritic).Message, "diverged at update");
        Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Step(TestContext.CancellationToken));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void RollOutsThatDivergeAreCountedAndLeftOut(bool meta)
    {
        TrainingGoals goals = new() { Goals = [[0.5], [0.7]], StartStates = [[0], [6]] };
        using BaselineTrainer trainer = Create(meta, new Explosive(), goals, Small);
        BaselineResult result = trainer.Train(cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(6, result.DivergedRollouts);
        Assert.IsFalse(result.Diverged);
        Assert.IsTrue(double.IsNaN(result.TrainingError)); // one of its two goals has no error
        Assert.IsTrue(result.Critic!.Parameters.ToArray().All(float.IsFinite));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void SteadyStateAllocatesNothing(bool meta)
    {
        using BaselineTrainer trainer = Create(meta, new RigidBodyDynamics(RobotModel.TwoLink, Dynamics), Goals, Small with { Iterations = 1000, EvaluationInterval = 500, Threads = 1 });
        Assert.AreEqual(0, Allocations.InSteadyState(() => trainer.Step(TestContext.CancellationToken)));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void CancellationEndsTheWork(bool meta)
    {
        using CancellationTokenSource cancellation = new();
        using BaselineTrainer trainer = Create(meta, new PointMass(), new() { Goals = [[1, 1]] }, Small);
        Immediate<BaselineProgress> progress = new(report =>
        {
            if (report.Completed == 3)
            {
                cancellation.Cancel();
            }
        });
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Train(progress, cancellationToken: cancellation.Token));
        Assert.AreEqual(3, trainer.Iteration);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ASmallTaskIsLearnedAndItsCriticFitsFreshPolicies(bool meta)
    {
        DdpgOptions options = new()
        {
            Iterations = 200,
            Horizon = 20,
            UpdatesPerIteration = 20,
            BatchSize = 64,
            CriticHidden = [64, 64],
            PolicyHidden = [16, 16],
            VelocityScale = 1,
            TargetRate = 0.02,
            ExplorationNoise = 1,
            PolicyLearningRate = 3e-4,
            FittingLearningRate = 0.05,
            Threads = 1,
        };
        TrainingGoals goals = new() { Goals = [[0.5], [-0.5]] };
        using BaselineTrainer trainer = Create(meta, new CartDynamics(), goals, options);
        BaselineResult result = trainer.Train(cancellationToken: TestContext.CancellationToken);
        Assert.IsLessThan(0.01, result.TrainingError);

        using MemoryStream file = new(Bytes(result.Critic!));
        using PolicyLearner learner = new(CriticModel.Load(file));
        IReadOnlyList<PolicyFit> fits = learner.Fit(
            [.. from goal in goals.Goals from policy in Enumerable.Range(0, 3) select new FittingTask { Goal = goal, PolicyIndex = policy }],
            tasks => new Carts(tasks.Count),
            cancellationToken: TestContext.CancellationToken);
        TestContext.WriteLine($"own {result.TrainingError:G3}, fresh {string.Join(" ", fits.Select(fit => fit.Error.ToString("G3", System.Globalization.CultureInfo.InvariantCulture)))}");
        Assert.IsLessThan(0.06, fits.Average(fit => fit.Error));
        Assert.IsGreaterThan(0.1, fits.Average(fit => fit.LearningCurve[0]));
    }

    [TestMethod]
    public void TheMetaCriticIsAddedToTheCritic()
    {
        using OnlineMetaCritic trainer = new(new RigidBodyDynamics(RobotModel.TwoLink, Dynamics), Goals, new() { Ddpg = Small, MetaCriticHidden = [7, 5], IncludeMetaCritic = true });
        trainer.Train(cancellationToken: TestContext.CancellationToken);
        CriticModel sum = trainer.CreateCritic(includeMetaCritic: true);
        CriticModel main = trainer.CreateCritic(includeMetaCritic: false);
        Assert.AreEqual("6-27-25-1, elu, linear", sum.Network.ToString());
        Assert.AreEqual("6-20-20-1, elu, linear", main.Network.ToString());
        CollectionAssert.AreEqual(sum.Parameters.ToArray(), trainer.CreateCritic().Parameters.ToArray());
        sum.Validate();
        main.Validate();
        double[] difference = [.. Enumerable.Range(0, 20).Select(i =>
        {
            float[] x = [.. Numbers.Uniform((ulong)i, 6).Select(value => (float)value)];
            return (double)(Evaluate(sum, x) - Evaluate(main, x));
        })];
        Assert.IsGreaterThan(1e-3, difference.Max() - difference.Min());
    }

    [TestMethod]
    public void ASumOfNetworksAddsTheirOutputs()
    {
        MlpShape a = new([3, 5, 4, 2], Activation.Elu);
        MlpShape b = new([3, 2, 7, 2], Activation.Elu);
        float[] alpha = [.. Numbers.Uniform(1, a.ParameterCount).Select(x => (float)x)];
        float[] beta = [.. Numbers.Uniform(2, b.ParameterCount).Select(x => (float)x)];
        float[] sum = NetworkSum.Of(a, alpha, b, beta, out MlpShape shape);
        Assert.AreEqual("3-7-11-2, elu, linear", shape.ToString());
        float[] x = [0.3f, -0.8f, 1.1f];
        float[] first = Output(a, alpha, x), second = Output(b, beta, x), both = Output(shape, sum, x);
        for (int i = 0; i < 2; i++)
        {
            Assert.AreEqual(first[i] + second[i], both[i], 1e-5f);
        }
    }

    [TestMethod]
    public void PresetsShareNetworksAndRollOutsWithMetaTraining()
    {
        CollectionAssert.AreEqual(TaskPreset.All.ToArray(), BaselinePreset.All.Select(preset => preset.Task).ToArray());
        foreach (BaselinePreset preset in BaselinePreset.All)
        {
            preset.MetaCritic.Validate();
            foreach (DdpgOptions options in new[] { preset.Ddpg, preset.MetaCritic.Ddpg })
            {
                options.Validate();
                MetaTrainingOptions task = preset.Task.Training;
                MetaTrainingOptions same = options.ToTraining();
                Assert.AreEqual(task.Horizon, same.Horizon);
                CollectionAssert.AreEqual(task.PolicyHidden.ToArray(), same.PolicyHidden.ToArray());
                CollectionAssert.AreEqual(task.CriticHidden.ToArray(), same.CriticHidden.ToArray());
                Assert.AreEqual((task.PolicyActivation, task.CriticActivation, task.CriticHead), (same.PolicyActivation, same.CriticActivation, same.CriticHead));
                Assert.AreEqual((task.PositionScale, task.VelocityScale, task.ActionScale), (same.PositionScale, same.VelocityScale, same.ActionScale));
                Assert.IsGreaterThanOrEqualTo((long)options.Iterations * options.Horizon * options.RolloutsPerGoal * 4, (long)options.ReplayCapacity, "full replay");
            }
        }
    }

    [TestMethod]
    public void CurvesOfMetaTrainingCountModelSteps()
    {
        MetaTrainingOptions options = new() { Horizon = 10, PoliciesPerGoal = 3, InnerSteps = 2, Seed = 4 };
        TrainingCurve curve = TrainingCurve.OfMetaTraining("ours", [new(0, 1, 0.5, 1, 0, 1), new(1, 1, 0.25, 1, 0, 1)], options, 4);
        CollectionAssert.AreEqual(
            new TrainingCurvePoint[] { new(1, 1, 360, 0.5), new(2, 2, 720, 0.25) }, curve.Points.ToArray());
        Assert.AreEqual(("ours", 4UL, false), (curve.Method, curve.Seed, curve.Diverged));
    }

    public static IEnumerable<object[]> BadOptions =>
    [
        ["options.iterations", Small with { Iterations = 0 }],
        ["options.threads", Small with { Threads = -1 }],
        ["options.horizon", Small with { Horizon = 0 }],
        ["options.rolloutsPerGoal", Small with { RolloutsPerGoal = 0 }],
        ["options.warmupIterations", Small with { WarmupIterations = -1 }],
        ["options.updatesPerIteration", Small with { UpdatesPerIteration = 0 }],
        ["options.batchSize", Small with { BatchSize = 0 }],
        ["options.replayCapacity", Small with { ReplayCapacity = 0 }],
        ["options.discount", Small with { Discount = 1.01 }],
        ["options.targetRate", Small with { TargetRate = 0 }],
        ["options.criticLearningRate", Small with { CriticLearningRate = 0 }],
        ["options.policyLearningRate", Small with { PolicyLearningRate = double.NaN }],
        ["options.explorationNoise", Small with { ExplorationNoise = -0.1 }],
        ["options.actionLimit", Small with { ActionLimit = double.PositiveInfinity }],
        ["options.velocityWeight", Small with { VelocityWeight = -1 }],
        ["options.criticInput", Small with { CriticInput = (CriticInput)9 }],
        ["options.criticHidden", Small with { CriticHidden = [0] }],
        ["options.criticActivation", Small with { CriticActivation = (Activation)9 }],
        ["options.policyHidden", Small with { PolicyHidden = [-1] }],
        ["options.policyActivation", Small with { PolicyActivation = (Activation)9 }],
        ["options.positionScale", Small with { PositionScale = 0 }],
        ["options.velocityScale", Small with { VelocityScale = 0 }],
        ["options.actionScale", Small with { ActionScale = 0 }],
        ["options.fittingLearningRate", Small with { FittingLearningRate = 0 }],
        ["options.evaluationInterval", Small with { EvaluationInterval = 0 }],
        ["options.divergenceLimit", Small with { DivergenceLimit = 0 }],
    ];

    [TestMethod]
    [DynamicData(nameof(BadOptions))]
    public void BadOptionsAreRefused(string expected, DdpgOptions options)
    {
        foreach (bool meta in new[] { false, true })
        {
            InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => Create(meta, new PointMass(), new() { Goals = [[1, 1]] }, options));
            Assert.AreEqual(expected, error.Place);
        }
    }

    [TestMethod]
    [DataRow("options.metaCriticHidden", 0)]
    [DataRow("options.metaCriticLearningRate", 1)]
    [DataRow("options.metaCriticWeightDecay", 2)]
    [DataRow("options.trialLearningRate", 3)]
    [DataRow("options.ddpg", 4)]
    public void BadOptionsOfTheMetaCriticAreRefused(string expected, int change)
    {
        OnlineMetaCriticOptions good = new() { Ddpg = Small };
        OnlineMetaCriticOptions bad = change switch
        {
            0 => good with { MetaCriticHidden = [10] },
            1 => good with { MetaCriticLearningRate = 0 },
            2 => good with { MetaCriticWeightDecay = -1 },
            3 => good with { TrialLearningRate = 0 },
            _ => good with { Ddpg = null! },
        };
        Assert.AreEqual(expected, Assert.ThrowsExactly<InvalidInputException>(() => new OnlineMetaCritic(new PointMass(), new() { Goals = [[1, 1]] }, bad)).Place);
    }

    [TestMethod]
    [DataRow("goal is not 2", 0)]
    [DataRow("weights", 1)]
    [DataRow("parameters of the robot", 2)]
    public void BadGoalsAreRefused(string expected, int change)
    {
        TrainingGoals goals = change switch
        {
            0 => new() { Goals = [[1, 1, 1]] },
            1 => new() { Goals = [[1, 1]], Weights = [2] },
            _ => new() { Goals = [[1, 1]], ParameterNames = ["arm2.mass"], ParameterValues = [[2]] },
        };
        foreach (bool meta in new[] { false, true })
        {
            StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => Create(meta, new PointMass(), goals, Small)).Message, expected);
        }
    }

    private static BaselineTrainer Create(bool meta, IDynamics dynamics, TrainingGoals goals, DdpgOptions options) =>
        meta ? new OnlineMetaCritic(dynamics, goals, new() { Ddpg = options, MetaCriticHidden = options.CriticHidden }) : new Ddpg(dynamics, goals, options);

    private static BaselineResult Train(bool meta, TrainingGoals goals, DdpgOptions options)
    {
        using BaselineTrainer trainer = meta
            ? new OnlineMetaCritic(RobotModel.TwoLink, Dynamics, goals, new() { Ddpg = options })
            : new Ddpg(RobotModel.TwoLink, Dynamics, goals, options);
        return trainer.Train();
    }

    private static byte[] Bytes(CriticModel critic)
    {
        using MemoryStream stream = new();
        critic.Save(stream);
        return stream.ToArray();
    }

    private static float Evaluate(CriticModel critic, float[] x) => Output(critic.Network, critic.Parameters.ToArray(), x)[0];

    private static float[] Output(MlpShape shape, float[] parameters, float[] x)
    {
        MlpEvaluator evaluator = new(shape, parameters);
        float[] input = new float[evaluator.InputWidth];
        x.CopyTo(input, 0);
        float[] output = new float[shape.OutputSize];
        evaluator.Evaluate(input, output, []);
        return output;
    }
}
