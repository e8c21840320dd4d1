using MetaCritic.Baselines;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;
using MetaCritic.Tests.Learning;

namespace MetaCritic.Tests.Reliability;

/// <summary>
/// Work is cancelled at every single call that it makes of the dynamics: it must end within one inner step, and what is
/// left must be as if the meta-iteration had not begun.
/// </summary>
[TestClass]
public sealed class CancellationTests
{
    private static readonly MetaTrainingOptions Options = SmallTraining.Options with { Iterations = 3, PolicyRestart = PolicyRestart.Random, PolicyLifetime = 4 };

    private readonly string _folder = Directory.CreateTempSubdirectory("metacritic cancellation ß").FullName;

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void MetaTrainingEndsWithinAnInnerStepAtAnyCallAndIsResumedToTheSameBytes(int threads)
    {
        MetaTrainingOptions options = Options with { Threads = threads, PoliciesPerGoal = 5 }; // ten roll-outs: two groups
        CountingSystem undisturbed = new(new CartDynamics(), _ => { });
        TrainingGoals goals = new() { Goals = [[0.5], [-0.5]] };
        byte[] whole;
        using (MetaTrainer trainer = new(undisturbed, goals, options))
        {
            whole = SmallTraining.Bytes(trainer.Train(cancellationToken: TestContext.CancellationToken));
        }

        // A roll-out of one inner step calls the dynamics so often: per control step, once for each group of roll-outs.
        int perInnerStep = options.Horizon * 2;
        Assert.AreEqual(options.Iterations * (options.InnerSteps + 2) * perInnerStep, undisturbed.Calls);
        for (int n = 1; n <= undisturbed.Calls; n++)
        {
            string folder = Path.Combine(_folder, n.ToString(System.Globalization.CultureInfo.InvariantCulture));
            using CancellationTokenSource cancellation = new();
            CountingSystem system = new(new CartDynamics(), call =>
            {
                if (call == n)
                {
                    cancellation.Cancel();
                }
            });
            using (MetaTrainer trainer = new(system, goals, options))
            {
                Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Train(null, folder, null, cancellation.Token));
                Assert.IsLessThan(n + perInnerStep, system.Calls);
                Assert.AreEqual((n - 1) / (perInnerStep * (options.InnerSteps + 2)), trainer.Iteration);

                // The trainer itself can go on, too.
                CollectionAssert.AreEqual(whole, SmallTraining.Bytes(trainer.Train(cancellationToken: TestContext.CancellationToken)));
            }

            using MetaTrainer resumed = new(new CartDynamics(), goals, options);
            resumed.LoadCheckpoint(Path.Combine(folder, MetaTrainer.CheckpointFileName));
            CollectionAssert.AreEqual(whole, SmallTraining.Bytes(resumed.Train(cancellationToken: TestContext.CancellationToken)));
        }

