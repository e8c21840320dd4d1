using MetaCritic.Baselines;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Hostile;
using MetaCritic.Tests.Models;
using MetaCritic.Tests.Reliability;

namespace MetaCritic.Tests.Baselines;

/// <summary>Checkpoints of baselines, and their own policies.</summary>
[TestClass]
public sealed class CheckpointTests
{
    private static readonly DdpgOptions Small = new()
    {
        Iterations = 5,
        WarmupIterations = 1,
        UpdatesPerIteration = 3,
        BatchSize = 10,
        Horizon = 6,
        PolicyHidden = [6],
        CriticHidden = [9],
        EvaluationInterval = 2,
        ReplayCapacity = 40, // less than the run makes: the oldest rows are replaced
        Seed = 7,
    };

    private static readonly RigidBodyOptions Dynamics = new() { TimeStep = 0.05, TorqueScale = [5], ImplicitDamping = true };

    private static readonly TrainingGoals Goals = new() { Goals = [[0.5, 0.2], [-0.3, 0.7], [0.1, -0.9]] };

    private readonly string _folder = Directory.CreateTempSubdirectory("metacritic baseline ß").FullName;

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_run_goes_on_to_the_same_bytes_after_any_iteration(bool meta)
    {
        using BaselineTrainer whole = Create(meta, Small);
        byte[] expected = whole.Train(cancellationToken: TestContext.CancellationToken).Critic!.Bytes();
        using BaselineTrainer first = Create(meta, Small);
        for (int done = 0; done < Small.Iterations; done++)
        {
            byte[] checkpoint = Saved(first);
            using BaselineTrainer second = Create(meta, Small with { Threads = 2, CheckpointInterval = 3 });
            second.LoadCheckpoint(PathOf("c"));
            CollectionAssert.AreEqual(checkpoint, Saved(second));
            CollectionAssert.AreEqual(expected, second.Train(cancellationToken: TestContext.CancellationToken).Critic!.Bytes(), $"after {done} iterations");
            Assert.AreEqual(whole.EnvironmentSteps, second.EnvironmentSteps);
            CollectionAssert.AreEqual(whole.Curve.Points.ToArray(), second.Curve.Points.ToArray());
            first.Step(TestContext.CancellationToken);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_run_that_is_cancelled_at_any_call_goes_on_to_the_same_bytes(bool meta)
    {
        CountingSystem undisturbed = new(new RigidBodyDynamics(RobotModel.TwoLink, Dynamics), _ => { });
        byte[] expected;
        using (BaselineTrainer whole = Create(meta, undisturbed, Small))
        {
            expected = whole.Train(cancellationToken: TestContext.CancellationToken).Critic!.Bytes();
        }

        for (int n = 1; n <= undisturbed.Calls - Small.Horizon; n += 5)
        {
            using CancellationTokenSource cancellation = new();
            CountingSystem system = new(new RigidBodyDynamics(RobotModel.TwoLink, Dynamics), call =>
            {
                if (call == n)
                {
                    cancellation.Cancel();
                }
            });
            using BaselineTrainer trainer = Create(meta, system, Small);
            Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Train(checkpointFolder: _folder, cancellationToken: cancellation.Token));
            using BaselineTrainer resumed = Create(meta, new RigidBodyDynamics(RobotModel.TwoLink, Dynamics), Small);
            resumed.LoadCheckpoint(PathOf(BaselineTrainer.CheckpointFileName));
            CollectionAssert.AreEqual(expected, resumed.Train(cancellationToken: TestContext.CancellationToken).Critic!.Bytes(), $"from the file, call {n}");
            CollectionAssert.AreEqual(expected, trainer.Train(cancellationToken: TestContext.CancellationToken).Critic!.Bytes(), $"in the same trainer, call {n}");
        }
    }

    [TestMethod]
    public void Checkpoints_are_written_as_asked_and_a_run_may_stop_early()
    {
        using BaselineTrainer trainer = Create(false, Small with { CheckpointInterval = 2 });
        List<(int, bool)> seen = [];
        BaselineResult early = trainer.Train(
            new Immediate<BaselineProgress>(report => seen.Add((report.Completed, File.Exists(PathOf(BaselineTrainer.CheckpointFileName))))), _folder, stopAfter: 4, TestContext.CancellationToken);
        CollectionAssert.AreEqual(new[] { (1, false), (2, false), (3, true), (4, true) }, seen); // progress comes before the file
        Assert.AreEqual(4, early.Critic!.Iterations);
        Assert.AreEqual(4, trainer.Iteration);

        // More iterations than at first, as for any training.
        using BaselineTrainer longer = Create(false, Small with { Iterations = 7 });
        longer.LoadCheckpoint(PathOf(BaselineTrainer.CheckpointFileName));
        Assert.AreEqual(7, longer.Train(cancellationToken: TestContext.CancellationToken).Critic!.Iterations);
    }

    public static IEnumerable<object[]> Others =>
    [
        ["targetRate: 0.005, not 0.1", Small with { TargetRate = 0.1 }],
        ["fittingLearningRate: 0.001, not 0.5", Small with { FittingLearningRate = 0.5 }],
        ["seed: 7, not 8", Small with { Seed = 8 }],
        ["actionLimit: 0, not 2", Small with { ActionLimit = 2 }],
        ["criticHidden: [9], not [9,9]", Small with { CriticHidden = [9, 9] }],
        ["it has 5 meta-iterations behind it, more than the 3 asked for", Small with { Iterations = 3 }],
    ];

    [TestMethod]
    [DynamicData(nameof(Others))]
    public void A_checkpoint_of_other_options_is_refused_by_name_and_values(string expected, DdpgOptions other)
    {
        foreach (bool meta in (bool[])[false, true])
        {
            using BaselineTrainer trainer = Create(meta, Small);
            trainer.Train(checkpointFolder: _folder, cancellationToken: TestContext.CancellationToken);
            using BaselineTrainer second = Create(meta, other);
            string message = Assert.ThrowsExactly<InvalidInputException>(() => second.LoadCheckpoint(PathOf(BaselineTrainer.CheckpointFileName))).Message;
            Assert.Contains(expected, message);
            Assert.AreEqual(0, second.Iteration);
        }
    }

    [TestMethod]
    public void A_checkpoint_of_another_method_robot_goal_or_kind_is_refused()
    {
        using BaselineTrainer trainer = Create(false, Small);
        string path = PathOf("c");
        trainer.SaveCheckpoint(path);
        using BaselineTrainer meta = Create(true, Small);
        Assert.Contains("the method is \"DDPG\", not \"Meta Critic\"", Assert.ThrowsExactly<InvalidInputException>(() => meta.LoadCheckpoint(path)).Message);
        using Ddpg heavy = new(RobotModel.TwoLink.With("arm2.mass", 2), Dynamics, Goals, Small);
        Assert.Contains("robot.arm2.mass: 1, not 2", Assert.ThrowsExactly<InvalidInputException>(() => heavy.LoadCheckpoint(path)).Message);
        using Ddpg others = new(RobotModel.TwoLink, Dynamics, new() { Goals = [Goals.Goals[0]] }, Small);
        Assert.Contains("goals: 3 rows, not 1", Assert.ThrowsExactly<InvalidInputException>(() => others.LoadCheckpoint(path)).Message);
        using MetaTrainer ours = SmallTraining.Trainer();
        Assert.Contains("it holds a checkpoint of a baseline, not a checkpoint", Assert.ThrowsExactly<InvalidInputException>(() => ours.LoadCheckpoint(path)).Message);
        ours.SaveCheckpoint(path);
        Assert.Contains("it holds a checkpoint, not a checkpoint of a baseline", Assert.ThrowsExactly<InvalidInputException>(() => trainer.LoadCheckpoint(path)).Message);
    }

    [TestMethod]
    public void A_replay_buffer_that_fits_into_no_file_is_refused_before_the_work()
    {
        using BaselineTrainer trainer = Create(false, Small with { Iterations = 1_000_000, Horizon = 100, ReplayCapacity = 100_000_000 });
        Assert.AreEqual("options.replayCapacity", Assert.ThrowsExactly<InvalidInputException>(() => trainer.Train(checkpointFolder: _folder, cancellationToken: TestContext.CancellationToken)).Place);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [TestMethod]
    public void Dynamics_that_throw_in_the_middle_of_roll_outs_end_the_run()
    {
        int at = int.MaxValue;
        CountingSystem system = new(new RigidBodyDynamics(RobotModel.TwoLink, Dynamics), call =>
        {
            if (call == at)
            {
                throw new TimeoutException("the simulator is gone");
            }
        });
        using BaselineTrainer trainer = Create(false, system, Small);
        trainer.Step(TestContext.CancellationToken);
        at = (int)system.Calls + 2;
        Assert.ThrowsExactly<TimeoutException>(() => trainer.Step(TestContext.CancellationToken));
        Assert.Contains("Go on from a checkpoint", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Step(TestContext.CancellationToken)).Message);
        Assert.ThrowsExactly<InvalidOperationException>(() => trainer.SaveCheckpoint(PathOf("c")));
    }

    [TestMethod]
    [DataRow(CriticInput.Relative, 0.0)]
    [DataRow(CriticInput.RelativeAndGoal, 0.0)]
    [DataRow(CriticInput.Raw, 0.0)]
    [DataRow(CriticInput.RelativeAndGoal, 0.3)]
    public void The_runs_own_policy_for_a_goal_does_what_the_run_measures(CriticInput input, double limit)
    {
        DdpgOptions options = Small with { CriticInput = input, ActionLimit = limit, PositionScale = 0.7 };
        using Ddpg trainer = new(RobotModel.TwoLink, Dynamics, Goals, options);
        trainer.Train(cancellationToken: TestContext.CancellationToken);
        double[] goal = [0.4, -0.6];
        PolicyModel policy = SampleModels.LoadPolicy(trainer.CreatePolicy(goal).Bytes());
        Assert.AreEqual(limit, policy.ActionLimit);
        CollectionAssert.AreEqual(goal, policy.Goal.ToArray());

        SimulatedRobot robot = new(RobotModel.TwoLink, 1, Dynamics);
        double[] state = new double[4], action = new double[2];
        double largest = 0;
        robot.Reset(state);
        for (int t = 0; t < options.Horizon; t++)
        {
            policy.Act(state, action);
            largest = Math.Max(largest, action.Max(Math.Abs));
            robot.Step(action, state);
        }

        double error = (Math.Pow(state[0] - goal[0], 2) + Math.Pow(state[1] - goal[1], 2)) / 2;
        Assert.AreEqual(trainer.PolicyErrors([goal])[0], error, 1e-5 * error);
        Assert.IsTrue(limit == 0 || largest <= limit);
        Assert.IsGreaterThan(0, largest);
        Assert.AreEqual(limit, trainer.CreateCritic().Training.ActionLimit);
        Assert.Contains("goal", Assert.ThrowsExactly<InvalidInputException>(() => trainer.CreatePolicy([1])).Message);
    }

    [TestMethod]
    public void A_kept_checkpoint_is_gone_on_from()
    {
        foreach (int version in Kept.Versions("mcbaseline"))
        {
            using OnlineMetaCritic whole = EngineTargets.BaselineTrainer(), resumed = EngineTargets.BaselineTrainer();
            resumed.LoadCheckpoint(Kept.Path(version, "mcbaseline"));
            Assert.AreEqual(2, resumed.Iteration);
            float[] expected = whole.Train(cancellationToken: TestContext.CancellationToken).Critic!.Parameters.ToArray();
            float[] found = resumed.Train(cancellationToken: TestContext.CancellationToken).Critic!.Parameters.ToArray();
            for (int i = 0; i < expected.Length; i++)
            {
                // Processors without fused multiply-add differ in the last digits.
                Assert.AreEqual(expected[i], found[i], 1e-5f);
            }
        }
    }

    private static BaselineTrainer Create(bool meta, DdpgOptions options) => Create(meta, null, options);

    private static BaselineTrainer Create(bool meta, IDynamics? dynamics, DdpgOptions options)
    {
        OnlineMetaCriticOptions ofMeta = new() { Ddpg = options, MetaCriticHidden = [.. options.CriticHidden.Select(_ => 5)] };
        return (meta, dynamics) switch
        {
            (false, null) => new Ddpg(RobotModel.TwoLink, Dynamics, Goals, options),
            (false, _) => new Ddpg(dynamics, Goals, options),
            (true, null) => new OnlineMetaCritic(RobotModel.TwoLink, Dynamics, Goals, ofMeta),
            _ => new OnlineMetaCritic(dynamics, Goals, ofMeta),
        };
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private byte[] Saved(BaselineTrainer trainer)
    {
        trainer.SaveCheckpoint(PathOf("c"));
        return File.ReadAllBytes(PathOf("c"));
    }
}
