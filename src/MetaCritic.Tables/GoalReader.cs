using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Tables;

/// <summary>Reads a table of goals row by row.</summary>
/// <remarks>
/// <para>Columns, in any order:</para>
/// <list type="table">
/// <listheader><term>Column</term><description>Meaning</description></listheader>
/// <item><term><c>goal_0</c> …, or the joint's name</term><description>goal position of each movable joint, rad or m; required</description></item>
/// <item><term><c>start_0</c> …, or <c>start_JOINT</c></term><description>start state: positions, then velocities; 0 where there is no column</description></item>
/// <item><term><c>weight</c></term><description>weight of the goal in a training, 0 or more</description></item>
/// <item><term><c>seed</c></term><description>seed of the row's initial policies, an integer</description></item>
/// <item><term>a parameter of the robot</term><description>such as <c>arm2.mass</c>: its value for the row</description></item>
/// <item><term>any other name</term><description>a text of the user's own, such as an id; it may be empty</description></item>
/// </list>
/// <para>A name that begins with <c>goal_</c> or <c>start_</c>, or is nearly that of another column, but means nothing is an error.</para>
/// </remarks>
public sealed class GoalReader : IDisposable
{
    private readonly RobotVariants? _robots;
    private readonly (GoalRole Role, int Index)[] _roles;
    private readonly double[] _goal;
    private readonly double[] _start;
    private readonly double[] _rest; // positions
    private readonly int[] _parameterColumns;
    private readonly double[] _parameterValues;

    private GoalReader(TableReader table, GoalColumns columns, RobotModel? robot)
    {
        (Table, Robot) = (table, robot);
        _roles = columns.Find(table);
        _goal = new double[columns.PositionSize];
        _start = new double[columns.StateSize];
        _rest = robot is null ? [] : [.. robot.RestPosition];
        _parameterColumns = ColumnsOf(GoalRole.Parameter);
        _parameterValues = new double[_parameterColumns.Length];
        ParameterNames = [.. _parameterColumns.Select(column => table.Columns[column])];
        _robots = ParameterNames.Count > 0 ? new(robot!, ParameterNames) : null;
        OtherColumns = ColumnsOf(GoalRole.Other);
        HasStartStates = Has(GoalRole.Start);
        HasWeights = Has(GoalRole.Weight);
        HasSeeds = Has(GoalRole.Seed);
    }

    /// <summary>The table, at the present row.</summary>
    public TableReader Table { get; }

    /// <summary>Whether there is a column of start states.</summary>
    public bool HasStartStates { get; }

    /// <summary>Whether there is a column of weights.</summary>
    public bool HasWeights { get; }

    /// <summary>Whether there is a column of seeds.</summary>
    public bool HasSeeds { get; }

    /// <summary>Parameters of the robot for which there are columns, in the order of these.</summary>
    public IReadOnlyList<string> ParameterNames { get; }

    /// <summary>Indices of the columns that are the user's own: texts.</summary>
    public IReadOnlyList<int> OtherColumns { get; }

    /// <summary>Goal of the present row, [PositionSize]; rad or m. Valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<double> Goal => _goal;

    /// <summary>Start state of the present row, [StateSize]: positions, then velocities; 0 where there is no column, and a position of 0 that a joint cannot have is its <see cref="RobotModel.RestPosition"/>. Valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<double> StartState => _start;

    /// <summary>Weight of the present row; 1 if there is no column.</summary>
    public double Weight { get; private set; } = 1;

    /// <summary>Seed of the present row; 0 if there is no column.</summary>
    public ulong Seed { get; private set; }

    /// <summary>Values of <see cref="ParameterNames"/> in the present row. Valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<double> ParameterValues => _parameterValues;

    /// <summary>The robot of the present row, mostly the same object for the same parameters; null if there is none.</summary>
    public RobotModel? Robot { get; private set; }

