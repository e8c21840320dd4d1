using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MetaCritic.Cli.Commands;

namespace MetaCritic.Cli.Tests;

/// <summary>What <c>metacritic view</c> writes; what it looks like is tested in a browser.</summary>
[TestClass]
public sealed partial class ViewCommandTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [TestMethod]
    public async Task The_page_needs_nothing_else_and_holds_the_fitted_motion()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string fitted = await Fitted(files, critic);
        ToolRun run = await ToolRun.Good("view", fitted, "--critic", critic, "--out", files["view.html"], "--json");
        JsonElement second = run.Json.GetProperty("runs")[1];
        Assert.AreEqual("arm2.mass 2 kg", second.GetProperty("note").GetString());
        Assert.Contains("second", second.GetProperty("name").GetString()!);
        string html = File.ReadAllText(files["view.html"]);
        Assert.IsFalse(Address().IsMatch(html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal)), "an address");
        foreach (string left in (string[])["/*style*/", "/*script*/", "/*data*/", "<!--title-->"])
        {
            Assert.DoesNotContain(left, html);
        }

        string[] cells = File.ReadAllLines(fitted)[2].Split(',');
        JsonElement scene = Scene(html), stages = scene.GetProperty("runs")[1].GetProperty("stages");
        CollectionAssert.AreEqual(
            (string[])["before fitting", "after 3 updates", "after 6 updates"], stages.EnumerateArray().Select(stage => stage.GetProperty("name").GetString()).ToArray());
        JsonElement last = stages[2].GetProperty("positions")[4];
        Assert.AreEqual(double.Parse(cells[6], System.Globalization.CultureInfo.InvariantCulture), last[0].GetDouble(), 1e-6);
        Assert.AreEqual(7, scene.GetProperty("runs")[1].GetProperty("curve").GetArrayLength());
        Assert.AreEqual(2, scene.GetProperty("robots").GetArrayLength());

        // The same again, byte for byte.
        await ToolRun.Good("view", fitted, "--critic", critic, "--out", files["again.html"]);
        CollectionAssert.AreEqual(File.ReadAllBytes(files["view.html"]), File.ReadAllBytes(files["again.html"]));
    }

    [TestMethod]
    public async Task The_strip_has_a_row_for_each_goal_and_a_frame_for_each_stage()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string fitted = await Fitted(files, critic);
        ToolRun run = await ToolRun.Of(80, default, "view", fitted, "--critic", critic, "--strip", files["strip.svg"], "--out", files["view.html"], "--rows", "2");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.IsTrue(run.Out.Split('\n').All(line => line.TrimEnd('\r').Length <= 80), run.Out);
        Assert.Contains("of 1", run.Out);
        XElement picture = XElement.Load(files["strip.svg"]);
        Assert.HasCount(3, picture.Elements(Svg + "svg"));
        Assert.HasCount(1, picture.Elements(Svg + "polyline"));
        string[] texts = [.. picture.Elements(Svg + "text").Select(text => text.Value)];
        Assert.Contains("before fitting", texts);
        Assert.IsTrue(texts[0].Contains("second <&>", StringComparison.Ordinal) && texts[0].EndsWith("arm2.mass 2 kg", StringComparison.Ordinal), texts[0]);

        // The last pose ends where the way of the end effector ends, within its frame.
        XElement frame = picture.Elements(Svg + "svg").Last();
        string[] end = frame.Element(Svg + "polyline")!.Attribute("points")!.Value.Split(' ')[^1].Split(',');
        XElement tip = frame.Elements(Svg + "g").Last().Elements(Svg + "circle").Last();
        Assert.AreEqual(end[0], tip.Attribute("cx")!.Value);
        Assert.AreEqual(end[1], tip.Attribute("cy")!.Value);
        Assert.IsTrue(end.All(value => double.Parse(value, System.Globalization.CultureInfo.InvariantCulture) is > 0 and < 190), string.Join(",", end));
    }

    [TestMethod]
    public async Task The_picture_of_the_readme_is_made_by_the_command_below_it()
    {
        using Workspace files = new();
        string[] command = Command().Match(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Groups[1].Value.Split(' ');
        await ToolRun.Good([.. command.Select(word => word.StartsWith("examples/", StringComparison.Ordinal) ? Path.Combine(Repository.Root, word) : word == "reach.svg" ? files[word] : word)]);
        string[] Texts(string picture) => [.. XElement.Load(picture).Elements(Svg + "text").Select(text => text.Value)];
        CollectionAssert.AreEqual(Texts(Path.Combine(Repository.Root, "docs", "images", "reach.svg")), Texts(files["reach.svg"]));
    }

    [TestMethod]
    public async Task Critics_policies_trajectories_and_robots_are_shown_too()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        await Fitted(files, critic);
        await ToolRun.Good("rollout", "--policy", files["p/policy_0_0.policy"], "--critic", critic, "--out", files["r.csv"]);
        string log = files.Write("log.csv", "interArm,time,note,baseHinge\n0,0,a,0\n0.1,0.5,b,0.2\n0.2,0.7,,0.1\n");
        string out_ = files["view.html"];
        foreach ((string[] what, int runs, int stages) in new (string[], int, int)[]
        {
            ([critic], 1, 3),
            ([critic, "--steps", "0"], 1, 1),
            ([critic, "--steps", "1"], 1, 2),
            ([files["p/policy_0_0.policy"], files["p/policy_1_0.policy"], "--critic", critic], 2, 1),
            ([files["r.csv"], "--critic", critic], 1, 1),
            ([files["r.csv"], log, "--robot", "two-link"], 2, 1),
            ([files["goals.csv"], "--critic", critic, "--steps", "4"], 2, 3),
        })
        {
            await ToolRun.Good(["view", .. what, "--out", out_]);
            JsonElement scene = Scene(File.ReadAllText(out_));
            Assert.AreEqual(runs, scene.GetProperty("runs").GetArrayLength());
            Assert.AreEqual(stages, scene.GetProperty("runs")[0].GetProperty("stages").GetArrayLength());
        }

        await ToolRun.Good("view", "kuka", "--out", out_);
        JsonElement kuka = Scene(File.ReadAllText(out_));
        Assert.AreEqual(7, kuka.GetProperty("robots")[0].GetProperty("joints").GetArrayLength());
        Assert.AreEqual(0, kuka.GetProperty("runs").GetArrayLength());
    }

    [TestMethod]
    public async Task A_policy_that_went_out_of_control_is_shown_as_such()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string goals = files.Write("goals.csv", "goal_0,goal_1\n0.5,0.5\n");
        ToolRun run = await ToolRun.Good("view", goals, "--critic", critic, "--learning-rate", "1e7", "--steps", "4", "--out", files["view.html"], "--strip", files["strip.svg"], "--json");
        Assert.AreEqual(JsonValueKind.Null, run.Json.GetProperty("runs")[0].GetProperty("error").ValueKind);
        Assert.IsFalse(run.Json.GetProperty("runs")[0].GetProperty("arrived").GetBoolean());
        Assert.Contains("out of control", File.ReadAllText(files["strip.svg"]));
    }

    [TestMethod]
    [DataRow("--out: it is missing, and so is --strip", "critic")]
    [DataRow("--critic: it is missing, and so is --robot", "policy", "--out", "out")]
    [DataRow("--critic: it is missing. The policies of a table are fitted with a critic", "fitted", "--robot", "two-link", "--out", "out")]
    [DataRow("--critic: critic is a critic itself", "critic", "--critic", "critic", "--out", "out")]
    [DataRow("--strip: a robot alone does not move", "two-link", "--strip", "strip")]
    [DataRow("two-link has no rows", "two-link", "--rows", "1", "--out", "out")]
    [DataRow("--rows: value is \"0\"", "critic", "--rows", "0", "--out", "out")]
    [DataRow("--rows: value is \"1-99\", more than 24 rows", "critic", "--rows", "1-99", "--out", "out")]
    [DataRow("--rows: there is no goal 2", "critic", "--rows", "2", "--out", "out")]
    [DataRow("there is no row 5", "fitted", "--rows", "5", "--critic", "critic", "--out", "out")]
    [DataRow("fitting it anew gives another policy", "fitted", "--critic", "critic", "--seed", "3", "--out", "out")]
    [DataRow("several files are given", "critic", "critic", "--out", "out")]
    [DataRow("this is a robot, and --critic or --robot is given too", "two-link", "--robot", "kuka", "--out", "out")]
    [DataRow("there is no such file", "nothing", "--out", "out")]
    [DataRow("it holds transitions of an interrupted training, not a critic", "damaged", "--out", "out")]
    [DataRow("it is a Parquet file", "parquet", "--out", "out")]
    public async Task What_is_not_usable_is_refused_and_nothing_is_written(string said, params string[] arguments)
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string fitted = await Fitted(files, critic);
        byte[] damaged = File.ReadAllBytes(critic);
        damaged[12] = 5;
        File.WriteAllBytes(files["damaged"], damaged);
        files.Write("parquet", "PAR1....");
        string[] before = files.Files();
        string error = await ToolRun.Refused([.. arguments.Prepend("view").Select(word => word switch
        {
            "critic" => critic,
            "fitted" => fitted,
            "policy" => files["p/policy_0_0.policy"],
            "out" => files["out.html"],
            "strip" => files["strip.svg"],
            "damaged" or "nothing" or "parquet" => files[word],
            _ => word,
        })]);
        Assert.Contains(said, error.Replace(critic, "critic", StringComparison.Ordinal));
        CollectionAssert.AreEqual(before, files.Files());
        Assert.Contains("this is the file of the input", await ToolRun.Refused("view", critic, "--out", critic));
    }

    [TestMethod]
    [DataRow("1", new[] { 1 })]
    [DataRow("3,1-2, 7", new[] { 3, 1, 2, 7 })]
    [DataRow("2-2,2", new[] { 2 })]
    public void Rows_are_numbers_and_ranges(string text, int[] rows) => CollectionAssert.AreEqual(rows, ViewCommand.Rows(text.Replace(" ", "", StringComparison.Ordinal)));

    [TestMethod]
    [DataRow("time,baseHinge,interArm\n0,0,0\n0,1,1\n", "line 3, column \"time\"")]
    [DataRow("time,baseHinge,interArm\n0,0,\n", "column \"interArm\": the cell is empty")]
    [DataRow("time,baseHinge\n0,0\n", "there is no column \"interArm\"")]
    [DataRow("time,baseHinge,interArm,baseHinge.goal\n0,0,0,1\n", "there is no column \"interArm.goal\"")]
    [DataRow("time,baseHinge,interArm,baseHinge.goal,interArm.goal\n0,0,0,1,1\n1,0,0,1,2\n", "Give the same goal in every row")]
    [DataRow("time,baseHinge,interArm\n", "there are no rows")]
    [DataRow("time,baseHinge,interArm\n0,1e300,0\n", "Give a number below")]
    public async Task A_trajectory_that_is_not_usable_is_refused(string text, string said)
    {
        using Workspace files = new();
        Assert.Contains(said, await ToolRun.Refused("view", files.Write("log.csv", text), "--robot", "two-link", "--out", files["out.html"]));
        Assert.IsFalse(File.Exists(files["out.html"]));
    }

    private static async Task<string> Fitted(Workspace files, string critic)
    {
        string goals = files.Write("goals.csv", "id,goal_0,goal_1,arm2.mass,start_0\nfirst,0.5,0.5,1,0\nsecond <&>,-0.4,1.1,2,0.2\n");
        await ToolRun.Good("fit", "--critic", critic, "--goals", goals, "--out", files["fitted.csv"], "--steps", "6", "--policies", files["p"]);
        return files["fitted.csv"];
    }

    private static JsonElement Scene(string html) =>
        JsonDocument.Parse(Data().Match(html).Groups[1].Value).RootElement;

    [GeneratedRegex("<script type=\"application/json\" id=\"data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Data();

    [GeneratedRegex("`metacritic (view [^`]*)`")]
    private static partial Regex Command();

    [GeneratedRegex("(?:https?:)?//[a-z0-9.-]+\\.[a-z]{2,}|src=|@import|url\\(")]
    private static partial Regex Address();
}
