using System.Text.Json;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Learning;

/// <summary>The meta-gradient against automatic differentiation by another system, in both precisions of the same code.</summary>
[TestClass]
public sealed unsafe class MetaGradientReferenceTests
{
    public static IEnumerable<object[]> Files => ReferenceFiles.With("dloss_dphi").Select(path => new object[] { path });

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void DoublePrecision(string path) => Check<double>(path, 1e-9);

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void SinglePrecision(string path) => Check<float>(path, 1e-3);

    private static void Check<T>(string path, double tolerance)
        where T : unmanaged
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement file = document.RootElement;
        JsonElement[] batch = [.. file.GetProperty("batch").EnumerateArray()];
        JsonElement first = batch[0];
        int[] policyHidden = Hidden(first.GetProperty("theta0"));
        int[] criticHidden = Hidden(file.GetProperty("phi"));
        MetaTrainingOptions options = new()
        {
            Horizon = file.GetProperty("T").GetInt32(),
            InnerSteps = file.GetProperty("inner_steps").GetInt32(),
            PolicyLearningRate = file.GetProperty("alpha").GetDouble(),
            TaskLoss = file.GetProperty("task_loss").GetString() == "final" ? TaskLossKind.FinalState : TaskLossKind.Trajectory,
            VelocityWeight = 0,
            TaskLossLimit = 1e9,
            CriticInput = CriticInput.Raw,
            CriticForm = file.TryGetProperty("critic_form", out _) ? CriticForm.Centred : CriticForm.Plain,
            VelocityScale = 1,
            PolicyHidden = policyHidden,
            CriticHidden = criticHidden,
        };
        RobotModel robot = RobotModel.FromUrdf(ReferenceFiles.Robot(path, "two_link"));
        RigidBodyDynamics dynamics = new(robot, new RigidBodyOptions { TimeStep = file.GetProperty("dt").GetDouble() });
        NetworkInputs inputs = new(dynamics.StateSize, dynamics.ActionSize, dynamics.PositionSize, options);
        using WorkerTeam team = new(2);
        using MetaGradient<T> gradient = new(dynamics, inputs, options, batch.Length, team);
        using AlignedBuffer<T> phi = new(inputs.Critic.Length);
        inputs.Critic.Import<T>(Parameters<T>(file.GetProperty("phi")), phi.Pointer);
        for (int b = 0; b < batch.Length; b++)
        {
            batch[b].GetProperty("goal").Flat().CopyTo(gradient.Goals, b * inputs.PositionSize);
            batch[b].GetProperty("s0").Flat().CopyTo(gradient.StartStates, b * inputs.StateSize);
            gradient.Weights[b] = 1;
            inputs.Policy.Import<T>(Parameters<T>(batch[b].GetProperty("theta0")), gradient.Theta(0, b));
        }

        double loss = gradient.Compute(phi.Pointer);

        for (int b = 0; b < batch.Length; b++)
        {
            JsonElement expected = batch[b];
            double[] innerLosses = expected.GetProperty("inner_loss").Flat();
            for (int k = 0; k < options.InnerSteps; k++)
            {
                Assert.IsLessThan(tolerance, Numbers.RelativeError([gradient.InnerLoss(k, b)], [innerLosses[k]]), $"inner loss {k}");
                double[] theta = [.. Parameters<double>(expected.GetProperty("theta")[k])];
                Assert.IsLessThan(tolerance, Numbers.RelativeError(Exported(inputs.Policy, gradient.Theta(k + 1, b)), theta), $"policy after inner step {k}");
            }

            double[] states = expected.GetProperty("states_after").Flat();
            for (int t = 0; t <= options.Horizon; t++)
            {
                double* state = gradient.FinalTrajectory(b, t, out int stride);
                double[] actual = [.. Enumerable.Range(0, inputs.StateSize).Select(i => state[i * stride])];
                Assert.IsLessThan(tolerance, Numbers.RelativeError(actual, states.AsSpan(t * inputs.StateSize, inputs.StateSize)), $"state at {t}");
            }

            Assert.IsLessThan(tolerance, Numbers.RelativeError([gradient.TaskLosses[b]], [expected.GetProperty("task_loss").GetDouble()]));
        }

        Assert.IsLessThan(tolerance, Numbers.RelativeError([loss], [file.GetProperty("loss").GetDouble()]));
        double[] reference = [.. Parameters<double>(file.GetProperty("dloss_dphi"))];
        Assert.IsLessThan(tolerance, Numbers.RelativeError(Exported(inputs.Critic, gradient.Gradient.Pointer), reference), "meta-gradient");
    }

    private static double[] Exported<T>(MlpLayout layout, T* padded)
        where T : unmanaged
    {
        T[] flat = new T[layout.Shape.ParameterCount];
        layout.Export(padded, flat.AsSpan());
        return [.. flat.Select(Element<T>.ToDouble)];
    }

    private static int[] Hidden(JsonElement layers) =>
        [.. layers.EnumerateArray().Where((_, i) => i % 2 == 1).Select(bias => bias.GetArrayLength()).SkipLast(1)];

    // The files have weights as [outputs × inputs]; ours are [inputs × outputs].
    private static T[] Parameters<T>(JsonElement layers)
        where T : unmanaged
    {
        List<T> flat = [];
        foreach (JsonElement layer in layers.EnumerateArray())
        {
            if (layer[0].ValueKind == JsonValueKind.Array)
            {
                for (int i = 0; i < layer[0].GetArrayLength(); i++)
                {
                    flat.AddRange(layer.EnumerateArray().Select(row => Element<T>.From(row[i].GetDouble())));
                }
            }
            else
            {
                flat.AddRange(layer.EnumerateArray().Select(value => Element<T>.From(value.GetDouble())));
            }
        }

        return [.. flat];
    }
}
