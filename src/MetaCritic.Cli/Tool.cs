using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Reflection;
using MetaCritic.Cli.Commands;

namespace MetaCritic.Cli;

/// <summary>The tool: parses, runs a command, and turns errors into a line and an exit code.</summary>
internal static class Tool
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>Something failed that the input is not to blame for.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a file is not usable.</summary>
    public const int BadInput = 2;

    /// <summary>The user stopped it.</summary>
    public const int Cancelled = 130;

    /// <summary>Version of the tool.</summary>
    public static string Version { get; } =
        typeof(Tool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Runs the tool.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="terminal">Where to write to.</param>
    /// <param name="cancellationToken">Stops it; exit code 130.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellationToken = default)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        try
        {
            Command root = CreateRoot(terminal, args);
            ParseResult parsed = root.Parse(args.Count == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Action is ParseErrorAction)
            {
                foreach (string message in parsed.Errors.Select(e => e.Message).Distinct())
                {
                    terminal.Remark($"error: {message}");
                }

                string command = parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ";
                terminal.Remark($"Try: metacritic {command}--help");
                return BadInput;
            }

            InvocationConfiguration configuration = new()
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            terminal.Remark("cancelled");
            return Cancelled;
        }
        catch (InvalidInputException e)
        {
            terminal.Remark($"error: {e.Message}");
            return BadInput;
        }
        catch (Exception e) when (e is MetaCriticException or IOException or UnauthorizedAccessException)
        {
            terminal.Remark($"error: {e.Message}");
            return Failed;
        }
        catch (OutOfMemoryException)
        {
            terminal.Remark("error: there is not enough memory. Use fewer goals, policies or threads, or smaller networks.");
            return Failed;
        }
        catch (Exception e)
        {
            // Not foreseen: the trace is what whoever looks into it needs.
            terminal.Remark($"error: this is a fault of metacritic {Version}: {e.Message}");
            await terminal.Error.WriteLineAsync(e.ToString()).ConfigureAwait(false);
            return Failed;
        }
    }

    /// <summary>The command line.</summary>
    /// <param name="terminal">Where commands write to.</param>
    /// <param name="args">The arguments, for commands that quote them.</param>
    internal static Command CreateRoot(Terminal terminal, IReadOnlyList<string> args)
    {
        // No RootCommand: its name in help texts would be that of the assembly.
        return new Command("metacritic", "Meta-train critics through a model of a robot, and fit policies with them, model-free.")
        {
            RobotCommand.Create(terminal),
            CollectCommand.Create(terminal),
            TrainCommand.Create(terminal, args),
            FitCommand.Create(terminal),
            EvaluateCommand.Create(terminal),
            PaperCommand.Create(terminal),
            new HelpOption { Action = new HelpAction { MaxWidth = Math.Clamp(terminal.Width, 30, 120) } },
            new Option<bool>("--version") { Description = "Print the version.", Action = new PrintVersion(terminal) },
        };
    }

    private sealed class PrintVersion(Terminal terminal) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            terminal.Out.WriteLine(Version);
            return Success;
        }
    }
}
