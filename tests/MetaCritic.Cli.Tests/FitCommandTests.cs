using System.Globalization;
using MetaCritic.Cli.Output;
using MetaCritic.Models;
using MetaCritic.Networks;

namespace MetaCritic.Cli.Tests;

[TestClass]
public sealed class FitCommandTests
{
    private const string Header = "policy,final_0,final_1,final_2,final_3,error,steps,diverged";

    [TestMethod]
    public async Task The_input_is_kept_and_the_results_stand_beside_it()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string goals = files.Write("goals.csv", "\uFEFF\"interArm\", baseHinge,arm2.mass,seed\r\n0.50,+1e-1,1.5,7\r\n\r\n\"-0.5\",0,2,8\r\n");
        ToolRun run = await ToolRun.Good("fit", "--critic", critic, "--goals", goals, "--out", files["fitted.csv"], "--steps", "3", "--policies-per-goal", "2", "--policies", files["policies"], "--json");
        string[] lines = File.ReadAllText(files["fitted.csv"]).Split('\n');
        Assert.HasCount(6, lines);
        Assert.AreEqual("\"interArm\", baseHinge,arm2.mass,seed," + Header, lines[0]);
        string[] begins = ["0.50,+1e-1,1.5,7,0,", "0.50,+1e-1,1.5,7,1,", "\"-0.5\",0,2,8,0,", "\"-0.5\",0,2,8,1,"];
        for (int i = 0; i < 4; i++)
        {
            StringAssert.StartsWith(lines[1 + i], begins[i]);
            double[] cells = [.. lines[1 + i].Split(',').Skip(4).Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
            (double g0, double g1) = i < 2 ? (0.1, 0.5) : (0, -0.5);
            Assert.AreEqual((Math.Pow(cells[1] - g0, 2) + Math.Pow(cells[2] - g1, 2)) / 2, cells[5], 1e-12);
            Assert.AreEqual(3, cells[6]);
            Assert.AreEqual(0, cells[7]);
            foreach (string cell in lines[1 + i].Split(',')[5..10])
            {
                Assert.AreEqual(double.Parse(cell, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture), cell);
            }
        }

        Assert.AreEqual("", lines[5]);
        Assert.AreEqual(4, run.Json.GetProperty("policies").GetInt32());
        Assert.AreEqual(2, run.Json.GetProperty("rows").GetInt32());
        CollectionAssert.AreEqual(
            (string[])["policy_0_0.policy", "policy_0_1.policy", "policy_1_0.policy", "policy_1_1.policy"], Directory.GetFiles(files["policies"]).Select(f => Path.GetFileName(f)!).Order().ToArray());
        CollectionAssert.AreEqual((double[])[0, -0.5], PolicyModel.Load(Path.Combine(files["policies"], "policy_1_0.policy")).Goal.ToArray());
    }

