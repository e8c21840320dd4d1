using System.Globalization;
using MetaCritic.Cli.Output;
using MetaCritic.Robots;

namespace MetaCritic.Cli;

/// <summary>A table of goals, its columns understood.</summary>
/// <remarks>
/// A goal column is named <c>goal_0</c>, <c>goal_1</c> … or by the joint. Start states are <c>start_0</c> … (positions, or positions
/// and velocities), or <c>start_JOINT</c> for positions; what is not given is 0.
/// </remarks>
internal sealed class GoalTable
{
    /// <summary>The column of weights in a training table.</summary>
    public const string WeightColumn = "weight";

    /// <summary>The column of seeds in a table of goals to fit.</summary>
    public const string SeedColumn = "seed";

    /// <summary>Most names that a message lists.</summary>
    private const int KnownLimit = 200;

    /// <summary>Most robots that are kept to be used again.</summary>
    private const int RobotLimit = 1_000;

    private readonly CsvTable _table;
    private readonly RobotModel? _robot;
    private readonly int[] _goals;
    private readonly int[] _starts;
    private readonly Dictionary<int, string> _parameters = [];
    private readonly int _extra;

    private GoalTable(CsvTable table, RobotModel robot, string extra, IReadOnlyList<string> results)
        : this(table, robot, [.. robot.MovableJoints.Select(j => j.Name)], robot.DegreesOfFreedom, 2 * robot.DegreesOfFreedom, extra, Parameters(robot), results)
    {
    }

    private GoalTable(
        CsvTable table, RobotModel? robot, string[] joints, int n, int stateSize, string extra, HashSet<string> parameters, IReadOnlyList<string> results)
    {
        _table = table;
        _robot = robot;
        _goals = new int[n];
        _starts = new int[stateSize];
        _goals.AsSpan().Fill(-1);
        _starts.AsSpan().Fill(-1);
        _extra = table.IndexOf(extra);
        Dictionary<string, int> indices = joints.Index().ToDictionary(joint => joint.Item, joint => joint.Index, StringComparer.Ordinal);
        for (int column = 0; column < table.Columns.Count; column++)
        {
            string name = table.Columns[column];
            if (column == _extra)
            {
                continue;
            }

            if (results.Contains(name))
            {
                throw new InvalidInputException(table.Source, $"there is a column \"{name}\" already, which is to be added", "Give a table of goals, not of results, or rename the column");
            }

            if ((Number(name, "goal_", n) ?? Index(indices, name)) is int goal)
            {
                Take(_goals, goal, column);
            }
            else if ((Number(name, "start_", stateSize) ?? (name.StartsWith("start_", StringComparison.Ordinal) ? Index(indices, name[6..]) : null)) is int start)
            {
                Take(_starts, start, column);
            }
            else if (parameters.Contains(name))
            {
                _parameters.Add(column, name);
            }
            else
            {
                throw Unknown(table, name, extra, n, stateSize, joints, parameters);
            }
        }

        int missing = Array.IndexOf(_goals, -1);
        if (missing >= 0)
        {
            throw joints.Length > 0
                ? new InvalidInputException(table.Source, $"there is no column for the goal of the joint \"{joints[missing]}\"", $"Name one goal_{Format.Count(missing)} or {joints[missing]}")
                : new InvalidInputException(table.Source, $"there is no column for the goal of position {Format.Count(missing)}", $"Name one goal_{Format.Count(missing)}");
        }
    }

    /// <summary>The rows.</summary>
    public IReadOnlyList<CsvRow> Rows => _table.Rows;

    /// <summary>Whether there are start states.</summary>
    public bool HasStartStates => _starts.Any(c => c >= 0);

    /// <summary>Whether there is a column of weights or seeds.</summary>
    public bool HasExtra => _extra >= 0;

    /// <summary>Understands a table of training goals: goals, start states, weights, parameters of the robot.</summary>
    public static GoalTable ForTraining(CsvTable table, RobotModel robot) => new(table, robot, WeightColumn, []);

    /// <summary>Understands a table of training goals for a system that is known by its sizes alone.</summary>
    public static GoalTable ForTraining(CsvTable table, int positions, int stateSize) => new(table, null, [], positions, stateSize, WeightColumn, [], []);

    /// <summary>Understands a table of goals to fit for a system that is known by its sizes alone.</summary>
    public static GoalTable ForFitting(CsvTable table, int positions, int stateSize, IReadOnlyList<string> results) =>
        new(table, null, [], positions, stateSize, SeedColumn, [], results);

