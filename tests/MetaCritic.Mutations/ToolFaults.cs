namespace MetaCritic.Mutations;

/// <summary>Faults in the command-line tool.</summary>
internal static class ToolFaults
{
    private const string Tool = "src/MetaCritic.Cli/";

    public static IReadOnlyList<Fault> List { get; } =
    [
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
            "table.Rows[i / count].Raw,",
            "table.Rows[i % table.Rows.Count].Raw,",
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
            Tool + "Commands/StatesFile.cs",
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
