using System.Text;
using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tables;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary>Rows of a table of goals, or of what <c>metacritic fit</c> made of one, whose policies are fitted anew.</summary>
internal static class FittingRows
{
    // How far a state may be from the one in the table: other machines may round in another order.
    private const double Agreement = 1e-3;

    private static readonly string[] FittedColumns = ["policy", "error", "steps", "diverged"];

    /// <summary>A row.</summary>
    /// <param name="Number">Its number, from 1.</param>
    /// <param name="Place">What errors call it.</param>
    /// <param name="Label">The user's own text in it, such as an id; else its number.</param>
    /// <param name="Changes">Parameters of the robot that it changes, as text; empty for none.</param>
    /// <param name="Task">What is fitted.</param>
    /// <param name="Fitted">What came out; null in a table of goals.</param>
    public sealed record Row(int Number, string Place, string Label, string Changes, FittingTask Task, Fitted? Fitted);

    /// <summary>What a table says of a fitted policy.</summary>
    /// <param name="Steps">Updates made.</param>
    /// <param name="FinalState">Last state of its roll-out; NaN if it diverged.</param>
    public sealed record Fitted(int Steps, double[] FinalState);

    /// <summary>Reads some rows of a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How its cells are separated.</param>
    /// <param name="robot">The robot, whose parameters rows may change.</param>
    /// <param name="seed">Seed where the table has none.</param>
    /// <param name="wanted">Numbers of the rows, from 1; null for the first ones.</param>
    /// <param name="most">How many at most, if none are named.</param>
    /// <param name="total">How many rows there are.</param>
    /// <exception cref="InvalidInputException">The table or a row is not usable, or there is no such row.</exception>
    public static List<Row> Read(string path, TableFormat? format, RobotModel robot, ulong seed, IReadOnlyList<int>? wanted, int most, out int total)
    {
        using GoalReader reader = GoalReader.Open(path, robot, format);
        int[] fitted = [.. FittedColumns.Select(reader.Table.IndexOf)];
        int[] final = [.. Enumerable.Range(0, 2 * robot.DegreesOfFreedom).Select(i => reader.Table.IndexOf($"final_{Format.Count(i)}"))];
        bool isFitted = fitted.All(column => column >= 0);
        int missing = Array.FindIndex(final, column => column < 0);
        if (isFitted && missing >= 0)
        {
            throw new InvalidInputException(path, $"there is no column \"final_{Format.Count(missing)}\"", "Give a table that metacritic fit wrote for this robot, or a table of goals");
        }

        int label = reader.OtherColumns.Cast<int?>().FirstOrDefault(column => !isFitted || !(fitted.Contains(column!.Value) || final.Contains(column.Value))) ?? -1;
        RobotParameter[] parameters = [.. reader.ParameterNames.Select(name => robot.Parameters.First(parameter => parameter.Name == name))];
        List<Row> rows = [];
        total = 0;
        while (reader.Read())
        {
            total++;
            if (wanted is null ? rows.Count < most : wanted.Contains(total))
            {
                rows.Add(RowOf(total));
            }
        }

        foreach (int number in wanted ?? [])
        {
            if (number > total)
            {
                throw new InvalidInputException(path, $"there is no row {Format.Count(number)}", $"Give a number from 1 to {Format.Count(total)}");
            }
        }

        return wanted is null ? rows : [.. wanted.Select(number => rows.Find(row => row.Number == number)!)];

        Row RowOf(int number)
        {
            TableReader table = reader.Table;
            string text = label >= 0 ? table.GetText(label) : "";
            string changes = string.Join(", ", parameters.Zip(reader.ParameterValues.ToArray())
                .Where(pair => pair.Second != pair.First.Value)
                .Select(pair => $"{pair.First.Name} {Format.Short(pair.Second)} {pair.First.Unit}".TrimEnd()));
            FittingTask task = new()
            {
                Goal = [.. reader.Goal],
                StartState = reader.StartState.ContainsAnyExcept(0) ? [.. reader.StartState] : null,
                Robot = reader.Robot,
                Seed = reader.HasSeeds ? reader.Seed : seed,
                PolicyIndex = isFitted ? Whole(table, fitted[0]) : 0,
            };
            return new(number, $"{path}, line {Format.Count(table.Line)}", text.Length > 0 ? text : $"row {Format.Count(number)}", changes, task, isFitted ? FittedOf(table) : null);
        }

        Fitted FittedOf(TableReader table) => new(
            Whole(table, fitted[2]),
            table.GetText(fitted[3]) == "1" ? [.. final.Select(_ => double.NaN)] : [.. final.Select(table.GetNumber)]);

        static int Whole(TableReader table, int column) =>
            table.GetInteger(column) is >= 0 and <= int.MaxValue and long value ? (int)value : throw table.Error(column, "Give a whole number of 0 or more");
    }

    /// <summary>Fits the policies of rows, and keeps those before, half-way and after.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="system">The critic and its robot.</param>
    /// <param name="options">Settings of the learner.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A fit for each row, with two snapshots: before the first update and half-way.</returns>
    /// <exception cref="InvalidInputException">What comes out is not what the table says.</exception>
    public static IReadOnlyList<PolicyFit> Fit(IReadOnlyList<Row> rows, PolicySystem system, PolicyLearnerOptions options, CancellationToken cancellationToken)
    {
        // Plain steps need not go further than the table's did. Adam's depend on how many there were to be.
        PolicyFit[] fits = new PolicyFit[rows.Count];
        bool plain = options.Optimizer == OptimizerKind.Sgd;
        foreach (IGrouping<int, int> same in Enumerable.Range(0, rows.Count).GroupBy(i => plain ? rows[i].Fitted?.Steps ?? options.Steps : options.Steps))
        {
            int[] members = [.. same];
            PolicyLearnerOptions settings = options with { Steps = same.Key };
            int[] half = [.. members.Select(i => (rows[i].Fitted?.Steps ?? same.Key) / 2)];
            IReadOnlyList<PolicyFit> fitted = Fit(members, settings, half);
            int[] ended = [.. fitted.Select(fit => fit.Steps / 2)];
            fitted = ended.SequenceEqual(half) ? fitted : Fit(members, settings, ended); // some ended early
            for (int k = 0; k < members.Length; k++)
            {
                fits[members[k]] = fitted[k];
            }
        }

        foreach ((Row row, PolicyFit fit) in rows.Zip(fits))
        {
            if (row.Fitted is { } table && !(fit.Steps == table.Steps && fit.FinalState.Zip(table.FinalState).All(pair => Agree(pair.First, pair.Second))))
            {
                throw new InvalidInputException(
                    row.Place,
                    "fitting it anew gives another policy",
                    "Give the critic and the settings that metacritic fit was given: --robot, --seed, --steps, --learning-rate, --tolerance");
            }
        }

        return fits;

        IReadOnlyList<PolicyFit> Fit(int[] members, PolicyLearnerOptions settings, int[] half)
        {
            using PolicyLearner learner = new(system.Critic!, settings);
            return learner.Fit(
                [.. members.Select((i, k) => rows[i].Task with { Snapshots = half[k] == 0 ? [0] : [0, half[k]] })],
                block => new SimulatedRobot([.. block.Select(task => task.Robot!)], system.Dynamics, [.. block.Select(task => task.StartState)]),
                null,
                cancellationToken);
        }
    }

    private static bool Agree(double a, double b) => (double.IsNaN(a) && double.IsNaN(b)) || Math.Abs(a - b) <= Agreement * (1 + Math.Abs(b));
}
