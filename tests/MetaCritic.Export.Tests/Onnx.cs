using MetaCritic.Dynamics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MetaCritic.Export.Tests;

/// <summary>Runs exports in ONNX Runtime.</summary>
internal static class Onnx
{
    public static InferenceSession Open(ModelExport export)
    {
        using MemoryStream stream = new();
        export.Save(stream, ExportFormat.Onnx);
        using SessionOptions options = new() { IntraOpNumThreads = 1 };
        return new(stream.ToArray(), options);
    }

    /// <summary>The outputs of rows as one batch, [outputs][rows × components].</summary>
    public static float[][] Run(InferenceSession session, ModelExport export, double[][][] rows)
    {
        List<NamedOnnxValue> inputs = [];
        for (int i = 0; i < export.Inputs.Count; i++)
        {
            float[] values = [.. rows.SelectMany(row => row[i]).Select(value => (float)value)];
            inputs.Add(NamedOnnxValue.CreateFromTensor(export.Inputs[i].Name, new DenseTensor<float>(values, [rows.Length, export.Inputs[i].Size])));
        }

        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run(inputs);
        return [.. export.Outputs.Select(output =>
        {
            Tensor<float> tensor = outputs.First(value => value.Name == output.Name).AsTensor<float>();
            Assert.AreEqual(rows.Length, tensor.Dimensions[0]);
            Assert.AreEqual(output.Size, tensor.Dimensions[1]);
            return tensor.ToArray();
        })];
    }

    /// <summary>The largest difference from the model itself, for batches of all rows and, of the first ten, of 1.</summary>
    public static double Worst(ModelExport export, int rows = 1000, RigidBodyOptions? stepping = null)
    {
        using InferenceSession session = Open(export);
        double[][][] all = Samples.Rows(export, rows);
        return all[..10].Select(row => (double[][][])[row]).Prepend(all).Max(batch => Samples.Worst(export, batch, Run(session, export, batch), stepping));
    }
}
