using System.Runtime.Versioning;
using MetaCritic.Learning;

namespace MetaCritic.Cli.Tests.Reliability;

/// <summary>The tool is stopped at each of its reports, and by signals: exit code 130, nothing written, and what can be resumed is.</summary>
[TestClass]
public sealed class CancellationTests
{
    private const string Goals = "goal_0,goal_1\n0.5,-0.5\n-0.5,0.5\n";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Train_stops_at_any_report_and_is_resumed_to_the_same_bytes()
    {
        using Workspace files = new();
        string[] train = ["train", "--robot", "two-link", "--goals", files.Write("goals.csv", Goals), "--iterations", "10", .. Workspace.Tiny];
        int points = await StoppedAndResumed(files, 10, train, (n, error) => StringAssert.Contains(error, $"stopped after {n} of 10 iterations"));
        Assert.AreEqual(10, points, "after the last report new policies are fitted, which can be stopped, too");
    }

    [TestMethod]
    public async Task Train_on_a_log_stops_at_any_report_and_is_resumed_to_the_same_bytes()
    {
        using Workspace files = new();
        int learning = 0;
        int points = await StoppedAndResumed(files, 60, ["train", .. await files.TrainingOnALog()], (_, error) =>
        {
            StringAssert.Contains(error, "To continue: metacritic train --transitions");
            learning += error.Contains("stopped after 0 of 9 iterations", StringComparison.Ordinal) ? 1 : 0;
        });

        // Three rounds are said to begin, with two networks of three passes in each; then there are nine meta-iterations.
        Assert.IsGreaterThanOrEqualTo((3 * (1 + 6)) + 9, points);
        Assert.IsGreaterThan(0, learning);
    }

    [TestMethod]
    public async Task Collect_stops_at_any_report_and_leaves_the_old_table()
    {
        using Workspace files = new();
        string[] args = ["collect", "--robot", "two-link", "--out", files.Write("log.csv", "old"), "--episodes", "10", "--horizon", "10"];
        int points = await CancelledRuns.AtReports(TestContext, Enumerable.Range(1, 10), async (n, stopped) =>
        {
            ToolRun run = await stopped(args);
            Assert.AreEqual(130, run.ExitCode, run.Error);
            Assert.AreEqual("", run.Out);
            Assert.AreEqual("old", File.ReadAllText(files["log.csv"]));
        });
        Assert.AreEqual(9, points, "at the last report there is nothing left to stop");
        await ToolRun.Good(args);
        Assert.HasCount(101, File.ReadAllLines(files["log.csv"]));
    }

