using System.Globalization;
using MetaCritic.Cli.Output;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Tests;

/// <summary><c>collect</c>, and <c>train --transitions</c> with what follows.</summary>
[TestClass]
public sealed class TransitionsTests
{
    private const string Goals = "goal_0,goal_1\n0.5,-0.5\n-0.5,0.5\n";

    private static readonly string[] Quick = ["--learn", "epochs=3", "--learn", "members=2", "--learn", "hidden=[6]", .. Workspace.Tiny];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_log_is_collected_at_random_and_with_policies()
    {
        using Workspace files = new();
        ToolRun run = await ToolRun.Good("collect", "--robot", "reacher", "--out", files["log.csv"], "--episodes", "3", "--horizon", "7", "--seed", "2", "--json");
        Assert.AreEqual(21, run.Json.GetProperty("transitions").GetInt32());
        Assert.AreEqual(3, run.Json.GetProperty("episodes").GetInt32());
        string[] lines = File.ReadAllLines(files["log.csv"]);
        Assert.AreEqual("episode,step,state_0,state_1,state_2,state_3,action_0,action_1,next_state_0,next_state_1,next_state_2,next_state_3", lines[0]);
        Assert.HasCount(22, lines);

        // Within an episode each row goes on where the one before ended.
        string[][] cells = [.. lines.Skip(1).Select(line => line.Split(','))];
        CollectionAssert.AreEqual((string[])["0", "0", "0", "0", "0", "0"], cells[0][..6]);
        CollectionAssert.AreEqual(cells[0][8..], cells[1][2..6]);
        Assert.AreEqual("2", cells[^1][0]);
        Assert.AreEqual("6", cells[^1][1]);

        string critic = await files.Critic();
        await ToolRun.Good("fit", "--critic", critic, "--goals", files.Write("goals.csv", Goals), "--out", files["fitted.csv"], "--steps", "1", "--policies", files["policies"]);
        run = await ToolRun.Good("collect", "--robot", "two-link", "--out", files["more.csv"], "--episodes", "2", "--horizon", "4", "--policies", files["policies"], "--noise", "0");
        StringAssert.Contains(run.Out, "transitions  8");
        PolicyModel policy = PolicyModel.Load(files["policies/policy_0_0.policy"]);
        double[] action = new double[2];
        policy.Act([0, 0, 0, 0], action);
        Assert.AreEqual(action[0], double.Parse(File.ReadAllLines(files["more.csv"])[1].Split(',')[6], CultureInfo.InvariantCulture));
    }

    [TestMethod]
    public async Task A_critic_is_trained_from_a_log_and_fits_in_the_learned_dynamics_or_on_a_robot()
    {
        using Workspace files = new();
        string log = await Log(files);
        string goals = files.Write("goals.csv", Goals);
        ToolRun run = await ToolRun.Good(["train", "--transitions", log, "--goals", goals, "--out", files["c.critic"], "--iterations", "2", "--json", .. Quick]);
        Assert.AreEqual(120, run.Json.GetProperty("transitions").GetInt32());
        Assert.AreEqual(4, run.Json.GetProperty("heldOutErrors").GetArrayLength());
        StringAssert.Contains(run.Error, "positions follow velocities in steps of 0.05 s");
        CriticModel critic = CriticModel.Load(files["c.critic"]);
        Assert.IsNull(critic.Robot);
        Assert.AreEqual(0.05, critic.LearnedDynamics!.Options.TimeStep);
        Assert.IsFalse(critic.LearnedDynamics.Options.Angles);

        run = await ToolRun.Good("fit", "--critic", files["c.critic"], "--goals", goals, "--out", files["a.csv"], "--steps", "1");
        StringAssert.Contains(run.Error, "fitting in the learned dynamics");
        await ToolRun.Good("fit", "--critic", files["c.critic"], "--robot", "reacher", "--goals", goals, "--out", files["b.csv"], "--steps", "1");
        Assert.AreNotEqual(File.ReadAllText(files["a.csv"]), File.ReadAllText(files["b.csv"]));
        await ToolRun.Good("evaluate", files["a.csv"]);
    }