    /// <summary>Understands a table of goals to fit: goals, start states, seeds, parameters of the robot.</summary>
    public static GoalTable ForFitting(CsvTable table, RobotModel robot, IReadOnlyList<string> results) =>
        new(table, robot, SeedColumn, results);

    /// <summary>The goal of a row.</summary>
    public double[] Goal(CsvRow row) => [.. _goals.Select(column => _table.Number(row, column))];

    /// <summary>The start state of a row, 0 where there is no column; null for rest at position 0, so that it is the same given or not.</summary>
    public double[]? StartStateOrNull(CsvRow row) => HasStartStates && StartState(row) is double[] state && state.Any(x => x != 0) ? state : null;

    /// <summary>The start state of a row, 0 where there is no column.</summary>
    public double[] StartState(CsvRow row) => [.. _starts.Select(column => column < 0 ? 0 : _table.Number(row, column))];

    /// <summary>The parameters of the robot for which there are columns.</summary>
    public IReadOnlyList<string> ParameterNames => [.. _parameters.Values];

    /// <summary>The values of <see cref="ParameterNames"/> in a row.</summary>
    public double[] ParameterValues(CsvRow row) => [.. _parameters.Keys.Select(column => _table.Number(row, column))];

    /// <summary>The weight of a row.</summary>
    public double Weight(CsvRow row) =>
        _table.Number(row, _extra) is >= 0 and double weight ? weight : throw _table.Error(row, _extra, "Give a weight of 0 or more");

    /// <summary>The seed of a row.</summary>
    public ulong Seed(CsvRow row) =>
        ulong.TryParse(row.Cells[_extra], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out ulong seed)
            ? seed
            : throw _table.Error(row, _extra, $"Give an integer from 0 to {ulong.MaxValue.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>The robot of a row: mostly the same object for the same parameters. Only where there is a robot.</summary>
    /// <param name="row">The row.</param>
    /// <param name="made">Robots made so far.</param>
    public RobotModel Robot(CsvRow row, Dictionary<string, RobotModel> made)
    {
        double[] values = ParameterValues(row);
        string key = string.Join(',', values.Select(Format.Exact));
        if (made.TryGetValue(key, out RobotModel? robot))
        {
            return robot;
        }

        robot = _robot!;
        foreach (((int column, string parameter), double value) in _parameters.Zip(values))
        {
            try
            {
                robot = robot.With(parameter, value);
            }
            catch (InvalidInputException e)
            {
                throw new InvalidInputException($"{_table.PlaceOf(row, column)}: {e.Message}", e);
            }
        }

        if (made.Count == RobotLimit)
        {
            made.Clear();
        }

        made.Add(key, robot);
        return robot;
    }

    private static HashSet<string> Parameters(RobotModel robot) => robot.Parameters.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);

    private static InvalidInputException Unknown(CsvTable table, string name, string extra, int n, int stateSize, string[] joints, IReadOnlyCollection<string> parameters)
    {
        string[] known = [$"goal_0 ... goal_{Format.Count(n - 1)}", .. joints, $"start_0 ... start_{Format.Count(stateSize - 1)}", .. joints.Select(j => "start_" + j), extra, .. parameters];
        string more = known.Length > KnownLimit ? ", ... (metacritic robot --parameters lists all)" : "";
        return new(
            table.Source,
            $"the column \"{Terminal.OneLine(CsvTable.Cut(name))}\" is unknown{(name.Contains(';', StringComparison.Ordinal) ? " (cells are separated by commas)" : "")}",
            $"Known are {string.Join(", ", known.Take(KnownLimit))}{more}");
    }

    private void Take(int[] columns, int index, int column)
    {
        if (columns[index] >= 0)
        {
            throw new InvalidInputException(
                _table.Source, $"the columns \"{_table.Columns[columns[index]]}\" and \"{_table.Columns[column]}\" mean the same", "Leave one out");
        }

        columns[index] = column;
    }

    /// <summary>The number after a prefix, if it is one below a limit, written as usual.</summary>
    private static int? Number(string name, string prefix, int limit) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number < limit && name == prefix + Format.Count(number)
            ? number
            : null;

    private static int? Index(Dictionary<string, int> indices, string name) => indices.TryGetValue(name, out int index) ? index : null;
}
