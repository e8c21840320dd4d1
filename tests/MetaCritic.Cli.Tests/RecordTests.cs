using MetaCritic.Cli.Commands;
using MetaCritic.Cli.Output;
using MetaCritic.Learning;

namespace MetaCritic.Cli.Tests;

/// <summary><c>train --log</c> and <c>--tensorboard</c>.</summary>
[TestClass]
public sealed class RecordTests
{
    [TestMethod]
    public async Task A_training_is_recorded_and_a_resumed_one_has_the_same_log()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", "goal_0,goal_1\n0.5,-0.5\n");
        string[] train = ["train", "--robot", "two-link", "--goals", goals, "--set", "training.iterations=6", .. Workspace.Tiny];
        await ToolRun.Good([.. train, "--out", files["a.critic"], "--log", files["a.csv"], "--tensorboard", files["runs"]]);
        string[] lines = await File.ReadAllLinesAsync(files["a.csv"]);
        Assert.HasCount(7, lines);
        StringAssert.StartsWith(lines[0], "iteration,task_loss,final_error");
        StringAssert.StartsWith(lines[6], "6,");
        Assert.IsGreaterThan(6 * 100, new FileInfo(Directory.GetFiles(files["runs"]).Single()).Length);

        await ToolRun.Good([.. train, "--out", files["b.critic"], "--log", files["b.csv"], "--checkpoint", files["c"], "--iterations", "3"]);
        await ToolRun.Good([.. train, "--out", files["b.critic"], "--log", files["b.csv"], "--checkpoint", files["c"], "--resume"]);
        CollectionAssert.AreEqual(lines, await File.ReadAllLinesAsync(files["b.csv"]));
    }

    [TestMethod]
    public async Task A_training_on_a_log_of_transitions_is_recorded()
    {
        using Workspace files = new();
        await ToolRun.Good(["train", .. await files.TrainingOnALog("--out", files["a.critic"], "--log", files["metrics.csv"])]);
        string[] lines = await File.ReadAllLinesAsync(files["metrics.csv"]);
        Assert.HasCount(10, lines);
        StringAssert.StartsWith(lines[9], "9,");
    }

    [TestMethod]
    public async Task Places_that_will_not_do_are_refused_before_the_training()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", "goal_0,goal_1\n0.5,-0.5\n");
        string[] train = ["train", "--robot", "two-link", "--goals", goals, "--out", files["a.critic"], .. Workspace.Tiny];
        StringAssert.Contains(await ToolRun.Refused([.. train, "--log", goals]), "this is the file of --goals");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--log", files["a.critic"]]), "this is the file of --out");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--log", files["no/metrics.csv"]]), "--log");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--tensorboard", goals]), "--tensorboard");
        CollectionAssert.AreEqual(new[] { "goals.csv" }, files.Files());
    }

    [TestMethod]
    public void A_record_that_fails_ends_with_a_remark_and_leaves_the_others()
    {
        using StringWriter error = new();
        using TrainingRecords records = new(new Terminal(TextWriter.Null, error), null, null, null);
        int told = 0;
        records.Add(new Reporter<MetaTrainingProgress>(_ => throw new MetaCriticException("metrics.csv: the log could not be written: disk full")));
        records.Add(new Reporter<MetaTrainingProgress>(_ => told++));
        Assert.AreEqual(0, records.Finish());
        records.Take(new(1, 2, default));
        records.Take(new(2, 2, default));
        Assert.AreEqual(2, told);
        Assert.AreEqual(1, records.Finish());
        Assert.AreEqual("metrics.csv: the log could not be written: disk full. The training goes on without it." + Environment.NewLine, error.ToString());
    }
}
