using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Learning;

namespace MetaCritic.Tests.Reliability;

/// <summary>Values that are not finite: where they are found, what is said, and what becomes of the policy.</summary>
[TestClass]
public sealed class DivergenceTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metacritic divergence").FullName;

    public TestContext TestContext { get; set; } = null!;

    private static TrainingGoals Goals { get; } = new() { Goals = [[0.1, -0.5], [0.7, 0.3]] };

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    /// <summary>Systems, options, and what is found there.</summary>
    public static IEnumerable<object[]> Cases =>
    [
        [
            "a roll-out before an inner step", new Broken(Where.State, call: 3, component: 3), new MetaTrainingOptions(), DivergencePlace.RollOut, 1,
            "joint 2: the velocity at step 3 of the roll-out before inner step 1 is NaN",
        ],
        [
            "a position beyond the limit", new Broken(Where.State, call: 2, component: 0, value: -2e6), new MetaTrainingOptions(), DivergencePlace.RollOut, 0,
            "joint 1: the position at step 2 of the roll-out before inner step 1 is -2E+06",
        ],
        [
            "a roll-out after the inner steps", new Broken(Where.State, call: 6 + 2, component: 1, value: double.PositiveInfinity), new MetaTrainingOptions(), DivergencePlace.RollOut, 1,
            "joint 2: the position at step 2 of the roll-out is Infinity",
        ],
        [
            "the gradient of the task loss", new Broken(Where.Cotangent, call: 1, component: 1), new MetaTrainingOptions(), DivergencePlace.Gradient, 1,
            "joint 2: the gradient of the task loss is not finite; at step 5 it is NaN",
        ],
        [
            "the task loss", new Broken(Where.State, call: 6 + 6, component: 2, value: 1e5), new MetaTrainingOptions { VelocityWeight = 1e300, TaskLossLimit = double.PositiveInfinity }, DivergencePlace.Loss, 0,
            "joint 1: the task loss is not finite; the largest part is that of the velocity at step 6, ",
        ],
        [
            "the gradient of an inner step", new Broken(Where.Nowhere), new MetaTrainingOptions { ActionScale = 1e300 }, DivergencePlace.Gradient, -1,
            "the gradient of inner step 1 is not finite; at step ",
        ],
        [
            "the critic's loss", new Broken(Where.Nowhere), new MetaTrainingOptions { ActionScale = 1e39 }, DivergencePlace.Loss, -1,
            "the critic's loss at inner step 1 is not finite; its largest gradient is that at step ",
        ],
    ];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void ItIsFoundAndSaidWithMetaIterationGoalJointAndPlace(string name, object system, MetaTrainingOptions options, DivergencePlace place, int joint, string said)
    {
        _ = name;
        Broken broken = (Broken)system;
        broken.Restart();
        using MetaTrainer trainer = new(broken, Goals, Small(options));
        trainer.Step(TestContext.CancellationToken);
        Divergence found = trainer.Divergences[0];
        TestContext.WriteLine(string.Join(Environment.NewLine, trainer.Divergences.Select(d => d.Message)));
        Assert.AreEqual((0, place), (found.Iteration, found.Place));
        Assert.Contains(said, found.Message);
        if (joint >= 0)
        {
            Assert.AreEqual((0, joint), (found.Goal, found.Joint));
            Assert.StartsWith($"meta-iteration 1, goal 1 [0.1, -0.5], joint {joint + 1}: ", found.Message);
        }
        else
        {
            Assert.IsGreaterThanOrEqualTo(0, found.Joint);
            Assert.StartsWith($"meta-iteration 1, goal {found.Goal + 1} [", found.Message);
        }
    }

    [TestMethod]
    public void ACriticsGradientThatIsNotFiniteIsSaidAndItsStepLeftOut()
    {
        // The inner steps are ordinary, as the two factors cancel; the direction u = −α·v is beyond single precision.
        MetaTrainingOptions options = Small(new() { ActionScale = 1e-37, PolicyLearningRate = 1e37, TaskLossLimit = double.PositiveInfinity });
        using MetaTrainer trainer = new(new CartDynamics(), new() { Goals = [[1e4], [2e4]] }, options);
        float[] before = trainer.CreateCritic().Parameters.ToArray();
        MetaIterationMetrics metrics = trainer.Step(TestContext.CancellationToken);
        TestContext.WriteLine(string.Join(Environment.NewLine, trainer.Divergences.Select(d => d.Message)));
        Assert.IsTrue(double.IsNaN(metrics.GradientNorm));
        Assert.AreEqual(DivergencePlace.Gradient, trainer.Divergences.Single().Place);
        Assert.Contains("joint 1: the critic's gradient is not finite; the action's tangent at step ", trainer.Divergences.Single().Message);
        CollectionAssert.AreEqual(before, trainer.CreateCritic().Parameters.ToArray());
    }

    [TestMethod]
    public void APolicyWithoutAFiniteCriticDoesNotSpoilTheGradientOfTheOthers()
    {
        // The second goal, scaled, is beyond single precision.
        MetaTrainingOptions options = Small(new() { PositionScale = 1e34, TaskLossLimit = double.PositiveInfinity, CriticActivation = Activation.Relu, CriticGradientClip = 0 });
        using MetaTrainer trainer = new(new Broken(Where.Nowhere), new() { Goals = [[0.1, -0.5], [1e5, 0.3]] }, options);
        float[] before = trainer.CreateCritic().Parameters.ToArray();
        MetaIterationMetrics metrics = trainer.Step(TestContext.CancellationToken);
        TestContext.WriteLine(string.Join(Environment.NewLine, trainer.Divergences.Select(d => d.Message)));
        Divergence found = trainer.Divergences.Single();
        Assert.AreEqual(1, found.Goal);
        Assert.AreNotEqual(DivergencePlace.RollOut, found.Place);
        Assert.IsTrue(double.IsFinite(metrics.GradientNorm));
        CollectionAssert.AreNotEqual(before, trainer.CreateCritic().Parameters.ToArray());
    }

    [TestMethod]
    public void AJointOfARobotIsCalledByItsName()
    {
        // Damping that the explicit integrator cannot follow.
        RobotModel stiff = RobotModel.TwoLink.With("interArm.damping", 1e6);
        using MetaTrainer trainer = new(stiff, SmallTraining.Dynamics with { ImplicitDamping = false }, SmallTraining.Goals, SmallTraining.Options with { OnDivergence = DivergenceResponse.Stop, Horizon = 40 });
        DivergenceException e = Assert.ThrowsExactly<DivergenceException>(() => trainer.Step(TestContext.CancellationToken));
        Assert.StartsWith("meta-iteration 1, goal ", e.Message);
        Assert.Contains("joint \"interArm\": the velocity at step ", e.Message);
        Assert.EndsWith("set onDivergence to restart or skip.", e.Message);
        Assert.AreEqual(1, e.Divergence!.Joint);
    }

    [TestMethod]
    public void RestartDrawsThePolicyAnewSkipKeepsItAndStopChangesNothing()
    {
        foreach (DivergenceResponse response in Enum.GetValues<DivergenceResponse>())
        {
            Broken system = new(Where.State, call: 8, component: 0);
            MetaTrainingOptions options = Small(new()) with { OnDivergence = response };
            using MetaTrainer trainer = new(system, Goals, options);
            byte[] start = SmallTraining.Checkpoint(trainer);
            (float[] policies, int[] ages, int[] births) = Pool(start);
            if (response == DivergenceResponse.Stop)
            {
                Assert.ThrowsExactly<DivergenceException>(() => trainer.Train(null, _folder, null, TestContext.CancellationToken));
                CollectionAssert.AreEqual(start, File.ReadAllBytes(Path.Combine(_folder, MetaTrainer.CheckpointFileName)), "the checkpoint is that of before");
                CollectionAssert.AreEqual(start, SmallTraining.Checkpoint(trainer));

                // Going on with another answer.
                using MetaTrainer other = new(new Broken(Where.Nowhere), Goals, options with { OnDivergence = DivergenceResponse.Skip });
                other.LoadCheckpoint(Path.Combine(_folder, MetaTrainer.CheckpointFileName));
                other.Step(TestContext.CancellationToken);
                continue;
            }

            MetaIterationMetrics metrics = trainer.Step(TestContext.CancellationToken);
            (float[] after, int[] laterAges, int[] laterBirths) = Pool(SmallTraining.Checkpoint(trainer));
            int size = policies.Length / ages.Length;
            Assert.IsTrue(double.IsFinite(metrics.TaskLoss) && metrics.GradientNorm > 0, "the other policy counts");
            Assert.IsFalse(policies.AsSpan(size, size).SequenceEqual(after.AsSpan(size, size)), "the other policy has learned");
            Assert.AreEqual(response == DivergenceResponse.Skip, policies.AsSpan(0, size).SequenceEqual(after.AsSpan(0, size)));
            Assert.AreEqual(response == DivergenceResponse.Skip ? 0 : 1, metrics.Restarted);
            Assert.AreEqual(response == DivergenceResponse.Skip ? ages[0] + 1 : 0, laterAges[0]);
            Assert.AreEqual(response == DivergenceResponse.Skip ? births[0] : 1, laterBirths[0]);
        }
    }

    [TestMethod]
    public void PoliciesThatOnlyExceedTheLossLimitAreNoDivergence()
    {
        using MetaTrainer trainer = SmallTraining.Trainer(SmallTraining.Options with { TaskLossLimit = 1e-6, OnDivergence = DivergenceResponse.Stop });
        Assert.AreEqual(4, trainer.Step(TestContext.CancellationToken).Restarted);
        Assert.IsEmpty(trainer.Divergences);
    }

    [TestMethod]
    public void ProgressCarriesDivergences()
    {
        List<MetaTrainingProgress> reports = [];
        using MetaTrainer trainer = new(new Broken(Where.State, call: 8, component: 0), Goals, Small(new()) with { Iterations = 3 });
        trainer.Train(new Immediate<MetaTrainingProgress>(reports.Add), cancellationToken: TestContext.CancellationToken);
        CollectionAssert.AreEqual((int[])[1, 0, 0], reports.Select(report => report.Divergences.Count).ToArray());
        Assert.IsEmpty(default(MetaTrainingProgress).Divergences);
    }

    [TestMethod]
    [DataRow(false, "the meta-gradient has vanished")]
    [DataRow(true, "no policy has counted in 20 meta-iterations")]
    public void ACriticThatLearnsNothingIsSaidOnceAlsoAcrossAResume(bool none, string said)
    {
        // States that no action moves have a task loss without gradient.
        IDifferentiableDynamics system = none ? new Broken(Where.Everywhere) : new Drift(2);
        MetaTrainingOptions options = Small(new()) with { Iterations = 50 };
        foreach (int interruption in (int[])[0, 10, 20, 30])
        {
            List<(int Iteration, string Warning)> warnings = [];
            Immediate<MetaTrainingProgress> progress = new(report =>
            {
                if (report.Warning is { } warning)
                {
                    warnings.Add((report.Completed, warning));
                }
            });
            string folder = Path.Combine(_folder, interruption.ToString(System.Globalization.CultureInfo.InvariantCulture));
            using (MetaTrainer first = new(system, Goals, options))
            {
                first.Train(progress, folder, interruption, TestContext.CancellationToken);
            }

            using MetaTrainer second = new(system, Goals, options);
            second.LoadCheckpoint(Path.Combine(folder, MetaTrainer.CheckpointFileName));
            second.Train(progress, cancellationToken: TestContext.CancellationToken);
            Assert.HasCount(1, warnings);
            Assert.AreEqual(MetaTrainer.VanishingGradientIterations, warnings[0].Iteration);
            Assert.Contains(said, warnings[0].Warning);
        }
    }

    [TestMethod]
    public void FittedPoliciesSayWhereTheyDiverged()
    {
        using MetaTrainer trainer = new(new Broken(Where.Nowhere), Goals, Small(new()));
        using PolicyLearner learner = new(trainer.CreateCritic(), new() { Steps = 4, BlockSize = 1, Threads = 1 });
        FittingTask[] tasks = [new() { Goal = [0.1, 0.2] }, new() { Goal = [0.3, 0.4] }];
        int block = 0;
        IReadOnlyList<PolicyFit> fits = learner.Fit(
            tasks,
            members => new DynamicsEnvironment(new Broken(block++ == 0 ? Where.Nowhere : Where.State, call: 6 + 6 + 4, component: 3), members.Count, new double[]?[members.Count]),
            cancellationToken: TestContext.CancellationToken);
        Assert.IsNull(fits[0].Divergence);
        Assert.IsTrue(fits[1].Diverged);
        Assert.AreEqual("policy update 3, goal 2 [0.3, 0.4], joint 2: the velocity at step 4 of the roll-out is NaN", fits[1].Divergence!.Message);

        MetaTrainingOptions huge = Small(new() { ActionScale = 1e300 });
        using MetaTrainer other = new(new Broken(Where.Nowhere), Goals, huge);
        using PolicyLearner second = new(other.CreateCritic(), new() { Steps = 4, Threads = 1 });
        PolicyFit fit = second.Fit(tasks[..1], members => new DynamicsEnvironment(new Broken(Where.Nowhere), members.Count, new double[]?[members.Count]), cancellationToken: TestContext.CancellationToken)[0];
        Assert.IsTrue(fit.Diverged);
        Assert.AreEqual((0, DivergencePlace.Gradient), (fit.Divergence!.Iteration, fit.Divergence.Place));
        Assert.Contains("the gradient of the policy update is not finite", fit.Divergence.Message);
    }

    private static MetaTrainingOptions Small(MetaTrainingOptions options) => options with
    {
        Iterations = 5,
        Horizon = 6,
        PoliciesPerGoal = 1,
        PolicyLifetime = 100,
        PolicyHidden = [4],
        CriticHidden = [8],
        Threads = 1,
    };

    private static (float[] Policies, int[] Ages, int[] Births) Pool(byte[] checkpoint)
    {
        using MemoryStream stream = new(checkpoint);
        TensorFile file = TensorFile.Load(stream, TensorFileKind.Checkpoint, "checkpoint");
        return (file.Get<float>("policies", -1, -1), file.Get<int>("ages"), file.Get<int>("births"));
    }

    /// <summary>Where <see cref="Broken"/> gives a bad value.</summary>
    private enum Where
    {
        Nowhere,
        State,
        Cotangent,
        Everywhere,
    }

    /// <summary>Two carts that give a bad value for the first roll-out, once, at the n-th call.</summary>
    private sealed class Broken(Where where, int call = 1, int component = 0, double value = double.NaN) : IDifferentiableDynamics
    {
        private int _steps;
        private int _products;

        public int StateSize => 4;

        public int ActionSize => 2;

        public int PositionSize => 2;

        public void Restart() => (_steps, _products) = (0, 0);

        public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates)
        {
            for (int i = 0; i < 2 * lanes; i++)
            {
                nextStates[(2 * lanes) + i] = (0.9 * states[(2 * lanes) + i]) + (0.1 * actions[i]);
                nextStates[i] = states[i] + (0.1 * nextStates[(2 * lanes) + i]);
            }

            if (where == Where.Everywhere)
            {
                nextStates.Fill(value);
            }

            if (++_steps == call && where == Where.State)
            {
                nextStates[component * lanes] = value;
            }
        }

        public void StepVjp(
            int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, ReadOnlySpan<double> nextCotangents, Span<double> stateCotangents, Span<double> actionCotangents)
        {
            for (int i = 0; i < 2 * lanes; i++)
            {
                double velocity = nextCotangents[(2 * lanes) + i] + (0.1 * nextCotangents[i]);
                stateCotangents[i] = nextCotangents[i];
                stateCotangents[(2 * lanes) + i] = 0.9 * velocity;
                actionCotangents[i] = 0.1 * velocity;
            }

            if (++_products == call && where == Where.Cotangent)
            {
                actionCotangents[component * lanes] = value;
            }
        }

        public override string ToString() => $"{where} at call {call}";
    }
}
