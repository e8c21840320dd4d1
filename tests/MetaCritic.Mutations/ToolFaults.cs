namespace MetaCritic.Mutations;

/// <summary>Faults in the command-line tool.</summary>
internal static class ToolFaults
{
    private const string Tool = "src/MetaCritic.Cli/";

    public static IReadOnlyList<Fault> List { get; } =
    [
        new(
            "Rows with too few cells",
            Tool + "CsvTable.cs",
            "if (reader.FieldCount != columns.Length)",
            "if (reader.FieldCount > columns.Length)",
            "An unchecked length: an exception that is not ours.",
            "HostileTableTests"),
        new(
            "Thousands separators in tables",
            Tool + "CsvTable.cs",
            "double.TryParse(row.Cells[column], NumberStyles.Float, CultureInfo.InvariantCulture",
            "double.TryParse(row.Cells[column], NumberStyles.Any, CultureInfo.InvariantCulture",
            "A decimal comma would be read as 10 times the number.",
            "HostileTableTests"),
        new(
            "Policies numbered on",
            Tool + "Commands/FitCommand.cs",
            "Format.Count(i % count),",
            "Format.Count(i),",
            "A wrong column.",
            "FitCommandTests"),
        new(
            "Results beside other goals",
            Tool + "Commands/FitCommand.cs",
            "writer.WriteLine($\"{table.Rows[i / count].Raw},",
            "writer.WriteLine($\"{table.Rows[i % table.Rows.Count].Raw},",
            "A wrong index.",
            "FitCommandTests"),
        new(
            "Diverged policies count as perfect",
            Tool + "Commands/EvaluateCommand.cs",
            "\"1\" => double.NaN,",
            "\"1\" => 0,",
            "Results would look better than they are.",
            "EvaluateCommandTests"),
        new(
            "Cancelled work is a failure",
            Tool + "CommandLine/ConsoleProgram.cs",
            "return ExitCode.Cancelled;",
            "return ExitCode.Failed;",
            "Scripts cannot tell a Ctrl-C from an error.",
            "TrainCommandTests"),
        new(
            "Gravity of a states file ignored",
            Tool + "StatesFile.cs",
            "Vector3d gravity = Gravity(path, root) ?? robot.Gravity;",
            "Vector3d gravity = robot.Gravity;",
            "A part of the file would be lost.",
            "RobotCommandTests"),
        new(
            "Tables with six digits",
            Tool + "Output/Format.cs",
            "value.ToString(\"R\", CultureInfo.InvariantCulture);",
            "value.ToString(\"G6\", CultureInfo.InvariantCulture);",
            "What is written would not read back to the same bits.",
            "FitCommandTests"),
        new(
            "Start columns shifted",
            Tool + "GoalTable.cs",
            "public double[] StartState(CsvRow row) => [.. _starts.Select(column => column < 0 ? 0 : _table.Number(row, column))];",
            "public double[] StartState(CsvRow row) => [.. _starts.Select(column => column < 0 ? 0 : _table.Number(row, _starts[0]))];",
            "A wrong column.",
            "FitCommandTests"),
        new(
            "Output over the input",
            Tool + "Output/OutputFiles.cs",
            "Path.GetFullPath(output) == Path.GetFullPath(input)",
            "output == input + \"/\"",
            "A table of goals would be replaced by its results.",
            "FitCommandTests"),
        new(
            "Control characters to the terminal",
            Tool + "Output/Terminal.cs",
            "char.IsControl(c) ? '?' : c",
            "c",
            "A file's name could rewrite the screen.",
            "ToolTests"),
    ];
}
