using System.Text.Json;
using MetaCritic.Cli;
using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics.Learned;

namespace MetaCritic.Export.Tests;

/// <summary><c>metacritic export</c> writes what is asked for, checks it, and refuses what cannot be exported.</summary>
[TestClass]
public sealed class ExportCommandTests
{
    private static readonly RobotModel Arm = RobotModel.TwoLink;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_policy_with_the_torques_of_its_critic_is_checked_in_ONNX_Runtime()
    {
        using Workspace files = new();
        Samples.Policy(Arm, 1).Save(files["reach.policy"]);
        Samples.Critic(Arm, CriticInput.Relative, CriticForm.Plain, 3).Save(files["arm.critic"]);
        ToolRun run = await ToolRun.Good("export", files["reach.policy"], "--out", files["reach.onnx"], "--torques", "--critic", files["arm.critic"], "--json");
        Assert.AreEqual("", run.Error);
        Assert.AreEqual("policy", run.Json.GetProperty("kind").GetString());
        Assert.AreEqual("onnx", run.Json.GetProperty("format").GetString());
        Assert.AreEqual(4, run.Json.GetProperty("inputs").GetProperty("state").GetInt32());
        Assert.AreEqual(2, run.Json.GetProperty("outputs").GetProperty("action").GetInt32());
        Assert.AreEqual(2, run.Json.GetProperty("outputs").GetProperty("torque").GetInt32());
        Assert.AreEqual("1.31.1", run.Json.GetProperty("onnxRuntime").GetString());
        Assert.IsLessThan(1e-5, run.Json.GetProperty("largestDifference").GetDouble());
        Assert.AreEqual(new FileInfo(files["reach.onnx"]).Length, run.Json.GetProperty("bytes").GetInt64());

        run = await ToolRun.Good("export", files["reach.policy"], "--format", "c", "--out", files["reach left.h"], "--robot", "two-link");
        StringAssert.Contains(run.Out, "action [2]");
        string header = await File.ReadAllTextAsync(files["reach left.h"], TestContext.CancellationToken);
        StringAssert.Contains(header, "reach_left_act(const float state[4], float action[2])");
        StringAssert.Contains(header, "baseHinge velocity [rad/s]");
    }

    [TestMethod]
    [DataRow("onnx")]
    [DataRow("c")]
    [DataRow("json")]
    public async Task A_dash_is_standard_output(string format)
    {
        using Workspace files = new();
        Samples.Policy(Arm, 1).Save(files["reach.policy"]);
        await ToolRun.Good("export", files["reach.policy"], "--format", format, "--out", files["reach.x"]);
        using StringWriter said = new(), told = new();
        using MemoryStream written = new();
        Terminal terminal = new(said, told) { OpenOutput = () => written };
        Assert.AreEqual(0, await Tool.Program.RunAsync(["export", files["reach.policy"], "--format", format, "--out", "-"], terminal, TestContext.CancellationToken));
        CollectionAssert.AreEqual(await File.ReadAllBytesAsync(files["reach.x"], TestContext.CancellationToken), written.ToArray());
        Assert.AreEqual("", said.ToString());
        StringAssert.Contains(told.ToString(), "standard output, ");
        StringAssert.Contains(await ToolRun.Refused("export", files["reach.policy"], "--format", format, "--out", "-", "--json"), "--json: the export goes to standard output");
        StringAssert.Contains(await ToolRun.Refused("export", files["reach.policy"], "--out", "-"), "--format: it is missing");
    }

    [TestMethod]
    public async Task Critics_and_learned_dynamics()
    {
        using Workspace files = new();
        LearnedDynamics learned = Logs.Learn(Logs.Quick with { TimeStep = 0.05 });
        learned.Save(files["arm.dynamics"]);
        ToolRun run = await ToolRun.Good("export", files["arm.dynamics"], "--out", files["f.onnx"], "--json", "--robot", "reacher");
        Assert.AreEqual(4, run.Json.GetProperty("outputs").GetProperty("next_state").GetInt32());

        CriticModel critic = Samples.Critic(RobotModel.Reacher, CriticInput.Raw, CriticForm.Centred, 2);
        critic.Save(files["arm.critic"]);
        run = await ToolRun.Good("export", files["arm.critic"], "--out", files["c.json"]);
        StringAssert.Contains(run.Out, "score [1]");
        Assert.AreEqual("reacher", JsonDocument.Parse(await File.ReadAllTextAsync(files["c.json"], TestContext.CancellationToken)).RootElement.GetProperty("robot").GetString());
        StringAssert.Contains(await ToolRun.Refused("export", files["arm.critic"], "--dynamics", "--out", files["d.onnx"]), "it was trained on a robot");
        Assert.IsFalse(File.Exists(files["d.onnx"]));
    }

