using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MathNet.Numerics.Statistics;
using MetaCritic.Analysis;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Files;
using MetaCritic.Tables;
using Spectre.Console;
using Panel = MetaCritic.Cli.Plots.Panel;

namespace MetaCritic.Cli.Commands;

/// <summary><c>metacritic evaluate</c>: statistics of a table of fitted policies.</summary>
internal static class EvaluateCommand
{
    private const int GroupLimit = 60;
    private const string OtherTable = "Give a table that metacritic fit wrote";

    public static Command Create(Terminal terminal)
    {
        Argument<string> file = new("fitted.csv") { Description = "What metacritic fit wrote: a table with the columns error and diverged." };
        Option<string?> group = new("--group") { Description = "Also the statistics for each value of this column, for example iiwa_link_7.mass.", HelpName = "column" };
        Option<double?> tolerance = Arguments.Number("--tolerance", $"A policy succeeds if its error is at most this, rad² (m² for sliding joints). Default: {Format.Exact(ErrorSummary.DefaultTolerance)}.");
        Option<string?> plot = new("--plot") { Description = $"Draw the errors of each group into this SVG file: their median, and a bar from the 10th to the 90th percentile. At most {Format.Count(GroupLimit)} groups.", HelpName = "errors.svg" };
        Option<TableFormat?> separator = Arguments.Separator();
        Option<bool> json = Arguments.Json();
        ExampledCommand command = new("evaluate", "Statistics of the errors of fitted policies. Diverged policies have no error; they count as failures.", "metacritic evaluate fitted.csv --group arm2.mass") { file, group, tolerance, plot, separator, json };
        command.SetAction((parsed, _) =>
        {
            double limit = parsed.GetValue(tolerance) ?? ErrorSummary.DefaultTolerance;
            Arguments.Check(() => ErrorSummary.Of([], limit), ("tolerance", tolerance.Name)); // before the table is read
            string? column = parsed.GetValue(group);
            string table = parsed.GetRequiredValue(file);
            OutputFiles.RequireDistinct("--plot", parsed.GetValue(plot) ?? "", "the table", table);
            OutputFiles.RequirePicture("--plot", parsed.GetValue(plot));
            (double[] errors, string[] keys) = Read(table, Arguments.FormatOf(parsed, separator), column);
            (string? Name, ErrorSummary Summary)[] groups =
                [.. keys.Zip(errors).GroupBy(pair => pair.First, pair => pair.Second).Select(g => ((string?)g.Key, ErrorSummary.Of([.. g], limit)))];
            ErrorSummary all = ErrorSummary.Of(errors, limit);
            if (parsed.GetValue(plot) is { } picture)
            {
                Draw(picture, column, errors, keys);
            }

            if (parsed.GetValue(json))
            {
                JsonObject document = Describe(null, all);
                document["tolerance"] = limit;
                if (column is not null)
                {
                    document["groupColumn"] = column;
                    document["groups"] = new JsonArray([.. groups.Select(g => (JsonNode)Describe(g.Name, g.Summary))]);
                }

                Format.WriteJson(terminal, document);
            }
            else
            {
                Show(terminal, column, [.. groups, ("all", all)]);
            }

            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    /// <summary>Reads a table of fitted policies.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How its cells are separated.</param>
    /// <param name="group">Column to group by; null for none.</param>
    /// <returns>Errors, NaN where a policy diverged, and the texts of the column.</returns>
    internal static (double[] Errors, string[] Groups) Read(string path, TableFormat? format = null, string? group = null)
    {
        using TableReader table = TableReader.Open(path, format, name => name is "error" or "diverged");
        int error = InputTables.Column(table, "error", OtherTable);
        int diverged = InputTables.Column(table, "diverged", OtherTable);
        int by = group is null ? -1 : InputTables.Column(table, group);
        List<double> errors = [];
        List<string> groups = [];
        while (table.Read())
        {
            errors.Add(table.GetText(diverged) switch
            {
                "1" => double.NaN,
                "0" => table.GetNumber(error) is >= 0 and double value ? value : throw table.Error(error, "Give an error of 0 or more"),
                _ => throw table.Error(diverged, "Give 1 for a diverged policy, else 0"),
            });
            if (by >= 0)
            {
                groups.Add(table.GetText(by));
            }
        }

        return ([.. errors], [.. groups]);
    }

    private static void Draw(string path, string? column, double[] errors, string[] keys)
    {
        OutputFiles.PrepareOutput(path);
        (string Name, double[] Errors)[] groups =
        [
            .. (column is null ? errors.Select(error => (Key: "all", Error: error)) : keys.Zip(errors, (key, error) => (Key: key, Error: error)))
                .GroupBy(pair => pair.Key, pair => pair.Error).Select(g => (g.Key, g.Where(error => error > 0).Order().ToArray())),
        ];
        if (Array.TrueForAll(groups, g => double.TryParse(g.Name, NumberStyles.Float, CultureInfo.InvariantCulture, out double _)))
        {
            groups = [.. groups.OrderBy(g => double.Parse(g.Name, NumberStyles.Float, CultureInfo.InvariantCulture))];
        }

        if (groups.Length > GroupLimit)
        {
            throw new InvalidInputException("--plot", $"there are {Format.Count(groups.Length)} groups", $"Name a column with at most {Format.Count(GroupLimit)} different values with --group");
        }

        if (groups.All(g => g.Errors.Length == 0))
        {
            throw new InvalidInputException("--plot", "no policy has an error greater than 0", "Leave it out");
        }

        Panel panel = new("", Axes.Names(column ?? "", groups.Select(g => Terminal.OneLine(g.Name))), Axes.Logarithmic("squared final error, rad² (m² if a joint slides)"));
        panel.Bars(
            new("median, 10th to 90th percentile", LineLook.Blue),
            groups.Index().Where(g => g.Item.Errors.Length > 0).Select(g => ((double)g.Index, Quantile(g.Item.Errors, 0.5), Quantile(g.Item.Errors, 0.1), Quantile(g.Item.Errors, 0.9))));
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(new Figure("Errors of fitted policies by group", [panel]).Render("errors"))));

        static double Quantile(double[] sorted, double part) => SortedArrayStatistics.Quantile(sorted, part);
    }

    private static void Show(Terminal terminal, string? column, IEnumerable<(string? Name, ErrorSummary Summary)> groups)
    {
        Table table = TerminalTables.Create(
            [.. TerminalTables.Texts(column ?? "policies"), .. TerminalTables.Numbers("count", "diverged", "success", "mean", "std", "median", "p90", "95 % interval")]);
        double tolerance = 0;
        foreach ((string? name, ErrorSummary s) in groups)
        {
            tolerance = s.Tolerance;
            table.Add(
                name!,
                Format.Count(s.Count),
                Format.Count(s.Diverged),
                string.Create(CultureInfo.InvariantCulture, $"{100 * s.SuccessRate:0.0} %"),
                Format.Short(s.Mean),
                Format.Short(s.StandardDeviation),
                Format.Short(s.Median),
                Format.Short(s.Percentile90),
                double.IsNaN(s.ConfidenceLow) ? "–" : $"{Format.Short(s.ConfidenceLow)} to {Format.Short(s.ConfidenceHigh)}");
        }

        terminal.WriteTable(table);
        terminal.Out.WriteLine();
        terminal.Out.WriteLine("errors in rad² (m² if a joint slides)");
        terminal.Out.WriteLine($"success: error ≤ {Format.Short(tolerance)}");
    }

    private static JsonObject Describe(string? group, ErrorSummary s)
    {
        JsonObject document = [];
        if (group is not null)
        {
            document["group"] = group;
        }

        document["count"] = s.Count;
        document["diverged"] = s.Diverged;
        document["mean"] = Format.Number(s.Mean);
        document["std"] = Format.Number(s.StandardDeviation);
        document["median"] = Format.Number(s.Median);
        document["p90"] = Format.Number(s.Percentile90);
        document["ci95"] = Format.Numbers([s.ConfidenceLow, s.ConfidenceHigh]);
        document["successRate"] = Format.Number(s.SuccessRate);
        return document;
    }
}
