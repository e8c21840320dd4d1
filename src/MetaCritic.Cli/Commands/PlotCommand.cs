using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Tables;

namespace MetaCritic.Cli.Commands;

/// <summary><c>metacritic plot</c>: the curve of a training from the table that <c>train --log</c> or a program's TrainingLog wrote.</summary>
internal static class PlotCommand
{
    private const string OtherTable = "Give a table that metacritic train --log wrote";

    public static Command Create(Terminal terminal)
    {
        Argument<string> file = new("file") { Description = "The table that metacritic train --log wrote, or a TrainingLog in a program. The training may still run." };
        Option<string> output = new("--out") { Description = "The curve is drawn into this SVG file.", HelpName = "curve.svg", Required = true };
        Option<bool> json = Arguments.Json();
        ExampledCommand command = new("plot", "Draw the errors of a training from its log.", "metacritic plot metrics.csv --out curve.svg") { file, output, json };
        command.SetAction((parsed, _) =>
        {
            string source = parsed.GetRequiredValue(file), outFile = parsed.GetRequiredValue(output);
            OutputFiles.RequireDistinct("--out", outFile, "the log", source);
            OutputFiles.RequirePicture("--out", outFile);
            TrainingCurve curve = new(outFile, "rad² (m² if a joint slides)");
            int rows = Read(source, curve);
            OutputFiles.PrepareOutput(outFile);
            if (!curve.Write())
            {
                throw new InvalidInputException(source, "no error in it is a finite number above 0", "Give the log of a training that did not diverge at once");
            }

            if (parsed.GetValue(json))
            {
                Format.WriteJson(terminal, new JsonObject { ["iterations"] = rows, ["file"] = outFile });
            }
            else
            {
                terminal.WriteList([("meta-iterations", Format.Count(rows)), ("curve", outFile)]);
            }

            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static int Read(string file, TrainingCurve curve)
    {
        using TableReader table = TableReader.Open(file, null, name => name is "iteration" or "final_error" or "validation_error");
        int iteration = InputTables.Column(table, "iteration", OtherTable), error = InputTables.Column(table, "final_error", OtherTable), validation = InputTables.Column(table, "validation_error", OtherTable);
        int rows = 0;
        while (table.Read())
        {
            long number = table.GetInteger(iteration);
            if (number is < 1 or > int.MaxValue)
            {
                throw table.Error(iteration, "Give meta-iterations from 1");
            }

            curve.Add((int)number, Number(table, error), table.GetText(validation).Length == 0 ? null : Number(table, validation));
            rows++;
        }

        return rows;
    }

    // A training that diverged has NaN in its log.
    private static double Number(TableReader table, int column) =>
        double.TryParse(table.GetText(column), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw table.Error(column, "Give a number, with a decimal point, or NaN");
}
