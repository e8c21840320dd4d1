using System.Globalization;
using System.Text.Json;
using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Tests;

/// <summary>Robots that are not built in: <c>train</c> without further options.</summary>
[TestClass]
public sealed class OwnRobotTests
{
    private const string Goals = "goal_0,goal_1\n0.5,-0.5\n-0.5,0.5\n";

    private static string Arm(string name) => Workspace.TestData(Path.Combine("arms", name));

    [TestMethod]
    [DataRow("arm3-undamped.urdf", "arm3.goals.csv", "-0.4,0.3,-0.5\n0.1,0.5,-0.6\n")]
    [DataRow("straight-up.urdf", "straight.goals.csv", "0.3,0.7,0.2\n-0.4,0.4,0.6\n")]
    [DataRow("arm6-damped5.urdf", "arm6.goals.csv", "0.3,0.5,-0.2,-0.3,-0.8,0.1\n0.7,-0.2,0.5,0.2,0.4,-0.1\n")]
    public async Task An_arm_of_a_file_learns_with_nothing_but_its_goals(string robot, string goals, string newGoals)
    {
        using Workspace files = new();
        string header = File.ReadLines(Arm(goals)).First();
        string fresh = files.Write("new.csv", $"{header}\n{newGoals}");
        ToolRun run = await ToolRun.Good("train", "--robot", Arm(robot), "--goals", Arm(goals), "--out", files["c.critic"], "--validate", fresh, "--set", "training.iterations=100", "--json");
        JsonElement policies = run.Json.GetProperty("newPolicies");
        Assert.AreEqual(2, policies.GetProperty("count").GetInt32());
        Assert.AreEqual(0, policies.GetProperty("diverged").GetInt32());
        Assert.IsLessThanOrEqualTo(0.005, policies.GetProperty("error").GetDouble());
        Assert.IsGreaterThan(0.1, policies.GetProperty("errorWithoutFitting").GetDouble());
        Assert.AreEqual("auto", run.Json.GetProperty("preset").GetString());

        run = await ToolRun.Good("fit", "--critic", files["c.critic"], "--goals", Arm(goals), "--out", files["f.csv"], "--json");
        Assert.AreEqual(0, run.Json.GetProperty("diverged").GetInt32());
        Assert.IsLessThanOrEqualTo(0.002, run.Json.GetProperty("mean").GetDouble());
    }

    [TestMethod]
    public async Task The_critic_that_does_best_on_other_goals_is_kept_and_patience_ends_the_training()
    {
        using Workspace files = new();
        string[] args =
        [
            "train", "--robot", Arm("straight-up.urdf"), "--goals", Arm("straight.goals.csv"), "--out", files["c"], "--validate", files.Write("v.csv", "goal_0,goal_1,goal_2\n0.2,0.3,0.4\n"),
            "--set", "training.iterations=40", "--set", "validationInterval=1", "--set", "fitting.steps=3", "--patience", "2", "--set", "criticHidden=[20,20]", "--set", "policyHidden=[8,8]",
        ];
        ToolRun run = await ToolRun.Of(args);
        CriticModel critic = CriticModel.Load(files["c"]);
        ValidationPoint[] curve = [.. critic.LearningCurve];
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.HasCount(curve.Length, run.Error.Split('\n').Where(line => line.StartsWith("after ", StringComparison.Ordinal)));
        Assert.IsLessThan(40, curve.Length);
        Assert.AreEqual(curve.MinBy(point => point.Error)!.Iteration, critic.Iterations);
        Assert.AreEqual(curve.Length - 2, critic.Iterations);
        StringAssert.Contains(run.Out, $"{curve.Length}; best after {critic.Iterations}, kept");
        StringAssert.Contains(run.Out, "1, for ");
        StringAssert.Contains(await ToolRun.Refused([.. args.Where((_, i) => i is not (7 or 8))]), "there is no --validate");
    }

    [TestMethod]
    public async Task The_settings_are_said_before_training_and_written_into_the_critic()
    {
        using Workspace files = new();
        ToolRun run = await ToolRun.Good("train", "--robot", Arm("arm3-undamped.urdf"), "--goals", Arm("arm3.goals.csv"), "--out", files["c"], "--iterations", "1");
        TaskPreset expected = TaskPreset.For(RobotModel.FromUrdf(Arm("arm3-undamped.urdf")), goals: 4);
        StringAssert.Contains(run.Error.ReplaceLineEndings("\n"), string.Join('\n', expected.Describe()));
        Assert.IsTrue(run.Error.Split('\n').TakeWhile(line => !line.StartsWith("1 of 1", StringComparison.Ordinal)).Any(line => line.StartsWith("actuator", StringComparison.Ordinal)));
        CriticModel critic = CriticModel.Load(files["c"]);
        Assert.AreEqual(OptionsJson.Write(expected.Dynamics, expected.Training), OptionsJson.Write(critic.Dynamics!, critic.Training));
        Assert.AreEqual(expected.Fitting, critic.Fitting);
        Assert.Contains("error", run.Out);
        Assert.Contains("without fitting", run.Out);
    }

