using MetaCritic.Cli.Commands;
using MetaCritic.Models;
using MetaCritic.Robots;

namespace MetaCritic.Cli.Tests;

/// <summary>Trainings and fits that achieve nothing: they fail, and what they advise works.</summary>
[TestClass]
public sealed class NothingLearnedTests
{
    private const string Goals = "goal_0,goal_1\n0.5,-0.5\n-0.5,0.5\n";

    // Policies are torn apart by their first step.
    private static readonly string[] Hopeless = ["--set", "policyLearningRate=1e6", "--set", "training.iterations=30", "--set", "criticHidden=[8]", "--set", "horizon=20"];

    [TestMethod]
    public async Task A_training_without_a_policy_that_counts_fails_and_keeps_its_checkpoint()
    {
        using Workspace files = new();
        string[] args = ["train", "--robot", Workspace.TestData("two_link.urdf"), "--goals", files.Write("goals.csv", Goals), "--out", files["c.critic"], "--checkpoint", files["k"], .. Hopeless];
        ToolRun run = await Failed(args);
        StringAssert.Contains(run.Error, "nothing was learned");
        StringAssert.Contains(run.Error, "--keep");
        Assert.IsFalse(File.Exists(files["c.critic"]));
        Assert.IsTrue(File.Exists(files["k/checkpoint.mccheckpoint"]));

        run = await Failed([.. args, "--keep", "--resume"]);
        StringAssert.Contains(run.Error, "written all the same");
        Assert.AreEqual(30, CriticModel.Load(files["c.critic"]).Iterations);

        // What it advises, to the letter.
        StringAssert.Contains(run.Error, "To try it without --set: ");
        run = await ToolRun.Good(Advised(run));
        StringAssert.Contains(run.Out, "without fitting");
    }

    [TestMethod]
    public async Task A_built_in_robot_that_was_changed_gets_settings_of_its_own()
    {
        using Workspace files = new();
        string[] robot = ["train", "--robot", "two-link", "--robot-set", "baseHinge.damping=0", "--robot-set", "interArm.damping=0"];
        string[] rest = ["--goals", files.Write("goals.csv", Goals), "--out", files["c.critic"]];
        ToolRun run = await Failed([.. robot, .. rest, .. Hopeless]);
        StringAssert.Contains(run.Error, "--preset auto");
        string[] advised = Advised(run);
        await ToolRun.Good(advised);

        // Without other settings to leave out, the same command is what helps.
        TrainingRequest request = new() { RobotChoices = new([robot[4], robot[6]], new()), Goals = rest[1], Output = rest[3] };
        string text = Advice.ForTraining([.. robot, .. rest], request, "two-link", computed: false, new() { Goals = [[0.5, -0.5]] }, RobotModel.TwoLink);
        CollectionAssert.AreEqual(advised, Advised(new(1, "", text)));
    }

    [TestMethod]
    public async Task Settings_that_were_worked_out_and_fail_lead_to_the_description()
    {
        using Workspace files = new();
        string[] args = ["train", "--robot", "two-link", "--preset", "auto", "--robot-set", "arm2.mass=2", "--goals", "g.csv", "--out", "c"];
        TrainingRequest request = new() { RobotChoices = new(["arm2.mass=2"], new()), Goals = "g.csv", Output = "c", Preset = "auto" };
        string text = Advice.ForTraining(args, request, "two-link", computed: true, new() { Goals = [[0.5, -0.5]] }, RobotModel.TwoLink);
        ToolRun run = await ToolRun.Good(Advised(new(1, "", text)));
        StringAssert.Contains(run.Out, "total mass          3 kg");
    }

