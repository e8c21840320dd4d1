using System.Text.Json;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Tests;

[TestClass]
public sealed class RobotCommandTests
{
    [TestMethod]
    [DataRow("arm", "Perhaps 'FOLDER/arm.urdf' is meant. ")]
    [DataRow("amr.urdf", "Perhaps 'FOLDER/arm.urdf' is meant. ")]
    [DataRow("arm.critic", "a file of this name. Give ")]
    [DataRow("no/arm", "a file of this name. Give ")]
    public async Task A_file_that_may_be_meant_is_named(string name, string remedy)
    {
        using Workspace files = new();
        files.Write("arm.urdf", "<robot/>");
        files.Write("arm.csv", "a");
        StringAssert.Contains(await ToolRun.Refused("robot", files[name]), remedy.Replace("FOLDER", Path.GetDirectoryName(files["a"]), StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task A_robot_is_shown_with_units()
    {
        ToolRun run = await ToolRun.Good("robot", Workspace.TestData("two_link.urdf"));
        foreach (string text in (string[])["two_link", "degrees of freedom  2", "total mass          2 kg", "baseHinge  revolute", "arm1    arm2", "-2.967 rad", "10 rad/s", "20 N·m", "0.5 N·m·s/rad", "(0.5, 0, 0) m"])
        {
            StringAssert.Contains(run.Out, text);
        }

        Assert.IsFalse(run.Out.Contains('\u001b', StringComparison.Ordinal));
        Assert.IsFalse(run.Out.Split('\n').Any(line => line.TrimEnd('\r').EndsWith(' ')));
        Assert.AreEqual("", run.Error);
    }

    [TestMethod]
    public async Task What_acts_in_the_joints_themselves_is_shown_where_there_is_any()
    {
        using Workspace files = new();
        string arm = files.Write("arm.xml", """
            <mujoco><worldbody><body name="a"><joint name="turn" axis="0 1 0" armature="0.1" frictionloss="0.3"/><geom size="0.1"/>
            <body name="b"><joint name="push" type="slide" stiffness="20" springref="0.2"/><geom size="0.1"/></body></body></worldbody></mujoco>
            """);
        ToolRun run = await ToolRun.Of(80, default, "robot", arm);
        foreach (string line in (string[])["joint  friction   armature  stiffness  slack at", "turn    0.3 N·m  0.1 kg·m²  0 N·m/rad         –", "push        0 N       0 kg     20 N/m     0.2 m"])
        {
            StringAssert.Contains(run.Out, line);
        }

        Assert.IsFalse((await ToolRun.Good("robot", "kuka")).Out.Contains("armature", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task A_follower_shows_what_acts_on_the_joint_that_it_follows()
    {
        using Workspace files = new();
        string arm = files.Write("arm.xml", """
            <mujoco><worldbody><body name="a"><joint name="turn" axis="0 1 0"/><geom size="0.1"/>
            <body name="b" pos="0 0 1"><joint name="follow" axis="0 1 0" stiffness="4"/><geom size="0.1"/></body></body></worldbody>
            <equality><joint joint1="follow" joint2="turn"/></equality></mujoco>
            """);
        StringAssert.Contains((await ToolRun.Good("robot", arm)).Out, "follow  4 N·m/rad");
    }

    [TestMethod]
    public async Task A_limit_may_be_taken_away_and_what_is_no_number_is_named()
    {
        ToolRun run = await ToolRun.Good("robot", "two-link", "--json", "--set", "baseHinge.velocity_limit=Infinity");
        Assert.AreEqual(JsonValueKind.Null, run.Json.GetProperty("joints")[0].GetProperty("velocity").ValueKind);
        StringAssert.Contains(await ToolRun.Refused("robot", "two-link", "--set", "arm1.mass=Infinity"), "Infinity");
        StringAssert.Contains(await ToolRun.Refused("robot", "two-link", "--set", "arm1.mass=NaN"), "NaN");
        StringAssert.Contains(await ToolRun.Refused("robot", "two-link", "--set", "arm1.mass=1,5"), "arm1.mass: value is \"1,5\". Give a number");
    }

    [TestMethod]
    public async Task The_columns_of_a_table_are_aligned()
    {
        string[] lines = (await ToolRun.Good("robot", "kuka")).Out.Split('\n');
        int header = Array.FindIndex(lines, l => l.StartsWith("joint ", StringComparison.Ordinal) && l.Contains("upper", StringComparison.Ordinal));
        int end = lines[header].IndexOf("upper", StringComparison.Ordinal) + 5;
        for (int i = 1; i <= 7; i++)
        {
            Assert.AreEqual("d", lines[header + i][(end - 1)..end], lines[header + i]);
            Assert.AreEqual(' ', lines[header + i][end]);
        }
    }

    [TestMethod]
    [DataRow(40)]
    [DataRow(30)]
    [DataRow(80)]
    public async Task Everything_fits_the_terminal(int width)
    {
        foreach (string[] args in (string[][])[["robot", "kuka"], ["robot", "two-link"], ["robot", "kuka", "--parameters"]])
        {
            ToolRun run = await ToolRun.Of(width, default, args);
            Assert.AreEqual(0, run.ExitCode);
            foreach (string line in run.Out.Split('\n'))
            {
                Assert.IsLessThanOrEqualTo(width, line.TrimEnd('\r').Length, line);
            }
        }

        StringAssert.Contains((await ToolRun.Of(width, default, "robot", "two-link")).Out, "interArm");
    }

    [TestMethod]
    public async Task The_settings_of_a_training_and_what_is_odd_are_shown_in_80_columns()
    {
        using Workspace files = new();
        string arm = files.Write("arm.urdf", File.ReadAllText(Workspace.TestData("arms/straight-up.urdf"))
            .Replace("effort=\"50\" velocity=\"3\"/></joint>\n<joint name=\"roll\"", "effort=\"0\" velocity=\"0\"/></joint>\n<joint name=\"roll\"", StringComparison.Ordinal));
        ToolRun run = await ToolRun.Of(80, default, "robot", arm);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        IReadOnlyList<string> settings = TaskPreset.For(RobotModel.FromUrdf(arm)).Describe();
        StringAssert.Contains(run.Out.ReplaceLineEndings("\n"), "worked out from the robot:\n" + string.Join('\n', settings));
        StringAssert.Contains(run.Out, "remark    effort limit of lift: 0 counts as not given");
        StringAssert.Contains(run.Out, "not given  not given");
        Assert.IsTrue(run.Out.Split('\n').All(line => line.TrimEnd('\r').Length <= 80), run.Out);

        // As JSON they are an options file.
        JsonElement robot = (await ToolRun.Good("robot", arm, "--json")).Json;
        Assert.AreEqual("speedLoop", robot.GetProperty("settings").GetProperty("dynamics").GetProperty("actuator").GetString());
        Assert.AreEqual(2, robot.GetProperty("remarks").GetArrayLength());
        string options = files.Write("options.json", robot.GetProperty("settings").GetRawText());
        await ToolRun.Good("train", "--robot", arm, "--goals", Workspace.TestData("arms/straight.goals.csv"), "--out", files["c"], "--options", options, "--iterations", "1");
        StringAssert.Contains((await ToolRun.Good("robot", "two-link")).Out, "settings of training (preset two-link):");
    }

    [TestMethod]
    public async Task A_robot_as_JSON()
    {
        JsonElement robot = (await ToolRun.Good("robot", "two-link", "--json", "--set", "arm2.mass=3")).Json;
        Assert.AreEqual(2, robot.GetProperty("degreesOfFreedom").GetInt32());
        Assert.AreEqual(4, robot.GetProperty("totalMass").GetDouble());
        Assert.AreEqual(3, robot.GetProperty("joints").GetArrayLength());
        Assert.AreEqual("baseHinge", robot.GetProperty("joints")[0].GetProperty("name").GetString());
        Assert.AreEqual(JsonValueKind.Null, robot.GetProperty("joints")[2].GetProperty("upper").ValueKind);
        Assert.AreEqual(0.5, robot.GetProperty("joints")[1].GetProperty("damping").GetDouble());
    }

    [TestMethod]
    public async Task Parameters_are_listed()
    {
        JsonElement list = (await ToolRun.Good("robot", "two-link", "--parameters", "--json")).Json.GetProperty("parameters");
        JsonElement mass = list.EnumerateArray().Single(p => p.GetProperty("name").GetString() == "arm2.mass");
        Assert.AreEqual("kg", mass.GetProperty("unit").GetString());
        Assert.AreEqual(1, mass.GetProperty("value").GetDouble());
        StringAssert.Contains((await ToolRun.Good("robot", "two-link", "--parameters")).Out, "arm2.mass ");
    }

    [TestMethod]
    public async Task Evaluations_agree_with_the_reference()
    {
        JsonElement expected = JsonDocument.Parse(File.ReadAllText(Workspace.TestData("two_link.json"))).RootElement;
        JsonElement actual = (await ToolRun.Good("robot", Workspace.TestData("two_link.urdf"), "--evaluate", Workspace.TestData("two_link.json"))).Json;
        CollectionAssert.AreEqual((string[])["baseHinge", "interArm"], actual.GetProperty("joints").EnumerateArray().Select(j => j.GetString()).ToArray());
        Assert.AreEqual(expected.GetProperty("cases").GetArrayLength(), actual.GetProperty("cases").GetArrayLength());
        foreach ((JsonElement e, JsonElement a) in expected.GetProperty("cases").EnumerateArray().Zip(actual.GetProperty("cases").EnumerateArray()))
        {
            foreach (string name in (string[])["qdd", "bias", "M"])
            {
                AssertClose(e.GetProperty(name), a.GetProperty(name), name);
            }

            Assert.AreEqual(4, a.GetProperty("bodies").EnumerateObject().Count());
            foreach (JsonProperty body in e.GetProperty("bodies").EnumerateObject())
            {
                AssertClose(body.Value, a.GetProperty("bodies").GetProperty(body.Name), body.Name);
            }
        }
    }

    [TestMethod]
    [DataRow("\"gravity\":[9.81,0,0],", 0, 0)]
    [DataRow("\"gravity\":[0,9.81,0],\"gravity_z\":5,", -19.62, -4.905)]
    [DataRow("\"gravity_z\":5,", 0, 0)]
    [DataRow("", 0, 0)]
    public async Task Gravity_is_that_of_the_file(string gravity, double first, double second)
    {
        using Workspace files = new();
        string states = files.Write("states.json", $$"""{{{gravity}}"other":[1],"cases":[{"q":[0,0],"qd":[0,0],"tau":[0,0]}]}""");
        JsonElement bias = (await ToolRun.Good("robot", "two-link", "--evaluate", states)).Json.GetProperty("cases")[0].GetProperty("bias");

        // The arm is stretched along x, 1 kg at 0.5 m and at 1.5 m: only gravity along y has a moment about z.
        Assert.AreEqual(first, bias[0].GetDouble(), 1e-12);
        Assert.AreEqual(second, bias[1].GetDouble(), 1e-12);
    }

    [TestMethod]
    [DataRow("{\"cases\":[{\"q\":[0],\"qd\":[0,0],\"tau\":[0,0]}]}", "cases[0].q: this is no list of 2 numbers")]
    [DataRow("{\"cases\":[{\"q\":[0,0],\"qd\":[0,0],\"tau\":[0,\"0\"]}]}", "cases[0].tau[1]: this is no finite number")]
    [DataRow("{\"cases\":[{\"q\":[0,0],\"qd\":[0,0],\"tau\":[0,1e999]}]}", "cases[0].tau[1]: this is no finite number")]
    [DataRow("{\"cases\":[{\"q\":[0,0],\"qd\":[0,0]}]}", "cases[0].tau")]
    [DataRow("{\"cases\":[1]}", "cases[0].q")]
    [DataRow("{\"cases\":1}", "there is no list of cases")]
    [DataRow("{}", "there is no list of cases")]
    [DataRow("[]", "there is no list of cases")]
    [DataRow("{\"gravity\":[0,0],\"cases\":[]}", "gravity: this is no list of 3 numbers")]
    [DataRow("{\"gravity_z\":\"a\",\"cases\":[]}", "gravity_z")]
    [DataRow("{", "not valid JSON")]
    public async Task Wrong_states_are_refused(string text, string message)
    {
        using Workspace files = new();
        string error = await ToolRun.Refused("robot", "two-link", "--evaluate", files.Write("states.json", text));
        StringAssert.Contains(error, "states.json");
        StringAssert.Contains(error, message);
    }

    [TestMethod]
    [DataRow("robot none", "neither a built-in robot nor a file")]
    [DataRow("robot two-link --set mass=1", "mass")]
    [DataRow("robot two-link --set arm2.mass", "Give name=number")]
    [DataRow("robot two-link --set arm2.mass=a", "arm2.mass: value is \"a\". Give a number")]
    [DataRow("robot two-link --set arm2.mass=NaN", "found the value NaN. Give a finite number")]
    [DataRow("robot two-link --set arm2.mass=-1", "arm2.mass")]
    [DataRow("robot two-link --evaluate none.json", "none.json: there is no such file")]
    [DataRow("robot two-link --evaluate a --parameters", "Give one of them")]
    public async Task Wrong_arguments_are_refused(string line, string message) =>
        StringAssert.Contains(await ToolRun.Refused(line.Split(' ')), message);

    [TestMethod]
    public async Task A_result_that_is_not_finite_is_refused()
    {
        using Workspace files = new();
        string states = files.Write("states.json", """{"cases":[{"q":[0,1],"qd":[1e200,0],"tau":[0,0]}]}""");
        StringAssert.Contains(await ToolRun.Refused("robot", "two-link", "--evaluate", states), "cases[0]: the result is not finite");
    }

    private static void AssertClose(JsonElement expected, JsonElement actual, string what)
    {
        double[] e = [.. expected.EnumerateArray().Select(x => x.GetDouble())];
        double[] a = [.. actual.EnumerateArray().Select(x => x.GetDouble())];
        Assert.HasCount(e.Length, a, what);
        double scale = Math.Max(e.Max(Math.Abs), 1e-300);
        Assert.IsLessThanOrEqualTo(1e-9, e.Zip(a, (x, y) => Math.Abs(x - y)).Max() / scale, what);
    }
}
