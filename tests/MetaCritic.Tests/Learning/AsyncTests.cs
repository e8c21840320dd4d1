using System.Collections.Concurrent;
using MetaCritic.Baselines;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics.Learned;
using MetaCritic.Tests.Models;
using MetaCritic.Tests.Reliability;

namespace MetaCritic.Tests.Learning;

/// <summary>Long calls on a background thread.</summary>
[TestClass]
public sealed class AsyncTests
{
    private static readonly DdpgOptions Ddpg = new() { Iterations = 3, WarmupIterations = 1, UpdatesPerIteration = 2, Horizon = 5, BatchSize = 8, CriticHidden = [8], PolicyHidden = [4] };

    public TestContext TestContext { get; set; } = null!;

    // What every long call is: it begins, reports and can be cancelled.
    public static IEnumerable<object[]> Calls =>
    [
        [nameof(MetaTrainer)],
        [nameof(PolicyLearner)],
        ["PolicyLearner in environments"],
        [nameof(ModelLearningTrainer)],
        [nameof(BaselineTrainer)],
        [nameof(DynamicsLearner)],
        [nameof(TransitionCollector)],
    ];

    [TestMethod]
    [DynamicData(nameof(Calls))]
    public async Task The_work_is_done_on_another_thread_and_gives_the_same(string call)
    {
        using Work work = Work.Of(call);
        HashSet<int> threads = [];
        object found = await work.Begin(() => threads.Add(Environment.CurrentManagedThreadId), TestContext.CancellationToken).ConfigureAwait(false);
        Assert.AreEqual(work.Expected, work.Describe(found));
        Assert.IsNotEmpty(threads);
        Assert.DoesNotContain(work.Thread, threads);
    }

    [TestMethod]
    [DynamicData(nameof(Calls))]
    public async Task A_cancellation_ends_the_work_and_leaves_a_cancelled_task(string call)
    {
        using Work work = Work.Of(call);
        using CancellationTokenSource cancellation = new();
        int reports = 0;
        Task<object> task = work.Begin(
            () =>
            {
                reports++;
                cancellation.Cancel();
            },
            cancellation.Token);
        await Assert.ThrowsAsync<OperationCanceledException>(() => task).ConfigureAwait(false);
        Assert.IsTrue(work.Task!.IsCanceled);
        Assert.AreEqual(1, reports);

        // One that is cancelled before it begins does nothing, and what was cut off can be done again.
        await Assert.ThrowsAsync<OperationCanceledException>(() => work.Begin(() => reports++, new(canceled: true))).ConfigureAwait(false);
        Assert.AreEqual(1, reports);
        Assert.AreEqual(work.Expected, work.Describe(await work.Begin(() => { }, TestContext.CancellationToken).ConfigureAwait(false)));
    }

