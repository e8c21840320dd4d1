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
    public async Task A_curve_is_not_drawn_over_a_file_that_is_read()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", Goals);
        Assert.Contains("--plot", await ToolRun.Refused(["train", "--robot", "two-link", "--goals", goals, "--out", files["c"], "--plot", goals]));
        Assert.AreEqual(Goals, File.ReadAllText(goals));
        Assert.Contains("--plot", await ToolRun.Refused(["train", "--robot", "two-link", "--goals", goals, "--out", files["c"], "--plot", files["no/such/folder/curve.svg"]]));
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
