using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using MetaCritic.Learning;

namespace MetaCritic.Cli.Tests;

[TestClass]
public sealed class InspectCommandTests
{
    [TestMethod]
    public async Task A_critic_is_told_with_what_differs_from_the_preset()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        ToolRun run = await ToolRun.Of(80, default, "inspect", critic);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        byte[] bytes = File.ReadAllBytes(critic);
        string checksum = Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)));
        string words = string.Join(' ', run.Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        foreach (string text in (string[])["a meta-trained critic", "two-link: 2 joints (baseHinge, interArm), 2 kg", "1: (0.5, −0.5) rad", "2 of 500 meta-iterations", "training.horizon 4 45", "training.criticHidden [6] [400,400]", $"version {BitConverter.ToInt32(bytes, 8)} checksum", checksum, "MetaCritic.ML"])
        {
            Assert.Contains(text, words);
        }

        Assert.IsTrue(run.Out.Split('\n').All(line => line.TrimEnd('\r').Length <= 80), run.Out);
        JsonElement json = (await ToolRun.Good("inspect", critic, "--json")).Json;
        Assert.AreEqual("critic", json.GetProperty("kind").GetString());
        Assert.AreEqual(bytes.Length, json.GetProperty("bytes").GetInt64());
        Assert.AreEqual(checksum, json.GetProperty("checksum").GetString());
        Assert.AreEqual("two-link", json.GetProperty("robot").GetString());
        Assert.AreEqual(4, json.GetProperty("differences").GetProperty("training.horizon").GetInt32());
        Assert.IsFalse(json.GetProperty("differences").TryGetProperty("dynamics.timeStep", out _));
        Assert.AreEqual(-0.5, json.GetProperty("goals")[0][1].GetDouble());
    }

    [TestMethod]
    public async Task Policies_checkpoints_and_learning_curves_are_told()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", "goal_0,goal_1\n0.5,-0.5\n"), other = files.Write("other.csv", "goal_0,goal_1\n0.3,0.3\n");
        await ToolRun.Good(
        [
            "train", "--robot", "two-link", "--goals", goals, "--validate", other, "--out", files["c"], "--iterations", "4", "--checkpoint", files["folder"], "--set", "validationInterval=2", .. Workspace.Tiny,
        ]);
        await ToolRun.Good("fit", "--critic", files["c"], "--goals", goals, "--out", files["fitted.csv"], "--steps", "2", "--policies", files["p"]);
        JsonElement critic = (await ToolRun.Good("inspect", files["c"], "--json")).Json;
        Assert.IsGreaterThan(0, critic.GetProperty("learningCurve").GetArrayLength());
        Assert.Contains("validation error", (await ToolRun.Good("inspect", files["c"])).Out);

        JsonElement policy = (await ToolRun.Good("inspect", files["p/policy_0_0.policy"], "--json")).Json;
        Assert.AreEqual("policy", policy.GetProperty("kind").GetString());
        Assert.AreEqual(-0.5, policy.GetProperty("goal")[1].GetDouble());
        Assert.Contains("(0.5, −0.5)", (await ToolRun.Good("inspect", files["p/policy_0_0.policy"])).Out);

        string checkpoint = Path.Combine(files["folder"], MetaTrainer.CheckpointFileName);
        JsonElement training = (await ToolRun.Good("inspect", checkpoint, "--json")).Json;
        Assert.AreEqual("checkpoint", training.GetProperty("kind").GetString());
        Assert.AreEqual(4, training.GetProperty("iterations").GetInt32());
        Assert.AreEqual(4, training.GetProperty("taskLosses").GetArrayLength());
        Assert.AreEqual(2, training.GetProperty("policies").GetInt32());
        Assert.Contains("4 of 500 meta-iterations", (await ToolRun.Good("inspect", checkpoint)).Out);
    }

    [TestMethod]
    public async Task Learned_dynamics_are_told_with_their_critic()
    {
        using Workspace files = new();
        await ToolRun.Good(["train", .. await files.TrainingOnALog("--out", files["c"], "--checkpoint", files["folder"])]);
        Assert.Contains("learned dynamics: 2 networks", (await ToolRun.Good("inspect", files["c"])).Out);
        foreach (string file in Directory.GetFiles(files["folder"], "*", SearchOption.AllDirectories))
        {
            Assert.AreNotEqual("", (await ToolRun.Good("inspect", file, "--json")).Json.GetProperty("kind").GetString());
        }

        MetaCritic.Models.CriticModel.Load(files["c"]).LearnedDynamics!.Save(files["d"]);
        JsonElement dynamics = (await ToolRun.Good("inspect", files["d"], "--json")).Json;
        Assert.AreEqual("dynamics", dynamics.GetProperty("kind").GetString());
        Assert.AreEqual(4, dynamics.GetProperty("stateSize").GetInt32());
    }

    [TestMethod]
    public async Task Files_that_are_damaged_or_something_else_are_refused()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        byte[] bytes = File.ReadAllBytes(critic);
        for (int i = 0; i < bytes.Length; i += 37)
        {
            byte[] copy = [.. bytes];
            copy[i] ^= 4;
            File.WriteAllBytes(files["damaged"], copy);
            Assert.Contains("damaged", await ToolRun.Refused("inspect", files["damaged"]));
        }

        for (int length = 0; length < bytes.Length; length += 41)
        {
            File.WriteAllBytes(files["damaged"], bytes[..length]);
            await ToolRun.Refused("inspect", files["damaged"]);
        }

        Assert.Contains("this is no file of MetaCritic.ML", await ToolRun.Refused("inspect", files.Write("text", "goal_0,goal_1\n0.5,-0.5\n0.5,-0.5\n0.5,-0.5\n")));
        Assert.Contains("there is no such file", await ToolRun.Refused("inspect", files["nothing"]));
        using (ZipArchive archive = ZipFile.Open(files["other.zip"], ZipArchiveMode.Create))
        {
            using StreamWriter writer = new(archive.CreateEntry("a.txt").Open());
            writer.Write("a");
        }

        Assert.Contains("there is no model of MetaCritic.ML in this archive", await ToolRun.Refused("inspect", files["other.zip"]));
        Assert.Contains("the archive is damaged", await ToolRun.Refused("inspect", files.Write("broken.zip", "PK\u0003\u0004 and nothing else")));
    }
}
