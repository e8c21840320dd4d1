using MetaCritic.Baselines;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics.Learned;
using MetaCritic.Tests.Learning;

namespace MetaCritic.Tests.Reliability;

/// <summary>Much at once in one process, and disposal while in use.</summary>
[TestClass]
public sealed class ConcurrencyTests
{
    private const int AtOnce = 16;

    private static readonly FittingTask[] Tasks = [new() { Goal = [0.3, 0.4] }, new() { Goal = [-0.3, 0.4], Robot = RobotModel.TwoLink.With("arm2.mass", 2) }];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void ManyTrainingsAndFittingsAtOnceGiveTheBitsOfOneAlone()
    {
        // Every other training draws other robots with its policies; every other team has a second thread.
        MetaTrainingOptions[] options = [.. Enumerable.Range(0, 4).Select(i => SmallTraining.Options with
        {
            Threads = 1 + (i % 2),
            Seed = (ulong)i,
            DynamicsSpread = i < 2 ? [] : [new("arm2.mass", 0.5, 2)],
        })];
        byte[][] alone = [.. options.Select(Train)];
        CriticModel critic = Critic();
        float[][] policies = Fit(critic);
        float[] baseline = Baseline();
        Thread[] threads = [.. Enumerable.Range(0, AtOnce).Select(i => new Thread(() => { }))];
        List<Exception> failures = [];
        for (int i = 0; i < AtOnce; i++)
        {
            int number = i;
            threads[i] = new(() =>
            {
                try
                {
                    for (int repetition = 0; repetition < 3; repetition++)
                    {
                        int which = (number + repetition) % options.Length;
                        CollectionAssert.AreEqual(alone[which], Train(options[which]));
                        float[][] fitted = Fit(critic);
                        for (int task = 0; task < Tasks.Length; task++)
                        {
                            CollectionAssert.AreEqual(policies[task], fitted[task]);
                        }

                        CollectionAssert.AreEqual(baseline, Baseline());
                    }
                }
                catch (Exception e)
                {
                    lock (failures)
                    {
                        failures.Add(e);
                    }
                }
            });
            threads[i].Start();
        }

        Array.ForEach(threads, thread => thread.Join());
        Assert.IsEmpty(failures, failures.Count > 0 ? failures[0].ToString() : "");
    }

