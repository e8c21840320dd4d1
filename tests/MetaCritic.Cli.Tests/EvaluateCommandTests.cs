using System.Text.Json;
using MetaCritic.Cli.Output;

namespace MetaCritic.Cli.Tests;

[TestClass]
public sealed class EvaluateCommandTests
{
    private const string Table = "goal_0,mass,error,steps,diverged\n0,1,10,5,0\n0,2,1,5,0\n0,1,NaN,5,1\n0,1,3,5,0\n0,2,2,5,0\n0,2,4,5,0\n";

    [TestMethod]
    public async Task Statistics_are_those_computed_by_hand()
    {
        using Workspace files = new();
        ToolRun run = await ToolRun.Good("evaluate", files.Write("fitted.csv", Table), "--tolerance", "3", "--json");
        JsonElement s = run.Json;
        Assert.AreEqual(6, s.GetProperty("count").GetInt32());
        Assert.AreEqual(1, s.GetProperty("diverged").GetInt32());
        Assert.AreEqual(4, s.GetProperty("mean").GetDouble());
        Assert.AreEqual(Math.Sqrt(12.5), s.GetProperty("std").GetDouble(), 1e-15);
        Assert.AreEqual(3, s.GetProperty("median").GetDouble());
        Assert.AreEqual(7.6, s.GetProperty("p90").GetDouble(), 1e-14);
        Assert.AreEqual(0.5, s.GetProperty("successRate").GetDouble());
        Assert.AreEqual(3, s.GetProperty("tolerance").GetDouble());
        Assert.AreEqual(2, s.GetProperty("ci95").GetArrayLength());
        Assert.IsLessThan(4, s.GetProperty("ci95")[0].GetDouble());
        Assert.IsGreaterThan(4, s.GetProperty("ci95")[1].GetDouble());
        Assert.IsFalse(s.TryGetProperty("groups", out _));
        Assert.AreEqual(run.Out, (await ToolRun.Good("evaluate", files["fitted.csv"], "--tolerance", "3", "--json")).Out);
    }

    [TestMethod]
    public async Task Groups_come_in_the_order_of_the_table()
    {
        using Workspace files = new();
        JsonElement groups = (await ToolRun.Good("evaluate", files.Write("fitted.csv", Table), "--group", "mass", "--json")).Json.GetProperty("groups");
        Assert.AreEqual(2, groups.GetArrayLength());
        Assert.AreEqual("1", groups[0].GetProperty("group").GetString());
        Assert.AreEqual(3, groups[0].GetProperty("count").GetInt32());
        Assert.AreEqual(1, groups[0].GetProperty("diverged").GetInt32());
        Assert.AreEqual(6.5, groups[0].GetProperty("mean").GetDouble());
        Assert.AreEqual("2", groups[1].GetProperty("group").GetString());
        Assert.AreEqual(7 / 3.0, groups[1].GetProperty("mean").GetDouble(), 1e-15);
        Assert.AreEqual(0, groups[1].GetProperty("successRate").GetDouble());
    }

    [TestMethod]
    public async Task All_diverged_gives_nulls()
    {
        using Workspace files = new();
        JsonElement s = (await ToolRun.Good("evaluate", files.Write("fitted.csv", "error,diverged\nNaN,1\n,1\n"), "--json")).Json;
        Assert.AreEqual(2, s.GetProperty("diverged").GetInt32());
        Assert.AreEqual(JsonValueKind.Null, s.GetProperty("mean").ValueKind);
        Assert.AreEqual(JsonValueKind.Null, s.GetProperty("ci95")[1].ValueKind);
        Assert.AreEqual(0, s.GetProperty("successRate").GetDouble());
    }

    [TestMethod]
    [DataRow(Terminal.Unlimited)]
    [DataRow(80)]
    [DataRow(40)]
    public async Task The_text_shows_the_same_and_fits(int width)
    {
        using Workspace files = new();
        ToolRun run = await ToolRun.Of(width, default, "evaluate", files.Write("fitted.csv", Table), "--group", "mass", "--tolerance", "3");
        Assert.AreEqual(0, run.ExitCode);
        foreach (string text in (string[])["mass", "3.536", "7.6", "50.0 %", "success: error ≤ 3"])
        {
            StringAssert.Contains(run.Out, text);
        }

        Assert.IsTrue(run.Out.Split('\n').All(line => line.TrimEnd('\r').Length <= width));
    }

    [TestMethod]
    [DataRow("error,steps\n1,2\n", "there is no column \"diverged\". Give a table that metacritic fit wrote.")]
    [DataRow("diverged\n0\n", "there is no column \"error\"")]
    [DataRow("error,diverged\nabc,0\n", "line 2, column \"error\": value is \"abc\"")]
    [DataRow("error,diverged\nNaN,0\n", "line 2, column \"error\": value is \"NaN\"")]
    [DataRow("error,diverged\n-1,0\n", "Give an error of 0 or more")]
    [DataRow("error,diverged\n1,0\n1,2\n", "line 3, column \"diverged\": value is \"2\"")]
    [DataRow("error,diverged\n", "no rows")]
    [DataRow("", "empty")]
    public async Task Wrong_tables_are_refused(string table, string message)
    {
        using Workspace files = new();
        string error = await ToolRun.Refused("evaluate", files.Write("fitted.csv", table));
        StringAssert.Contains(error, "fitted.csv");
        StringAssert.Contains(error, message);
    }

    [TestMethod]
    public async Task Wrong_options_are_refused()
    {
        using Workspace files = new();
        string file = files.Write("fitted.csv", Table);
        StringAssert.Contains(await ToolRun.Refused("evaluate", file, "--group", "none"), "there is no column \"none\". The columns are goal_0, mass, error, steps, diverged.");
        StringAssert.Contains(await ToolRun.Refused("evaluate", file, "--group", "Mas"), "Perhaps 'mass' is meant.");
        string wide = files.Write("wide.csv", $"error,diverged,{string.Join(',', Enumerable.Range(1, 20).Select(i => $"note {i:00}"))}\n0,0{string.Concat(Enumerable.Repeat(",x", 20))}\n");
        StringAssert.Contains(await ToolRun.Refused("evaluate", wide, "--group", "colour"), ", of 22.");
        StringAssert.Contains(await ToolRun.Refused("evaluate", file, "--tolerance", "-1"), "--tolerance: value is -1");
        StringAssert.Contains(await ToolRun.Refused("evaluate", files["none.csv"]), "there is no such file");
    }
}
