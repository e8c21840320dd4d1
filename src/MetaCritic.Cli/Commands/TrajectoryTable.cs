using System.Text;
using System.Text.Json.Nodes;
using MetaCritic.Cli.Output;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Robots;
using MetaCritic.Tables;

namespace MetaCritic.Cli.Commands;

/// <summary>A motion of a robot as a table: what <c>metacritic rollout</c> writes, and what any log with the same columns has.</summary>
/// <param name="Times">Time of each row, s.</param>
/// <param name="Positions">Joint positions in each row, [joints]; rad or m.</param>
/// <param name="Goal">The goal, [joints]; null if there is none.</param>
internal sealed record TrajectoryTable(double[] Times, double[][] Positions, double[]? Goal)
{
    /// <summary>Name of the column that a trajectory is recognised by.</summary>
    public const string TimeColumn = "time";

    private const int RowLimit = 100_000;

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How its cells are separated.</param>
    /// <param name="robot">The robot, whose joints name columns.</param>
    /// <exception cref="InvalidInputException">A column is missing, a cell is not usable, time does not rise, or the goal changes.</exception>
    public static TrajectoryTable Read(string path, TableFormat? format, RobotModel robot)
    {
        string[] joints = [.. robot.MovableJoints.Select(joint => joint.Name)];
        using TableReader table = TableReader.Open(path, format, name => name == TimeColumn || joints.Contains(name));
        int time = Column(table, TimeColumn);
        int[] positions = [.. joints.Select(joint => Column(table, joint))];
        int[] goals = [.. joints.Select(joint => table.IndexOf(GoalOf(joint)))];
        bool hasGoal = goals.Any(column => column >= 0);
        if (hasGoal && Array.FindIndex(goals, column => column < 0) is >= 0 and int without)
        {
            throw new InvalidInputException(path, $"there is no column \"{Shown.Text(GoalOf(joints[without]))}\"", "Give the goal of every joint, or of none");
        }

        List<double> times = [];
        List<double[]> rows = [];
        double[]? goal = null;
        while (table.Read())
        {
            double now = table.GetQuantity(time);
            if (times.Count > 0 && now <= times[^1])
            {
                throw table.Error(time, "Let time rise from row to row");
            }

            if (times.Count == RowLimit)
            {
                throw new InvalidInputException(path, $"there are more than {Format.Count(RowLimit)} rows, too many to be shown", "Give fewer rows");
            }

            times.Add(now);
            rows.Add([.. positions.Select(table.GetQuantity)]);
            double[]? wished = hasGoal ? [.. goals.Select(table.GetQuantity)] : null;
            if (goal is not null && Array.FindIndex(goal.Zip(wished!).ToArray(), pair => pair.First != pair.Second) is >= 0 and int changed)
            {
                throw table.Error(goals[changed], "Give the same goal in every row");
            }

            goal = wished;
        }

        return new([.. times], [.. rows], goal);
    }

    /// <summary>The columns of a roll-out on a robot, in their order.</summary>
    /// <exception cref="InvalidInputException">Two columns would have the same name, for joints have such names.</exception>
    public static List<(string Name, double[] Values)> Columns(Rollout rollout)
    {
        RobotModel robot = rollout.Robot!;
        int n = robot.DegreesOfFreedom;
        List<(string Name, double[] Values)> columns = [(TimeColumn, [.. rollout.States.Select((_, t) => Math.Round(t * rollout.TimeStep, 10))])];
        Add(joint => joint, i => rollout.States.Select(state => state[i]));
        Add(joint => joint + ".velocity", i => rollout.States.Select(state => state[n + i]));
        Add(joint => joint + ".torque", i => rollout.Torques.Select(torque => torque[i]));
        columns.Add(("end_effector.x", [.. rollout.EndEffectorPositions.Select(position => position.X)]));
        columns.Add(("end_effector.y", [.. rollout.EndEffectorPositions.Select(position => position.Y)]));
        columns.Add(("end_effector.z", [.. rollout.EndEffectorPositions.Select(position => position.Z)]));
        Add(GoalOf, i => rollout.States.Select(_ => rollout.Policy.Goal[i]));
        columns.Add(("error", [.. rollout.Errors]));
        return columns.GroupBy(column => column.Name).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new InvalidInputException($"robot \"{robot.Name}\"", $"there would be two columns \"{Shown.Text(twice.Key)}\"", "Rename its joint")
            : columns;

        void Add(Func<string, string> name, Func<int, IEnumerable<double>> values)
        {
            for (int i = 0; i < n; i++)
            {
                columns.Add((name(robot.MovableJoints[i].Name), [.. values(i)]));
            }
        }
    }

    /// <summary>Writes columns, whole or not at all.</summary>
    public static void Write(string path, List<(string Name, double[] Values)> columns, char separator) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        Write(writer, columns, separator);
    });

    /// <summary>Writes a table to a writer.</summary>
    public static void Write(TextWriter writer, List<(string Name, double[] Values)> columns, char separator)
    {
        writer.WriteLine(string.Join(separator, columns.Select(column => Quoted(column.Name, separator))));
        for (int row = 0; row < columns[0].Values.Length; row++)
        {
            writer.WriteLine(string.Join(separator, columns.Select(column => Format.Exact(column.Values[row]))));
        }
    }

    /// <summary>The same columns as JSON.</summary>
    public static JsonObject Json(List<(string Name, double[] Values)> columns) =>
        new(columns.Select(column => KeyValuePair.Create(column.Name, (JsonNode?)Format.Numbers(column.Values))));

    private static string GoalOf(string joint) => joint + ".goal";

    private static int Column(TableReader table, string name) =>
        InputTables.Column(table, name, $"A trajectory has the columns time and those of the robot's joints; the file has {Shown.Names(table.Columns)}");

    private static string Quoted(string name, char separator) =>
        name.AsSpan().IndexOfAny([separator, '"', '\n', '\r']) < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
