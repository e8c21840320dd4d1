using MetaCritic.Cli.Commands;
using MetaCritic.Cli.Output;
using MetaCritic.Learning;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Tests.Reliability;

/// <summary>What the tool says of a training that diverges or learns nothing.</summary>
[TestClass]
public sealed class DivergenceTests
{
    // Damping that the explicit integrator cannot follow: every roll-out diverges.
    private static readonly string[] Stiff = ["--robot-set", "interArm.damping=1e6", "--set", "dynamics.implicitDamping=false", "--set", "horizon=40"];

    [TestMethod]
    [DataRow("restart", "they were replaced by new ones")]
    [DataRow("skip", "they were left out of those iterations")]
    public async Task How_many_is_said_in_one_line_and_that_nothing_is_learned(string response, string consequence)
    {
        using Workspace files = new();
        ToolRun run = await ToolRun.Of([.. Args(files), "--iterations", "30", "--set", $"onDivergence={response}"]);
        Assert.AreEqual(1, run.ExitCode, run.Error);
        string[] lines = run.Error.Split('\n');
        Assert.AreEqual($"policies diverged 60 times, last in iteration 30 of 30; {consequence}", lines.Single(line => line.Contains("diverged ", StringComparison.Ordinal) && line.StartsWith("policies", StringComparison.Ordinal)));
        Assert.HasCount(1, lines.Where(line => line.StartsWith("warning: no policy has counted in 20 meta-iterations", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public async Task Stop_ends_with_exit_code_1_and_a_checkpoint_from_which_another_answer_goes_on()
    {
        using Workspace files = new();
        string[] args = [.. Args(files), "--iterations", "3", "--checkpoint", files["k"], "--set", "onDivergence=stop"];
        ToolRun run = await ToolRun.Of(args);
        Assert.AreEqual(1, run.ExitCode, run.Error);
        Assert.AreEqual("", run.Out);
        string error = run.Error.Split('\n').Single(line => line.StartsWith("error: ", StringComparison.Ordinal));
        StringAssert.StartsWith(error, "error: meta-iteration 1, goal 1 [0.5, -0.5], joint \"interArm\": the ");
        StringAssert.Contains(run.Error, "stopped after 0 of 3 iterations");
        StringAssert.Contains(run.Error, "--set training.onDivergence=restart --resume");
        Assert.IsFalse(File.Exists(files["c"]));
        Assert.IsTrue(File.Exists(Path.Combine(files["k"], MetaTrainer.CheckpointFileName)));
        run = await ToolRun.Of([.. args, "--set", "training.onDivergence=restart", "--resume", "--keep"]); // no policy counts, which is a failure
        Assert.AreEqual(1, run.ExitCode, run.Error);
        StringAssert.Contains(run.Error, "3 of 3");
        Assert.IsTrue(File.Exists(files["c"]));
    }

    [TestMethod]
    public async Task A_training_that_goes_well_says_nothing_of_it()
    {
        using Workspace files = new();
        ToolRun run = await ToolRun.Good(["train", "--robot", "two-link", "--goals", files.Write("goals.csv", "goal_0,goal_1\n0.5,-0.5\n"), "--out", files["c"], "--iterations", "20", .. Workspace.Tiny]);
        Assert.DoesNotContain("diverge", run.Error);
        Assert.DoesNotContain("warning", run.Error);
    }

    [TestMethod]
    [DataRow(5, ", which is normal early in a training")]
    [DataRow(6, "")]
    public void Early_ones_are_said_in_one_quiet_line_at_the_end(int last, string calming)
    {
        using StringWriter error = new();
        TrainingRemarks remarks = new(new Terminal(TextWriter.Null, error), DivergenceResponse.Restart);
        for (int i = 1; i <= 10; i++)
        {
            Divergence[] diverged = i == 2 || i == last ? [new(i - 1, 0, 1, DivergencePlace.RollOut, "a velocity of -3.8E+08")] : [];
            remarks.Take(new(i, 10, new(i - 1, 1, 1, 1, diverged.Length, 0.001)) { Divergences = diverged });
            Assert.AreEqual("", error.ToString(), "nothing while it trains");
        }

        remarks.Finish();
        Assert.AreEqual($"policies diverged 2 times, last in iteration {last} of 10; they were replaced by new ones{calming}", error.ToString().TrimEnd());
    }

    private static string[] Args(Workspace files) =>
        ["train", "--robot", "two-link", "--goals", files.Write("goals.csv", "goal_0,goal_1\n0.5,-0.5\n"), "--out", files["c"], .. Workspace.Tiny, .. Stiff];
}
