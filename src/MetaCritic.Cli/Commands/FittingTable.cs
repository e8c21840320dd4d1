using System.Text;
using MetaCritic.Cli.Output;
using MetaCritic.Robots;
using MetaCritic.Tables;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary>A table of goals to fit, as read and checked.</summary>
internal sealed class FittingTable
{
    private readonly RobotVariants? _robots;
    private readonly RobotModel? _robot;

    private FittingTable(GoalReader reader, RobotModel? robot, List<Row> rows)
    {
        (RawHeader, Separator, Rows, _robot) = (reader.Table.RawHeader, reader.Table.Format.Separator, rows, robot);
        _robots = reader.ParameterNames.Count > 0 ? new(robot!, reader.ParameterNames) : null;
    }

    /// <summary>The header row as it stands in the file.</summary>
    public string RawHeader { get; }

    /// <summary>What separates cells.</summary>
    public char Separator { get; }

    /// <summary>The rows, at least one.</summary>
    public IReadOnlyList<Row> Rows { get; }

    /// <summary>Reads a table.</summary>
    /// <param name="reader">Before its first row.</param>
    /// <param name="robot">The robot to fit on, for which it was opened; null for learned dynamics.</param>
    /// <param name="results">Names of columns that will be added.</param>
    /// <param name="limit">Most rows.</param>
    /// <exception cref="InvalidInputException">A row is not usable, there are too many, or one of the columns to be added is there.</exception>
    public static FittingTable Read(GoalReader reader, RobotModel? robot, IReadOnlyList<string> results, int limit)
    {
        if (reader.Table.Columns.FirstOrDefault(results.Contains) is { } result)
        {
            throw new InvalidInputException(reader.Table.Source, $"there is a column \"{result}\" already, and the results need this name", "Give a table of goals, not of results, or rename the column");
        }

        List<Row> rows = [];
        while (reader.Read())
        {
            if (rows.Count == limit)
            {
                throw new InvalidInputException(reader.Table.Source, $"there are more than {Format.Count(limit)} rows, too many to be fitted at once", "Split it into several files, or fit fewer policies per row");
            }

            rows.Add(new(
                [.. reader.Goal],
                reader.StartState.ContainsAnyExcept(0) ? [.. reader.StartState] : null,
                [.. reader.ParameterValues],
                reader.HasSeeds ? reader.Seed : null,
                Encoding.UTF8.GetString(reader.Table.RawRow)));
        }

        return new(reader, robot, rows);
    }

    /// <summary>The policies to fit, made as they are asked for: robots of the rows may be many.</summary>
    /// <param name="seed">Seed of the initial policies where the table has none.</param>
    /// <param name="count">Policies per row.</param>
    public IEnumerable<FittingTask> Tasks(ulong seed, int count)
    {
        foreach (Row row in Rows)
        {
            FittingTask task = new()
            {
                Goal = row.Goal,
                StartState = row.StartState,
                Robot = _robots?.Of(row.ParameterValues, _ => "a row that was read") ?? _robot,
                Seed = row.Seed ?? seed,
            };
            for (int i = 0; i < count; i++)
            {
                yield return task with { PolicyIndex = i };
            }
        }
    }

    /// <summary>A row.</summary>
    /// <param name="Goal">The goal.</param>
    /// <param name="StartState">The start state; null for rest at position 0, so that it is the same given or not.</param>
    /// <param name="ParameterValues">Values of the robot's parameters for which there are columns.</param>
    /// <param name="Seed">Seed of the initial policies; null if there is no column.</param>
    /// <param name="Raw">The row as it stands in the file.</param>
    public sealed record Row(double[] Goal, double[]? StartState, double[] ParameterValues, ulong? Seed, string Raw);
}
