using Microsoft.ML;

namespace MetaCritic.ML.Tests;

/// <summary>Metrics print themselves.</summary>
[TestClass]
public sealed class MetricsTextTests
{
    [TestMethod]
    public void ALineForAllAndOneForEachGroup()
    {
        MLContext ml = new(seed: 1);
        IDataView fitted = ml.Data.LoadFromEnumerable(new[] { ("arm", 0.01f), ("arm", 0.03f), ("leg", PolicyFittingTransformer.DivergedScore) }.Select(row => new Fitted { Kind = row.Item1, Score = row.Item2 }));
        string[] lines = ml.MetaCritic().Evaluate(fitted, groupColumnName: "Kind").ToString().Split(Environment.NewLine);
        Assert.HasCount(3, lines);
        Assert.AreEqual("3 policies, 1 diverged: error 0.02 [0.01, 0.03], median 0.02, 33 % ≤ 0.02", lines[0]);
        Assert.AreEqual("arm: 2 policies: error 0.02 [0.01, 0.03], median 0.02, 50 % ≤ 0.02", lines[1]);
        Assert.AreEqual("leg: 1 policy, all diverged", lines[2]);
    }

    private sealed class Fitted
    {
        public string Kind { get; set; } = "";

        public float Score { get; set; }
    }
}