    [TestMethod]
    public void ModelsAreUsedFromManyThreads()
    {
        CriticModel critic = Critic();
        PolicyModel policy = Fit1(critic);
        double[] state = [0.1, 0.2, 0.3, 0.4];
        float score = Critic().Score(state, [0.5, 0.6], [0.7, 0.8]);
        double[] action = new double[2];
        Fit1(critic).Act(state, action);
        int wrong = 0;
        RunAll(32, () =>
        {
            double[] own = new double[2];
            for (int i = 0; i < 200; i++)
            {
                policy.Act(state, own);
                if (critic.Score(state, [0.5, 0.6], [0.7, 0.8]) != score || !own.AsSpan().SequenceEqual(action))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        });
        Assert.AreEqual(0, wrong);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void ATrainerDisposedOfWhileInUseFinishesItsStepOrSaysSo(int threads)
    {
        MetaTrainingOptions options = SmallTraining.Options with { Iterations = 1_000_000, Threads = threads, CriticHidden = [64, 64] };
        string folder = Directory.CreateTempSubdirectory("metacritic disposal").FullName;
        Dispose(
            () => new MetaTrainer(RobotModel.TwoLink, SmallTraining.Dynamics, SmallTraining.Goals, options),
            trainer => trainer.Train(),
            trainer => trainer.Step(),
            trainer => trainer.CreateCritic(),
            trainer => trainer.SaveCheckpoint(Path.Combine(folder, "checkpoint")));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void ALearnerDisposedOfWhileInUseFinishesItsFitOrSaysSo()
    {
        CriticModel critic = Critic();
        Dispose(
            () => new PolicyLearner(critic, new() { Steps = 20, BlockSize = 1, Threads = 2 }),
            learner =>
            {
                foreach (PolicyFit fit in learner.Fit(Tasks))
                {
                    Assert.HasCount(21, fit.LearningCurve);
                    Assert.IsTrue(double.IsFinite(fit.Error));
                }
            });
    }

    [TestMethod]
    public void ABaselineDisposedOfWhileInUseFinishesItsStepOrSaysSo() =>
        Dispose(() => Ddpg(iterations: 100_000), ddpg => ddpg.Train(), ddpg => ddpg.Step(), ddpg => ddpg.CreateCritic(), ddpg => ddpg.PolicyErrors([[0.1]]));

    [TestMethod]
    public void ATrainerOnALogDisposedOfWhileInUseFinishesItsStepOrSaysSo() => Dispose(
        () => new ModelLearningTrainer(
            Logs.Arm(), 2, SmallTraining.Goals, SmallTraining.Options with { Iterations = 100_000, Threads = 2 }, new() { Dynamics = Logs.Quick with { Epochs = 20 } }),
        trainer => trainer.Train());

    [TestMethod]
    public void DynamicsAreLearnedManyAtOnceAndUsedFromManyThreads()
    {
        LearnedDynamics dynamics = Logs.Learn(prior: true);
        byte[] bytes = dynamics.Bytes();
        double[] states = Numbers.Uniform(1, 4 * 3), actions = Numbers.Uniform(2, 2 * 3), next = new double[12], stateBar = new double[12], actionBar = new double[6];
        dynamics.Step(0, 3, states, actions, next);
        dynamics.StepVjp(0, 3, states, actions, next, stateBar, actionBar);
        int wrong = 0;
        RunAll(32, () =>
        {
            double[] ownNext = new double[12], ownState = new double[12], ownAction = new double[6];
            for (int i = 0; i < 100; i++)
            {
                dynamics.Step(0, 3, states, actions, ownNext);
                dynamics.StepVjp(0, 3, states, actions, ownNext, ownState, ownAction);
                if (!ownNext.AsSpan().SequenceEqual(next) || !ownState.AsSpan().SequenceEqual(stateBar) || !ownAction.AsSpan().SequenceEqual(actionBar))
                {
                    Interlocked.Increment(ref wrong);
                }
            }

            if (!Logs.Learn(prior: true).Bytes().AsSpan().SequenceEqual(bytes))
            {
                Interlocked.Increment(ref wrong);
            }
        });
        Assert.AreEqual(0, wrong);
    }

    [TestMethod]
    public void DisposalWithinACallTakesEffectWhenTheCallEnds()
    {
        MetaTrainer? trainer = null;
        CountingSystem system = new(new CartDynamics(), call => trainer!.Dispose());
        trainer = new(system, new() { Goals = [[0.5]] }, SmallTraining.Options with { Threads = 2 });
        Assert.IsGreaterThan(0, trainer.Step(TestContext.CancellationToken).GradientNorm);
        Assert.ThrowsExactly<ObjectDisposedException>(() => trainer.Step(TestContext.CancellationToken));
        trainer.Dispose();

        PolicyLearner learner = new(Critic(), new() { Steps = 3 });
        Assert.HasCount(2, learner.Fit(Tasks, new Immediate<FittingProgress>(_ => learner.Dispose()), TestContext.CancellationToken));
        Assert.ThrowsExactly<ObjectDisposedException>(() => learner.Fit(Tasks));
    }

    [TestMethod]
    public void ASecondCallerAtATimeIsRefused()
    {
        MetaTrainer? trainer = null;
        InvalidOperationException? refused = null;
        CountingSystem system = new(new CartDynamics(), call =>
        {
            if (call == 1)
            {
                refused = Assert.ThrowsExactly<InvalidOperationException>(() => trainer!.CreateCritic());
            }
        });
        using (trainer = new(system, new() { Goals = [[0.5]] }, SmallTraining.Options))
        {
            trainer.Step(TestContext.CancellationToken);
            trainer.Step(TestContext.CancellationToken);
        }

        Assert.AreEqual("A call of this MetaTrainer has not ended: an instance is for one caller at a time.", refused!.Message);
    }

    /// <summary>Uses an object on one thread, over and over, and disposes of it on another at a moment of chance.</summary>
    private void Dispose<T>(Func<T> create, params Action<T>[] uses)
        where T : class, IDisposable
    {
        Random random = new(1);
        int disposed = 0;
        for (int i = 0; i < 20 * uses.Length; i++)
        {
            T target = create();
            Action<T> use = uses[i % uses.Length];
            int spins = random.Next(100_000);
            Exception? failure = null;
            using Barrier barrier = new(2);
            Thread user = new(() =>
            {
                barrier.SignalAndWait();
                try
                {
                    while (true)
                    {
                        use(target);
                    }
                }
                catch (Exception e)
                {
                    failure = e;
                }
            });
            user.Start();
            barrier.SignalAndWait();
            Thread.SpinWait(spins);
            target.Dispose();
            user.Join();
            disposed += failure is ObjectDisposedException ? 1 : 0;
            Assert.IsInstanceOfType<ObjectDisposedException>(failure, failure?.ToString() ?? "");
            Assert.Contains(target.GetType().Name, failure.Message);
        }

        TestContext.WriteLine($"{disposed} disposals");
    }

    private static void RunAll(int count, Action body)
    {
        Thread[] threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(() => body()))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }

    private static byte[] Train(MetaTrainingOptions options)
    {
        using MetaTrainer trainer = SmallTraining.Trainer(options);
        return SmallTraining.Bytes(trainer.Train());
    }

    private static CriticModel Critic()
    {
        using MetaTrainer trainer = SmallTraining.Trainer();
        return trainer.CreateCritic();
    }

    private static float[][] Fit(CriticModel critic)
    {
        using PolicyLearner learner = new(critic, new() { Steps = 4, Threads = 2 });
        return [.. learner.Fit(Tasks).Select(fit => fit.Policy.Parameters.ToArray())];
    }

    private static PolicyModel Fit1(CriticModel critic)
    {
        using PolicyLearner learner = new(critic, new() { Steps = 4, Threads = 1 });
        return learner.Fit(Tasks)[0].Policy;
    }

    private static Ddpg Ddpg(int iterations) => new(
        new CartDynamics(),
        new() { Goals = [[0.5], [-0.5]] },
        new() { Iterations = iterations, WarmupIterations = 1, UpdatesPerIteration = 3, Horizon = 5, BatchSize = 8, ReplayCapacity = 1000, CriticHidden = [8], PolicyHidden = [4], Threads = 2, EvaluationInterval = 1 });

    private static float[] Baseline()
    {
        using Ddpg ddpg = Ddpg(3);
        return ddpg.Train().Critic!.Parameters.ToArray();
    }
}