        TestContext.WriteLine($"{undisturbed.Calls} points of cancellation");
    }

    [TestMethod]
    public void ATrainingCancelledBetweenPassesIsResumedToTheSameBytes()
    {
        // From another thread, at moments of chance: also where no dynamics is called.
        const int Moments = 30;
        MetaTrainingOptions options = SmallTraining.Options with { Iterations = 300 };
        byte[] whole;
        using (MetaTrainer trainer = SmallTraining.Trainer(options))
        {
            whole = SmallTraining.Bytes(trainer.Train(cancellationToken: TestContext.CancellationToken));
        }

        Random random = new(1);
        int cancelled = 0;
        for (int i = 0; i < Moments; i++)
        {
            string folder = Path.Combine(_folder, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            using MetaTrainer trainer = SmallTraining.Trainer(options);
            using CancellationTokenSource cancellation = new();
            using Barrier barrier = new(2);
            int spins = random.Next(1_000_000);
            Thread canceller = new(() =>
            {
                barrier.SignalAndWait();
                Thread.SpinWait(spins);
                cancellation.Cancel();
            });
            canceller.Start();
            barrier.SignalAndWait();
            byte[] bytes;
            try
            {
                bytes = SmallTraining.Bytes(trainer.Train(null, folder, null, cancellation.Token));
            }
            catch (OperationCanceledException)
            {
                cancelled++;
                using MetaTrainer resumed = SmallTraining.Trainer(options);
                resumed.LoadCheckpoint(Path.Combine(folder, MetaTrainer.CheckpointFileName));
                bytes = SmallTraining.Bytes(resumed.Train(cancellationToken: TestContext.CancellationToken));
            }

            canceller.Join();
            CollectionAssert.AreEqual(whole, bytes);
        }

        Assert.IsGreaterThan(0, cancelled);
        TestContext.WriteLine($"{cancelled} of {Moments} trainings were cancelled before their end");
    }

    [TestMethod]
    public void FittingEndsWithinAnInnerStepAtAnyCall()
    {
        using MetaTrainer trainer = new(new CartDynamics(), new() { Goals = [[0.5]] }, Options);
        CriticModel critic = trainer.CreateCritic();
        using PolicyLearner learner = new(critic, new() { Steps = 3, BlockSize = 2, Threads = 1 });
        FittingTask[] tasks = [new() { Goal = [0.1] }, new() { Goal = [0.2] }, new() { Goal = [0.3] }];
        (IReadOnlyList<PolicyFit>? whole, long calls) = Fit(0);
        for (int n = 1; n <= calls; n++)
        {
            (IReadOnlyList<PolicyFit>? none, long made) = Fit(n);
            bool last = n > calls - Options.Horizon; // cancelled in the last roll-out, which no inner step follows
            Assert.AreEqual(last, none is not null);
            Assert.IsLessThanOrEqualTo(n + Options.Horizon - 1, made);
        }

        (IReadOnlyList<PolicyFit>? again, _) = Fit(0);
        for (int i = 0; i < tasks.Length; i++)
        {
            CollectionAssert.AreEqual(whole![i].LearningCurve, again![i].LearningCurve, "the learner is usable after a cancellation");
        }

        TestContext.WriteLine($"{calls} points of cancellation");

        (IReadOnlyList<PolicyFit>? Fits, long Calls) Fit(int n)
        {
            using CancellationTokenSource cancellation = new();
            CountingSystem system = new(new CartDynamics(), call =>
            {
                if (call == n)
                {
                    cancellation.Cancel();
                }
            });
            try
            {
                return (learner.Fit(tasks, block => new DynamicsEnvironment(system, block.Count, new double[]?[block.Count]), null, cancellation.Token), system.Calls);
            }
            catch (OperationCanceledException)
            {
                return (null, system.Calls);
            }
        }
    }

    [TestMethod]
    public void BaselinesEndWithinARollOutOrAnUpdate()
    {
        DdpgOptions options = new() { Iterations = 3, WarmupIterations = 1, UpdatesPerIteration = 4, Horizon = 5, BatchSize = 8, CriticHidden = [8], PolicyHidden = [4], Threads = 1, EvaluationInterval = 1 };
        OnlineMetaCriticOptions meta = new() { Ddpg = options, MetaCriticHidden = [4] };
        TrainingGoals goals = new() { Goals = [[0.5], [-0.5]] };
        int points = 0;
        foreach (Func<IDynamics, BaselineTrainer> make in (Func<IDynamics, BaselineTrainer>[])[system => new Ddpg(system, goals, options), system => new OnlineMetaCritic(system, goals, meta)])
        {
            CountingSystem undisturbed = new(new CartDynamics(), _ => { });
            using (BaselineTrainer trainer = make(undisturbed))
            {
                trainer.Train(cancellationToken: TestContext.CancellationToken);
            }

            for (int n = 1; n <= undisturbed.Calls; n++)
            {
                using CancellationTokenSource cancellation = new();
                CountingSystem system = new(new CartDynamics(), call =>
                {
                    if (call == n)
                    {
                        cancellation.Cancel();
                    }
                });
                using BaselineTrainer trainer = make(system);
                bool last = n > undisturbed.Calls - options.Horizon; // the last measurement, which nothing follows
                if (last)
                {
                    trainer.Train(cancellationToken: cancellation.Token);
                }
                else
                {
                    Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Train(cancellationToken: cancellation.Token));
                }

                Assert.IsLessThan(n + options.Horizon, system.Calls);
                points++;
            }
        }

        TestContext.WriteLine($"{points} points of cancellation");
    }

    [TestMethod]
    public void ACheckpointThatCannotBeWrittenIsSaidInPlaceOfTheCancellation()
    {
        string folder = Path.Combine(_folder, "gone");
        using CancellationTokenSource cancellation = new();
        using MetaTrainer trainer = SmallTraining.Trainer();
        Immediate<MetaTrainingProgress> progress = new(report =>
        {
            Directory.Delete(folder, recursive: true);
            cancellation.Cancel();
        });
        Assert.Contains("does not exist", Assert.ThrowsExactly<InvalidInputException>(() => trainer.Train(progress, folder, null, cancellation.Token)).Message);
    }
}