    [TestMethod]
    public async Task Columns_of_the_users_own_travel_through_in_the_tables_own_form()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string goals = files.Write("goals.csv", "id;goal_0;name;goal_1;weight\n7;0.5;\"Ann; B\";0.25;1\n;1;\"two\nlines\";2;1\n");
        ToolRun run = await ToolRun.Good("fit", "--critic", critic, "--goals", goals, "--separator", ";", "--out", files["fitted.csv"], "--steps", "1");
        Assert.Contains("goals.csv: columns that have no meaning here are kept as they are: \"id\", \"name\"", run.Error);
        string text = File.ReadAllText(files["fitted.csv"]);
        Assert.StartsWith("id;goal_0;name;goal_1;weight;policy;final_0;final_1;final_2;final_3;error;steps;diverged\n7;0.5;\"Ann; B\";0.25;1;0;", text);
        Assert.Contains("\n;1;\"two\nlines\";2;1;0;", text);
        run = await ToolRun.Good("evaluate", files["fitted.csv"], "--separator", ";", "--group", "name");
        Assert.Contains("Ann; B", run.Out);
        Assert.Contains("--separator ';'", await ToolRun.Refused("evaluate", files["fitted.csv"]));
    }

    [TestMethod]
    public async Task The_result_of_a_row_depends_on_its_contents_only()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string[] rows = ["0.1,0.2,1,1", "0.1,0.2,1,2", "0.1,0.2,4,1", "-1,0.5,1,1"];
        async Task<string[]> Fit(string name, params IEnumerable<string> table)
        {
            string goals = files.Write(name, "goal_0,goal_1,arm1.mass,seed\n" + string.Join('\n', table) + "\n");
            await ToolRun.Good("fit", "--critic", critic, "--goals", goals, "--out", files[name + ".out"], "--steps", "2");
            return [.. File.ReadAllLines(files[name + ".out"]).Skip(1)];
        }

        string[] forwards = await Fit("a.csv", rows);
        CollectionAssert.AreEqual(forwards.Reverse().ToArray(), await Fit("b.csv", rows.Reverse()));
        CollectionAssert.AreEqual(forwards[2..3], await Fit("c.csv", rows[2]));
        Assert.HasCount(4, forwards.Select(line => line[11..]).Distinct().ToArray());
    }

    [TestMethod]
    public async Task Start_states_seeds_and_steps_matter()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        async Task<string> Fit(string name, string table, params string[] args)
        {
            await ToolRun.Good(["fit", "--critic", critic, "--goals", files.Write(name, table), "--out", files[name + ".out"], .. args]);
            return string.Join(',', File.ReadAllLines(files[name + ".out"])[1].Split(',')[^7..]);
        }

        string usual = await Fit("a", "goal_0,goal_1\n1,2\n", "--steps", "1");
        Assert.AreEqual(usual, await Fit("b", "goal_0,goal_1,seed\n1,2,0\n", "--steps", "1"));
        Assert.AreEqual(usual, await Fit("c", "goal_0,goal_1,start_0,start_1,start_2,start_3\n1,2,0,0,0,0\n", "--steps", "1"));
        Assert.AreNotEqual(usual, await Fit("d", "goal_0,goal_1\n1,2\n", "--steps", "1", "--seed", "1"));
        Assert.AreNotEqual(usual, await Fit("e", "goal_0,goal_1,start_baseHinge\n1,2,0.5\n", "--steps", "1"));
        Assert.AreNotEqual(usual, await Fit("f", "goal_0,goal_1\n1,2\n", "--steps", "2"));
        Assert.AreNotEqual(usual, await Fit("g", "goal_0,goal_1\n1,2\n", "--steps", "1", "--learning-rate", "0.01"));
        StringAssert.EndsWith(await Fit("h", "goal_0,goal_1\n1,2\n", "--tolerance", "1000"), ",0,0");
        StringAssert.EndsWith(await Fit("i", "goal_0,goal_1\n1,2\n"), ",60,0");
    }

    [TestMethod]
    public async Task Diverged_policies_are_marked_and_evaluated_as_failures()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string goals = files.Write("goals.csv", "goal_0,goal_1\n0.1,0.1\n");
        Assert.AreEqual(1, (await ToolRun.Of("fit", "--critic", critic, "--goals", goals, "--out", files["f.csv"], "--learning-rate", "1e300", "--steps", "5", "--policies", files["p"], "--keep")).ExitCode);
        StringAssert.EndsWith(File.ReadAllText(files["f.csv"]).TrimEnd(), ",1");
        StringAssert.Contains(File.ReadAllText(files["f.csv"]), ",NaN,");
        Assert.IsEmpty(Directory.GetFiles(files["p"]));
        ToolRun run = await ToolRun.Good("evaluate", files["f.csv"], "--json");
        Assert.AreEqual(1, run.Json.GetProperty("diverged").GetInt32());
        Assert.AreEqual(0, run.Json.GetProperty("successRate").GetDouble());
    }

    [TestMethod]
    public async Task A_critic_without_robot_needs_one()
    {
        using Workspace files = new();
        CriticModel own = CriticModel.Load(await files.Critic());
        Strip(own).Save(files["own.critic"]);
        string goals = files.Write("goals.csv", "goal_0,goal_1\n0.1,0.1\n");
        StringAssert.Contains(await ToolRun.Refused("fit", "--critic", files["own.critic"], "--goals", goals, "--out", files["f.csv"]), "Give one with --robot");
        await ToolRun.Good("fit", "--critic", files["own.critic"], "--goals", goals, "--out", files["f.csv"], "--robot", "two-link", "--steps", "1");
        StringAssert.Contains(File.ReadAllText(files["f.csv"]), Header);
        StringAssert.Contains(await ToolRun.Refused("fit", "--critic", files["own.critic"], "--goals", goals, "--out", files["f.csv"], "--robot", "kuka"), "has 7 joints");
    }

    [TestMethod]
    [DataRow("goal_0,goal_1,elbow.mass\n1,2,3\n", "the column \"elbow.mass\" is unknown. Nearest are ")]
    [DataRow("goal_0,goal_1,arm2.mass\n1,2,3\n1,2,-3\n", "line 3, column \"arm2.mass\"")]
    [DataRow("goal_0,goal_1,seed\n1,2,1.5\n", "line 2, column \"seed\"")]
    [DataRow("goal_0,goal_1,error\n1,2,3\n", "there is a column \"error\" already")]
    [DataRow("goal_0,goal_1,final_3\n1,2,3\n", "there is a column \"final_3\" already")]
    public async Task Wrong_tables_are_refused(string table, string message)
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string error = await ToolRun.Refused("fit", "--critic", critic, "--goals", files.Write("goals.csv", table), "--out", files["f.csv"]);
        StringAssert.Contains(error, "goals.csv");
        StringAssert.Contains(error, message);
        Assert.IsFalse(File.Exists(files["f.csv"]));
    }

    [TestMethod]
    public async Task Wrong_options_are_refused()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string goals = files.Write("goals.csv", "goal_0,goal_1\n0.1,0.1\n");
        Task<string> Fit(params string[] args) => ToolRun.Refused(["fit", "--goals", goals, "--out", files["f.csv"], .. args]);
        StringAssert.Contains(await Fit("--critic", goals), "no file of MetaCritic.ML");
        StringAssert.Contains(await Fit("--critic", files["none"]), "there is no such file");
        StringAssert.Contains(await Fit("--critic", critic, "--policies-per-goal", "0"), "--policies-per-goal: value is 0");
        StringAssert.Contains(await Fit("--critic", critic, "--steps", "-1"), "--steps: value is -1");
        StringAssert.Contains(await Fit("--critic", critic, "--learning-rate", "0"), "--learning-rate: value is 0");
        StringAssert.Contains(await Fit("--critic", critic, "--policies", goals), "the folder cannot be made");
        StringAssert.Contains(await ToolRun.Refused("fit", "--critic", critic, "--goals", goals, "--out", goals), "this is the file of --goals");
        StringAssert.Contains(await ToolRun.Refused("fit", "--critic", critic, "--goals", goals, "--out", critic), "this is the file of --critic");
    }

    [TestMethod]
    public async Task Stopping_has_exit_code_130_and_leaves_no_table()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        using CancellationTokenSource cancellation = new();
        await cancellation.CancelAsync();
        ToolRun run = await ToolRun.Of(
            Terminal.Unlimited, cancellation.Token, "fit", "--critic", critic, "--goals", files.Write("goals.csv", "goal_0,goal_1\n0.1,0.1\n"), "--out", files["f.csv"]);
        Assert.AreEqual(130, run.ExitCode);
        Assert.AreEqual("", run.Out);
        Assert.IsFalse(File.Exists(files["f.csv"]));
    }

    private static CriticModel Strip(CriticModel critic) => new()
    {
        Network = new MlpShape(critic.Network.Sizes, critic.Network.Hidden, critic.Network.Output),
        Parameters = critic.Parameters,
        StateSize = critic.StateSize,
        ActionSize = critic.ActionSize,
        PositionSize = critic.PositionSize,
        Training = critic.Training,
        Goals = critic.Goals,
        Iterations = critic.Iterations,
        TaskLoss = critic.TaskLoss,
        FinalError = critic.FinalError,
        ProductVersion = critic.ProductVersion,
    };
}