    /// <summary>Opens a table of goals for a robot.</summary>
    /// <param name="path">The file.</param>
    /// <param name="robot">The robot, whose movable joints the goals are for.</param>
    /// <param name="format">How cells are separated; null for commas.</param>
    /// <exception cref="InvalidInputException">The file is missing, or its header row is not usable; the message says why.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public static GoalReader Open(string path, RobotModel robot, TableFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(robot);
        return Open(path, null, robot, 0, 0, format);
    }

    /// <summary>Opens a table of goals for a system that is known by its sizes alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="positionSize">Positions that a goal has, 1 or more.</param>
    /// <param name="stateSize">Components of a state, no fewer than positions.</param>
    /// <param name="format">How cells are separated; null for commas.</param>
    /// <exception cref="InvalidInputException">The file is missing, or its header row is not usable; the message says why.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public static GoalReader Open(string path, int positionSize, int stateSize, TableFormat? format = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(positionSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stateSize, positionSize);
        return Open(path, null, null, positionSize, stateSize, format);
    }

    /// <summary>Opens a table of goals for a robot or, without one, for sizes.</summary>
    /// <param name="path">The file, or what errors call the stream.</param>
    /// <param name="input">A stream that is read in place of a file, and closed; null for the file.</param>
    /// <param name="robot">The robot; null if there is none.</param>
    /// <param name="positionSize">Positions that a goal has, if there is no robot.</param>
    /// <param name="stateSize">Components of a state, if there is no robot.</param>
    /// <param name="format">How cells are separated; null for commas.</param>
    internal static GoalReader Open(string path, Stream? input, RobotModel? robot, int positionSize, int stateSize, TableFormat? format)
    {
        if (robot?.DegreesOfFreedom == 0)
        {
            throw new InvalidInputException($"robot \"{robot.Name}\"", "it has no movable joint", "Give a robot with joints that move, which goals are for");
        }

        GoalColumns columns = robot is null ? new(positionSize, stateSize) : new(robot);
        TableReader table = TableReader.Open(path, input, format, columns.IsKnown);
        try
        {
            return new(table, columns, robot);
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next row, all of it but the user's own columns.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidInputException">A cell is empty or not what it should be, or the row has too many or too few; the message names file, line and column.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public bool Read()
    {
        if (!Table.Read())
        {
            return false;
        }

        for (int column = 0; column < _roles.Length; column++)
        {
            (GoalRole role, int index) = _roles[column];
            switch (role)
            {
                case GoalRole.Goal:
                    _goal[index] = Table.GetQuantity(column);
                    break;
                case GoalRole.Start:
                    _start[index] = Table.GetQuantity(column);
                    break;
                case GoalRole.Parameter:
                    _parameterValues[index] = Table.GetQuantity(column);
                    break;
                case GoalRole.Weight:
                    Weight = Table.GetQuantity(column) is >= 0 and double weight ? weight : throw Table.Error(column, "Give a weight of 0 or more");
                    break;
                case GoalRole.Seed:
                    Seed = Table.GetSeed(column);
                    break;
            }
        }

        // 0 also stands for what has no column.
        for (int i = 0; i < _rest.Length; i++)
        {
            _start[i] = _start[i] == 0 ? _rest[i] : _start[i];
        }

        Robot = _robots?.Of(_parameterValues, parameter => Table.PlaceOf(_parameterColumns[parameter])) ?? Robot;
        return true;
    }

    /// <summary>Reads all rows that are left as the goals of a training; seeds and the user's own columns are passed over.</summary>
    /// <exception cref="InvalidInputException">As for <see cref="Read"/>.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public TrainingGoals ReadTrainingGoals()
    {
        List<double[]> goals = [], starts = [], parameters = [];
        List<double> weights = [];
        while (Read())
        {
            goals.Add([.. _goal]);
            if (HasStartStates)
            {
                starts.Add([.. _start]);
            }

            if (HasWeights)
            {
                weights.Add(Weight);
            }

            if (_parameterValues.Length > 0)
            {
                parameters.Add([.. _parameterValues]);
            }
        }

        return new()
        {
            Goals = goals,
            StartStates = HasStartStates ? starts : null,
            Weights = HasWeights ? weights : null,
            ParameterNames = ParameterNames,
            ParameterValues = ParameterNames.Count > 0 ? parameters : null,
        };
    }

    /// <summary>Ends the reading and closes the file.</summary>
    public void Dispose() => Table.Dispose();

    private int[] ColumnsOf(GoalRole role) => [.. _roles.Index().Where(column => column.Item.Role == role).Select(column => column.Index)];

    private bool Has(GoalRole role) => Array.Exists(_roles, column => column.Role == role);
}
