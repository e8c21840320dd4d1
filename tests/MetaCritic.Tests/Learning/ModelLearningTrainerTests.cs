using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics.Learned;

namespace MetaCritic.Tests.Learning;

[TestClass]
public sealed class ModelLearningTrainerTests
{
    private static readonly MetaTrainingOptions Small = new()
    {
        Iterations = 9,
        Horizon = 8,
        PoliciesPerGoal = 2,
        PolicyLifetime = 5,
        PolicyHidden = [8],
        CriticHidden = [12],
        DisagreementLimit = 3,
    };

    private static readonly TrainingGoals Goals = new() { Goals = [[0.5, 0.2], [-0.3, 0.7]] };

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(1, true)]
    [DataRow(3, false)]
    public void Threads_do_not_matter_and_the_critic_keeps_the_dynamics(int rounds, bool prior)
    {
        using ModelLearningTrainer one = Trainer(rounds, prior, threads: 1);
        using ModelLearningTrainer two = Trainer(rounds, prior, threads: 2);
        CriticModel critic = one.Train(cancellationToken: TestContext.CancellationToken);
        byte[] bytes = Bytes(critic);
        CollectionAssert.AreEqual(bytes, Bytes(two.Train(cancellationToken: TestContext.CancellationToken)));
        Assert.AreEqual(240 + ((rounds - 1) * 6 * 8), one.Transitions.Count);
        CriticModel read = CriticModel.Load(new MemoryStream(bytes));
        CollectionAssert.AreEqual(one.Dynamics!.Bytes(), read.LearnedDynamics!.Bytes());
        Assert.AreEqual(prior, read.LearnedDynamics!.Prior is not null);
        Assert.IsNull(read.Robot);
    }

    [TestMethod]
    [DataRow(1, 4)]
    [DataRow(3, 2)]
    [DataRow(3, 3)]
    [DataRow(3, 5)]
    [DataRow(3, 6)]
    [DataRow(3, 8)]
    public void Resuming_gives_the_same_bytes(int rounds, int interruption)
    {
        using ModelLearningTrainer whole = Trainer(rounds);
        byte[] expected = Bytes(whole.Train(cancellationToken: TestContext.CancellationToken));
        string folder = Directory.CreateTempSubdirectory().FullName;
        using (ModelLearningTrainer first = Trainer(rounds))
        {
            first.Train(checkpointFolder: folder, stopAfter: interruption, cancellationToken: TestContext.CancellationToken);
        }

        using ModelLearningTrainer second = Trainer(rounds);
        CollectionAssert.AreEqual(expected, Bytes(second.Train(checkpointFolder: folder, resume: true, cancellationToken: TestContext.CancellationToken)));
        Assert.HasCount(rounds, Directory.EnumerateFiles(folder)); // the checkpoint, and the transitions of each further round
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "mine");
        ModelLearningTrainer.RemoveCheckpoint(folder);
        Assert.AreEqual("notes.txt", Path.GetFileName(Directory.EnumerateFiles(folder).Single()));
        Directory.Delete(folder, recursive: true);
        ModelLearningTrainer.RemoveCheckpoint(folder);
    }

    [TestMethod]
    public void Resuming_just_after_a_collection_gives_the_same_bytes()
    {
        using ModelLearningTrainer whole = Trainer(3);
        byte[] expected = Bytes(whole.Train(cancellationToken: TestContext.CancellationToken));
        string folder = Directory.CreateTempSubdirectory().FullName;
        string checkpoint = Path.Combine(folder, MetaTrainer.CheckpointFileName);
        byte[]? old = null;
        using (ModelLearningTrainer first = Trainer(3))
        {
            first.Train(new Immediate<ModelLearningProgress>(p => old ??= p.Round == 1 && p.Dynamics is not null ? File.ReadAllBytes(checkpoint) : null), folder, cancellationToken: TestContext.CancellationToken);
        }

        // As if killed while the dynamics of the second round were learned.
        File.WriteAllBytes(checkpoint, old!);
        File.Delete(Path.Combine(folder, "round-3.mctransitions"));
        using ModelLearningTrainer second = Trainer(3);
        CollectionAssert.AreEqual(expected, Bytes(second.Train(checkpointFolder: folder, resume: true, cancellationToken: TestContext.CancellationToken)));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void A_checkpoint_of_other_dynamics_is_refused()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        using (ModelLearningTrainer first = Trainer(1))
        {
            first.Train(checkpointFolder: folder, stopAfter: 4, cancellationToken: TestContext.CancellationToken);
        }

        using ModelLearningTrainer other = new(Logs.Arm(seed: 3), 2, Goals, Small, new() { Dynamics = Logs.Quick });
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidInputException>(() => other.Train(checkpointFolder: folder, resume: true)).Message, "the dynamics are other learned ones");
        using ModelLearningTrainer stricter = new(Logs.Arm(), 2, Goals, Small with { DisagreementLimit = 2 }, new() { Dynamics = Logs.Quick });
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidInputException>(() => stricter.Train(checkpointFolder: folder, resume: true)).Message, "training.disagreementLimit: 3, not 2");
        using MetaTrainer robot = new(RobotModel.Reacher, Logs.Stepping, Goals, Small with { DisagreementLimit = double.PositiveInfinity });
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidInputException>(() => robot.LoadCheckpoint(Path.Combine(folder, MetaTrainer.CheckpointFileName))).Message, "belongs to another training");
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void Rounds_need_an_environment_and_a_limit_needs_dynamics_that_can_tell()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidInputException>(() => new ModelLearningTrainer(Logs.Arm(), 2, Goals, Small, new() { Rounds = 2 })).Message, "there is no environment");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidInputException>(() => new MetaTrainer(RobotModel.Reacher, Logs.Stepping, Goals, Small)).Message, "options.disagreementLimit");
    }

    [TestMethod]
    public void Policies_are_fitted_in_the_learned_dynamics_where_there_is_no_robot()
    {
        using ModelLearningTrainer trainer = Trainer(1);
        CriticModel critic = trainer.Train(cancellationToken: TestContext.CancellationToken);
        using PolicyLearner learner = new(critic, new() { Steps = 2 });
        PolicyFit fit = learner.Fit([new() { Goal = [0.1, 0.2] }], cancellationToken: TestContext.CancellationToken)[0];
        PolicyFit same = learner.Fit(
            [new() { Goal = [0.1, 0.2] }], tasks => new DynamicsEnvironment(critic.LearnedDynamics!, tasks.Count), cancellationToken: TestContext.CancellationToken)[0];
        CollectionAssert.AreEqual(same.FinalState, fit.FinalState);
        Assert.IsFalse(fit.Diverged);
    }

    private static ModelLearningTrainer Trainer(int rounds, bool prior = false, int threads = 0) => new(
        Logs.Arm(),
        2,
        Goals,
        Small with { Threads = threads },
        new() { Dynamics = Logs.Quick, Rounds = rounds, EpisodesPerRound = 6 },
        prior ? new RigidBodyDynamics(Logs.WrongArm, Logs.Stepping) : null,
        starts => new SimulatedRobot(RobotModel.Reacher, starts.Count, Logs.Stepping, starts));

    private static byte[] Bytes(CriticModel critic)
    {
        using MemoryStream stream = new();
        critic.Save(stream);
        return stream.ToArray();
    }
}