    [TestMethod]
    public async Task Fit_stops_at_any_report_and_leaves_the_old_table()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string[] args = ["fit", "--critic", critic, "--goals", files.Write("goals.csv", Goals), "--out", files["fitted.csv"], "--steps", "10"];
        await ToolRun.Good(args);
        byte[] whole = File.ReadAllBytes(files["fitted.csv"]);
        File.WriteAllText(files["fitted.csv"], "old");
        int points = await CancelledRuns.AtReports(TestContext, Enumerable.Range(1, 10), async (n, stopped) =>
        {
            ToolRun run = await stopped(args);
            Assert.AreEqual(130, run.ExitCode, run.Error);
            Assert.AreEqual("", run.Out);
            Assert.AreEqual("old", File.ReadAllText(files["fitted.csv"]));
        });
        Assert.IsGreaterThanOrEqualTo(9, points);
        await ToolRun.Good(args);
        CollectionAssert.AreEqual(whole, File.ReadAllBytes(files["fitted.csv"]));
        CollectionAssert.AreEqual((string[])["fitted.csv", "goals.csv", "training.csv", "two-link.critic"], files.Files());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    [DataRow("train")]
    [DataRow("fit")]
    [DataRow("train on a log")]
    public async Task CtrlC_ends_a_process_with_exit_code_130(string verb)
    {
        if (!ToolProcess.CanBeInterrupted)
        {
            Assert.Inconclusive("Programs in the background of this shell ignore Ctrl-C.");
        }

        await Stopped(verb, tool => tool.Interrupt());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    [DataRow("train")]
    [DataRow("fit")]
    public async Task SIGTERM_ends_a_process_with_exit_code_130(string verb) => await Stopped(verb, tool => tool.Terminate());

    [TestMethod]
    public async Task Without_a_folder_a_training_is_gone_on_from_beside_its_output()
    {
        using Workspace files = new();
        string[] args = ["train", "--robot", "two-link", "--goals", files.Write("goals.csv", Goals), .. Workspace.Tiny, "--keep", "--out"];
        await ToolRun.Of([.. args, files["whole"]]);
        byte[] whole = File.ReadAllBytes(files["whole"]);
        string[] before = files.Files();
        int points = await CancelledRuns.AtReports(TestContext, [2], async (n, stopped) =>
        {
            ToolRun run = await stopped([.. args, files["c"]]);
            Assert.AreEqual(130, run.ExitCode, run.Error);
            string[] lines = run.Error.TrimEnd().Split('\n');
            StringAssert.StartsWith(lines[^1], "To continue: metacritic train ");
            StringAssert.EndsWith(lines[^1], " --resume");
            CollectionAssert.AreEqual(new[] { Path.Combine("c.checkpoint", MetaTrainer.CheckpointFileName) }, files.Files().Except(before).ToArray());
        });
        Assert.AreEqual(1, points);
        ToolRun resumed = await ToolRun.Of([.. args, files["c"], "--resume"]);
        StringAssert.Contains(resumed.Error, "resuming at iteration ");
        CollectionAssert.AreEqual(whole, File.ReadAllBytes(files["c"]));
        if (resumed.ExitCode == 0)
        {
            Assert.IsFalse(Directory.Exists(files["c.checkpoint"]));
        }
    }

    private static async Task Stopped(string verb, Action<ToolProcess> stop)
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", Goals);
        string critic = await files.Critic();
        string[] log = await files.TrainingOnALog();
        string[] before = files.Files();
        using ToolProcess tool = new(verb switch
        {
            "train" => ["train", "--robot", "two-link", "--goals", goals, "--out", files["c"], "--checkpoint", files["k"], .. Workspace.Tiny, "--set", "iterations=1000000", "--set", "checkpointInterval=1"],
            "fit" => ["fit", "--critic", critic, "--goals", goals, "--out", files["f.csv"], "--steps", "1000000", "--policies", files["p"]],
            _ => ["train", .. log, "--out", files["c"], "--checkpoint", files["k"], "--learn", "epochs=100000", "--learn", "patience=100000"],
        });

        // The work has begun when its folder is there; a checkpoint when a meta-iteration is done.
        string sign = verb switch { "train" => files["k/" + MetaTrainer.CheckpointFileName], "fit" => files["p"], _ => files["k"] };
        while (!tool.HasExited && !Path.Exists(sign))
        {
            Thread.Sleep(5);
        }

        Thread.Sleep(100);
        stop(tool);
        ToolRun run = tool.Wait();
        Assert.AreEqual(130, run.ExitCode, run.Error);
        Assert.AreEqual("", run.Out);
        string[] lines = run.Error.TrimEnd().Split('\n');
        Assert.AreEqual("cancelled", lines[verb == "fit" ? ^1 : ^2]);
        Assert.IsTrue(verb == "fit" || lines[^1].StartsWith("To continue: metacritic train ", StringComparison.Ordinal), run.Error);
        string[] left = [.. files.Files().Except(before)];
        CollectionAssert.AreEqual(verb == "train" ? [Path.Combine("k", MetaTrainer.CheckpointFileName)] : Array.Empty<string>(), left);
    }

    /// <summary>Stops a training at each of its first reports, and goes on to the bytes of an undisturbed one.</summary>
    private async Task<int> StoppedAndResumed(Workspace files, int reports, string[] train, Action<int, string> checkError)
    {
        await ToolRun.Good([.. train, "--out", files["whole.critic"]]);
        return await CancelledRuns.AtReports(TestContext, Enumerable.Range(1, reports), async (n, stopped) =>
        {
            string critic = files[$"stopped{n}.critic"];
            string[] args = [.. train, "--out", critic, "--checkpoint", files[$"stopped{n}"]];
            ToolRun run = await stopped(args);
            Assert.AreEqual(130, run.ExitCode, run.Error);
            Assert.AreEqual("", run.Out);
            checkError(n, run.Error);
            Assert.IsFalse(File.Exists(critic));
            await ToolRun.Good([.. args, "--resume"]);
            CollectionAssert.AreEqual(File.ReadAllBytes(files["whole.critic"]), File.ReadAllBytes(critic));
        });
    }
}
