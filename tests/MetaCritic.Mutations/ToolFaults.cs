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
            "Target(output) == Target(input)",
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
        new(
            "A failed training succeeds",
            Tool + "Commands/RobotTraining.cs",
            "if (outcome!.Failure is not null)",
            "if (outcome!.Failure is not null && request.Keeps)",
            "A critic that is worth nothing would be written with exit code 0.",
            "NothingLearnedTests"),
        new(
            "A fit in which all diverge succeeds",
            Tool + "Commands/FitCommand.cs",
            "if (results.TrueForAll(result => result.Diverged))",
            "if (results.Count == 0)",
            "A script could not tell that no policy can be used.",
            "NothingLearnedTests"),
        new(
            "Settings of another robot",
            Tool + "Commands/RobotSource.cs",
            "chosen == Computed ? TaskPreset.For(robot, goals) : Preset(chosen)",
            "chosen == Computed ? TaskPreset.TwoLink : Preset(chosen)",
            "An arm without damping diverges.",
            "OwnRobotTests"),
        new(
            "Settings of fitting not kept",
            Tool + "Commands/RobotTraining.cs",
            "preset.Dynamics, goals, preset.Training, preset.Fitting, validation)",
            "preset.Dynamics, goals, preset.Training, null, validation)",
            "Policies would be fitted with other settings than the critic is meant for.",
            "OwnRobotTests"),
        new(
            "Degrees accepted",
            Tool + "Commands/LimitRemarks.cs",
            "if (2L * outside > goals.Count && !allowed)",
            "if (outside > goals.Count && !allowed)",
            "Goals in degrees would be trained on.",
            "OwnRobotTests"),
        new(
            "Advice that keeps what failed",
            Tool + "CommandLine/Arguments.cs",
            "if (options.Any(option => args[i] == option))",
            "if (options.Any(option => args[i] == option + \"=\"))",
            "The command that is advised would fail again.",
            "NothingLearnedTests"),
        new(
            "A learning rate that was not tried",
            Tool + "Commands/FitFailure.cs",
            "fit(tried).Any(policy => !policy.Diverged)",
            "fit(tried).Any()",
            "The advice would not help.",
            "NothingLearnedTests"),
        new(
            "A start where the joint cannot be",
            "src/MetaCritic.Tables/GoalReader.cs",
            "_start[i] = _start[i] == 0 ? _rest[i] : _start[i];",
            "_start[i] = _start[i] == 0 ? 0 : _start[i];",
            "Roll-outs would begin outside the limits.",
            "OwnRobotTests"),
    ];
}
