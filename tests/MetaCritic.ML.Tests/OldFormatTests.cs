using System.Globalization;
using MetaCritic.ML.Saving;
using Microsoft.ML;

namespace MetaCritic.ML.Tests;

/// <summary>What earlier versions put into ML.NET's files is read, and does what it did.</summary>
[TestClass]
public sealed class OldFormatTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow("v1", "critic", "Score", "ActionGradient")]
    [DataRow("v2", "critic", "Score", "ActionGradient")]
    [DataRow("v1", "fitting", "Policy", "FinalState", "Score", "Label", "LearningCurve", "Steps", "Converged")]
    [DataRow("v2", "fitting", "Policy", "FinalState", "Score", "Label", "LearningCurve", "Steps", "Converged")]
    [DataRow("v1", "policy", "Torque")]
    [DataRow("v2", "policy", "Torque")]
    [DataRow("v2", "dynamics", "PredictedState", "Doubt")]
    public void ModelsOfEarlierVersionsAreRead(string version, string kind, params string[] outputs)
    {
        string name = Path.Combine(AppContext.BaseDirectory, "TestData", "models", $"{version}-{kind}");
        string payload = File.ReadAllText(name + ".txt");
        ITransformer transformer = kind switch
        {
            "critic" => new CriticTransformer(_ml, new CriticMapping().Read(payload)),
            "fitting" => new PolicyFittingTransformer(_ml, new FittingMapping().Read(payload)),
            "dynamics" => new DynamicsTransformer(_ml, new DynamicsMapping().Read(payload)),
            _ => new PolicyTransformer(_ml, new PolicyMapping().Read(payload)),
        };
        float[] expected = Numbers(File.ReadAllText(name + ".expected.txt"));
        float[] found = Numbers(Tables.Bits(transformer.Transform(Tables.All(_ml)), outputs));
        Assert.HasCount(expected.Length, found);
        for (int i = 0; i < found.Length; i++)
        {
            // Processors without fused multiply-add differ in the last digits.
            Assert.AreEqual(expected[i], found[i], 1e-4f * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    [TestMethod]
    public void EveryFormatHasItsKeptFiles() =>
        Assert.IsTrue(Enumerable.Range(1, Payload.Format).All(format => File.Exists(Path.Combine(AppContext.BaseDirectory, "TestData", "models", FormattableString.Invariant($"v{format}-fitting.txt")))));

    private static float[] Numbers(string bits) =>
    [
        .. bits.Split(['|', ';', ',', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(cell =>
            cell.Length == 8 ? BitConverter.UInt32BitsToSingle(uint.Parse(cell, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            : bool.TryParse(cell, out bool flag) ? (flag ? 1 : 0)
            : float.Parse(cell, CultureInfo.InvariantCulture)),
    ];
}
