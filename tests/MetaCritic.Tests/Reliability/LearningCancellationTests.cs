using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics.Learned;

namespace MetaCritic.Tests.Reliability;

/// <summary>Learning of dynamics, and meta-training through learned dynamics, are cancelled everywhere, and go on to the same bytes.</summary>
[TestClass]
public sealed class LearningCancellationTests
{
    private static readonly MetaTrainingOptions Training = SmallTraining.Options with { Iterations = 6, DisagreementLimit = 5 };

    private readonly string _folder = Directory.CreateTempSubdirectory("metacritic cancellation ß").FullName;

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void LearningOfDynamicsEndsWithinOnePassAtAnyReport(int threads)
    {
        Transitions log = Logs.Arm();
        DynamicsLearnerOptions options = Logs.Quick with { Threads = threads };
        byte[] whole = new DynamicsLearner(2, options).Learn(log, cancellationToken: TestContext.CancellationToken).Bytes();
        int points = options.Members * options.Epochs;
        for (int n = 0; n <= points; n++)
        {
            using CancellationTokenSource cancellation = new();
            int reports = 0;
            DynamicsLearner learner = new(2, options);
            CancelAt(n, cancellation, 0);
            Assert.ThrowsExactly<OperationCanceledException>(() => learner.Learn(
                log, new Immediate<DynamicsLearningProgress>(_ => CancelAt(n, cancellation, ++reports)), cancellation.Token));
            Assert.IsLessThan(n + threads, reports, "a pass began after the cancellation");
            CollectionAssert.AreEqual(whole, learner.Learn(log, cancellationToken: TestContext.CancellationToken).Bytes());
        }

        TestContext.WriteLine($"{points + 1} points of cancellation");
    }

    [TestMethod]
    public void LearningOfDynamicsEndsWithinAPassNotAfterIt()
    {
        // From another thread, in the middle of passes of some tenth of a second: the pass is not finished.
        Transitions log = Logs.Arm(250);
        DynamicsLearnerOptions options = Logs.Quick with { Members = 1, Threads = 1, Epochs = 100_000, Patience = 100_000, BatchSize = 1 };
        int inside = 0;
        const int Moments = 10;
        for (int i = 0; i < Moments; i++)
        {
            using CancellationTokenSource cancellation = new();
            using ManualResetEventSlim learning = new();
            int reports = 0, before = 0;
            Thread canceller = new(() =>
            {
                learning.Wait();
                Thread.Sleep(5);
                before = Volatile.Read(ref reports);
                cancellation.Cancel();
            });
            canceller.Start();
            Assert.ThrowsExactly<OperationCanceledException>(() => new DynamicsLearner(2, options).Learn(
                log,
                new Immediate<DynamicsLearningProgress>(_ =>
                {
                    Interlocked.Increment(ref reports);
                    learning.Set();
                }),
                cancellation.Token));
            canceller.Join();
            Assert.IsLessThanOrEqualTo(before + 1, reports);
            inside += reports == before ? 1 : 0;
        }

        Assert.IsGreaterThan(Moments / 2, inside, "the passes in which it was cancelled came to their ends");
        TestContext.WriteLine($"{inside} of {Moments} passes were cut off");
    }

    [TestMethod]
    public void APriorIsNotAskedAfterACancellation()
    {
        CountingSystem undisturbed = Prior(0, null);
        DynamicsLearnerOptions options = Logs.Quick with { Members = 1, Epochs = 1 };
        new DynamicsLearner(2, options, undisturbed).Learn(Logs.Arm(2), cancellationToken: TestContext.CancellationToken);
        Assert.IsGreaterThan(40, undisturbed.Calls, "each row, and each held out once more");
        for (int n = 1; n < undisturbed.Calls; n++)
        {
            using CancellationTokenSource cancellation = new();
            CountingSystem prior = Prior(n, cancellation);
            Assert.ThrowsExactly<OperationCanceledException>(() => new DynamicsLearner(2, options, prior).Learn(Logs.Arm(2), cancellationToken: cancellation.Token));
            Assert.AreEqual(n, prior.Calls);
        }

        static CountingSystem Prior(int n, CancellationTokenSource? cancellation) =>
            new(new RigidBodyDynamics(Logs.WrongArm, Logs.Stepping), call => CancelAt(n, cancellation, call));
    }