    [TestMethod]
    public async Task Exceptions_arrive_through_the_task()
    {
        using PolicyLearner learner = new(SampleModels.Critic(), new() { Steps = 1 });
        Task<IReadOnlyList<PolicyFit>> task = learner.FitAsync([new() { Goal = [1] }], _ => throw new TimeoutException(), cancellationToken: TestContext.CancellationToken);
        Assert.Contains("goal", (await Assert.ThrowsExactlyAsync<InvalidInputException>(() => task).ConfigureAwait(false)).Message);
        Task<IReadOnlyList<PolicyFit>> thrown = learner.FitAsync([new() { Goal = [1, 2] }], _ => throw new TimeoutException("the machine is off"), cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual("the machine is off", (await Assert.ThrowsExactlyAsync<TimeoutException>(() => thrown).ConfigureAwait(false)).Message);
        Assert.IsTrue(thrown.IsFaulted);
    }

    [TestMethod]
    public void A_Progress_reports_on_the_callers_context_and_what_follows_the_await_is_there_too()
    {
        using Window window = new();
        List<int> reportedOn = [];
        int after = window.Run(async () =>
        {
            using MetaTrainer trainer = SmallTraining.Trainer();
            await trainer.TrainAsync(new Progress<MetaTrainingProgress>(_ => reportedOn.Add(Environment.CurrentManagedThreadId)));
            return Environment.CurrentManagedThreadId;
        });
        Assert.AreEqual(window.Thread, after);
        Assert.HasCount(SmallTraining.Options.Iterations, reportedOn);
        Assert.IsTrue(reportedOn.TrueForAll(thread => thread == window.Thread));
    }

    [TestMethod]
    public async Task Progress_on_the_background_thread_may_take_the_critic_early()
    {
        using MetaTrainer trainer = SmallTraining.Trainer(), stepped = SmallTraining.Trainer();
        List<CriticModel> early = [];
        CriticModel last = await trainer.TrainAsync(new Immediate<MetaTrainingProgress>(_ => early.Add(trainer.CreateCritic())), cancellationToken: TestContext.CancellationToken).ConfigureAwait(false);
        for (int done = 0; done < early.Count; done++)
        {
            stepped.Step(TestContext.CancellationToken);
            CollectionAssert.AreEqual(stepped.CreateCritic().Bytes(), early[done].Bytes());
        }

        CollectionAssert.AreEqual(last.Bytes(), early[^1].Bytes());
    }

    [TestMethod]
    public async Task A_disposal_ends_a_training_between_two_meta_iterations()
    {
        using MetaTrainer trainer = SmallTraining.Trainer();
        int reports = 0;
        Task<CriticModel> task = trainer.TrainAsync(
            new Immediate<MetaTrainingProgress>(_ =>
            {
                reports++;
                trainer.Dispose();
            }),
            cancellationToken: TestContext.CancellationToken);
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => task).ConfigureAwait(false);
        Assert.AreEqual(1, reports);
    }

