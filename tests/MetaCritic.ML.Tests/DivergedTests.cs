using MetaCritic.Learning;
using MetaCritic.ML.Functions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests;

/// <summary>Policies that diverge make every metric worse, and none of them NaN.</summary>
[TestClass]
public sealed class DivergedTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void MetricsGetWorseNeverBetter()
    {
        IDataView goals = Tables.All(_ml, 12);
        IDataView good = Fitted(goals, 0.02), bad = Fitted(goals, 1e6);
        Assert.IsTrue(good.GetColumn<bool>("Diverged").All(diverged => !diverged));
        Assert.IsTrue(bad.GetColumn<bool>("Diverged").All(diverged => diverged));
        Assert.IsTrue(bad.GetColumn<bool>("Converged").All(converged => !converged));
        Assert.IsTrue(bad.GetColumn<float>("Score").All(score => score == PolicyFittingTransformer.DivergedScore));
        Assert.IsLessThan(10, good.GetColumn<float>("Score").Max());

        // One diverged policy among good ones makes the metrics worse than any policy that reached an end could.
        IDataView one = _ml.Data.LoadFromEnumerable(good.GetColumn<float>("Score").Select((score, i) => new Scored { Score = i == 3 ? PolicyFittingTransformer.DivergedScore : score }));
        (RegressionMetrics few, RegressionMetrics mixed, RegressionMetrics all) = (_ml.Regression.Evaluate(good), _ml.Regression.Evaluate(one), _ml.Regression.Evaluate(bad));
        foreach (Func<RegressionMetrics, double> metric in new Func<RegressionMetrics, double>[] { m => m.MeanAbsoluteError, m => m.MeanSquaredError, m => m.RootMeanSquaredError, m => m.LossFunction })
        {
            Assert.IsTrue(double.IsFinite(metric(all)));
            Assert.IsLessThan(metric(mixed), metric(few));
            Assert.IsLessThan(metric(all), metric(mixed));
        }

        MetaCriticMetrics ours = _ml.MetaCritic().Evaluate(one);
        Assert.AreEqual(12, ours.Count);
        Assert.AreEqual(1, ours.Diverged);
        Assert.AreEqual(good.GetColumn<float>("Score").Where((_, i) => i != 3).Average(score => (double)score), ours.Mean, 1e-12);
        Assert.AreEqual(12, _ml.MetaCritic().Evaluate(bad).Diverged);
    }

    [TestMethod]
    public void CrossValidationGetsWorse()
    {
        IDataView goals = Tables.All(_ml, 12);
        double[] errors = [.. new[] { 0.02, 1e6 }.Select(rate => _ml.Regression.CrossValidate(goals, Estimator(rate), 2).Average(fold => fold.Metrics.MeanAbsoluteError))];
        Assert.IsLessThan(10, errors[0]);
        Assert.AreEqual(PolicyFittingTransformer.DivergedScore, errors[1], 1e6);
    }

    [TestMethod]
    public void LoadedAndRowByRowTheyAreTheSame()
    {
        IDataView goals = Tables.All(_ml, 3);
        PolicyFittingTransformer fitting = Estimator(1e6).Fit(goals);
        using MemoryStream stream = new();
        _ml.Model.Save(fitting, goals.Schema, stream);
        ITransformer loaded = new MLContext().Model.Load(stream, out _);
        PredictionEngine<Row, Scored> engine = _ml.Model.CreatePredictionEngine<Row, Scored>(loaded);
        foreach (Scored scored in _ml.Data.CreateEnumerable<Scored>(loaded.Transform(goals), reuseRowObject: false).Append(engine.Predict(Tables.Rows()[0])))
        {
            Assert.AreEqual(PolicyFittingTransformer.DivergedScore, scored.Score);
            Assert.IsTrue(scored.Diverged);
        }
    }

    // Without NaN, an error can be as great as a float holds, or greater.
    [TestMethod]
    [DataRow(1e11, 1e11f)]
    [DataRow(1e12, 1e12f)]
    [DataRow(1e300, 1e12f)]
    [DataRow(double.PositiveInfinity, 1e12f)]
    [DataRow(double.NaN, 1e12f)]
    [DataRow(0.0, 0f)]
    public void NoScoreIsGreaterThanThatOfADivergedPolicy(double error, float score)
    {
        using PolicyLearner learner = new(Tables.Critic, Tables.Fitting);
        PolicyFit fit = learner.Fit([new() { Goal = [0.3, 0.2] }])[0];
        FittedPolicy row = new();
        row.Set(fit with { Error = error });
        Assert.AreEqual(score, row.Score);
        Assert.AreEqual(score == PolicyFittingTransformer.DivergedScore, row.Diverged);
    }

    private IDataView Fitted(IDataView goals, double rate) => Estimator(rate).Fit(goals).Transform(goals);

    private PolicyFittingEstimator Estimator(double rate) => _ml.MetaCritic().Transforms.FitPolicies(
        EstimatorCase.Critic(_ml), new PolicyFittingEstimator.Options { Fitting = new() { Steps = 5, LearningRate = rate, Threads = 1 } });

    private sealed class Scored
    {
        public float Score { get; set; }

        public float Label { get; set; }

        public bool Diverged { get; set; }
    }
}
