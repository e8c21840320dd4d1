using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using MetaCritic.Analysis;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Tables;
using Spectre.Console;

namespace MetaCritic.Cli.Commands;

/// <summary><c>metacritic evaluate</c>: statistics of a table of fitted policies.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> file = new("fitted.csv") { Description = "What metacritic fit wrote: a table with the columns error and diverged." };
        Option<string?> group = new("--group") { Description = "Also the statistics for each value of this column, for example iiwa_link_7.mass.", HelpName = "column" };
        Option<double?> tolerance = Arguments.Number("--tolerance", $"A policy succeeds if its error is at most this, rad² (m² for sliding joints). Default: {Format.Exact(ErrorSummary.DefaultTolerance)}.");
        Option<TableFormat?> separator = Arguments.Separator();
        Option<bool> json = Arguments.Json();
        ExampledCommand command = new("evaluate", "Statistics of the errors of fitted policies. Diverged policies have no error; they count as failures.", "metacritic evaluate fitted.csv --group arm2.mass") { file, group, tolerance, separator, json };
        command.SetAction((parsed, _) =>
        {
            double limit = parsed.GetValue(tolerance) ?? ErrorSummary.DefaultTolerance;
            string? column = parsed.GetValue(group);
            (double[] errors, string[] keys) = Read(parsed.GetRequiredValue(file), Arguments.FormatOf(parsed, separator), column);
            (string? Name, ErrorSummary Summary)[] groups =
                [.. keys.Zip(errors).GroupBy(pair => pair.First, pair => pair.Second).Select(g => ((string?)g.Key, ErrorSummary.Of([.. g], limit)))];
            ErrorSummary all = ErrorSummary.Of(errors, limit);
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
        int error = Column(table, "error");
        int diverged = Column(table, "diverged");
        int by = group is null ? -1 : Column(table, group);
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

    private static int Column(TableReader table, string name) =>
        table.IndexOf(name) is >= 0 and int index
            ? index
            : throw new InvalidInputException(table.Source, $"there is no column \"{name}\"", $"The columns are {Shown.Names(table.Columns)}");

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
