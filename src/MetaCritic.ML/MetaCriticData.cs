using System.Globalization;
using MetaCritic.Files;
using MetaCritic.ML.Rows;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML;

/// <summary>Logs of transitions from files, and tables of goals: from files, from arrays, drawn at random. The goals stand in a vector column, its slots named after the joints.</summary>
public sealed class MetaCriticData
{
    private const string GoalPrefix = "goal_";
    private const string StartPrefix = "start_";
    private const int LongestHeader = 10_000;
    private const int LongestLine = 1 << 20;

    private readonly MLContext _context;

    internal MetaCriticData(MLContext context) => _context = context;

    /// <summary>
    /// Loads a text file with a header row, whose columns are named as for the command line: <c>goal_0</c>, <c>goal_1</c> … or
    /// the joints' names become the vector column <c>Goal</c>, <c>start_0</c>, <c>start_1</c> … (positions, then velocities) the
    /// vector column <c>StartState</c>. Parameters of the robot, <c>weight</c> and <c>seed</c> become Single columns and all
    /// others text columns of the same name. The rows are read lazily, numbers in the invariant culture.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="robot">The robot, whose movable joints the goals are for.</param>
    /// <param name="separatorChar">What separates cells.</param>
    /// <exception cref="InvalidInputException">The file is missing or empty, or a column is missing or stands in it twice.</exception>
    public IDataView LoadGoals(string path, RobotModel robot, char separatorChar = ',')
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(robot);
        string[] names = Header(path, separatorChar);
        string[] joints = Joints(robot);
        int n = joints.Length;
        int[] goals = new int[n], starts = new int[2 * n];
        goals.AsSpan().Fill(-1);
        starts.AsSpan().Fill(-1);
        HashSet<string> numbers = [.. robot.Parameters.Select(parameter => parameter.Name), "weight", "seed"];
        List<TextLoader.Column> columns = [];
        for (int i = 0; i < names.Length; i++)
        {
            string name = names[i];
            if (Index(name, GoalPrefix, n) is int goal || (goal = Array.IndexOf(joints, name)) >= 0)
            {
                Take(goals, goal, i);
            }
            else if (Index(name, StartPrefix, 2 * n) is int start)
            {
                Take(starts, start, i);
            }
            else if (columns.Exists(column => column.Name == name))
            {
                throw Twice(path, name);
            }
            else
            {
                columns.Add(new(name, numbers.Contains(name) ? DataKind.Single : DataKind.String, i));
            }
        }

        Require(goals, joint => FormattableString.Invariant($"{GoalPrefix}{joint}\" or \"{joints[joint]}"));
        columns.Insert(0, Vector("Goal", goals));
        if (starts.Any(column => column >= 0))
        {
            Require(starts, component => FormattableString.Invariant($"{StartPrefix}{component}"));
            columns.Insert(1, Vector("StartState", starts));
        }

        return _context.Data.LoadFromTextFile(path, [.. columns], separatorChar, hasHeader: true, allowQuoting: true, trimWhitespace: true);

        void Take(int[] places, int index, int column)
        {
            if (places[index] >= 0)
            {
                throw Twice(path, names[column]);
            }

            places[index] = column;
        }

