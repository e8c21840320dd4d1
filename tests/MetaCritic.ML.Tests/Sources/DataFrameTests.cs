using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests.Sources;

/// <summary>Goals and transitions come from a <see cref="DataFrame"/>.</summary>
[TestClass]
public sealed class DataFrameTests
{
    private static readonly double[] First = [0.5, 0.25, -0.5], Second = [0.1, -0.2, 0.3];
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void GoalsComeFromColumnsOfNumbers()
    {
        DataFrame singles = new(new SingleDataFrameColumn("q1", First.Select(x => (float)x)), new SingleDataFrameColumn("q2", Second.Select(x => (float)x)), new SingleDataFrameColumn("mass", [1, 2, 1]));
        DataFrame doubles = new(new DoubleDataFrameColumn("q1", First), new DoubleDataFrameColumn("q2", Second), new DoubleDataFrameColumn("mass", [1, 2, 1]));
        string expected = Tables.Bits(Fitted(singles), "Policy", "Score");
        Assert.AreEqual(expected, Tables.Bits(Fitted(doubles), "Policy", "Score"));
        Assert.AreEqual(Tables.Bits(Scored(singles), "Score"), Tables.Bits(Scored(doubles), "Score"));

        // A frame can take the results up.
        DataFrame results = Fitted(doubles).ToDataFrame("q1", "Score", "Converged", "Diverged");
        Assert.AreEqual(3, results.Rows.Count);
        Assert.AreEqual(0.25, results["q1"][1]);
        Assert.AreEqual(false, results["Diverged"][2]);
    }

    [TestMethod]
    public void GoalsComeFromAVectorColumn()
    {
        DataFrame frame = new(new VBufferDataFrameColumn<double>("Goal", First.Zip(Second, (a, b) => new VBuffer<double>(2, [a, b]))));
        IDataView expected = _ml.MetaCritic().Data.Goals(Tables.Robot, First.Zip(Second, (a, b) => new[] { a, b }));
        PolicyFittingEstimator fitting = _ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), EstimatorCase.Fitting());
        Assert.AreEqual(Tables.Bits(fitting.Fit(expected).Transform(expected), "Policy"), Tables.Bits(fitting.Fit(frame).Transform(frame), "Policy"));
    }

    [TestMethod]
    public void ACsvFileOfAFrameWillDo()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("frame").FullName, "goals.csv");
        File.WriteAllText(path, "name,q1,q2,mass\na,0.5,0.1,1\nb,0.25,-0.2,2\n");
        DataFrame frame = DataFrame.LoadCsv(path);
        Assert.HasCount(2, Fitted(frame).GetColumn<float>("Score").ToArray());
    }

    [TestMethod]
    public void AnEmptyCellIsRefused()
    {
        DataFrame frame = new(new DoubleDataFrameColumn("q1", [0.5, null]), new DoubleDataFrameColumn("q2", [0.5, 0.5]), new DoubleDataFrameColumn("mass", [1, 1]));
        string message = Assert.ThrowsExactly<InvalidInputException>(() => Fitted(frame).GetColumn<float>("Score").ToArray()).Message;
        Assert.Contains("row 2", message);
        Assert.Contains("NaN", message);
    }

    [TestMethod]
    public void WholeNumbersAreRefusedWithTheLineThatConverts()
    {
        DataFrame frame = new(new Int32DataFrameColumn("q1", [1, 0]), new DoubleDataFrameColumn("q2", [0.5, 0.5]), new DoubleDataFrameColumn("mass", [1, 1]));
        Assert.Contains("ml.Transforms.Conversion.ConvertType(\"q1\", outputKind: DataKind.Single)", Assert.ThrowsExactly<InvalidInputException>(() => Fitted(frame)).Message);
        IDataView converted = _ml.Transforms.Conversion.ConvertType("q1", outputKind: DataKind.Single).Fit(frame).Transform(frame);
        Assert.HasCount(2, Fitted(converted).GetColumn<float>("Score").ToArray());
    }

    private IDataView Fitted(IDataView goals) => _ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), new PolicyFittingEstimator.Options
    {
        Fitting = Tables.Fitting,
        GoalColumns = ["q1", "q2"],
        DynamicsColumns = { ["mass"] = "arm2.mass" },
    }).Fit(goals).Transform(goals);

    private IDataView Scored(IDataView goals)
    {
        CriticTransformer critic = _ml.MetaCritic().Trainers.Critic(new CriticTrainer.Options { Robot = Tables.Robot, Training = Tables.Training, GoalColumns = ["q1", "q2"] }).Fit(goals);
        return critic.Transform(_ml.Transforms.CopyColumns("q1", "Goal1").Append(_ml.Transforms.CopyColumns("q2", "Goal2")).Fit(Tables.All(_ml)).Transform(Tables.All(_ml)));
    }
}
