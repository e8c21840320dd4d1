using System.Globalization;
using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper.Items;

/// <summary>What the tables of the Kuka arm have in common: how they are printed and drawn.</summary>
internal static class KukaTables
{
    /// <summary>A row of the paper's numbers.</summary>
    /// <param name="Name">The paper's method.</param>
    /// <param name="Values">Mean errors, one per setting, rad².</param>
    public sealed record PaperRow(string Name, double[] Values);

    /// <summary>Mean errors beside the paper's, one column per setting.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="heading">What the settings are.</param>
    /// <param name="runs">The runs, of one series.</param>
    /// <param name="paper">The paper's rows.</param>
    /// <param name="more">Rows of our own, below each method's: name, and value from mean error and setting.</param>
    public static PaperTable Table(string caption, string heading, IReadOnlyList<SweepRun> runs, IReadOnlyList<PaperRow> paper, IReadOnlyList<(string Name, Func<double, double, double> Value)> more)
    {
        double[] settings = [.. runs.Select(run => run.Setting.Value).Distinct()];
        List<string[]> rows = [.. paper.Select(row => (string[])[$"paper: {row.Name}", .. settings.Select((_, i) => i < row.Values.Length ? Format.Short(row.Values[i]) : "–")])];
        foreach (var method in runs.GroupBy(run => run.Method))
        {
            Statistic[] statistics = [.. settings.Select(value => Sweep.OverSeeds(method.Where(run => run.Setting.Value == value)))];
            rows.Add([method.Key, .. statistics.Select(s => Rounded(s.Mean))]);
            rows.Add(["  95 % interval, low", .. statistics.Select(s => Rounded(s.Low))]);
            rows.Add(["  95 % interval, high", .. statistics.Select(s => Rounded(s.High))]);
            rows.Add(["  median", .. settings.Select(value => Rounded(Sweep.Median(method.Where(run => run.Setting.Value == value))))]);
            rows.Add(["  diverged", .. settings.Select(value => Format.Count(method.Count(run => run.Setting.Value == value && double.IsNaN(run.Error))))]);
            rows.AddRange(more.Select(row => (string[])["  " + row.Name, .. statistics.Select((s, i) => Rounded(row.Value(s.Mean, settings[i])))]));
        }

        return new(caption, [heading, .. settings.Select(Format.Short)], rows);
    }

    /// <summary>Errors over the settings, with bands from the least to the greatest seed, and the paper's, dashed.</summary>
    /// <param name="title">Stands above the panel.</param>
    /// <param name="label">What the settings are, with unit.</param>
    /// <param name="column">Column of the settings.</param>
    /// <param name="runs">The runs, of one series.</param>
    /// <param name="paper">The paper's rows.</param>
    public static Panel Errors(string title, string label, string column, IReadOnlyList<SheetRow> runs, IReadOnlyList<PaperRow> paper)
    {
        double[] settings = [.. runs.Select(row => row.Number(column)).Distinct()];
        Panel panel = new(title, Axes.Linear(label, padding: 0), Axes.Logarithmic("mean squared error, rad²"));
        foreach (var method in runs.GroupBy(row => row["method"]))
        {
            Statistic[] statistics = [.. settings.Select(value => Statistic.OverSeeds(method.Where(row => row.Number(column) == value)))];
            panel.Line(Method.Of(method.Key), settings, [.. statistics.Select(s => s.Mean)], [.. statistics.Select(s => s.Least)], [.. statistics.Select(s => s.Greatest)]);
        }

        foreach (PaperRow row in paper)
        {
            panel.Line(Method.Of(row.Name).OfPaper(), [.. settings.Take(row.Values.Length)], row.Values);
        }

        return panel;
    }

    /// <summary>A panel for each series of runs, two beside each other.</summary>
    /// <param name="title">What the figure shows.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="paper">The paper's rows.</param>
    public static Figure ErrorsOverLength(string title, Sheet runs, IReadOnlyList<PaperRow> paper) =>
        new(title, [.. runs.Rows.GroupBy(row => row["series"]).Select(series => Errors(series.Key, "added length, m", "length", [.. series], paper))])
        {
            Columns = 2,
            PlotWidth = 360,
            PlotHeight = 250,
        };

    private static string Rounded(double value) =>
        double.IsFinite(value) ? value.ToString(Math.Abs(value) < 0.1 ? "0.0000" : "0.000", CultureInfo.InvariantCulture) : "–";
}
