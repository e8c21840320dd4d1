using System.Text.Json;
using MetaCritic.Cli.Output;
using MetaCritic.Models;

namespace MetaCritic.Cli.Tests;

[TestClass]
public sealed class TrainCommandTests
{
    private const string Goals = "goal_0,goal_1\n0.5,-0.5\n-0.5,0.5\n";

    [TestMethod]
    public async Task A_critic_is_trained_and_described()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", "interArm,weight,baseHinge,start_interArm\n0.25,2,0.5,-1\n-0.5,1,1.5,0\n");
        ToolRun run = await ToolRun.Good(["train", "--robot", "two-link", "--goals", goals, "--out", files["c.critic"], "--iterations", "3", "--seed", "18446744073709551615", "--threads", "1", "--robot-set", "arm2.mass=1.5", "--json", .. Workspace.Tiny]);
        Assert.AreEqual(3, run.Json.GetProperty("iterations").GetInt32());
        Assert.AreEqual(2, run.Json.GetProperty("goals").GetInt32());
        Assert.AreEqual(files["c.critic"], run.Json.GetProperty("file").GetString());
        Assert.AreEqual(JsonValueKind.Null, run.Json.GetProperty("resumedAt").ValueKind);

        CriticModel critic = CriticModel.Load(files["c.critic"]);
        Assert.AreEqual(3, critic.Iterations);
        Assert.AreEqual(ulong.MaxValue, critic.Training.Seed);
        Assert.AreEqual(4, critic.Training.Horizon);
        Assert.AreEqual(1.5, critic.Robot!.GetParameter("arm2.mass"));
        CollectionAssert.AreEqual((double[])[0.5, 0.25], critic.Goals.Goals[0]);
        CollectionAssert.AreEqual((double[])[0, -1, 0, 0], critic.Goals.StartStates![0]);
        CollectionAssert.AreEqual((double[])[2, 1], critic.Goals.Weights!.ToArray());
        CollectionAssert.AreEqual((string[])["c.critic", "goals.csv"], files.Files());
    }

    [TestMethod]
    public async Task Redirected_progress_has_no_escape_codes()
    {
        using Workspace files = new();
        ToolRun run = await ToolRun.Of(40, default, ["train", "--robot", "two-link", "--goals", files.Write("goals.csv", Goals), "--out", files["c.critic"], "--iterations", "20", .. Workspace.Tiny]);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.IsFalse((run.Out + run.Error).Contains('\u001b', StringComparison.Ordinal));
        StringAssert.Contains(run.Error, "20 of 20");
        StringAssert.Contains(run.Out, "new policies");
        Assert.IsLessThanOrEqualTo(11, run.Error.TrimEnd().Split('\n').Length);
    }

    [TestMethod]
    public async Task An_options_file_and_assignments_replace_the_preset_one_after_the_other()
    {
        using Workspace files = new();
        string options = files.Write("options.json", """{"dynamics": {"timeStep": 0.02}, "training": {"horizon": 9, "criticInput": "raw"}}""");
        await ToolRun.Good(["train", "--robot", "two-link", "--goals", files.Write("goals.csv", Goals), "--out", files["c"], "--iterations", "1", "--options", options, .. Workspace.Tiny]);
        CriticModel critic = CriticModel.Load(files["c"]);
        Assert.AreEqual(0.02, critic.Dynamics!.TimeStep);
        Assert.AreEqual(4, critic.Training.Horizon);
        Assert.AreEqual(Tasks.CriticInput.Raw, critic.Training.CriticInput);
    }

    [TestMethod]
    public async Task A_stopped_training_is_resumed_to_the_same_bytes()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", Goals);
        string[] Train(string file, params string[] more) => ["train", "--robot", "two-link", "--goals", goals, "--out", files[file], "--iterations", "6", .. Workspace.Tiny, .. more];

        await ToolRun.Good(Train("whole.critic"));
        using CancellationTokenSource cancellation = new();
        await cancellation.CancelAsync();
        ToolRun stopped = await ToolRun.Of(Terminal.Unlimited, cancellation.Token, Train("parts.critic", "--checkpoint", files["check points"]));
        Assert.AreEqual(130, stopped.ExitCode);
        Assert.AreEqual("", stopped.Out);
        StringAssert.Contains(stopped.Error, "of 6 iterations");
        StringAssert.Contains(stopped.Error, "To continue: metacritic train --robot two-link");
        StringAssert.Contains(stopped.Error, $"--checkpoint '{files["check points"]}' --resume");
        Assert.IsFalse(File.Exists(files["parts.critic"]));
        Assert.IsTrue(File.Exists(Path.Combine(files["check points"], "checkpoint.mccheckpoint")));

        ToolRun resumed = await ToolRun.Good(Train("parts.critic", "--checkpoint", files["check points"], "--resume"));
        StringAssert.Contains(resumed.Error, "resuming at iteration");
        CollectionAssert.AreEqual(File.ReadAllBytes(files["whole.critic"]), File.ReadAllBytes(files["parts.critic"]));

        string error = await ToolRun.Refused(Train("parts.critic", "--checkpoint", files["check points"], "--resume", "--set", "horizon=5"));
        StringAssert.Contains(error, "horizon");
    }

    [TestMethod]
    public async Task Fewer_iterations_and_the_rest_give_the_same_bytes()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", Goals);
        string[] Train(string file, params string[] more) => ["train", "--robot", "two-link", "--goals", goals, "--out", files[file], .. Workspace.Tiny, .. more];
        await ToolRun.Good(Train("whole.critic", "--iterations", "7"));
        await ToolRun.Good(Train("parts.critic", "--iterations", "3", "--checkpoint", files["k"]));
        CollectionAssert.AreNotEqual(File.ReadAllBytes(files["whole.critic"]), File.ReadAllBytes(files["parts.critic"]));
        await ToolRun.Good(Train("parts.critic", "--iterations", "7", "--checkpoint", files["k"], "--resume"));
        CollectionAssert.AreEqual(File.ReadAllBytes(files["whole.critic"]), File.ReadAllBytes(files["parts.critic"]));
        StringAssert.Contains(await ToolRun.Refused(Train("parts.critic", "--iterations", "5", "--checkpoint", files["k"], "--resume")), "7 behind it");
    }

    [TestMethod]
    public async Task Resuming_without_a_checkpoint_starts_anew_and_says_so()
    {
        using Workspace files = new();
        string[] args = ["train", "--robot", "two-link", "--goals", files.Write("goals.csv", Goals), "--out", files["c"], "--iterations", "1", "--checkpoint", files["k"], .. Workspace.Tiny];
        StringAssert.Contains((await ToolRun.Good([.. args, "--resume"])).Error, "starting anew");
        StringAssert.Contains((await ToolRun.Good(args)).Error, "this checkpoint will be replaced");
    }

    [TestMethod]
    [DataRow("--set horizon=0", "training.horizon: value is 0")]
    [DataRow("--set horizn=3", "Perhaps horizon is meant")]
    [DataRow("--iterations 0", "--iterations: value is 0")]
    [DataRow("--threads -1", "--threads: value is -1")]
    [DataRow("--preset kuka", "there are 7 values (preset kuka), but the robot \"two-link\" has 2 joints")]
    [DataRow("--robot-set elbow.mass=1", "elbow.mass")]
    [DataRow("--options none.json", "none.json: there is no such file")]
    public async Task Wrong_settings_are_refused_before_the_training(string line, string message)
    {
        using Workspace files = new();
        string error = await ToolRun.Refused(["train", "--robot", "two-link", "--goals", files.Write("goals.csv", Goals), "--out", files["c"], .. line.Split(' ')]);
        StringAssert.Contains(error, message);
        CollectionAssert.AreEqual((string[])["goals.csv"], files.Files());
    }

    [TestMethod]
    public async Task Places_that_cannot_be_written_to_are_refused_before_the_training()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", Goals);
        Task<string> To(params string[] args) => ToolRun.Refused(["train", "--robot", "two-link", "--goals", goals, .. args]);
        StringAssert.Contains(await To("--out", files["none/c"]), "does not exist");
        StringAssert.Contains(await To("--out", files[""]), "this is a folder");
        StringAssert.Contains(await To("--out", goals), "this is the file of --goals");
        StringAssert.Contains(await To("--out", files["c"], "--checkpoint", goals), "the folder cannot be made");
    }

    [TestMethod]
    [DataRow("goal_0\n1\n", "line 1: there is no column for the goal of the joint \"interArm\"")]
    [DataRow("goal_0,goal_1,arm2.mass\n1,2,-3\n", "line 2, column \"arm2.mass\"")]
    [DataRow("goal_0,goal_1,weight\n1,2,0\n", "all weights are 0")]
    public async Task Wrong_tables_are_refused(string table, string message)
    {
        using Workspace files = new();
        string error = await ToolRun.Refused("train", "--robot", "two-link", "--goals", files.Write("goals.csv", table), "--out", files["c"]);
        StringAssert.Contains(error, "goals.csv");
        StringAssert.Contains(error, message);
    }

    [TestMethod]
    public async Task A_table_that_is_not_UTF8_is_refused()
    {
        using Workspace files = new();
        File.WriteAllBytes(files["goals.csv"], [.. "goal_0,goal_1\n1,"u8, 0xE4, (byte)'\n']);
        StringAssert.Contains(await ToolRun.Refused("train", "--robot", "two-link", "--goals", files["goals.csv"], "--out", files["c"]), "not UTF-8");
    }
}
