using System.Globalization;
using System.Text.Json;
using MetaCritic.Cli.Commands;
using MetaCritic.Robots;

namespace MetaCritic.Cli.Tests;

[TestClass]
public sealed class RolloutCommandTests
{
    [TestMethod]
    public async Task Rollout_and_view_take_the_time_of_the_fits_and_have_their_errors()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", "goal_0,goal_1\n0.5,-0.5\n");
        await ToolRun.Good(["train", "--robot", "two-link", "--goals", goals, "--out", files["c"], "--iterations", "2", .. Workspace.Tiny, "--set", "fitting.horizon=9"]);
        await ToolRun.Good("fit", "--critic", files["c"], "--goals", goals, "--out", files["fitted.csv"], "--steps", "3", "--policies", files["p"]);
        string[] lines = File.ReadAllLines(files["fitted.csv"]);
        double error = double.Parse(lines[1].Split(',')[Array.IndexOf(lines[0].Split(','), "error")], System.Globalization.CultureInfo.InvariantCulture);
        foreach (string[] policy in (string[][])[[files["p/policy_0_0.policy"]], [files["fitted.csv"], "--row", "1", "--steps", "3"]])
        {
            JsonElement rollout = (await ToolRun.Good(["rollout", "--policy", .. policy, "--critic", files["c"], "--json"])).Json;
            Assert.AreEqual(9, rollout.GetProperty("steps").GetInt32());
            Assert.AreEqual(error, rollout.GetProperty("error").GetDouble(), 1e-12);
        }

