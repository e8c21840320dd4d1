using System.CommandLine;
using System.Globalization;
using MetaCritic.Tables;

namespace MetaCritic.Cli.CommandLine;

/// <summary>Options that several commands have.</summary>
internal static class Arguments
{
    /// <summary>One JSON document instead of text.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document on standard output, for machines; remarks go to standard error." };

    /// <summary>Number of threads.</summary>
    public static Option<int?> Threads() => new("--threads") { Description = "Number of threads; 0 for all cores (default). The result does not depend on it.", HelpName = "N" };

    /// <summary>What separates the cells of tables.</summary>
    public static Option<TableFormat?> Separator() => new("--separator")
    {
        Description = "What separates the cells of tables: ',' (default), ';', tab, '|' or another character.",
        HelpName = "character",
        CustomParser = result =>
        {
            string given = result.Tokens[0].Value;
            try
            {
                TableFormat format = Format(given is "tab" or "\\t" ? '\t' : given.Length == 1 ? given[0] : '\0');
                format.Validate();
                return format;
            }
            catch (InvalidInputException)
            {
                result.AddError($"--separator: value is \"{given}\". Give ',', ';', tab, '|' or another ASCII character that is in no number and no name.");
                return null;
            }
        },
    };

    /// <summary>How cells are separated: as the option says, or by commas.</summary>
    public static TableFormat FormatOf(ParseResult parsed, Option<TableFormat?> separator) => parsed.GetValue(separator) ?? Format(',');

    /// <summary>Changes of a robot's parameters, repeatable.</summary>
    public static Option<string[]> RobotChanges(string name) =>
        Assignments(name, "Change a parameter of the robot, for example iiwa_link_7.mass=5. May be repeated; metacritic robot --parameters lists the names.");

    /// <summary>Refuses a number outside its range.</summary>
    /// <exception cref="InvalidInputException">It is outside.</exception>
    public static void RequireRange(string option, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            string range = most == int.MaxValue ? $"Give a value of at least {Output.Format.Count(least)}" : $"Give a value from {Output.Format.Count(least)} to {Output.Format.Count(most)}";
            throw new InvalidInputException(option, $"value is {Output.Format.Count(value)}", range);
        }
    }

    /// <summary>Checks settings of the library. Errors that name a member are said of the option of the command line that sets it.</summary>
    /// <param name="validate">The check.</param>
    /// <param name="options">Members, as the check names them without <c>options.</c>, and the options.</param>
    /// <exception cref="InvalidInputException">The check threw one.</exception>
    public static void Check(Action validate, params IReadOnlyList<(string Member, string Option)> options)
    {
        try
        {
            validate();
        }
        catch (InvalidInputException e)
        {
            foreach ((string member, string option) in options)
            {
                if (e.Place == member || e.Place == "options." + member)
                {
                    throw new InvalidInputException(option + e.Message[e.Place.Length..], e);
                }
            }

            throw;
        }
    }

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

    /// <summary>Whether an option is given.</summary>
    public static bool Has(IReadOnlyList<string> args, string option) => args.Any(arg => arg == option || IsWithValue(arg, option));

    /// <summary>The arguments without options that take a value.</summary>
    public static IReadOnlyList<string> Without(IReadOnlyList<string> args, IReadOnlyList<string> options)
    {
        List<string> kept = [];
        for (int i = 0; i < args.Count; i++)
        {
            if (options.Any(option => args[i] == option))
            {
                i++;
            }
            else if (!options.Any(option => IsWithValue(args[i], option)))
            {
                kept.Add(args[i]);
            }
        }

        return kept;
    }

    /// <summary>The command line of the tool with these arguments, as a shell takes it.</summary>
    public static string CommandLine(IEnumerable<string> args) => $"metacritic {string.Join(' ', args.Select(Quoted))}";

    private static bool IsWithValue(string arg, string option) => arg.StartsWith(option + "=", StringComparison.Ordinal) || arg.StartsWith(option + ":", StringComparison.Ordinal);

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsLetterOrDigit(c) || "-_./=,:+@%".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static TableFormat Format(char separator) => new() { Separator = separator, SeparatorSetting = "--separator" };
}
