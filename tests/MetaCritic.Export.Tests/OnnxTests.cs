using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics.Learned;
using Microsoft.ML.OnnxRuntime;

namespace MetaCritic.Export.Tests;

/// <summary>What ONNX Runtime computes from an export is what the model computes.</summary>
[TestClass]
public sealed class OnnxTests
{
    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Robots => Samples.Robots.Select(robot => new object[] { robot });

    public static IEnumerable<object[]> Critics =>
        from input in Enum.GetValues<CriticInput>() from form in Enum.GetValues<CriticForm>() select new object[] { input, form };

    [TestMethod]
    [DynamicData(nameof(Robots))]
    public void Random_policies_with_torques(string name)
    {
        RobotModel robot = Samples.Robot(name);
        double worst = Enumerable.Range(0, 100).Max(number =>
        {
            RigidBodyOptions stepping = Samples.Stepping(robot, number);
            return Onnx.Worst(ModelExport.Of(Samples.Policy(robot, number), new() { Robot = robot, Dynamics = stepping, Torques = true }), stepping: stepping);
        });
        TestContext.WriteLine($"{name}: largest difference {worst:E2}");
        Assert.IsLessThanOrEqualTo(1e-6, worst);
    }

    [TestMethod]
    [DynamicData(nameof(Critics))]
    public void Random_critics(CriticInput input, CriticForm form)
    {
        double worst = 0;
        for (int number = 0; number < 20; number++)
        {
            worst = Math.Max(worst, Onnx.Worst(ModelExport.Of(Samples.Critic(Samples.Robot(Samples.Robots[number % 5]), input, form, number)), 100));
        }

        TestContext.WriteLine($"{input}, {form}: largest difference {worst:E2}");
        Assert.IsLessThanOrEqualTo(1e-6, worst);
    }

    [TestMethod]
    [DataRow(false, null)]
    [DataRow(true, null)]
    [DataRow(false, 0.05)]
    [DataRow(true, 0.05)]
    public void Learned_dynamics(bool angles, double? timeStep)
    {
        LearnedDynamics dynamics = Logs.Learn(Logs.Quick with { Angles = angles, TimeStep = timeStep });
        double worst = Onnx.Worst(ModelExport.Of(dynamics, new() { Robot = RobotModel.Reacher }));
        TestContext.WriteLine($"largest difference {worst:E2}");
        Assert.IsLessThanOrEqualTo(1e-6, worst);
    }

    [TestMethod]
    public void The_model_says_what_it_is()
    {
        PolicyModel policy = Samples.Policy(RobotModel.KukaIiwa7, 3);
        using InferenceSession session = Onnx.Open(ModelExport.Of(policy, new() { Robot = RobotModel.KukaIiwa7, Dynamics = new() { TorqueScale = [10] } }));
        Assert.AreEqual("state", session.InputMetadata.Single().Key);
        CollectionAssert.AreEqual(new[] { -1, 14 }, session.InputMetadata["state"].Dimensions);
        CollectionAssert.AreEqual(new[] { "batch", "" }, session.InputMetadata["state"].SymbolicDimensions);
        Assert.AreEqual("action", session.OutputMetadata.Single().Key);
        Dictionary<string, string> said = session.ModelMetadata.CustomMetadataMap;
        Assert.AreEqual("policy", said["kind"]);
        Assert.AreEqual(RobotModel.KukaIiwa7.Name, said["robot"]);
        StringAssert.StartsWith(said["joints"], "[\"iiwa_joint_1\",");
        StringAssert.Contains(said["state.names"], "\"iiwa_joint_7 velocity\"");
        StringAssert.StartsWith(said["state.units"], "[\"rad\",");
        StringAssert.StartsWith(said["action.units"], "[\"× 10 N·m\",");
        CollectionAssert.AreEqual(policy.Goal.ToArray(), System.Text.Json.JsonSerializer.Deserialize<double[]>(said["goal"]));
    }

    [TestMethod]
    public void The_same_model_gives_the_same_bytes()
    {
        byte[] Bytes(ExportFormat format)
        {
            using MemoryStream stream = new();
            ModelExport.Of(Samples.Critic(RobotModel.TwoLink, CriticInput.RelativeAndGoal, CriticForm.Centred, 2)).Save(stream, format);
            return stream.ToArray();
        }

        foreach (ExportFormat format in Enum.GetValues<ExportFormat>())
        {
            CollectionAssert.AreEqual(Bytes(format), Bytes(format));
        }
    }
}