    [TestMethod]
    public async Task A_wrong_robot_is_corrected_in_rounds_and_an_interrupted_training_goes_on_to_the_same_bytes()
    {
        using Workspace files = new();
        string log = await Log(files);
        string goals = files.Write("goals.csv", "elbow,shoulder\n0.5,-0.5\n");
        string[] command =
        [
            "train", "--transitions", log, "--robot", "reacher", "--robot-set", "arm1.mass=1.3", "--environment", "reacher", "--rounds", "2", "--episodes-per-round", "3", "--goals", goals,
            "--set", "training.iterations=6", "--set", "disagreementLimit=5", .. Quick,
        ];
        ToolRun run = await ToolRun.Good([.. command, "--out", files["whole.critic"]]);
        string[] phases = [.. run.Error.Split('\n').Select(line => line.TrimEnd()).Where(line => line.EndsWith("learning the dynamics", StringComparison.Ordinal) || line.EndsWith("meta-training", StringComparison.Ordinal))];
        CollectionAssert.AreEqual((string[])["learning the dynamics", "meta-training", "round 2: learning the dynamics", "round 2: meta-training"], phases);
        CriticModel critic = CriticModel.Load(files["whole.critic"]);
        Assert.IsNotNull(critic.LearnedDynamics!.Prior);
        Assert.IsTrue(critic.LearnedDynamics.Options.Angles);
        Assert.AreEqual(5, critic.Training.DisagreementLimit);
        CollectionAssert.AreEqual((double[])[-0.5, 0.5], critic.Goals.Goals[0]);

        await ToolRun.Good([.. command, "--out", files["part.critic"], "--iterations", "4", "--checkpoint", files["folder"]]);
        await ToolRun.Good([.. command, "--out", files["part.critic"], "--checkpoint", files["folder"], "--resume"]);
        CollectionAssert.AreEqual(File.ReadAllBytes(files["whole.critic"]), File.ReadAllBytes(files["part.critic"]));
    }

