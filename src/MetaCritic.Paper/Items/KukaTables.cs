using MetaCritic.Cli.Output;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Plots;
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
    /// <param name="runs">The runs, of one series.</param>
    /// <param name="paper">The paper's rows.</param>
    /// <param name="more">Lines of our own: name and value at a setting.</param>
    public static Chart Errors(string title, string label, IReadOnlyList<SweepRun> runs, IReadOnlyList<PaperRow> paper, IReadOnlyList<(string Name, Func<double, double> Value)> more)
    {
        double[] settings = [.. runs.Select(run => run.Setting.Value).Distinct()];
        List<Mark> marks = [];
        List<string> methods = [.. runs.Select(run => run.Method).Distinct()];
        foreach (var method in runs.GroupBy(run => run.Method))
        {
            Statistic[] statistics = [.. settings.Select(value => Sweep.OverSeeds(method.Where(run => run.Setting.Value == value)))];
            marks.Add(new LineMark(settings, [.. statistics.Select(s => s.Mean)])
            {
                Low = [.. statistics.Select(s => s.Least)],
                High = [.. statistics.Select(s => s.Greatest)],
                Label = method.Key,
                Colour = Palette.Series(methods.IndexOf(method.Key)),
            });
        }

        marks.AddRange(paper.Select((row, i) => new LineMark([.. settings.Take(row.Values.Length)], row.Values) { Label = $"paper: {row.Name}", Colour = PaperColour(row, i), Dashes = "6 4" }));
        marks.AddRange(more.Select(line => new LineMark(settings, [.. settings.Select(line.Value)]) { Label = line.Name, Colour = "#777777", Dashes = "2 3" }));
        return new(title, new Scale(label) { Tight = true }, new Scale("mean squared error, rad²") { Logarithmic = true }, marks);

        // A method of ours and the paper's of the same name share a colour.
        string PaperColour(PaperRow row, int index) =>
            methods.IndexOf(row.Name) is int ours and >= 0 ? Palette.Series(ours) : index == 0 ? Palette.Ink : Palette.Series(methods.Count + index - 1);
    }

    private static string Rounded(double value) =>
        double.IsFinite(value) ? value.ToString(Math.Abs(value) < 0.1 ? "0.0000" : "0.000", System.Globalization.CultureInfo.InvariantCulture) : "–";
}
