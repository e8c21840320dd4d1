using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests;

/// <summary>Policy fitting, policies, and their evaluation.</summary>
[TestClass]
public sealed class PolicyTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Fitted
    {
        public float Score { get; set; }

        public int Steps { get; set; }

        public float[] Policy { get; set; } = [];
    }

    private sealed class Acted
    {
        [VectorType(2)]
        public float[] Action { get; set; } = [];
    }

    private sealed class Seen
    {
        [VectorType(4)]
        public float[] State { get; set; } = [];
    }

    [TestMethod]
    public void SparseVectorsAreWhatTheyStandFor()
    {
        // A dense row before each sparse one: nothing of it may be left.
        PolicyTransformer policy = PolicyTransformer.From(_ml, Tables.Policy());
        SparseRow[] sparse =
        [
            new() { State = new(4, [0.1f, 0.2f, 0.3f, 0.4f]) },
            new() { State = new(4, 1, [0.5f], [2]) },
            new() { State = new(4, [0.4f, 0.3f, 0.2f, 0.1f]) },
            new() { State = new(4, 2, [-0.5f, 0.7f], [1, 3]) },
            new() { State = new(4, 0, [], []) },
        ];
        SparseRow[] dense = [.. sparse.Select(row => new SparseRow { State = new(4, [.. row.State.DenseValues()]) })];
        Assert.AreEqual(0.5f, dense[1].State.GetValues()[2]);
        Assert.AreEqual(Bits(dense), Bits(sparse));

        string Bits(SparseRow[] rows) => Tables.Bits(policy.Transform(_ml.Data.LoadFromEnumerable(rows)), "Action");
    }

    [TestMethod]
    public void FitsAreTheEngines()
    {
        PolicyFittingTransformer fitting = _ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), new PolicyFittingEstimator.Options
        {
            Fitting = Tables.Fitting,
            StartStateColumnName = "State",
            DynamicsColumns = { ["Mass"] = "arm2.mass" },
            SeedColumnName = "Seed",
        }).Fit(Tables.All(_ml));
        using PolicyLearner learner = new(Tables.Critic, Tables.Fitting);
        IReadOnlyList<PolicyFit> expected = learner.Fit([.. Tables.Rows().Select(row => new FittingTask
        {
            Goal = Doubles(row.Goal),
            StartState = Doubles(row.State),
            Robot = Tables.Robot.With("arm2.mass", row.Mass),
            Seed = (ulong)row.Seed,
        })]);
        Fitted[] rows = [.. _ml.Data.CreateEnumerable<Fitted>(fitting.Transform(Tables.All(_ml)), reuseRowObject: false)];
        IReadOnlyList<PolicyFit> direct = fitting.FitRows(Tables.All(_ml));
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.AreEqual((float)expected[i].Error, rows[i].Score);
            Assert.AreEqual(expected[i].Error, direct[i].Error);
            Assert.AreEqual(3, rows[i].Steps);
            Assert.IsTrue(expected[i].Policy.Parameters.Span.SequenceEqual(rows[i].Policy));

            PolicyModel policy = fitting.CreatePolicy(rows[i].Policy, Doubles(Tables.Rows()[i].Goal));
            double[] ours = new double[2], theirs = new double[2];
            policy.Act([0.1, 0.2, 0.3, 0.4], ours);
            expected[i].Policy.Act([0.1, 0.2, 0.3, 0.4], theirs);
            CollectionAssert.AreEqual(theirs, ours);
        }
    }

    [TestMethod]
    public void TheSeedOfTheOptionsIsTheEngines()
    {
        using PolicyLearner learner = new(Tables.Critic, Tables.Fitting);
        IReadOnlyList<PolicyFit> expected = learner.Fit([.. Tables.Rows().Select(row => new FittingTask { Goal = Doubles(row.Goal), Seed = 5 })]);
        IDataView all = Tables.All(_ml);
        IReadOnlyList<PolicyFit> found = _ml.MetaCritic().Transforms.FitPolicies(
            EstimatorCase.Critic(_ml), new PolicyFittingEstimator.Options { Fitting = Tables.Fitting, Seed = 5 }).Fit(all).FitRows(all);
        CollectionAssert.AreEqual(expected.Select(fit => fit.Error).ToArray(), found.Select(fit => fit.Error).ToArray());
    }

    [TestMethod]
    public void ARowDoesNotDependOnTheOthersAndAllAreFittedOnce()
    {
        int made = 0;
        PolicyFittingEstimator estimator = _ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), new PolicyFittingEstimator.Options
        {
            Fitting = Tables.Fitting,
            Environments = tasks =>
            {
                Interlocked.Increment(ref made);
                return new SimulatedRobot(Tables.Robot, tasks.Count, TaskPreset.TwoLink.Dynamics);
            },
        });
        IDataView all = Tables.All(_ml);
        IDataView fitted = estimator.Fit(all).Transform(all);
        Assert.AreEqual(0, made);
        string bits = Tables.Bits(fitted, "Policy", "Score", "Steps");
        Assert.AreEqual(bits, Tables.Bits(fitted, "Policy", "Score", "Steps"));
        Assert.AreEqual(1, made);

        IDataView last = _ml.Data.SkipRows(all, 4);
        Assert.EndsWith(Tables.Bits(estimator.Fit(last).Transform(last), "Score"), Tables.Bits(fitted, "Score"));
        PolicyFittingEstimator simulated = _ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), EstimatorCase.Fitting());
        Assert.AreEqual(bits, Tables.Bits(simulated.Fit(all).Transform(all), "Policy", "Score", "Steps"));
    }

    [TestMethod]
    public void AnEnvironmentThatResetsItselfIsLoggedOnce()
    {
        List<string> log = [];
        _ml.Log += (_, e) => log.Add(e.Message);
        IDataView all = Tables.All(_ml);
        PolicyFittingTransformer Fitting(int episode) => _ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), new PolicyFittingEstimator.Options
        {
            Fitting = Tables.Fitting,
            Environments = tasks => new SelfResetting(new SimulatedRobot(Tables.Robot, tasks.Count, TaskPreset.TwoLink.Dynamics), episode),
        }).Fit(all);
        PolicyFittingTransformer fitting = Fitting(Tables.Training.Horizon);
        Assert.IsTrue(fitting.FitRows(all).Any(fit => fit.Warning is not null));
        Tables.Bits(fitting.Transform(all), "Score");
        Assert.HasCount(1, log.Where(line => line.Contains("jumps back to the start", StringComparison.Ordinal)), string.Join("; ", log));
        log.Clear();
        Assert.IsTrue(Fitting(Tables.Training.Horizon + 1).FitRows(all).All(fit => fit.Warning is null));
        Assert.DoesNotContain("jumps back", string.Join("; ", log));
    }

    [TestMethod]
    public void PoliciesKeepToTheLargestActionOfTheirCritic()
    {
        using MetaTrainer trainer = new(Tables.Robot, TaskPreset.TwoLink.Dynamics, new() { Goals = [[0.5, 0.5]] }, Tables.Training with { ActionLimit = 0.3, PolicyLearningRate = 1 });
        CriticModel critic = trainer.Train();
        IDataView all = Tables.All(_ml);
        PolicyFittingTransformer fitting = _ml.MetaCritic().Transforms.FitPolicies(CriticTransformer.From(_ml, critic), new PolicyFittingEstimator.Options { Fitting = Tables.Fitting }).Fit(all);
        IDataView fitted = fitting.Transform(all);
        float[][] parameters = [.. fitted.GetColumn<float[]>("Policy")];
        IReadOnlyList<PolicyFit> fits = fitting.FitRows(all);
        double[] expected = new double[2], found = new double[2];
        for (int row = 0; row < fits.Count; row++)
        {
            fits[row].Policy.Act([3, -2, 5, 9], expected);
            fitting.CreatePolicy(parameters[row], [0, 0]).Act([3, -2, 5, 9], found);
            CollectionAssert.AreEqual(expected, found);
            Assert.IsTrue(found.All(action => Math.Abs(action) <= 0.3) && found.Any(action => Math.Abs(action) > 0.01));
        }

        // What is rolled out is the same policy.
        TrajectoryMetrics();

        void TrajectoryMetrics()
        {
            IDataView moving = _ml.MetaCritic().Transforms.RollOut(CriticTransformer.From(_ml, critic)).Fit(fitted).Transform(fitted);
            float[][] errors = [.. moving.GetColumn<float[]>("TrajectoryErrors")];
            for (int row = 0; row < fits.Count; row++)
            {
                Assert.AreEqual(fits[row].Error, errors[row][^1], 1e-4 * fits[row].Error);
            }
        }
    }

    [TestMethod]
    public void AnOwnEnvironmentIsGivenAgainAfterLoading()
    {
        IEnvironment Make(IReadOnlyList<FittingTask> tasks) => new SimulatedRobot(Tables.Robot, tasks.Count, TaskPreset.TwoLink.Dynamics);
        IDataView all = Tables.All(_ml);
        PolicyFittingTransformer fitting = _ml.MetaCritic().Transforms.FitPolicies(
            EstimatorCase.Critic(_ml), new PolicyFittingEstimator.Options { Fitting = Tables.Fitting, Environments = Make }).Fit(all);
        using MemoryStream stream = new();
        _ml.Model.Save(fitting, all.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = _ml.Model.Load(stream, out _);
        InvalidInputException e = Assert.ThrowsExactly<InvalidInputException>(() => PolicyFittingTransformer.From(_ml, loaded).FitRows(all));
        Assert.Contains("From(context, model, environments)", e.Message);
        Assert.AreEqual(Tables.Bits(fitting.Transform(all), "Policy"), Tables.Bits(PolicyFittingTransformer.From(_ml, loaded, Make).Transform(all), "Policy"));
    }

    [TestMethod]
    public void OptionsAreRefusedByName()
    {
        (string Name, PolicyFittingEstimator.Options Options)[] cases =
        [
            ("DynamicsColumns[\"Mass\"]", new() { DynamicsColumns = { ["Mass"] = "no.such" } }),
            ("Robot", new() { Robot = Robots.RobotModel.KukaIiwa7 }),
            ("steps", new() { NumberOfSteps = -1 }),
            ("ScoreColumnName", new() { ScoreColumnName = "Label" }),
            ("PolicyColumnName", new() { PolicyColumnName = "" }),
        ];
        foreach ((string name, PolicyFittingEstimator.Options options) in cases)
        {
            Assert.Contains($"options.{name}", Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), options)).Message);
        }
    }

    [TestMethod]
    public void BadParametersAndSeedsAreSaidWithTheRow()
    {
        Row[] rows = Tables.Rows();
        (rows[2].Mass, rows[1].Seed) = (-1, 0.5f);
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        PolicyFittingTransformer mass = _ml.MetaCritic().Transforms.FitPolicies(
            EstimatorCase.Critic(_ml), new PolicyFittingEstimator.Options { Fitting = Tables.Fitting, DynamicsColumns = { ["Mass"] = "arm2.mass" } }).Fit(data);
        PolicyFittingTransformer seed = _ml.MetaCritic().Transforms.FitPolicies(
            EstimatorCase.Critic(_ml), new PolicyFittingEstimator.Options { Fitting = Tables.Fitting, SeedColumnName = "Seed" }).Fit(data);
        Assert.Contains("row 3", Assert.ThrowsExactly<InvalidInputException>(() => mass.FitRows(data)).Message);
        Assert.Contains("row 2", Assert.ThrowsExactly<InvalidInputException>(() => seed.FitRows(data)).Message);
    }

    [TestMethod]
    public void APredictionEngineFitsRowByRow()
    {
        PolicyFittingTransformer fitting = _ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), EstimatorCase.Fitting()).Fit(Tables.All(_ml));
        PredictionEngine<Row, Fitted> engine = _ml.Model.CreatePredictionEngine<Row, Fitted>(fitting);
        float[] scores = [.. fitting.Transform(Tables.All(_ml)).GetColumn<float>("Score")];
        CollectionAssert.AreEqual(scores, Tables.Rows().Select(row => engine.Predict(row).Score).ToArray());
    }

    [TestMethod]
    public void APolicyActsInAPredictionEngine()
    {
        PolicyModel policy = Tables.Policy();
        PolicyTransformer transformer = PolicyTransformer.From(_ml, policy);
        PredictionEngine<Seen, Acted> engine = _ml.Model.CreatePredictionEngine<Seen, Acted>(transformer);
        foreach (Row row in Tables.Rows())
        {
            double[] action = new double[2];
            policy.Act(Doubles(row.State), action);
            CollectionAssert.AreEqual(Array.ConvertAll(action, x => (float)x), engine.Predict(new() { State = row.State }).Action);
        }
    }

    [TestMethod]
    public void APipelineConcatenatesNormalisesFitsAndIsEvaluated()
    {
        IDataView all = Tables.All(_ml, 8);
        var model = _ml.Transforms.Concatenate("Raw", "Goal1", "Goal2")
            .Append(_ml.Transforms.NormalizeMinMax("Goal", "Raw"))
            .Append(_ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), EstimatorCase.Fitting()))
            .Fit(all);
        IDataView fitted = model.Transform(all);
        RegressionMetrics theirs = _ml.Regression.Evaluate(fitted);
        MetaCriticMetrics ours = _ml.MetaCritic().Evaluate(fitted, groupColumnName: "Kind", tolerance: 0.05);
        float[] errors = [.. fitted.GetColumn<float>("Score")];
        Assert.AreEqual(errors.Average(), ours.Mean, 1e-6);
        Assert.AreEqual(ours.Mean, theirs.MeanAbsoluteError, 1e-6);
        Assert.AreEqual(8, ours.Count);
        Assert.AreEqual((double)errors.Count(e => e <= 0.05) / 8, ours.SuccessRate);
        Assert.AreEqual(errors.Order().Skip(3).Take(2).Average(), ours.Median, 1e-6);
        Assert.IsLessThanOrEqualTo(ours.Mean, ours.ConfidenceLow);
        CollectionAssert.AreEqual(new[] { "even", "odd" }, ours.Groups.Keys.ToArray());
        Assert.AreEqual(errors.Where((_, i) => i % 2 == 0).Average(), ours.Groups["even"].Mean, 1e-6);
    }

    [TestMethod]
    public void EvaluationNamesWhatIsWrong()
    {
        IDataView all = Tables.All(_ml);
        Assert.Contains("\"Score\"", Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Evaluate(all)).Message);
        Assert.Contains("\"None\"", Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Evaluate(all, "Mass", "None")).Message);
        Assert.Contains("Tolerance", Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Evaluate(all, "Mass", tolerance: -1)).Message);
        MetaCriticMetrics byNumber = _ml.MetaCritic().Evaluate(all, "Mass", "Seed");
        CollectionAssert.AreEqual(new[] { "0", "1", "2" }, byNumber.Groups.Keys.ToArray());
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    private sealed class SparseRow
    {
        [VectorType(4)]
        public VBuffer<float> State { get; set; }
    }
}