    [TestMethod]
    public async Task Each_setting_can_be_replaced()
    {
        using Workspace files = new();
        string options = files.Write("o.json", """{"dynamics": {"timeStep": 0.04}, "fitting": {"steps": 7, "learningRate": 0.001}}""");
        await ToolRun.Good(
            ["train", "--robot", Arm("straight-up.urdf"), "--goals", Arm("straight.goals.csv"), "--out", files["c"], "--iterations", "1", "--options", options,
            "--set", "fitting.steps=9", "--set", "dynamics.velocityLimits=false", .. Workspace.Tiny]);
        CriticModel critic = CriticModel.Load(files["c"]);
        Assert.AreEqual(0.04, critic.Dynamics!.TimeStep);
        Assert.IsFalse(critic.Dynamics.VelocityLimits);
        Assert.AreEqual(Actuator.SpeedLoop, critic.Dynamics.Actuator);
        Assert.AreEqual(4, critic.Training.Horizon);
        Assert.AreEqual(9, critic.Fitting!.Steps);
        Assert.AreEqual(0.001, critic.Fitting.LearningRate);

        // And fitting takes what the critic carries.
        await ToolRun.Good("fit", "--critic", files["c"], "--goals", Arm("straight.goals.csv"), "--out", files["f.csv"]);
        StringAssert.EndsWith(File.ReadAllText(files["f.csv"]).TrimEnd(), ",9,0");
        StringAssert.Contains(await ToolRun.Refused("train", "--robot", "two-link", "--goals", files.Write("g.csv", Goals), "--out", files["d"], "--set", "fitting.stepz=3"), "fitting.steps");
        StringAssert.Contains(await ToolRun.Refused("train", "--robot", "two-link", "--goals", files.Write("g.csv", Goals), "--out", files["d"], "--set", "fitting.steps=-1"), "value is -1");
    }

    [TestMethod]
    public async Task A_preset_can_be_chosen_and_a_built_in_robot_can_have_settings_worked_out()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", Goals);
        string[] rest = ["--goals", goals, "--out", files["c"], "--iterations", "1", "--json", .. Workspace.Tiny];
        ToolRun run = await ToolRun.Good(["train", "--robot", "two-link", "--preset", "auto", .. rest]);
        Assert.AreEqual("auto", run.Json.GetProperty("preset").GetString());
        Assert.AreEqual(Actuator.SpeedLoop, CriticModel.Load(files["c"]).Dynamics!.Actuator);
        run = await ToolRun.Good(["train", "--robot", Workspace.TestData("two_link.urdf"), "--preset", "two-link", .. rest]);
        Assert.AreEqual("two-link", run.Json.GetProperty("preset").GetString());
        Assert.AreEqual(Actuator.Torque, CriticModel.Load(files["c"]).Dynamics!.Actuator);
        Assert.AreEqual("", string.Concat(run.Error.Split('\n').Where(line => line.StartsWith("actuator", StringComparison.Ordinal))));
    }

    [TestMethod]
    public async Task Goals_outside_the_limits_are_said_in_degrees_too()
    {
        using Workspace files = new();
        string[] rest = ["--out", files["c"], "--iterations", "1", .. Workspace.Tiny];
        string few = files.Write("few.csv", "goal_0,goal_1\n80,0.5\n0.5,0.5\n0.5,-0.5\n");
        ToolRun run = await ToolRun.Good(["train", "--robot", "two-link", "--goals", few, .. rest]);
        StringAssert.Contains(run.Error, "goal 1, joint baseHinge: 80 is outside ±2.97 rad (±170 degrees); goals are radians");

        string many = files.Write("many.csv", "goal_0,goal_1\n" + string.Concat(Enumerable.Range(0, 7).Select(i => string.Create(CultureInfo.InvariantCulture, $"{3.1 + (0.1 * i)},0.5\n"))));
        string error = await ToolRun.Refused(["train", "--robot", "two-link", "--goals", many, .. rest]);
        StringAssert.Contains(error, "7 of 7 goals are outside the position limits");
        StringAssert.Contains(error, "--allow-outside");
        run = await ToolRun.Good(["train", "--robot", "two-link", "--goals", many, "--allow-outside", .. rest]);
        StringAssert.Contains(run.Error, "7 goals, joint baseHinge: from 3.1 to 3.7; goal 7, joint baseHinge: 3.7 is outside");
        Assert.HasCount(1, run.Error.Split('\n').Where(line => line.StartsWith("warning: ", StringComparison.Ordinal)));

        string[] fit = ["fit", "--critic", files["c"], "--goals", many, "--out", files["f.csv"], "--steps", "1"];
        StringAssert.Contains(await ToolRun.Refused(fit), "--allow-outside");
        Assert.IsFalse(File.Exists(files["f.csv"]));
        await ToolRun.Good([.. fit, "--allow-outside"]);
    }

    [TestMethod]
    public async Task A_joint_that_cannot_be_at_0_starts_at_its_limit()
    {
        using Workspace files = new();
        string arm = files.Write("arm.urdf", File.ReadAllText(Arm("straight-up.urdf")).Replace("""name="lift" type="revolute"><parent link="a"/><child link="b"/><origin xyz="0 0 0.3"/><axis xyz="0 1 0"/><limit lower="-3" """, """name="lift" type="revolute"><parent link="a"/><child link="b"/><origin xyz="0 0 0.3"/><axis xyz="0 1 0"/><limit lower="0.25" """, StringComparison.Ordinal));
        string goals = files.Write("goals.csv", "turn,lift,roll,start_turn\n0.5,0.5,0.5,0.1\n");
        string[] args = ["train", "--robot", arm, "--goals", goals, "--out", files["c"], "--iterations", "1", .. Workspace.Tiny];
        ToolRun run = await ToolRun.Good(args);
        StringAssert.Contains(run.Error, "joint lift starts at 0.25 rad");
        Assert.DoesNotContain("warning", run.Error);
        CollectionAssert.AreEqual((double[])[0.1, 0.25, 0, 0, 0, 0], CriticModel.Load(files["c"]).Goals.StartStates![0]);
        run = await ToolRun.Good("fit", "--critic", files["c"], "--goals", files.Write("new.csv", "turn,lift,roll\n0.5,0.5,0.5\n"), "--out", files["f.csv"], "--steps", "0");
        StringAssert.Contains(run.Error, "lift 0.25 rad");
    }
}