        JsonElement view = (await ToolRun.Good("view", files["fitted.csv"], "--critic", files["c"], "--steps", "3", "--out", files["v.html"], "--json")).Json;
        Assert.AreEqual(error, view.GetProperty("runs")[0].GetProperty("error").GetDouble(), 1e-12);
    }

    [TestMethod]
    public async Task A_policy_of_a_file_and_of_its_row_goes_where_the_fit_says()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string fitted = await Fitted(files, critic);
        string[] cells = File.ReadAllLines(fitted)[2].Split(',');
        string[][] tables = [[files["p/policy_1_0.policy"], "--robot-set", "arm2.mass=2", "--start", "0.2,0"], [fitted, "--row", "2"]];
        List<string> texts = [];
        foreach (string[] policy in tables)
        {
            ToolRun run = await ToolRun.Good(["rollout", "--policy", .. policy, "--critic", critic, "--out", files["r.csv"], "--json"]);
            texts.Add(File.ReadAllText(files["r.csv"]));
            string[] lines = texts[^1].TrimEnd().Split('\n');
            Assert.AreEqual("time,baseHinge,interArm,baseHinge.velocity,interArm.velocity,baseHinge.torque,interArm.torque,end_effector.x,end_effector.y,end_effector.z,baseHinge.goal,interArm.goal,error", lines[0]);
            Assert.HasCount(1 + 5, lines); // a horizon of 4
            string[] last = lines[^1].Split(',');
            CollectionAssert.AreEqual(cells[5..9], last[1..5]);
            Assert.AreEqual("0.2", last[0]);
            Assert.AreEqual(cells[9], last[^1]);
            Assert.AreEqual("0.2", lines[1].Split(',')[1]);
            JsonElement json = run.Json;
            Assert.AreEqual(4, json.GetProperty("steps").GetInt32());
            CollectionAssert.AreEqual(
                json.GetProperty("finalState").EnumerateArray().Take(1).Select(x => x.GetDouble()).ToArray(), (double[])[json.GetProperty("trajectory").GetProperty("baseHinge").EnumerateArray().Last().GetDouble()]);
        }

        Assert.AreEqual(texts[0], texts[1]);
        TrajectoryTable read = TrajectoryTable.Read(files["r.csv"], null, RobotModel.TwoLink);
        CollectionAssert.AreEqual((double[])[-0.4, 1.1], read.Goal);
        Assert.AreEqual(double.Parse(cells[5], CultureInfo.InvariantCulture), read.Positions[^1][0]);
        CollectionAssert.AreEqual((double[])[0, 0.05, 0.1, 0.15, 0.2], read.Times);
    }

    [TestMethod]
    public async Task A_dash_is_standard_output()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string[] rollout = ["rollout", "--policy", await Fitted(files, critic), "--row", "2", "--critic", critic];
        await ToolRun.Good([.. rollout, "--out", files["r.csv"]]);
        ToolRun run = await ToolRun.Good([.. rollout, "--out", "-"]);
        Assert.AreEqual(File.ReadAllText(files["r.csv"]), run.Out.ReplaceLineEndings("\n"));
        Assert.Contains("standard output", run.Error);
        Assert.Contains("--json: the table goes to standard output", await ToolRun.Refused([.. rollout, "--out", "-", "--json"]));
        Assert.Contains("-: this does not go to standard output", await ToolRun.Refused("view", critic, "--out", "-"));
    }

    [TestMethod]
    public async Task Start_duration_and_robot_are_the_users()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        await Fitted(files, critic);
        string[] rollout = ["rollout", "--policy", files["p/policy_0_0.policy"], "--out", files["r.csv"]];
        await ToolRun.Good([.. rollout, "--robot", "two-link", "--duration", "1", "--start", "interArm=-0.5", "--set", "timeStep=0.02"]);
        string[] lines = File.ReadAllText(files["r.csv"]).TrimEnd().Split('\n');
        Assert.HasCount(1 + 51, lines);
        StringAssert.StartsWith(lines[1], "0,0,-0.5,0,0,");
        StringAssert.StartsWith(lines[^1], "1,");
        ToolRun run = await ToolRun.Of(80, default, [.. rollout, "--critic", critic, "--duration", "3", "--start", "0.1,0.2,0.3,0.4"]);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains("3 s, 60 steps", run.Out);
        Assert.Contains("N·m", run.Out);
        Assert.IsTrue(run.Out.Split('\n').All(line => line.TrimEnd('\r').Length <= 80), run.Out);
        StringAssert.StartsWith(File.ReadAllText(files["r.csv"]).Split('\n')[1], "0,0.1,0.2,0.3,0.4,");
    }

    [TestMethod]
    [DataRow("--critic: it is missing", "--policy", "policy")]
    [DataRow("--duration: value is 0 s", "--policy", "policy", "--critic", "critic", "--duration", "0")]
    [DataRow("--duration: value is 1E+06 s", "--policy", "policy", "--critic", "critic", "--duration", "1e6")]
    [DataRow("--start: there are 3 numbers", "--policy", "policy", "--critic", "critic", "--start", "1,2,3")]
    [DataRow("--start: value is \"x\"", "--policy", "policy", "--critic", "critic", "--start", "1,x")]
    [DataRow("--start: value is \"NaN\"", "--policy", "policy", "--critic", "critic", "--start", "baseHinge=NaN")]
    [DataRow("--start: there is no joint \"elbow\"", "--policy", "policy", "--critic", "critic", "--start", "elbow=1")]
    [DataRow("there is no row 9", "--policy", "fitted", "--critic", "critic", "--row", "9")]
    [DataRow("--row: value is 0", "--policy", "fitted", "--critic", "critic", "--row", "0")]
    [DataRow("fitting it anew gives another policy", "--policy", "fitted", "--critic", "critic", "--row", "1", "--seed", "4")]
    [DataRow("it is missing. The policy of a row is fitted anew", "--policy", "fitted", "--robot", "two-link", "--row", "1")]
    [DataRow("--row: it is missing, and ", "--policy", "fitted", "--critic", "critic")]
    [DataRow("it has 7 joints, but the policy is for 4 state", "--policy", "policy", "--robot", "kuka")]
    [DataRow("it holds a critic, not a policy", "--policy", "critic", "--critic", "critic")]
    public async Task What_is_not_usable_is_refused_and_nothing_is_written(string said, params string[] arguments)
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string fitted = await Fitted(files, critic);
        string error = await ToolRun.Refused(
            [.. arguments.Prepend("rollout").Select(word => word switch { "policy" => files["p/policy_0_0.policy"], "critic" => critic, "fitted" => fitted, _ => word }), "--out", files["r.csv"]]);
        Assert.Contains(said, error);
        Assert.IsFalse(File.Exists(files["r.csv"]));
        Assert.Contains("--policy", await ToolRun.Refused("rollout", "--policy", fitted, "--row", "1", "--critic", critic, "--out", fitted));
    }

    [TestMethod]
    public async Task A_rollout_that_leaves_the_finite_range_is_a_failure_and_what_came_before_is_kept()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        await Fitted(files, critic);
        ToolRun run = await ToolRun.Of("rollout", "--policy", files["p/policy_0_0.policy"], "--critic", critic, "--start", "0,0,300000,900000", "--duration", "60", "--out", files["r.csv"]);
        Assert.AreEqual(1, run.ExitCode, run.Error);
        Assert.Contains("left the finite range after", run.Error);
        Assert.IsGreaterThan(1, TrajectoryTable.Read(files["r.csv"], null, RobotModel.TwoLink).Times.Length);
        Assert.AreEqual("", run.Out);
    }

    // Two goals: the second one on a heavier arm, from elsewhere.
    private static async Task<string> Fitted(Workspace files, string critic)
    {
        string goals = files.Write("goals.csv", "goal_0,goal_1,arm2.mass,start_0\n0.5,0.5,1,0\n-0.4,1.1,2,0.2\n");
        await ToolRun.Good("fit", "--critic", critic, "--goals", goals, "--out", files["fitted.csv"], "--steps", "6", "--policies", files["p"]);
        string text = File.ReadAllText(files["fitted.csv"]);
        Assert.IsTrue(text.Contains(",6,0\n", StringComparison.Ordinal));
        return files.Write("fitted.csv", text);
    }
}
