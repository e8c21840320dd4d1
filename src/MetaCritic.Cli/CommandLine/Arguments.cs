using System.CommandLine;
using System.Globalization;

namespace MetaCritic.Cli.CommandLine;

/// <summary>Options that several commands have.</summary>
internal static class Arguments
{
    /// <summary>One JSON document instead of text.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document on standard output, for machines; remarks go to standard error." };

    /// <summary>Number of threads.</summary>
    public static Option<int?> Threads() => new("--threads") { Description = "Number of threads; 0 for all cores (default). The result does not depend on it.", HelpName = "N" };

    /// <summary>Assignments, repeatable.</summary>
    public static Option<string[]> Assignments(string name, string description) =>
        new(name) { Description = description, HelpName = "key=value", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    /// <summary>A number, with a decimal point; a comma is not taken for a separator of thousands.</summary>
    public static Option<double?> Number(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                return value;
            }

            result.AddError($"{name}: value is \"{result.Tokens[0].Value}\". Give a number, with a decimal point.");
            return null;
        },
    };
}
