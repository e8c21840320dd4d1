using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Results;
using OxyPlot.Axes;

namespace MetaCritic.Paper.Items;

/// <summary>Maps of errors of the 2-joint arm, one per method, on the scale that all of them have.</summary>
internal static class ErrorMap
{
    /// <summary>Draws a map for each method.</summary>
    /// <param name="runs">The runs of all methods.</param>
    /// <param name="draw">Draws one: title, runs of the method, scale.</param>
    public static IReadOnlyList<Panel> Panels(Sheet runs, Func<string, IReadOnlyList<SheetRow>, Axis, Panel> draw)
    {
        Axis colours = Axes.LogarithmicColours("mean squared error, rad²", 1e-4, 1, marksAbove: true);
        return [.. runs.Rows.GroupBy(row => row["method"]).Select(method => draw(Method.LabelOf(method.Key), [.. method], colours))];
    }

    /// <summary>A map over the goals.</summary>
    /// <param name="title">Stands above it.</param>
    /// <param name="runs">The runs of a method; goals on a grid, row by row.</param>
    /// <param name="colours">The scale.</param>
    /// <param name="trainingGoals">Marked with crosses.</param>
    public static Panel OverGoals(string title, IReadOnlyList<SheetRow> runs, Axis colours, IReadOnlyList<double[]> trainingGoals)
    {
        double[] axis = [.. runs.Select(row => row.Number("goal_0")).Distinct()];
        double[,] means = new double[axis.Length, axis.Length];
        foreach (var goal in runs.GroupBy(row => (X: row.Number("goal_0"), Y: row.Number("goal_1"))))
        {
            means[Array.IndexOf(axis, goal.Key.X), Array.IndexOf(axis, goal.Key.Y)] = Statistic.OverSeeds(goal).Mean;
        }

        Panel panel = new(title, Axes.Linear("goal of the shoulder, rad"), Axes.Linear("goal of the elbow, rad"));
        panel.Map(axis, axis, means, colours);
        panel.Crosses("training goals", [.. trainingGoals.Select(goal => (goal[0], goal[1]))]);
        return panel;
    }
}
