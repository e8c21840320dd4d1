using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using MetaCritic.Cli.Output;

namespace MetaCritic.Cli.CommandLine;

/// <summary>A program with a command line: parses, runs a command, and turns errors into a line and an exit code.</summary>
/// <param name="createRoot">Makes the command line from where commands write to, and the arguments for commands that quote them. Its name is the program's.</param>
internal sealed class ConsoleProgram(Func<Terminal, IReadOnlyList<string>, Command> createRoot)
{
    // Digits of a commit that are shown.
    private const int CommitLength = 10;

    /// <summary>Version of the program.</summary>
    public static string Version { get; } =
        typeof(ConsoleProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Version of the program, with the commit that it was built from, if that is known.</summary>
    public static string VersionAndCommit { get; } =
        typeof(ConsoleProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+') is [{ } version, { Length: > CommitLength } commit]
            ? $"{version}+{commit[..CommitLength]}"
            : Version;

    /// <summary>Runs as the process that it is, until the end or a second Ctrl-C or SIGTERM.</summary>
    /// <param name="args">The arguments.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunProcessAsync(IReadOnlyList<string> args)
    {
        using CancellationTokenSource cancellation = new();

        // The first Ctrl-C or SIGTERM asks to stop and leaves time to save; the second ends the process.
        void Stop(PosixSignalContext context)
        {
            context.Cancel = !cancellation.IsCancellationRequested;
            cancellation.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await RunAsync(args, Terminal.OfProcess(), cancellation.Token).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // An error could not be told, on a standard error that is full or closed: the exit code is all that is left.
            return ExitCode.Failed;
        }
    }

    /// <summary>Runs.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="terminal">Where to write to.</param>
    /// <param name="cancellationToken">Stops it; exit code 130.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellationToken)
    {
        int exitCode = await RunCommandAsync(args, terminal, cancellationToken).ConfigureAwait(false);
        terminal.Closing.ForEach(terminal.CommandRemark);
        return exitCode;
    }

    private async Task<int> RunCommandAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellationToken)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        Command root = CreateRoot(terminal, args);
        args = args.Count == 0 ? ["--help"] : args[0] == "help" ? [.. args.Skip(1), "--help"] : args;
        try
        {
            ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if ((parsed.Action is ParseErrorAction || parsed.UnmatchedTokens.Count > 0) && ParseErrors.First(parsed) is { } error)
            {
                string command = parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ";
                terminal.Remark($"error: {error}");
                terminal.CommandRemark($"Try: {root.Name} {command}--help");
                return ExitCode.BadInput;
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
            return ExitCode.Cancelled;
        }
        catch (InvalidInputException e)
        {
            foreach (string message in e.InnerException is AggregateException ? e.Message.Split('\n') : [e.Message])
            {
                terminal.Remark($"error: {message}");
            }

            return ExitCode.BadInput;
        }
        catch (Exception e) when (e is MetaCriticException or IOException or UnauthorizedAccessException)
        {
            terminal.Remark($"error: {e.Message}");
            return ExitCode.Failed;
        }
        catch (OutOfMemoryException)
        {
            terminal.Remark("error: there is not enough memory. Use fewer goals, policies or threads, or smaller networks.");
            return ExitCode.Failed;
        }
        catch (Exception e)
        {
            // Not foreseen: the trace is what whoever looks into it needs.
            terminal.Remark($"error: this is a fault of {root.Name} {Version}: {e.Message}");
            await terminal.Error.WriteLineAsync(e.ToString()).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    /// <summary>The command line, with help and version.</summary>
    /// <param name="terminal">Where commands write to.</param>
    /// <param name="args">The arguments, for commands that quote them.</param>
    public Command CreateRoot(Terminal terminal, IReadOnlyList<string> args)
    {
        Command root = createRoot(terminal, args);
        if (root.Subcommands.Count > 0)
        {
            root.Add(new Command("help", "Show the help of a command, like its option --help.") { new Argument<string>("command") { Arity = ArgumentArity.ZeroOrOne } });
        }

        root.Add(new HelpOption { Action = new HelpWithExamples(terminal) });
        root.Add(new Option<bool>("--version") { Description = "Print the version, and the commit that it was built from.", Action = new PrintVersion(terminal) });
        return root;
    }

    private sealed class PrintVersion(Terminal terminal) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            terminal.Out.WriteLine(VersionAndCommit);
            return ExitCode.Success;
        }
    }
}
