using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MetaCritic.Cli.Output;

namespace MetaCritic.Cli.CommandLine;

/// <summary>Help texts that end with examples, for commands that have some.</summary>
internal sealed class HelpWithExamples(Terminal terminal) : SynchronousCommandLineAction
{
    private readonly HelpAction _help = new() { MaxWidth = Math.Clamp(terminal.Width, 30, 120) };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = _help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is ExampledCommand { Examples: var examples })
        {
            terminal.Out.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
            foreach (string example in examples)
            {
                terminal.Out.WriteLine($"  {example}");
            }

            terminal.Out.WriteLine();
        }

        return code;
    }
}

/// <summary>A command whose help ends with examples.</summary>
internal sealed class ExampledCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Command lines that work as they stand, but for the names of files.</summary>
    public IReadOnlyList<string> Examples => examples;
}
