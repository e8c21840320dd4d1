using System.CommandLine;
using System.Globalization;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Robots;

namespace MetaCritic.Cli.Commands;

/// <summary>What the command line asks for besides a robot's name or file.</summary>
/// <param name="Changes">Changes of parameters, <c>parameter=value</c>.</param>
/// <param name="Reading">How the file is read, and which joints are locked.</param>
internal sealed record RobotChoices(IReadOnlyList<string> Changes, RobotReadingOptions Reading)
{
    /// <summary>Whether nothing is asked for.</summary>
    public bool IsEmpty => Changes.Count == 0 && ReadingOption is null;

    /// <summary>An option of reading and locking that is asked for; null if there is none.</summary>
    public string? ReadingOption => Reading switch
    {
        { Locks.Count: > 0 } => "--lock",
        { LockAllBut: not null } => "--lock-all-but",
        { Strict: true } => "--strict",
        _ => null,
    };

    /// <summary>What <c>metacritic robot</c> is to be given to show the robot.</summary>
    public IEnumerable<string> Arguments =>
    [
        .. Changes.SelectMany(change => (string[])["--set", change]),
        .. Reading.Locks.SelectMany(joint => (string[])["--lock", FormattableString.Invariant($"{joint.Key}={joint.Value}")]),
        .. Reading.LockAllBut is { } names ? (string[])["--lock-all-but", string.Join(',', names)] : [],
    ];

    /// <summary>The options of a command that says which robot.</summary>
    internal sealed class Options
    {
        private readonly Option<string[]> _changes;
        private readonly Option<string[]> _locks = new("--lock")
        {
            Description = "Lock a joint at this position, rad or m; at 0 without a number. It is then fixed, and tables have no column for it. May be repeated.",
            HelpName = "joint=value",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };

        private readonly Option<string[]> _lockAllBut = new("--lock-all-but")
        {
            Description = "Lock all joints but these, at 0 or the nearest position inside the limits; names with commas between them.",
            HelpName = "joints",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };

        private readonly Option<bool> _strict = new("--strict") { Description = "Refuse a robot's file for elements and attributes that are not known, instead of a warning." };

        /// <summary>Adds the options to a command.</summary>
        /// <param name="command">The command.</param>
        /// <param name="changes">Name of the option that changes parameters.</param>
        public Options(Command command, string changes = "--robot-set")
        {
            _changes = CommandLine.Arguments.RobotChanges(changes);
            foreach (Option option in (Option[])[_changes, _locks, _lockAllBut, _strict])
            {
                command.Add(option);
            }
        }

        /// <summary>What a command line asks for.</summary>
        /// <exception cref="InvalidInputException">A lock is not usable.</exception>
        public RobotChoices Of(ParseResult parsed) => new(
            parsed.GetValue(_changes) ?? [],
            new()
            {
                Strict = parsed.GetValue(_strict),
                Locks = Locks(parsed.GetValue(_locks) ?? []),
                LockAllBut = parsed.GetValue(_lockAllBut) is { Length: > 0 } names ? [.. names.SelectMany(name => name.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))] : null,
            });

        private static Dictionary<string, double> Locks(string[] assignments)
        {
            Dictionary<string, double> locks = new(StringComparer.Ordinal);
            foreach (string assignment in assignments)
            {
                int equals = assignment.LastIndexOf('=');
                string name = equals < 0 ? assignment : assignment[..equals].Trim();
                double value = 0;
                if (name.Length == 0 || (equals >= 0 && !double.TryParse(assignment.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out value)) || !double.IsFinite(value))
                {
                    throw new InvalidInputException($"--lock \"{assignment}\"", "this locks no joint", "Give joint=number, in rad or m, or the joint's name alone for 0");
                }

                if (!locks.TryAdd(name, value))
                {
                    throw new InvalidInputException($"--lock \"{assignment}\"", "the joint is given twice", "Give it once");
                }
            }

            return locks;
        }
    }
}
