using MetaCritic.ML;
using MetaCritic.Models;
using MetaCritic.Robots;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.Export.Tests;

/// <summary>Exports run in ML.NET's own ONNX transform.</summary>
[TestClass]
public sealed class MlNetTests
{
    [TestMethod]
    public void A_policy_runs_in_ApplyOnnxModel_also_saved_and_loaded()
    {
        using Workspace files = new();
        MLContext ml = new(seed: 1);
        PolicyModel policy = Samples.Policy(RobotModel.KukaIiwa7, 20);
        PolicyTransformer.From(ml, policy).ExportOnnx(files["policy.onnx"], new() { Robot = RobotModel.KukaIiwa7, Dynamics = new() });
        double[][][] rows = Samples.Rows(ModelExport.Of(policy), 100);
        IDataView table = ml.Data.LoadFromEnumerable(rows.Select(row => new Row { state = [.. row[0].Select(value => (float)value)] }));

        ITransformer fitted = ml.Transforms.ApplyOnnxModel("action", "state", files["policy.onnx"]).Fit(table);
        Check(fitted.Transform(table));
        ml.Model.Save(fitted, table.Schema, files["model.zip"]);
        Check(ml.Model.Load(files["model.zip"], out _).Transform(table));

        void Check(IDataView result)
        {
            float[][] actions = [.. ml.Data.CreateEnumerable<Result>(result, reuseRowObject: false).Select(row => row.action)];
            Assert.HasCount(100, actions);
            Assert.IsLessThanOrEqualTo(1e-6, Samples.Worst(ModelExport.Of(policy), rows, [[.. actions.SelectMany(action => action)]]));
        }
    }

    [TestMethod]
    public void Torques_need_a_robot()
    {
        PolicyTransformer policy = PolicyTransformer.From(new MLContext(), Samples.Policy(RobotModel.TwoLink, 1));
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => policy.ExportOnnx("never.onnx", new() { Torques = true }));
        Assert.AreEqual("options.torques", error.Place);
        error = Assert.ThrowsExactly<InvalidInputException>(() => policy.ExportOnnx("never.onnx", new() { Robot = RobotModel.KukaIiwa7 }));
        StringAssert.Contains(error.Message, "7 joints");
        Assert.IsFalse(File.Exists("never.onnx"));
    }

#pragma warning disable IDE1006, SA1300 // columns have the names in the ONNX model
    private sealed class Row
    {
        [VectorType(14)]
        public float[] state { get; set; } = [];
    }

    private sealed class Result
    {
        public float[] action { get; set; } = [];
    }
}