        void Require(int[] places, Func<int, string> name)
        {
            int missing = Array.IndexOf(places, -1);
            if (missing >= 0)
            {
                throw new InvalidInputException(path, $"there is no column \"{name(missing)}\"", $"The file has {string.Join(", ", names.Take(64).Select(given => $"\"{Shown(given)}\""))}");
            }
        }
    }

    /// <summary>
    /// Loads a log of transitions with a header row, whose columns are named as for the command line: <c>state_0</c>,
    /// <c>state_1</c> … (positions, then velocities) become the vector column <c>State</c>, <c>action_0</c> … the vector column
    /// <c>Action</c>, <c>next_state_0</c> … the vector column <c>NextState</c>, <c>episode</c> the Single column <c>Episode</c>. The
    /// components of the next state are Single columns of their own names besides, as labels. Other columns are passed over.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="separatorChar">What separates cells.</param>
    /// <exception cref="InvalidInputException">The file is missing or empty, or a column is missing or stands in it twice.</exception>
    public IDataView LoadTransitions(string path, char separatorChar = ',')
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] names = Header(path, separatorChar);
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
        {
            throw Twice(path, twice.Key);
        }

        int[] states = Places("state_"), actions = Places("action_"), next = Places("next_state_");
        if (next.Length != states.Length)
        {
            throw new InvalidInputException(path, FormattableString.Invariant($"there are {states.Length} columns of the state, but {next.Length} of the next state"), "Give as many of both");
        }

        List<TextLoader.Column> columns = [Vector("State", states), Vector("Action", actions), Vector("NextState", next)];
        columns.AddRange(next.Select(place => new TextLoader.Column(names[place], DataKind.Single, place)));
        if (Array.IndexOf(names, "episode") is >= 0 and int episode)
        {
            columns.Add(new("Episode", DataKind.Single, episode));
        }

        return _context.Data.LoadFromTextFile(path, [.. columns], separatorChar, hasHeader: true, allowQuoting: true, trimWhitespace: true);

        int[] Places(string prefix)
        {
            List<int> places = [];
            while (Array.IndexOf(names, FormattableString.Invariant($"{prefix}{places.Count}")) is >= 0 and int place)
            {
                places.Add(place);
            }

            return places.Count > 0
                ? [.. places]
                : throw new InvalidInputException(path, $"there is no column \"{prefix}0\"", $"The file has {string.Join(", ", names.Take(64).Select(given => $"\"{given}\""))}");
        }
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

    private static TextLoader.Column Vector(string name, int[] places) => new(name, DataKind.Single, [.. places.Select(place => new TextLoader.Range(place))]);

    private static int? Index(string name, string prefix, int limit) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number < limit && name == FormattableString.Invariant($"{prefix}{number}")
            ? number
            : null;

    private static InvalidInputException Twice(string path, string name) =>
        new(path, $"the column \"{Shown(name)}\", or another one that means the same, stands in it twice", "Leave one out");

    // The header row, read as ML.NET will read the others.
    // The first line that is not empty.
    private static string FirstLine(string path)
    {
        using StreamReader reader = new(InputFile.OpenRead(path));
        char[] text = new char[LongestLine];
        ReadOnlySpan<char> start = text.AsSpan(0, reader.ReadBlock(text));
        if (start.IsEmpty)
        {
            throw new InvalidInputException(path, "it is empty", "Give a text file with a header row");
        }

        ReadOnlySpan<char> line = start.TrimStart("\r\n");
        int end = line.IndexOfAny('\r', '\n');
        return end >= 0 || start.Length < LongestLine
            ? line[..(end >= 0 ? end : line.Length)].ToString()
            : throw new InvalidInputException(path, FormattableString.Invariant($"its header row is longer than {LongestLine} characters"), "Give a text file with a header row");
    }

    /// <summary>A name from a file as messages show it: short, and without characters that control a terminal.</summary>
    private static string Shown(string name) =>
        string.Concat((name.Length <= 60 ? name : name[..57] + "...").Select(c => char.IsControl(c) ? '?' : c));

    private string[] Header(string path, char separatorChar)
    {
        string line = FirstLine(path);
        int separators = line.AsSpan().Count(separatorChar);
        if (separators >= LongestHeader)
        {
            throw new InvalidInputException(path, FormattableString.Invariant($"its header row has {separators + 1} columns"), FormattableString.Invariant($"Give at most {LongestHeader}"));
        }

        // As many cells as there can be; separators within quotes make fewer.
        TextLoader.Column all = new("Names", DataKind.String, [new TextLoader.Range(0, separators)]);
        IDataView lines = _context.Data.LoadFromTextFile(path, [all], separatorChar, allowQuoting: true, trimWhitespace: true);
        bool several = lines.Schema["Names"].Type is VectorDataViewType;
        string?[] row = (several ? lines.GetColumn<string?[]>("Names") : lines.GetColumn<string>("Names").Select(name => new[] { name })).FirstOrDefault() ?? [];
        string[] names = Array.ConvertAll(row, name => name ?? ""); // empty cells may be left out of a vector
        while (names is [.., ""] && line.Contains('"', StringComparison.Ordinal))
        {
            names = names[..^1];
        }

        return names.Length > 0 && Array.TrueForAll(names, name => name.Length > 0)
            ? names
            : throw new InvalidInputException(path, line.Length > 0 ? "a column has no name" : "it has no header row", "Name the columns in the first row");
    }
}
