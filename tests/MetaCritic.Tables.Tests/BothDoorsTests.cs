
namespace MetaCritic.Tables.Tests;

/// <summary>The tool and the ML.NET layer take the same files, with the same numbers, and refuse the same ones at the same place with the same words.</summary>
[TestClass]
public sealed class BothDoorsTests
{
    public static IEnumerable<object[]> Goals => GoalCases.All.Select(table => new object[] { table });

    public static IEnumerable<object[]> Transitions => TransitionCases.All.Select(table => new object[] { table });

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(Goals))]
    public async Task Tables_of_goals_are_the_same_for_the_tool_and_the_layer(TableCase table)
    {
        using Workspace files = new();
        string file = files["goals ä.csv"];
        File.WriteAllBytes(file, table.Bytes);
        string tool = await Doors.GoalsByTheTool(file, table.Separator, files["c.critic"]);
        string layer = Doors.Said(() => Doors.GoalsByTheLayer(file, table.Separator));
        Judge(table, file, tool, layer);
        Assert.AreEqual(table.Said is null, File.Exists(files["c.critic"]));
    }

    [TestMethod]
    [DynamicData(nameof(Transitions))]
    public async Task Logs_are_the_same_for_the_tool_and_the_layer(TableCase table)
    {
        using Workspace files = new();
        string file = files["log ä.csv"];
        File.WriteAllBytes(file, table.Bytes);
        string tool = table.Said is null
            ? Doors.TransitionsByTheToolsReader(file, table.Separator)
            : await Doors.TransitionsByTheTool(file, table.Separator, files.Write("goals.csv", "goal_0\n1\n"), files["c.critic"]);
        string layer = Doors.Said(() => Doors.TransitionsByTheLayer(file, table.Separator));
        Judge(table, file, tool, layer);
    }

    private static void Judge(TableCase table, string file, string tool, string layer)
    {
        Assert.AreEqual(tool, layer);
        if (table.Said is null)
        {
            Assert.DoesNotStartWith(file, tool);
        }
        else
        {
            Assert.StartsWith(file + table.Said, tool);
            Assert.EndsWith(".", tool);
        }
    }
}
