using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Tasks;
using MetaCritic.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests.Reliability;

/// <summary>Cancellation reaches the caller of ML.NET's methods as what it is.</summary>
[TestClass]
public sealed class CancellationTests
{
    private readonly MLContext _ml = new(seed: 1);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void ATrainerStopsAtEveryReportAndGoesOnToTheSameBits()
    {
        MetaTrainingOptions training = Tables.Training with { Iterations = 6 };
        CriticTrainer.Options Options(string? folder, IProgress<MetaTrainingProgress>? progress, CancellationToken token) => new()
        {
            Robot = Tables.Robot,
            Dynamics = TaskPreset.TwoLink.Dynamics,
            Training = training,
            CheckpointFolder = folder,
            ResumeFromCheckpoint = true,
            Progress = progress,
            CancellationToken = token,
        };
        IDataView goals = Tables.All(_ml);
        float[] whole = _ml.MetaCritic().Trainers.Critic(Options(null, null, default)).Fit(goals).Model.Parameters.ToArray();
        string folder = Directory.CreateTempSubdirectory("metacritic ml").FullName;
        for (int n = 0; n < training.Iterations; n++)
        {
            // Before the first meta-iteration, and at each report but the last.
            string own = Path.Combine(folder, n.ToString(System.Globalization.CultureInfo.InvariantCulture));
            using CancellationTokenSource cancellation = new();
            Immediate<MetaTrainingProgress> progress = new(report =>
            {
                if (report.Completed == n)
                {
                    cancellation.Cancel();
                }
            });
            if (n == 0)
            {
                cancellation.Cancel();
            }

            Assert.ThrowsExactly<OperationCanceledException>(() => _ml.MetaCritic().Trainers.Critic(Options(own, progress, cancellation.Token)).Fit(goals));
            Assert.AreEqual(n > 0, File.Exists(Path.Combine(own, MetaTrainer.CheckpointFileName)));
            CollectionAssert.AreEqual(whole, _ml.MetaCritic().Trainers.Critic(Options(own, null, default)).Fit(goals).Model.Parameters.ToArray());
        }

        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void LearningOfDynamicsStopsAtEveryPassAndGoesOnToTheSameBits()
    {
        IDataView log = Tables.All(_ml);
        DynamicsTransformer Fit(IProgress<DynamicsLearningProgress>? progress, CancellationToken token) =>
            _ml.MetaCritic().Trainers.Dynamics(new DynamicsTrainer.Options { Learning = Tables.Learning, Progress = progress, CancellationToken = token }).Fit(log);
        string whole = Tables.Bits(Fit(null, default).Transform(log), "PredictedState");
        int points = Tables.Learning.Members * Tables.Learning.Epochs;
        for (int n = 0; n <= points; n++)
        {
            using CancellationTokenSource cancellation = new();
            int reports = 0;
            if (n == 0)
            {
                cancellation.Cancel();
            }

            Assert.ThrowsExactly<OperationCanceledException>(() => Fit(
                new Immediate<DynamicsLearningProgress>(_ =>
                {
                    if (++reports == n)
                    {
                        cancellation.Cancel();
                    }
                }),
                cancellation.Token));
            Assert.AreEqual(n, reports);
            Assert.AreEqual(whole, Tables.Bits(Fit(null, default).Transform(log), "PredictedState"));
        }
    }

    [TestMethod]
    public void FittingStopsInWhateverReadsIt()
    {
        IDataView all = Tables.All(_ml);
        (string Name, Action<PolicyFittingTransformer> Read)[] readers =
        [
            ("FitRows", fitting => fitting.FitRows(all)),
            ("a column", fitting => _ = fitting.Transform(all).GetColumn<float>("Score").ToArray()),
            ("Evaluate", fitting => _ml.MetaCritic().Evaluate(fitting.Transform(all))),
            ("Evaluate by group", fitting => _ml.MetaCritic().Evaluate(fitting.Transform(all), groupColumnName: "Kind")),
            ("CreateEnumerable", fitting => _ = _ml.Data.CreateEnumerable<Fitted>(fitting.Transform(all), reuseRowObject: false).ToArray()),
            ("a prediction engine", fitting => _ml.Model.CreatePredictionEngine<Row, Fitted>(fitting).Predict(Tables.Rows()[0])),
        ];
        int points = 0;
        foreach ((string name, Action<PolicyFittingTransformer> read) in readers)
        {
            for (int n = 1; ; n++)
            {
                using CancellationTokenSource cancellation = new();
                int steps = 0;
                PolicyFittingTransformer fitting = _ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), new PolicyFittingEstimator.Options
                {
                    Fitting = Tables.Fitting,
                    CancellationToken = cancellation.Token,
                    Environments = tasks => new Counting(new SimulatedRobot(Tables.Robot, tasks.Count, TaskPreset.TwoLink.Dynamics), () =>
                    {
                        if (Interlocked.Increment(ref steps) == n)
                        {
                            cancellation.Cancel();
                        }
                    }),
                }).Fit(all);
                int horizon = Tables.Critic.Training.Horizon;
                if (n > Tables.Fitting.Steps * horizon)
                {
                    read(fitting); // in the last roll-out there is nothing left to stop
                    break;
                }

                Assert.ThrowsExactly<OperationCanceledException>(() => read(fitting), name);
                Assert.IsLessThan(n + horizon, steps, "it ended within one inner step");
                points++;
            }
        }

        TestContext.WriteLine($"{points} points of cancellation");
    }

    private sealed class Fitted
    {
        public float Score { get; set; }
    }

    private sealed class Counting(SimulatedRobot robot, Action step) : IEnvironment
    {
        public int Count => robot.Count;

        public int StateSize => robot.StateSize;

        public int ActionSize => robot.ActionSize;

        public void Reset(Span<double> states) => robot.Reset(states);

        public void Step(ReadOnlySpan<double> actions, Span<double> states)
        {
            step();
            robot.Step(actions, states);
        }
    }
}