    [TestMethod]
    public async Task Degrees_are_recognised_where_there_are_no_limits()
    {
        using Workspace files = new();
        string[] Train(string goals) => ["train", "--robot", "reacher", "--goals", goals, "--out", files["c.critic"], "--preset", "auto", "--set", "training.iterations=60", "--set", "criticHidden=[100]"];
        ToolRun run = await Failed(Train(files.Write("degrees.csv", "goal_0,goal_1\n40,-20\n-30,50\n")));
        StringAssert.Contains(run.Error, "Goals are radians, not degrees");
        await ToolRun.Good(Train(files.Write("radians.csv", "goal_0,goal_1\n0.698,-0.349\n-0.524,0.873\n")));
    }

    [TestMethod]
    public async Task A_fit_in_which_all_diverge_fails_with_a_learning_rate_that_was_tried()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string goals = files.Write("goals.csv", Goals);
        string[] args = ["fit", "--critic", critic, "--goals", goals, "--out", files["f.csv"], "--learning-rate", "1e300", "--steps", "5"];
        ToolRun run = await Failed(args);
        StringAssert.Contains(run.Error, "every policy diverged (2 of 2)");
        StringAssert.Contains(run.Error, "at the critic's own learning rate: ");
        Assert.IsFalse(File.Exists(files["f.csv"]));
        StringAssert.Contains((await ToolRun.Good(Advised(run))).Out, "diverged      0");

        // A critic whose own learning rate is too large by less than a hundred times.
        CriticModel model = CriticModel.Load(critic);
        foreach ((double rate, bool helps) in ((double, bool)[])[(1e300, false), (LargestRate(model) * 30, true)])
        {
            await ToolRun.Of(["train", "--robot", "two-link", "--goals", goals, "--out", files["wild.critic"], "--iterations", "2", "--keep", .. Workspace.Tiny, "--set", FormattableString.Invariant($"policyLearningRate={rate}")]);
            run = await Failed("fit", "--critic", files["wild.critic"], "--goals", goals, "--out", files["f.csv"], "--steps", "5");
            StringAssert.Contains(run.Error, helps ? "at a smaller learning rate: " : "the critic cannot be used");
            if (helps)
            {
                await ToolRun.Good(Advised(run));
            }
        }
    }

    [TestMethod]
    public async Task A_training_on_a_log_fails_likewise()
    {
        using Workspace files = new();
        string[] args = await files.TrainingOnALog("--out", files["c.critic"]);
        ToolRun run = await Failed(["train", .. args, "--set", "policyLearningRate=1e300"]);
        StringAssert.Contains(run.Error, "nothing was learned");
        StringAssert.Contains(run.Error, "To try it without --set, --learn: metacritic train --transitions ");
        Assert.IsFalse(File.Exists(files["c.critic"]));
    }

    // The largest power of ten at which the policies of a critic do not diverge.
    private static double LargestRate(CriticModel critic)
    {
        for (double rate = 1e30; ; rate /= 10)
        {
            using Learning.PolicyLearner learner = new(critic, new() { Steps = 5, LearningRate = rate });
            if (learner.Fit([new() { Goal = [0.5, -0.5] }, new() { Goal = [-0.5, 0.5] }]).Any(fit => !fit.Diverged))
            {
                return rate;
            }
        }
    }

    private static async Task<ToolRun> Failed(params string[] args)
    {
        ToolRun run = await ToolRun.Of(args);
        Assert.AreEqual(1, run.ExitCode, run.Error);
        Assert.AreEqual("", run.Out);
        Assert.HasCount(1, run.Error.Split('\n').Where(line => line.StartsWith("error: ", StringComparison.Ordinal)));
        return run;
    }

    // The command that a message ends with.
    private static string[] Advised(ToolRun run)
    {
        string line = run.Error.Split('\n').Last(line => line.Contains(": metacritic ", StringComparison.Ordinal));
        List<string> args = [];
        foreach (string part in line[(line.IndexOf(": metacritic ", StringComparison.Ordinal) + 13)..].TrimEnd().Split('\'').Index().Select(part => part.Index % 2 == 0 ? "\0" + part.Item : part.Item))
        {
            args.AddRange(part.StartsWith('\0') ? part[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [part]);
        }

        return [.. args];
    }
}
