using MetaCritic.Robots;

namespace MetaCritic.Tables;

/// <summary>What a column of a table of goals means.</summary>
internal enum GoalRole
{
    Goal,
    Start,
    Weight,
    Seed,
    Parameter,
    Other,
}

/// <summary>What the columns of a table of goals mean, by their names.</summary>
internal sealed class GoalColumns
{
    public const string WeightColumn = "weight";
    public const string SeedColumn = "seed";

    // Names that a message lists.
    private const int Listed = 3;

    private static readonly NumberedNames Goals = new("goal_");
    private static readonly NumberedNames Starts = new("start_");

    private readonly RobotModel? _robot;
    private readonly string[] _joints;
    private readonly Dictionary<string, int> _jointIndices;
    private readonly HashSet<string> _parameters;

    // First and last parts of the parameters' names: elbow and mass of elbow.mass.
    private readonly HashSet<string> _owners;
    private readonly HashSet<string> _properties;

    public GoalColumns(RobotModel robot)
        : this(robot.DegreesOfFreedom, 2 * robot.DegreesOfFreedom, robot)
    {
    }

    public GoalColumns(int positionSize, int stateSize)
        : this(positionSize, stateSize, null)
    {
    }

    private GoalColumns(int positionSize, int stateSize, RobotModel? robot)
    {
        (PositionSize, StateSize, _robot) = (positionSize, stateSize, robot);
        _joints = robot is null ? [] : [.. robot.MovableJoints.Select(joint => joint.Name)];
        _jointIndices = _joints.Index().ToDictionary(joint => joint.Item, joint => joint.Index, StringComparer.Ordinal);
        _parameters = robot is null ? [] : robot.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);

        // Without a robot there are no parameters; a table that was made for one is still recognised.
        IEnumerable<string> names = robot is null ? RobotModel.TwoLink.Parameters.Select(parameter => parameter.Name) : _parameters;
        _properties = names.Select(name => name[(name.LastIndexOf('.') + 1)..]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        _owners = _parameters.Select(name => name[..name.IndexOf('.', StringComparison.Ordinal)]).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    public int PositionSize { get; }

    public int StateSize { get; }

    /// <summary>Whether a column of this name has a meaning.</summary>
    public bool IsKnown(string name) => Meaning(name).Role != GoalRole.Other;

    /// <summary>What the columns of a table mean: for each its role, and its index among those of the same role.</summary>
    /// <exception cref="InvalidInputException">Two columns mean the same, a goal is missing, or a name is not what it seems to be meant for.</exception>
    public (GoalRole Role, int Index)[] Find(TableReader table)
    {
        var found = new (GoalRole Role, int Index)[table.Columns.Count];
        Dictionary<(GoalRole, int), string> taken = [];
        int parameters = 0, others = 0;
        for (int column = 0; column < found.Length; column++)
        {
            string name = table.Columns[column];
            (GoalRole role, int index) = Meaning(name);
            if (role == GoalRole.Other && IsMisnamed(name))
            {
                throw Unknown(table, name);
            }

            found[column] = (role, role switch { GoalRole.Parameter => parameters++, GoalRole.Other => others++, _ => index });
            if (role is GoalRole.Goal or GoalRole.Start && !taken.TryAdd((role, index), name))
            {
                throw table.HeaderError($"the columns \"{Shown.Text(taken[(role, index)])}\" and \"{Shown.Text(name)}\" mean the same", "Leave one out");
            }
        }

        for (int i = 0; i < PositionSize; i++)
        {
            if (!taken.ContainsKey((GoalRole.Goal, i)))
            {
                throw table.HeaderError(
                    _joints.Length > 0 ? $"there is no column for the goal of the joint \"{_joints[i]}\"" : FormattableString.Invariant($"there is no column for the goal of position {i}"),
                    $"Add a column {(_joints.Length > 0 ? $"{_joints[i]} or {Goals[i]}, or lock the joint" : Goals[i])}; the file has {Shown.Names(table.Columns)}");
            }
        }

        return found;
    }

    private (GoalRole Role, int Index) Meaning(string name)
    {
        if (Below(Goals.NumberOf(name), PositionSize) is int numbered)
        {
            return (GoalRole.Goal, numbered);
        }

        if (_jointIndices.TryGetValue(name, out int joint))
        {
            return (GoalRole.Goal, joint);
        }

        if (Below(Starts.NumberOf(name), StateSize) is int start)
        {
            return (GoalRole.Start, start);
        }

        if (name.StartsWith(Starts.Prefix, StringComparison.Ordinal) && _jointIndices.TryGetValue(name[Starts.Prefix.Length..], out joint))
        {
            return (GoalRole.Start, joint);
        }

        return name switch
        {
            WeightColumn => (GoalRole.Weight, 0),
            SeedColumn => (GoalRole.Seed, 0),
            _ when _parameters.Contains(name) => (GoalRole.Parameter, 0),
            _ => (GoalRole.Other, 0),
        };
    }

    private static int? Below(int? number, int limit) => number < limit ? number : null;

    // A column that would not do what its name promises. All other names are the user's own.
    private bool IsMisnamed(string name)
    {
        if (Goals.Resembles(name) || Starts.Resembles(name) || name.Equals("StartState", StringComparison.OrdinalIgnoreCase)
            || name.Equals(WeightColumn, StringComparison.OrdinalIgnoreCase) || name.Equals(SeedColumn, StringComparison.OrdinalIgnoreCase)
            || _joints.Contains(name, StringComparer.OrdinalIgnoreCase) || (name.Length > 1 && _properties.Contains(name)))
        {
            return true;
        }

        int first = name.IndexOf('.', StringComparison.Ordinal);
        return first >= 0 && (_owners.Contains(name[..first]) || _properties.Contains(name[(name.LastIndexOf('.') + 1)..]));
    }

    private InvalidInputException Unknown(TableReader table, string name)
    {
        string shown = Shown.Text(name);
        if ((Goals.NumberOf(name) >= PositionSize || Starts.NumberOf(name) >= StateSize) && !_joints.Contains(name))
        {
            (NumberedNames names, int size, string what) = Goals.NumberOf(name) is null ? (Starts, StateSize, "state") : (Goals, PositionSize, "goal");
            return table.HeaderError(
                FormattableString.Invariant($"there is no place for the column \"{shown}\": {(_robot is null ? "" : $"the robot \"{Shown.Text(_robot.Name)}\" has {_joints.Length} joint{(_joints.Length == 1 ? "" : "s")}, and ")}a {what} has {size} number{(size == 1 ? "" : "s")}, {Range(names, size)}"),
                "Leave the column out, or give the robot that the table is for");
        }

        IEnumerable<string> known =
        [
            .. Enumerable.Range(0, PositionSize).Select(i => Goals[i]), .. _joints, .. Enumerable.Range(0, StateSize).Select(i => Starts[i]),
            .. _joints.Select(joint => Starts.Prefix + joint), WeightColumn, SeedColumn, .. _parameters,
        ];
        string near = string.Join(", ", NearNames.Nearest(name, known, Listed));
        string all = _robot is null ? "" : " (metacritic robot ROBOT --parameters lists the parameters)";
        return table.HeaderError(
            $"the column \"{shown}\" is unknown{(_robot is null && name.Contains('.', StringComparison.Ordinal) ? ": there is no robot whose parameter it could be" : "")}",
            $"{(near.Length == 0 ? "Correct it" : $"Nearest are {near}")}{all}; give a column of your own another name");
    }

    private static string Range(NumberedNames names, int count) => count == 1 ? names[0] : $"{names[0]} ... {names[count - 1]}";
}
