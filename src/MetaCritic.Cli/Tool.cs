using System.CommandLine;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Commands;
using MetaCritic.Cli.Output;

namespace MetaCritic.Cli;

/// <summary>The tool <c>metacritic</c>: its commands.</summary>
internal static class Tool
{
    /// <summary>The program.</summary>
    public static ConsoleProgram Program { get; } = new(CreateCommand);

    // No RootCommand: its name in help texts would be that of the assembly.
    private static Command CreateCommand(Terminal terminal, IReadOnlyList<string> args)
    {
        Command root = new("metacritic", "Meta-train critics through a model of a robot, and fit policies with them, model-free.")
        {
            RobotCommand.Create(terminal),
            CollectCommand.Create(terminal),
            TrainCommand.Create(terminal, args),
            FitCommand.Create(terminal, args),
            EvaluateCommand.Create(terminal),
            PlotCommand.Create(terminal),
            RolloutCommand.Create(terminal),
            ExportCommand.Create(terminal),
            ViewCommand.Create(terminal),
            InspectCommand.Create(terminal),
            Completion.CreateScriptCommand(terminal),
        };
        root.Add(Completion.CreateAnswerCommand(terminal, root));
        return root;
    }
}
