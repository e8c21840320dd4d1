using System.Globalization;
using System.Text;
using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.Files;

namespace MetaCritic.Cli;

/// <summary>
/// A table of transitions: <c>state_0</c>, <c>state_1</c> … (positions, then velocities), <c>action_0</c> …,
/// <c>next_state_0</c> …, and on request <c>episode</c>. Columns <c>step</c> and <c>time</c> are passed over.
/// </summary>
internal static class TransitionTable
{
    private const string Episode = "episode";
    private const string State = "state_";
    private const string Action = "action_";
    private const string Next = "next_state_";

    private static readonly string[] PassedOver = ["step", "time"];

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">A column is missing or unknown, or a cell is no number; the message names it.</exception>
    public static Transitions Read(string path)
    {
        CsvTable table = CsvTable.Read(path);
        int[] states = Columns(table, State), actions = Columns(table, Action), next = Columns(table, Next);
        int episode = table.IndexOf(Episode);
        string? unknown = table.Columns.Where((name, column) =>
            column != episode && !states.Contains(column) && !actions.Contains(column) && !next.Contains(column) && !PassedOver.Contains(name)).FirstOrDefault();
        if (unknown is not null)
        {
            throw new InvalidInputException(
                path, $"the column \"{Terminal.OneLine(unknown)}\" is unknown", $"Known are {State}0 ..., {Action}0 ..., {Next}0 ..., {Episode}, {string.Join(", ", PassedOver)}, each numbered without gaps");
        }

        if (states.Length != next.Length)
        {
            throw new InvalidInputException(path, $"there are {Format.Count(states.Length)} columns of the state, but {Format.Count(next.Length)} of the next state", "Give as many of both");
        }

        Transitions transitions = new()
        {
            States = Numbers(states),
            Actions = Numbers(actions),
            NextStates = Numbers(next),
            Episodes = episode < 0 ? null : [.. table.Rows.Select(row => Integer(table, row, episode))],
        };
        try
        {
            transitions.Validate();
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{path}: {e.Message}", e);
        }

        return transitions;

        double[][] Numbers(int[] columns)
        {
            double[][] rows = new double[table.Rows.Count][];
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] = new double[columns.Length];
                for (int j = 0; j < columns.Length; j++)
                {
                    rows[i][j] = table.Number(table.Rows[i], columns[j]);
                }
            }

            return rows;
        }
    }

    /// <summary>Writes a table, whole or not at all.</summary>
    public static void Write(string path, Transitions transitions) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        int stateSize = transitions.States[0].Length;
        writer.WriteLine(string.Join(',', (string[])[Episode, "step", .. Names(State, stateSize), .. Names(Action, transitions.Actions[0].Length), .. Names(Next, stateSize)]));
        long episode = long.MinValue;
        int step = 0;
        for (int row = 0; row < transitions.Count; row++)
        {
            step = transitions.Episodes![row] == episode ? step + 1 : 0;
            episode = transitions.Episodes[row];
            double[] numbers = [.. transitions.States[row], .. transitions.Actions[row], .. transitions.NextStates[row]];
            writer.WriteLine($"{Format.Count(episode)},{Format.Count(step)},{string.Join(',', numbers.Select(Format.Exact))}");
        }
    });

    private static IEnumerable<string> Names(string prefix, int count) => Enumerable.Range(0, count).Select(i => prefix + Format.Count(i));

    private static int[] Columns(CsvTable table, string prefix)
    {
        List<int> columns = [];
        while (table.IndexOf(prefix + Format.Count(columns.Count)) is >= 0 and int column)
        {
            columns.Add(column);
        }

        return columns.Count > 0
            ? [.. columns]
            : throw new InvalidInputException(table.Source, $"there is no column \"{prefix}0\"", $"A table of transitions has the columns {State}0 ..., {Action}0 ..., {Next}0 ...");
    }

    private static long Integer(CsvTable table, CsvRow row, int column) =>
        long.TryParse(row.Cells[column], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw table.Error(row, column, "Give an integer");
}
