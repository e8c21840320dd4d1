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
    [DataRow("v3", "fitting", "Policy", "FinalState", "Score", "Label", "LearningCurve", "Steps", "Converged", "Diverged")]
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
        Compare(name, transformer.Transform(Tables.All(_ml)), outputs);
    }

    // Two chains of ML.NET's steps have been saved: in the first, vectors were of unknown size.
    [TestMethod]
    [DataRow("v2-critic", "critic with gradient", "Score", "ActionGradient")]
    [DataRow("v2-fitting", "fitting with all columns", "Policy", "FinalState", "Score", "Label", "LearningCurve", "Steps", "Converged")]
    [DataRow("v3-fitting", "fitting with all columns", "Policy", "FinalState", "Score", "Label", "LearningCurve", "Steps", "Converged", "Diverged")]
    [DataRow("v2-policy", "policy", "Torque")]
    [DataRow("v2-policy.sized", "policy", "Torque")]
    [DataRow("v2-dynamics", "dynamics", "PredictedState", "Doubt")]
    [DataRow("v2-dynamics.sized", "dynamics", "PredictedState", "Doubt")]
    public void FilesOfEarlierVersionsAreLoaded(string file, string kind, params string[] outputs)
    {
        string name = Path.Combine(AppContext.BaseDirectory, "TestData", "models", file);
        IDataView all = Tables.All(_ml);
        ITransformer loaded = _ml.Model.Load(name + ".zip", out _);
        ITransformer typed = EstimatorCase.Of(kind).Restore(_ml, loaded);
        ITransformer again = Tables.Reload(_ml, typed, all.Schema);
        name = name.Replace(".sized", "", StringComparison.Ordinal);
        foreach (ITransformer model in new[] { loaded, typed, again })
        {
            IDataView result = model.Transform(all);
            Compare(name, result, outputs);
            Assert.AreEqual(outputs.Contains("Diverged"), result.Schema.GetColumnOrNull("Diverged") is not null, "a model's columns are those that it was saved with");
            Assert.IsFalse(result.Schema.Any(column => column.Name.StartsWith("MetaCritic.", StringComparison.Ordinal)), Tables.Text(result.Schema));
            if (model != loaded || file.EndsWith(".sized", StringComparison.Ordinal))
            {
                Assert.AreEqual(Tables.Text(typed.GetOutputSchema(all.Schema)), Tables.Text(result.Schema));
            }
        }
    }

    [TestMethod]
    public void EveryFormatHasItsKeptFiles() =>
        Assert.IsTrue(Enumerable.Range(1, Payload.Format).All(format => File.Exists(Path.Combine(AppContext.BaseDirectory, "TestData", "models", FormattableString.Invariant($"v{format}-fitting.txt")))));

    private static void Compare(string name, IDataView result, string[] outputs)
    {
        float[] expected = Numbers(File.ReadAllText(name + ".expected.txt"));
        float[] found = Numbers(Tables.Bits(result, outputs));
        Assert.HasCount(expected.Length, found);
        for (int i = 0; i < found.Length; i++)
        {
            // Processors without fused multiply-add differ in the last digits.
            Assert.AreEqual(expected[i], found[i], 1e-4f * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    private static float[] Numbers(string bits) =>
    [
        .. bits.Split(['|', ';', ',', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(cell =>
            cell.Length == 8 ? BitConverter.UInt32BitsToSingle(uint.Parse(cell, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            : bool.TryParse(cell, out bool flag) ? (flag ? 1 : 0)
            : float.Parse(cell, CultureInfo.InvariantCulture)),
    ];
}
