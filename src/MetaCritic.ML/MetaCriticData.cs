using System.Diagnostics.CodeAnalysis;
using MetaCritic.ML.Rows;
using MetaCritic.Robots;
using MetaCritic.Tables;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML;

/// <summary>Logs of transitions from files, and tables of goals: from files, from arrays, drawn at random. The goals stand in a vector column, its slots named after the joints.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "Called on the catalog, as in ML.NET's own.")]
public sealed class MetaCriticData
{
    private const string WeightColumn = "weight";
    private const string SeedColumn = "seed";

    private readonly MLContext _context;

    internal MetaCriticData(MLContext context) => _context = context;

    /// <summary>
    /// Loads a table of goals, the same files as the command line reads, by the same rules. The rows are read and checked at once, and
    /// kept in single precision.
    /// </summary>
    /// <remarks>
    /// <list type="table">
    /// <listheader><term>Columns of the file</term><description>Column of the table</description></listheader>
    /// <item><term><c>goal_0</c> …, or the joints' names</term><description><c>Goal</c>, vector of Single, slots named after the joints</description></item>
    /// <item><term><c>start_0</c> …, <c>start_JOINT</c></term><description><c>StartState</c>, vector of Single: positions, then velocities; 0 where the file has no column, no such column where it has none at all</description></item>
    /// <item><term>parameters of the robot, <c>weight</c>, <c>seed</c></term><description>Single, of the same name</description></item>
    /// <item><term>all others, such as an id</term><description>text, of the same name</description></item>
    /// </list>
    /// </remarks>
    /// <param name="path">The file, UTF-8 with a header row; numbers with a decimal point.</param>
    /// <param name="robot">The robot, whose movable joints the goals are for.</param>
    /// <param name="separatorChar">What separates cells.</param>
    /// <exception cref="InvalidInputException">
    /// The file is missing or no such table: a cell is empty or wrong, a row too short or too long, a column missing, doubled or
    /// misnamed, a seed above 16,777,215, beyond which Single does not tell whole numbers apart. The message names file, line and column.
    /// </exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public IDataView LoadGoals(string path, RobotModel robot, char separatorChar = ',')
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(robot);
        string[] joints = Joints(robot);
        using GoalReader reader = GoalReader.Open(path, robot, Separated(separatorChar));
        return Load(reader, joints, [.. joints, .. joints.Select(joint => $"{joint} velocity")]);
    }

    /// <summary>
    /// Loads a table of goals for a system that is known by its sizes alone, such as learned dynamics: as with a robot, but goals are
    /// <c>goal_0</c> …, start states <c>start_0</c> …, and there are no parameters.
    /// </summary>
    /// <param name="path">The file, UTF-8 with a header row; numbers with a decimal point.</param>
    /// <param name="positionSize">Positions that a goal has, 1 or more.</param>
    /// <param name="stateSize">Components of a state, no fewer than positions.</param>
    /// <param name="separatorChar">What separates cells.</param>
    /// <exception cref="InvalidInputException">The file is missing or no such table; the message names file, line and column.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    public IDataView LoadGoals(string path, int positionSize, int stateSize, char separatorChar = ',')
    {
        ArgumentNullException.ThrowIfNull(path);
        using GoalReader reader = GoalReader.Open(path, positionSize, stateSize, Separated(separatorChar));
        return Load(reader, Names("goal_", positionSize), Names("start_", stateSize));
    }

    /// <summary>
    /// Loads a log of transitions, the same files as the command line reads, by the same rules. The rows are read and checked at once,
    /// and kept in single precision: 4 bytes per number.
    /// </summary>
    /// <remarks>
    /// <list type="table">
    /// <listheader><term>Columns of the file</term><description>Column of the table</description></listheader>
    /// <item><term><c>state_0</c> … (positions, then velocities)</term><description><c>State</c>, vector of Single</description></item>
    /// <item><term><c>action_0</c> …</term><description><c>Action</c>, vector of Single</description></item>
    /// <item><term><c>next_state_0</c> …</term><description><c>NextState</c>, vector of Single; and each a Single of the same name, as a label</description></item>
    /// <item><term><c>episode</c></term><description><c>Episode</c>, Single. Where a number is above 16,777,215, beyond which Single does not tell whole numbers apart, episodes are numbered from 0 in their order</description></item>
    /// <item><term>all others, such as <c>step</c> and <c>time</c></term><description>text, of the same name</description></item>
    /// </list>
    /// </remarks>
    /// <param name="path">The file, UTF-8 with a header row; numbers with a decimal point.</param>
    /// <param name="separatorChar">What separates cells.</param>
    /// <exception cref="InvalidInputException">
    /// The file is missing or no such log: a cell is empty or wrong, a row too short or too long, a column missing, doubled or misnamed.
    /// The message names file, line and column.
    /// </exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public IDataView LoadTransitions(string path, char separatorChar = ',')
    {
        ArgumentNullException.ThrowIfNull(path);
        using TransitionReader reader = TransitionReader.Open(path, Separated(separatorChar));
        int n = reader.State.Length, next = n + reader.Action.Length;
        StoredRows numbers = new(next + n);
        List<long> episodes = [];
        List<string>[] texts = [.. reader.OtherColumns.Select(_ => new List<string>())];
        while (reader.Read())
        {
            Span<float> row = numbers.Add();
            Copy(reader.State, row);
            Copy(reader.Action, row[n..]);
            Copy(reader.NextState, row[next..]);
            episodes.Add(reader.Episode);
            AddTexts(reader.Table, reader.OtherColumns, texts);
        }

        string[] nextNames = Names("next_state_", n);
        List<StoredColumn> columns =
        [
            StoredColumn.Vector("State", numbers, 0, Names("state_", n)),
            StoredColumn.Vector("Action", numbers, n, Names("action_", next - n)),
            StoredColumn.Vector("NextState", numbers, next, nextNames),
            .. nextNames.Select((name, i) => StoredColumn.Single(name, numbers, next + i)),
        ];
        if (reader.HasEpisodes)
        {
            columns.Add(StoredColumn.Single("Episode", EpisodesInSingle(episodes), 0));
        }

        columns.AddRange(reader.OtherColumns.Select((column, i) => StoredColumn.Text(reader.Table.Columns[column], texts[i])));
        return new StoredView(columns, numbers.Count);
    }

    /// <summary>A table of the goals given.</summary>
    /// <param name="robot">The robot, whose movable joints the goals are for.</param>
    /// <param name="goals">Goals, one position per joint; rad or m.</param>
    /// <exception cref="InvalidInputException">A goal has too many or too few components.</exception>
    public IDataView Goals(RobotModel robot, params IEnumerable<double[]> goals)
    {
        ArgumentNullException.ThrowIfNull(robot);
        ArgumentNullException.ThrowIfNull(goals);
        List<OneValue<VBuffer<float>>> rows = [];
        foreach (double[] goal in goals)
        {
            if (goal?.Length != robot.DegreesOfFreedom)
            {
                throw new InvalidInputException(
                    FormattableString.Invariant($"Goal {rows.Count + 1}"),
                    FormattableString.Invariant($"it has {goal?.Length ?? 0} components, but the robot \"{robot.Name}\" has {robot.DegreesOfFreedom} joints"),
                    "Give one position per joint");
            }

            rows.Add(new() { Value = new(goal.Length, Array.ConvertAll(goal, x => (float)x)) });
        }

        return OutputColumn.Vector("Goal", robot.DegreesOfFreedom, Joints(robot)).Load(_context, rows);
    }

    /// <summary>Goals drawn evenly from a cube.</summary>
    /// <param name="robot">The robot, whose movable joints the goals are for.</param>
    /// <param name="count">How many, 0 or more.</param>
    /// <param name="low">Least position, rad or m.</param>
    /// <param name="high">Greatest position.</param>
    /// <param name="seed">Seed; the same one gives the same goals.</param>
    /// <exception cref="InvalidInputException">An end is not finite, or the least is above the greatest.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public IDataView RandomGoals(RobotModel robot, int count, double low = -Math.PI, double high = Math.PI, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(robot);
        return Goals(robot, GoalSampling.Uniform(robot.DegreesOfFreedom, count, low, high, seed));
    }

    /// <summary>Goals drawn from normal distributions around given ones, as for the paper's Table 1.</summary>
    /// <param name="robot">The robot, whose movable joints the goals are for.</param>
    /// <param name="centers">Means, one position per joint, used in turn.</param>
    /// <param name="standardDeviation">Standard deviation in each joint, rad or m; 0 or more.</param>
    /// <param name="count">How many in all, 0 or more.</param>
    /// <param name="seed">Seed; the same one gives the same goals.</param>
    /// <exception cref="InvalidInputException">There is no centre, one has too many or too few components, or a number is out of its range.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public IDataView GoalsAround(RobotModel robot, IEnumerable<double[]> centers, double standardDeviation, int count, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(centers);
        return Goals(robot, GoalSampling.Around([.. centers], standardDeviation, count, seed));
    }

    private static string[] Joints(RobotModel robot) => [.. robot.MovableJoints.Select(joint => joint.Name)];

    private static StoredView Load(GoalReader reader, string[] goalNames, string[] stateNames)
    {
        string[] singles = [.. reader.ParameterNames, WeightColumn, SeedColumn];
        int start = goalNames.Length, single = start + stateNames.Length;
        StoredRows numbers = new(single + singles.Length);
        List<string>[] texts = [.. reader.OtherColumns.Select(_ => new List<string>())];
        while (reader.Read())
        {
            Span<float> row = numbers.Add();
            Copy(reader.Goal, row);
            Copy(reader.StartState, row[start..]);
            Copy(reader.ParameterValues, row[single..]);
            row[^2] = (float)reader.Weight;
            row[^1] = reader.Seed <= Singles.LargestWhole
                ? reader.Seed
                : throw reader.Table.Error(reader.Table.IndexOf(SeedColumn), FormattableString.Invariant($"Give at most {Singles.LargestWhole}: the column is of Single"));
            AddTexts(reader.Table, reader.OtherColumns, texts);
        }

        List<StoredColumn> columns = [StoredColumn.Vector("Goal", numbers, 0, goalNames)];
        if (reader.HasStartStates)
        {
            columns.Add(StoredColumn.Vector("StartState", numbers, start, stateNames));
        }

        // The others in the order of the file.
        Dictionary<int, List<string>> others = reader.OtherColumns.Zip(texts).ToDictionary();
        foreach ((int column, string name) in reader.Table.Columns.Index())
        {
            if (others.TryGetValue(column, out List<string>? text))
            {
                columns.Add(StoredColumn.Text(name, text));
            }
            else if (Array.IndexOf(singles, name) is >= 0 and int index && (name != WeightColumn || reader.HasWeights) && (name != SeedColumn || reader.HasSeeds))
            {
                columns.Add(StoredColumn.Single(name, numbers, single + index));
            }
        }

        return new StoredView(columns, numbers.Count);
    }

    private static string[] Names(string prefix, int count) => [.. Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"{prefix}{i}"))];

    private static TableFormat Separated(char separatorChar) => new() { Separator = separatorChar, SeparatorSetting = nameof(separatorChar) };

    private static StoredRows EpisodesInSingle(List<long> episodes)
    {
        bool fit = episodes.TrueForAll(episode => episode is >= -Singles.LargestWhole and <= Singles.LargestWhole);
        Dictionary<long, int> numbers = [];
        StoredRows rows = new(1);
        foreach (long episode in episodes)
        {
            numbers.TryAdd(episode, numbers.Count);
            rows.Add()[0] = fit ? episode : numbers[episode];
        }

        return rows;
    }

    private static void Copy(ReadOnlySpan<double> from, Span<float> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = (float)from[i];
        }
    }

    private static void AddTexts(TableReader table, IReadOnlyList<int> columns, List<string>[] texts)
    {
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i].Add(table.GetText(columns[i]));
        }
    }
}