    [TestMethod]
    public async Task What_cannot_be_exported_is_refused_and_nothing_is_written()
    {
        using Workspace files = new();
        Samples.Policy(Arm, 1).Save(files["p"]);
        Samples.Critic(Arm, CriticInput.Relative, CriticForm.Plain, 3).Save(files["c"]);
        Logs.Learn(prior: true).Save(files["d"]);
        string data = Path.Combine(AppContext.BaseDirectory, "TestData", "models");
        files.Write("text", "state,action\n1,2\n");
        File.WriteAllBytes(files["cut"], File.ReadAllBytes(files["p"])[..^40]);
        (string[] Arguments, string Said)[] cases =
        [
            ([files["p"], "--out", files["x.txt"]], "--format: it is missing"),
            ([files["p"], "--out", files["x.onnx"], "--torques"], "--critic"),
            ([files["p"], "--out", files["x.onnx"], "--robot", "kuka"], "7 joints"),
            ([files["p"], "--out", files["x.onnx"], "--dynamics"], "it holds a policy"),
            ([files["p"], "--out", files["p"], "--format", "c"], "--out"),
            ([files["p"], "--out", files["x.h"], "--onnxruntime", files["text"]], "ONNX exports only"),
            ([files["p"], "--out", files["x.onnx"], "--onnxruntime", files["text"]], "cannot be loaded"),
            ([files["p"], "--out", files["no/x.onnx"]], "folder"),
            ([files["c"], "--out", files["x.onnx"], "--torques", "--robot", "two-link"], "a critic gives no torques"),
            ([files["d"], "--out", files["x.onnx"], "--torques", "--robot", "reacher"], "dynamics give no torques"),
            ([files["d"], "--out", files["x.onnx"], "--robot", "reacher", "--robot-set", "arm1.mass=3"], "as it was when they were learned"),
            ([files["d"], "--out", files["x.h"], "--robot-set", "arm1.mass=3"], "--robot-set: there is neither --robot nor --critic"),
            ([files["d"], "--out", files["x.h"], "--set", "nonsense=1"], "--set: there is neither --robot nor --critic"),
            ([files["p"], "--out", files["x.h"], "--lock", "elbow"], "--lock: there is neither --robot nor --critic"),
            ([files["c"], "--out", files["x.h"], "--dynamics", "--torques"], "--torques: it is for policies"),
            ([files["c"], "--out", files["x.h"], "--dynamics", "--critic", files["c"]], "--critic: it is for policies"),
            ([files["c"], "--out", files["x.h"], "--robot", "two-link"], "a critic has its own"),
            ([files["p"], "--out", files["link.h"]], "--out: this is the file of the model"),
            ([files["text"], "--out", files["x.onnx"]], "this is no file of MetaCritic.ML"),
            ([files["cut"], "--out", files["x.onnx"]], "cut"),
            ([files["none"], "--out", files["x.onnx"]], "there is no such file"),
            ([Path.Combine(data, "v5.mccheckpoint"), "--out", files["x.onnx"]], "it holds a checkpoint"),
        ];
        File.CreateSymbolicLink(files["link.h"], files["p"]);
        string[] before = files.Files();
        foreach ((string[] arguments, string said) in cases)
        {
            StringAssert.Contains(await ToolRun.Refused(["export", .. arguments]), said);
            CollectionAssert.AreEqual(before, files.Files());
        }
    }

    [TestMethod]
    [DataRow("v1.policy")]
    [DataRow("v3.policy")]
    [DataRow("v5.policy")]
    [DataRow("v1.critic")]
    [DataRow("v5.critic")]
    public async Task Kept_files_of_all_formats_are_exported(string name)
    {
        using Workspace files = new();
        string file = Path.Combine(AppContext.BaseDirectory, "TestData", "models", name);
        ToolRun run = await ToolRun.Good("export", file, "--out", files["x.onnx"], "--json");
        Assert.IsLessThan(1e-4, run.Json.GetProperty("largestDifference").GetDouble()); // their weights are larger than learned ones
    }

    [TestMethod]
    public void Damaged_files_are_refused_at_every_byte()
    {
        using Workspace files = new();
        byte[] good = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "TestData", "models", "v5.policy"));
        for (int i = 0; i < good.Length; i++)
        {
            byte[] damaged = [.. good];
            damaged[i] ^= 0x41;
            File.WriteAllBytes(files["damaged"], damaged);
            InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => ModelExport.Load(files["damaged"]));
            StringAssert.Contains(error.Message, files["damaged"]);
        }
    }

    [TestMethod]
    public void Inputs_of_another_size_are_refused()
    {
        ModelExport export = ModelExport.Of(Samples.Policy(Arm, 1));
        Assert.ThrowsExactly<ArgumentException>(() => export.Evaluate([[1, 2, 3]]));
        Assert.ThrowsExactly<ArgumentException>(() => export.Evaluate([]));
        Assert.ThrowsExactly<InvalidInputException>(() => export.Save(new MemoryStream(), (ExportFormat)9));
    }
}
