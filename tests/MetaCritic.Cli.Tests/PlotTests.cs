using System.Globalization;
using System.Xml.Linq;

namespace MetaCritic.Cli.Tests;

/// <summary>Curves of trainings and errors of fits as pictures.</summary>
[TestClass]
public sealed class PlotTests
{
    private const string Goals = "goal_0,goal_1\n0.5,-0.5\n1,0.25\n";

    [TestMethod]
    public async Task A_training_draws_its_curve_with_validations()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", Goals), other = files.Write("other.csv", "goal_0,goal_1\n0.4,-0.4\n");
        string[] args = ["train", "--robot", "two-link", "--goals", goals, "--validate", other, .. Workspace.Tiny, "--set", "validationInterval=1", "--keep", "--out", files["c"], "--plot", files["curve.svg"]];
        await ToolRun.Of(args);
        string picture = File.ReadAllText(files["curve.svg"]);
        XElement svg = XElement.Parse(picture);
        Assert.AreEqual("svg", svg.Name.LocalName);
        foreach (string text in (string[])["meta-iteration", "mean squared final error, rad²", "policies in training", "new policies, goals of --validate"])
        {
            Assert.Contains(text, svg.Value);
        }

        await ToolRun.Of(args);
        Assert.AreEqual(picture, File.ReadAllText(files["curve.svg"]), "the same run draws the same");
    }

    [TestMethod]
    public async Task A_log_is_drawn_as_its_training_was()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", Goals), other = files.Write("other.csv", "goal_0,goal_1\n0.4,-0.4\n");
        await ToolRun.Of(["train", "--robot", "two-link", "--goals", goals, "--validate", other, .. Workspace.Tiny, "--set", "validationInterval=1", "--keep", "--out", files["c"], "--plot", files["a.svg"], "--log", files["a.csv"]]);
        ToolRun run = await ToolRun.Good("plot", files["a.csv"], "--out", files["b.svg"]);
        Assert.Contains("meta-iterations", run.Out);
        string[] pictures = [File.ReadAllText(files["a.svg"]), File.ReadAllText(files["b.svg"])];
        Assert.AreEqual(Paths(pictures[0]), Paths(pictures[1]));
        Assert.Contains("new policies", pictures[1]);

        static string Paths(string svg) => string.Join('\n', XElement.Parse(svg).Descendants().Where(one => one.Name.LocalName is "path" or "polyline").Attributes().Select(one => one.Value));
    }

    [TestMethod]
    [DataRow("iteration,final_error,validation_error\n1,NaN,\n", "no error in it is a finite number above 0")]
    [DataRow("iteration,final_error,validation_error\n0,1,\n", "Give meta-iterations from 1")]
    [DataRow("iteration,final_error,validation_error\n1,x,\n", "Give a number")]
    [DataRow("iteration,final_error,validation_error\n", "there are no rows")]
    [DataRow("goal_0,goal_1\n1,2\n", "iteration")]
    public async Task What_is_no_log_is_refused(string text, string said)
    {
        using Workspace files = new();
        string log = files.Write("a.csv", text);
        Assert.Contains(said, await ToolRun.Refused("plot", log, "--out", files["a.svg"]));
        Assert.Contains("this is the file of the log", await ToolRun.Refused("plot", log, "--out", log));
        CollectionAssert.AreEqual(new[] { "a.csv" }, files.Files());
    }

    [TestMethod]
    public async Task A_curve_is_not_drawn_over_a_file_that_is_read()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", Goals);
        Assert.Contains("--plot", await ToolRun.Refused(["train", "--robot", "two-link", "--goals", goals, "--out", files["c"], "--plot", goals]));
        Assert.AreEqual(Goals, File.ReadAllText(goals));
        Assert.Contains("--plot", await ToolRun.Refused(["train", "--robot", "two-link", "--goals", goals, "--out", files["c"], "--plot", files["no/such/folder/curve.svg"]]));
    }

    [TestMethod]
    [DataRow("evaluate fitted.csv --plot picture.png", "--plot")]
    [DataRow("plot log.csv --out picture.PDF", "--out")]
    [DataRow("train --robot two-link --goals goals.csv --out c --plot picture", "--plot")]
    [DataRow("view two-link --strip picture.html", "--strip")]
    public async Task A_picture_whose_name_says_another_format_is_refused_before_the_work(string command, string option)
    {
        using Workspace files = new();
        files.Write("fitted.csv", "error,diverged\n1,0\n");
        files.Write("log.csv", "iteration,final_error,validation_error\n1,1,\n");
        files.Write("goals.csv", Goals);
        string[] before = files.Files();
        string[] args = [.. command.Split(' ').Select(word => word == "c" || word.Contains("picture", StringComparison.Ordinal) || word.EndsWith(".csv", StringComparison.Ordinal) ? files[word] : word)];
        Assert.AreEqual($"error: {option} {args[^1]}: pictures are SVG. Give a name that ends in .svg; browsers show it, and programs such as Inkscape make other formats of it.", await ToolRun.Refused(args));
        CollectionAssert.AreEqual(before, files.Files());
    }

    [TestMethod]
    public async Task A_page_whose_name_says_another_format_is_refused()
    {
        using Workspace files = new();
        Assert.Contains($"--out {files["x.pdf"]}: the page is HTML. Give a name that ends in .html, or a picture, strip.svg, with --strip.", await ToolRun.Refused("view", "two-link", "--out", files["x.pdf"]));
        Assert.IsEmpty(files.Files());
        await ToolRun.Good("view", "two-link", "--out", files["x.HTM"]);
    }

    [TestMethod]
    public async Task Errors_are_drawn_by_group()
    {
        using Workspace files = new();
        string table = files.Write("fitted.csv", "mass,error,diverged\n1,0.1,0\n1,0.2,0\n2,3,0\n2,NaN,1\n5,0,0\n");
        await ToolRun.Good("evaluate", table, "--group", "mass", "--plot", files["errors.svg"]);
        XElement svg = XElement.Load(files["errors.svg"]);
        foreach (string text in (string[])["mass", "squared final error, rad² (m² if a joint slides)", "median, 10th to 90th percentile"])
        {
            Assert.Contains(text, svg.Value);
        }

        await ToolRun.Good("evaluate", table, "--plot", files["all.svg"]);
        Assert.Contains("all", XElement.Load(files["all.svg"]).Value);
    }

    [TestMethod]
    public async Task What_cannot_be_drawn_is_refused()
    {
        using Workspace files = new();
        string zeros = files.Write("zeros.csv", "error,diverged\n0,0\n"), table = files.Write(
            "many.csv", "id,error,diverged\n" + string.Concat(Enumerable.Range(0, 61).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},1,0\n"))));
        Assert.Contains("no policy has an error greater than 0", await ToolRun.Refused("evaluate", zeros, "--plot", files["a.svg"]));
        Assert.Contains("there are 61 groups", await ToolRun.Refused("evaluate", table, "--group", "id", "--plot", files["a.svg"]));
        Assert.Contains("--plot", await ToolRun.Refused("evaluate", table, "--plot", table));
        Assert.IsFalse(File.Exists(files["a.svg"]));
    }
}
