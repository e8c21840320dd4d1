using System.Text.Json;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics.Learned;

namespace MetaCritic.Export.Tests;

/// <summary>A reader that knows nothing but what docs/export.md says of the JSON document computes what the model computes.</summary>
[TestClass]
public sealed class JsonTests
{
    public static IEnumerable<object[]> Robots => Samples.Robots.Select(robot => new object[] { robot });

    [TestMethod]
    [DynamicData(nameof(Robots))]
    public void Random_policies_with_torques(string name)
    {
        RobotModel robot = Samples.Robot(name);
        for (int number = 0; number < 20; number++)
        {
            Check(ModelExport.Of(Samples.Policy(robot, number), new() { Robot = robot, Dynamics = Samples.Stepping(robot, number), Torques = true }), Samples.Stepping(robot, number));
        }
    }

    [TestMethod]
    public void Random_critics()
    {
        foreach (CriticInput input in Enum.GetValues<CriticInput>())
        {
            foreach (CriticForm form in Enum.GetValues<CriticForm>())
            {
                for (int number = 0; number < 20; number++)
                {
                    Check(ModelExport.Of(Samples.Critic(Samples.Robot(Samples.Robots[number % 5]), input, form, number)));
                }
            }
        }
    }

    [TestMethod]
    public void Learned_dynamics()
    {
        Check(ModelExport.Of(Logs.Learn(Logs.Quick with { Angles = true, TimeStep = 0.05 }), new() { Robot = RobotModel.Reacher }));
        Check(ModelExport.Of(Logs.Learn()));
    }

    internal static void Check(ModelExport export, MetaCritic.Dynamics.RigidBodyOptions? stepping = null)
    {
        using MemoryStream stream = new();
        export.Save(stream, ExportFormat.Json);
        JsonElement document = JsonDocument.Parse(stream.ToArray()).RootElement;
        Assert.AreEqual("metacritic-export", document.GetProperty("format").GetString());
        Assert.AreEqual(1, document.GetProperty("version").GetInt32());
        Assert.AreEqual(export.Kind, document.GetProperty("kind").GetString());
        double[][][] rows = Samples.Rows(export, 20);
        float[][] found = [.. export.Outputs.Select(output => rows.SelectMany(row => Evaluate(document, row)[output.Name]).Select(value => (float)value).ToArray())];
        Assert.IsLessThanOrEqualTo(1e-6, Samples.Worst(export, rows, found, stepping));
    }

    private static Dictionary<string, double[]> Evaluate(JsonElement document, double[][] row)
    {
        Dictionary<string, double[]> vectors = [];
        foreach ((JsonElement input, double[] value) in document.GetProperty("inputs").EnumerateArray().Zip(row))
        {
            Assert.AreEqual(input.GetProperty("size").GetInt32(), value.Length);
            vectors.Add(input.GetProperty("name").GetString()!, value);
        }

        double[] Constant(JsonElement step, int index) => [.. document.GetProperty("constants").GetProperty(step.GetProperty("constants")[index].GetString()!).GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
        foreach (JsonElement step in document.GetProperty("steps").EnumerateArray())
        {
            int size = step.GetProperty("size").GetInt32();
            double[][] inputs = [.. step.GetProperty("inputs").EnumerateArray().Select(name => vectors[name.GetString()!])];
            double[] x = inputs[0];
            double[] Each(Func<int, double> component) => [.. Enumerable.Range(0, size).Select(component)];
            string activation = step.TryGetProperty("activation", out JsonElement named) ? named.GetString()! : "";
            double[] result = step.GetProperty("do").GetString() switch
            {
                "scale" when Constant(step, 0) is var c => Each(i => c[i] * x[i]),
                "offset" when Constant(step, 0) is var c => Each(i => x[i] + c[i]),
                "add" => Each(i => x[i] + inputs[1][i]),
                "subtract" => Each(i => x[i] - inputs[1][i]),
                "multiply" => Each(i => x[i] * inputs[1][i]),
                "join" => [.. inputs.SelectMany(input => input)],
                "slice" when step.GetProperty("first").GetInt32() is var first => x[first..(first + size)],
                "dense" when Constant(step, 0) is var w && Constant(step, 1) is var b => Each(j => Activate(activation, b[j] + x.Select((value, i) => value * w[(i * size) + j]).Sum())),
                "transposed" when Constant(step, 0) is var w => Each(i => x.Select((value, j) => value * w[(i * x.Length) + j]).Sum()),
                "slope" => Each(i => Slope(activation, x[i])),
                "sum" => [x.Sum()],
                "clamp" when Constant(step, 0) is var c => Each(i => Math.Clamp(x[i], -c[i], c[i])),
                "normalize" when Constant(step, 0) is var mean && Constant(step, 1) is var scale => Each(i => (x[i] - mean[i]) / scale[i]),
                "sine" => Each(i => Math.Sin(x[i])),
                "cosine" => Each(i => Math.Cos(x[i])),
                "program" => JsonProgramReader.Run(step, vectors),
                string other => throw new AssertFailedException(other),
                null => throw new AssertFailedException("a step without a name"),
            };
            Assert.HasCount(size, result);
            vectors[step.GetProperty("output").GetString()!] = result;
        }

        return vectors;
    }

    private static double Activate(string activation, double z) => activation switch
    {
        "tanh" => Math.Tanh(z),
        "elu" => z > 0 ? z : Math.Exp(z) - 1,
        "relu" => Math.Max(0, z),
        "softplus" => Math.Log(1 + Math.Exp(z)),
        "linear" => z,
        _ => throw new AssertFailedException(activation),
    };

    private static double Slope(string activation, double h) => activation switch
    {
        "tanh" => 1 - (h * h),
        "elu" => h > 0 ? 1 : h + 1,
        "relu" => h > 0 ? 1 : 0,
        "softplus" => 1 - Math.Exp(-h),
        "linear" => 1,
        _ => throw new AssertFailedException(activation),
    };
}
