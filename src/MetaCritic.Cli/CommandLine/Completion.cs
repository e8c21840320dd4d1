using System.CommandLine;
using System.CommandLine.Parsing;
using MetaCritic.Cli.Output;

namespace MetaCritic.Cli.CommandLine;

/// <summary>Completion by the shell: a script for each, and the command that the scripts ask.</summary>
internal static class Completion
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _metacritic() {
                local IFS=$'\n'
                COMPREPLY=($(metacritic complete --position "$COMP_POINT" -- "$COMP_LINE" 2>/dev/null))
            }
            complete -o default -F _metacritic metacritic
            """,
        ["zsh"] = """
            #compdef metacritic
            _metacritic() {
                local -a found
                found=("${(@f)$(metacritic complete --position "$CURSOR" -- "$BUFFER" 2>/dev/null)}")
                if [[ -n "$found" ]]; then compadd -a found; else _files; fi
            }
            compdef _metacritic metacritic
            """,
        ["fish"] = """
            complete -c metacritic -a '(metacritic complete -- (commandline -cp) 2>/dev/null)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName metacritic -ScriptBlock {
                param($word, $line, $position)
                metacritic complete --position $position -- "$line" 2>$null | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    /// <summary>The command that prints a script.</summary>
    public static Command CreateScriptCommand(Terminal terminal)
    {
        Argument<string> shell = new("shell") { Description = "bash, zsh, fish or pwsh.", HelpName = "shell" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        ExampledCommand command = new("completion", "Print a script that has the shell complete commands and options.", "metacritic completion bash > ~/.metacritic-completion") { shell };
        command.SetAction(parsed =>
        {
            terminal.Out.WriteLine(Scripts[parsed.GetRequiredValue(shell)]);
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The command that scripts ask for what may stand at a place; it is not listed.</summary>
    /// <param name="terminal">Where the answers go, a line each.</param>
    /// <param name="root">The command line.</param>
    public static Command CreateAnswerCommand(Terminal terminal, Command root)
    {
        Argument<string> line = new("line");
        Option<int?> position = new("--position");
        Command command = new("complete") { line, position };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            string text = parsed.GetRequiredValue(line);
            int end = Math.Clamp(parsed.GetValue(position) ?? text.Length, 0, text.Length);
            foreach (string label in root.Parse(text).GetCompletions(end).Select(completion => completion.Label).Where(label => !label.StartsWith('/') && label is not "-?" and not "-h"))
            {
                terminal.Out.WriteLine(label);
            }

            return ExitCode.Success;
        });
        return command;
    }
}