    [TestMethod]
    public async Task A_learner_that_is_disposed_of_finishes_its_fits()
    {
        using PolicyLearner learner = new(SampleModels.Critic(), new() { Steps = 3 });
        Task<IReadOnlyList<PolicyFit>> task = learner.FitAsync(
            [new() { Goal = [0.1, 0.2] }],
            tasks =>
            {
                learner.Dispose();
                return new SimulatedRobot(RobotModel.TwoLink, tasks.Count, SmallTraining.Dynamics);
            },
            cancellationToken: TestContext.CancellationToken);
        Assert.HasCount(1, await task.ConfigureAwait(false));
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => learner.FitAsync([new() { Goal = [0.1, 0.2] }], cancellationToken: TestContext.CancellationToken)).ConfigureAwait(false);
    }

    // A call that can be made again, with what it gives when it is made at once.
    private sealed class Work(IDisposable? owner, Func<Action, CancellationToken, Task<object>> begin, Func<object, string> describe, object expected) : IDisposable
    {
        public int Thread { get; } = Environment.CurrentManagedThreadId;

        public string Expected => describe(expected);

        public Task<object>? Task { get; private set; }

        public string Describe(object result) => describe(result);

        public Task<object> Begin(Action report, CancellationToken cancellation) => Task = begin(report, cancellation);

        public void Dispose() => owner?.Dispose();

        public static Work Of(string call)
        {
            Transitions log = Logs.Arm();
            TransitionCollectorOptions collecting = new() { Horizon = 7 };
            FittingTask[] tasks = [new() { Goal = [0.1, 0.2] }, new() { Goal = [-0.3, 0.4] }];
            SimulatedRobot Robots(IReadOnlyList<FittingTask> block) => new(RobotModel.TwoLink, block.Count, SmallTraining.Dynamics);
            switch (call)
            {
                case nameof(MetaTrainer):
                    MetaTrainer trainer = SmallTraining.Trainer();
                    using (MetaTrainer same = SmallTraining.Trainer())
                    {
                        return new(trainer, (report, token) => Boxed(trainer.TrainAsync(On<MetaTrainingProgress>(report), cancellationToken: token)), Critic, same.Train());
                    }

                case nameof(PolicyLearner):
                    PolicyLearner learner = new(SampleModels.CriticOfRobot(), new() { Steps = 4 });
                    return new(learner, (report, token) => Boxed(learner.FitAsync(tasks, On<FittingProgress>(report), token)), Fits, learner.Fit(tasks));
                case nameof(ModelLearningTrainer):
                    ModelLearningTrainer learning = new(log, 2, SmallTraining.Goals, SmallTraining.Options, new() { Dynamics = Logs.Quick with { Members = 1 } });
                    using (ModelLearningTrainer same = new(log, 2, SmallTraining.Goals, SmallTraining.Options, new() { Dynamics = Logs.Quick with { Members = 1 } }))
                    {
                        return new(learning, (report, token) => Boxed(learning.TrainAsync(On<ModelLearningProgress>(report), cancellationToken: token)), Critic, same.Train());
                    }

                case nameof(BaselineTrainer):
                    Ddpg baseline = new(RobotModel.TwoLink, SmallTraining.Dynamics, new() { Goals = SmallTraining.Goals.Goals }, Ddpg);
                    using (Ddpg same = new(RobotModel.TwoLink, SmallTraining.Dynamics, new() { Goals = SmallTraining.Goals.Goals }, Ddpg))
                    {
                        return new(baseline, (report, token) => Boxed(baseline.TrainAsync(On<BaselineProgress>(report), cancellationToken: token)), result => Critic(((BaselineResult)result).Critic!), same.Train());
                    }

                case nameof(DynamicsLearner):
                    DynamicsLearner dynamics = new(2, Logs.Quick with { Members = 1 });
                    return new(null, (report, token) => Boxed(dynamics.LearnAsync(log, On<DynamicsLearningProgress>(report), token)), result => ((LearnedDynamics)result).Fingerprint(), dynamics.Learn(log));
                case nameof(TransitionCollector):
                    return new(
                        null,
                        (report, token) => Boxed(TransitionCollector.CollectAsync(Robots(tasks), collecting, On<TransitionCollectorProgress>(report), token)),
                        result => string.Join(" ", ((Transitions)result).NextStates.SelectMany(state => state)),
                        TransitionCollector.Collect(Robots(tasks), collecting));
                default:
                    PolicyLearner own = new(SampleModels.CriticOfRobot(), new() { Steps = 4 });
                    return new(own, (report, token) => Boxed(own.FitAsync(tasks, Robots, On<FittingProgress>(report), token)), Fits, own.Fit(tasks, Robots));
            }
        }

        private static Immediate<T> On<T>(Action report) => new(_ => report());

        private static string Critic(object critic) => Convert.ToHexString(((CriticModel)critic).Bytes());

        private static string Fits(object fits) => string.Join(" ", ((IReadOnlyList<PolicyFit>)fits).SelectMany(fit => fit.LearningCurve));

        // Keeps the state of the task that was begun.
        private static Task<object> Boxed<T>(Task<T> task)
            where T : notnull =>
            task.ContinueWith(done => done.IsCanceled ? System.Threading.Tasks.Task.FromCanceled<object>(new(canceled: true)) : done.ContinueWith(one => (object)one.GetAwaiter().GetResult(), TaskScheduler.Default), TaskScheduler.Default).Unwrap();
    }

    // A thread with a queue of messages, like that of a window.
    private sealed class Window : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<Action> _messages = [];
        private readonly Thread _thread;

        public Window()
        {
            _thread = new(() =>
            {
                SetSynchronizationContext(this);
                foreach (Action message in _messages.GetConsumingEnumerable())
                {
                    message();
                }
            })
            { IsBackground = true };
            _thread.Start();
        }

        public int Thread => _thread.ManagedThreadId;

        public override void Post(SendOrPostCallback d, object? state) => _messages.Add(() => d(state));

        // Runs a handler, and what it has posted before it ended.
        public T Run<T>(Func<Task<T>> handler)
        {
            TaskCompletionSource<T> done = new();
            Post(async _ => done.SetResult(await handler()), null);
            T result = done.Task.GetAwaiter().GetResult();
            using ManualResetEventSlim idle = new();
            Post(_ => idle.Set(), null);
            idle.Wait();
            return result;
        }

        public void Dispose()
        {
            _messages.CompleteAdding();
            _thread.Join();
            _messages.Dispose();
        }
    }
}