    [TestMethod]
    public void TrainingOnALogStopsAtEveryReportAndIsResumedToTheSameBytes()
    {
        byte[] whole;
        int reports = 0;
        using (ModelLearningTrainer trainer = Trainer())
        {
            whole = SmallTraining.Bytes(trainer.Train(new Immediate<ModelLearningProgress>(_ => reports++), cancellationToken: TestContext.CancellationToken));
        }

        // At each pass of each network in three rounds, and at each meta-iteration but the last, at which there is nothing left to stop.
        Assert.AreEqual((3 * 2 * 3) + Training.Iterations, reports);
        for (int n = 0; n < reports; n++)
        {
            int seen = 0;
            CancelledAndResumed(whole, n, cancellation => Trainer(), cancellation => new Immediate<ModelLearningProgress>(_ => CancelAt(n, cancellation, ++seen)));
        }

        TestContext.WriteLine($"{reports} points of cancellation");
    }

    [TestMethod]
    public void CollectingBetweenRoundsStopsAtEveryStepAndIsResumedToTheSameBytes()
    {
        byte[] whole;
        int steps = 0;
        using (ModelLearningTrainer trainer = Trainer(() => steps++))
        {
            whole = SmallTraining.Bytes(trainer.Train(cancellationToken: TestContext.CancellationToken));
        }

        Assert.AreEqual(2 * Training.Horizon, steps);
        for (int n = 1; n <= steps; n++)
        {
            int seen = 0;
            CancelledAndResumed(whole, n, cancellation => Trainer(() => CancelAt(n, cancellation, ++seen)), _ => null);
            Assert.IsGreaterThanOrEqualTo(n, seen);
        }

        TestContext.WriteLine($"{steps} points of cancellation");
    }

    private static ModelLearningTrainer Trainer(Action? step = null) => new(
        Logs.Arm(),
        2,
        SmallTraining.Goals,
        Training,
        new() { Dynamics = Logs.Quick with { Members = 2, Epochs = 3 }, Rounds = 3, EpisodesPerRound = 6 },
        environments: starts => new Robot(new SimulatedRobot(RobotModel.Reacher, starts.Count, Logs.Stepping, starts), step ?? (() => { })));

    // Cancelled, then gone on with from the folder; and by the trainer itself, from the beginning.
    private void CancelledAndResumed(
        byte[] whole, int n, Func<CancellationTokenSource, ModelLearningTrainer> create, Func<CancellationTokenSource, IProgress<ModelLearningProgress>?> progress)
    {
        string folder = Path.Combine(_folder, n.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using CancellationTokenSource cancellation = new();
        CancelAt(n, cancellation, 0);
        using ModelLearningTrainer first = create(cancellation);
        Assert.AreEqual(cancellation.Token, Assert.ThrowsExactly<OperationCanceledException>(() => first.Train(progress(cancellation), folder, cancellationToken: cancellation.Token)).CancellationToken);
        using ModelLearningTrainer second = Trainer();
        CollectionAssert.AreEqual(whole, SmallTraining.Bytes(second.Train(checkpointFolder: folder, resume: true, cancellationToken: TestContext.CancellationToken)));
        CollectionAssert.AreEqual(whole, SmallTraining.Bytes(first.Train(cancellationToken: TestContext.CancellationToken)));
    }

    private static void CancelAt(long n, CancellationTokenSource? cancellation, long now)
    {
        if (now == n)
        {
            cancellation?.Cancel();
        }
    }

    private sealed class Robot(SimulatedRobot inner, Action step) : IEnvironment
    {
        public int Count => inner.Count;

        public int StateSize => inner.StateSize;

        public int ActionSize => inner.ActionSize;

        public void Reset(Span<double> states) => inner.Reset(states);

        public void Step(ReadOnlySpan<double> actions, Span<double> states)
        {
            step();
            inner.Step(actions, states);
        }
    }
}