    [TestMethod]
    public async Task A_model_of_a_file_has_settings_of_its_own()
    {
        using Workspace files = new();
        string arm = Workspace.TestData(Path.Combine("arms", "arm3-undamped.urdf")), goals = Workspace.TestData(Path.Combine("arms", "arm3.goals.csv"));
        await ToolRun.Good("collect", "--robot", arm, "--out", files["log.csv"], "--episodes", "30");
        string[] train = ["train", "--transitions", files["log.csv"], "--goals", goals, "--out", files["c"]];
        ToolRun run = await ToolRun.Good([.. train, "--robot", arm, "--iterations", "60", "--learn", "epochs=20"]);
        TaskPreset expected = TaskPreset.For(RobotModel.FromUrdf(arm), goals: 4);
        CriticModel critic = CriticModel.Load(files["c"]);
        StringAssert.Contains(run.Error, "settings for ");
        Assert.AreEqual(OptionsJson.Write(expected.Dynamics, expected.Training), OptionsJson.Write(critic.LearnedDynamics!.PriorOptions!, critic.Training));
        Assert.AreEqual(expected.Fitting, critic.Fitting);
        await ToolRun.Good([.. train, "--robot", arm, "--iterations", "2", "--keep", "--set", "fitting.steps=7", "--threads", "1", .. Quick]);
        Assert.AreEqual(7, CriticModel.Load(files["c"]).Fitting!.Steps);

        string link = RobotModel.FromUrdf(arm).Links[^1].Name, varied = files.Write("varied.csv", $"goal_0,goal_1,goal_2,{link}.mass\n0.1,0.2,0.3,1\n");
        StringAssert.Contains(
            await ToolRun.Refused("train", "--transitions", files["log.csv"], "--robot", arm, "--goals", varied, "--out", files["d"]),
            $"varied.csv, column \"{link}.mass\": it changes the robot, but the dynamics are learned");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--robot", arm, "--preset", "kuka"]), "dynamics.torqueScale: there are 7 values (preset kuka), but the robot ");
        await ToolRun.Good("fit", "--critic", files["c"], "--robot", arm, "--goals", varied, "--out", files["f.csv"], "--steps", "1");
        StringAssert.Contains(await ToolRun.Refused("fit", "--critic", files["c"], "--goals", varied, "--out", files["g.csv"]), $"varied.csv, column \"{link}.mass\": it changes the robot, but the dynamics are learned");
        string joints = files.Write("joints.csv", $"{string.Join(',', RobotModel.FromUrdf(arm).MovableJoints.Select(joint => joint.Name))}\n0.1,0.2,0.3\n");
        await ToolRun.Good("fit", "--critic", files["c"], "--goals", joints, "--out", files["joints fitted.csv"], "--steps", "1");
        await ToolRun.Good("fit", "--critic", files["c"], "--goals", files.Write("numbers.csv", "goal_0,goal_1,goal_2\n0.1,0.2,0.3\n"), "--out", files["numbers fitted.csv"], "--steps", "1");
        Assert.AreEqual(File.ReadLines(files["numbers fitted.csv"]).Last(), File.ReadLines(files["joints fitted.csv"]).Last());
        run = await ToolRun.Good("inspect", files["c"]);
        StringAssert.Contains(run.Out, "corrected by learned dynamics");
        StringAssert.Contains(run.Out, "worked out");

        // Dynamics that are learned from nothing need not stay at a goal without action.
        run = await ToolRun.Good([.. train, "--environment", arm, "--rounds", "2", "--iterations", "2", "--keep", .. Quick]);
        Assert.IsFalse(run.Error.Contains("settings for ", StringComparison.Ordinal), run.Error);
        Assert.AreEqual(CriticForm.Plain, CriticModel.Load(files["c"]).Training.CriticForm);
        StringAssert.Contains(await ToolRun.Refused([.. train, "--environment", arm, "--preset", "auto"]), "--preset auto: there is no --robot");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Dynamics_that_are_a_guess_are_warned_of(bool lawful)
    {
        using Workspace files = new();
        Random random = new(3);
        double Draw() => (2 * random.NextDouble()) - 1;
        string rows = string.Concat(Enumerable.Range(0, 300).Select(_ =>
        {
            (double position, double velocity, double action) = (Draw(), Draw(), Draw());
            double next = velocity + (lawful ? 0.5 * action : Draw());
            return string.Create(CultureInfo.InvariantCulture, $"{position},{velocity},{action},{position + (0.05 * next)},{next}\n");
        }));
        string log = files.Write("log.csv", "state_0,state_1,action_0,next_state_0,next_state_1\n" + rows), goals = files.Write("goals.csv", "goal_0\n0.5\n");
        ToolRun run = await ToolRun.Of(["train", "--transitions", log, "--goals", goals, "--out", files["c"], "--iterations", "2", "--keep", "--learn", "epochs=60", "--learn", "members=2", "--learn", "hidden=[16]", .. Workspace.Tiny]);
        Assert.AreEqual(lawful, !run.Error.Contains("warning: the learned dynamics explain only ", StringComparison.Ordinal), run.Error);
        Assert.IsTrue(File.Exists(files["c"]));
    }

    [TestMethod]
    public async Task Cancellation_names_the_command_to_continue()
    {
        using Workspace files = new();
        string log = await Log(files);
        using CancellationTokenSource source = new();
        await source.CancelAsync();
        ToolRun run = await ToolRun.Of(
            Terminal.Unlimited, source.Token, ["train", "--transitions", log, "--goals", files.Write("goals.csv", Goals), "--out", files["c"], "--checkpoint", files["folder"], .. Quick]);
        Assert.AreEqual(130, run.ExitCode);
        StringAssert.Contains(run.Error, "To continue: metacritic train --transitions");
        Assert.IsFalse(File.Exists(files["c"]));
    }

    [TestMethod]
    [DataRow("state_0,action_0,next_state_0\n1,2\n", "line 2, column \"next_state_0\"")]
    [DataRow("state_0,action_0,next_state_0,torque_0\n1,2,3\n", "line 2, column \"torque_0\"")]
    [DataRow("state_0,action_0,next_state_0\n1,2,3\n", "there are 1 rows. Give at least 4")]
    public async Task Bad_tables_give_one_line(string table, string message)
    {
        using Workspace files = new();
        string line = await ToolRun.Refused("train", "--transitions", files.Write("log.csv", table), "--goals", files.Write("goals.csv", "goal_0\n1\n"), "--out", files["c"]);
        StringAssert.Contains(line, "log.csv");
        StringAssert.Contains(line, message);
        Assert.IsFalse(File.Exists(files["c"]));
    }

    [TestMethod]
    public async Task Options_that_do_not_go_together_give_one_line()
    {
        using Workspace files = new();
        string log = await Log(files);
        string goals = files.Write("goals.csv", Goals);
        string[] train = ["train", "--goals", goals, "--out", files["c"]];
        StringAssert.Contains(await ToolRun.Refused(train), "--robot: it is missing. Give two-link, reacher, kuka or a URDF or MJCF file, or a log of transitions with --transitions.");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--robot", "reacher", "--rounds", "2"]), "--rounds: there is no --transitions");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--transitions", log, "--rounds", "2"]), "there is no --environment");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--transitions", log, "--positions", "5"]), "--positions: value is 5");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--transitions", log, "--learn", "depth=5"]), "this sets no option of learning dynamics");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--transitions", log, "--learn", "epochs=0"]), "error: epochs: value is 0. Give a value from 1 to 100000.");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--transitions", log, "--learn", "epoks=3"]), "Perhaps 'epochs' is meant");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--transitions", log, "--rounds", "0"]), "error: --rounds: value is 0. Give a value from 1 to 1000.");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--transitions", log, "--rounds", "2"]), "error: --rounds: there is no --environment. Name the robot ");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--transitions", log, "--rounds", "2", "--environment", "reacher", "--episodes-per-round", "0"]), "error: --episodes-per-round: value is 0. ");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--transitions", log, "--robot-set", "arm1.mass=2"]), "--robot-set: there is no --robot");
        StringAssert.Contains(await ToolRun.Refused([.. train, "--transitions", log, "--robot", "kuka", "--preset", "reacher"]), "The prior");
        StringAssert.Contains(await ToolRun.Refused("collect", "--robot", "reacher", "--out", files["x"], "--episodes", "0"), "--episodes: value is 0");
        StringAssert.Contains(await ToolRun.Refused("collect", "--robot", "reacher", "--out", files["x"], "--policies", files["none"]), "there is no such folder");
        Assert.IsFalse(File.Exists(files["x"]));
    }

    private static async Task<string> Log(Workspace files)
    {
        await ToolRun.Good("collect", "--robot", "reacher", "--out", files["log.csv"], "--episodes", "6", "--horizon", "20");
        return files["log.csv"];
    }
}
