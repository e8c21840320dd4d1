using System.Text;
using MetaCritic.Cli.Commands;
using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.ML;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.Tables.Tests;

/// <summary>A file that both the tool and the ML.NET layer are given.</summary>
/// <param name="What">What it is a case of; shown as the test's name.</param>
/// <param name="Bytes">The file.</param>
/// <param name="Said">Place and finding that the error must begin with, after the file's name; null if the file must be accepted.</param>
/// <param name="Separator">What the caller says separates cells.</param>
public sealed record TableCase(string What, byte[] Bytes, string? Said = null, char Separator = ',')
{
    public TableCase(string what, string text, string? said = null, char separator = ',')
        : this(what, Encoding.UTF8.GetBytes(text), said, separator)
    {
    }

    public override string ToString() => What;
}

/// <summary>The two doors through which tables come in. Each gives the numbers it took, or its error.</summary>
internal static class Doors
{
    private const string Setting = "--separator";

    private static readonly MLContext Ml = new(seed: 1);

    /// <summary><c>metacritic train</c> on a table of goals of the two-link arm, as the critic tells of it.</summary>
    public static async Task<string> GoalsByTheTool(string file, char separator, string critic)
    {
        ToolRun run = await ToolRun.Of(["train", "--robot", "two-link", "--goals", file, Setting, separator.ToString(), "--out", critic, "--iterations", "1", .. Workspace.Tiny]);
        return run.ExitCode == 0 ? Told(Models.CriticModel.Load(critic).Goals) : Error(run);
    }

    /// <summary>The same without the training.</summary>
    public static string GoalsByTheToolsReader(string file, char separator = ',')
    {
        using GoalReader reader = GoalReader.Open(file, RobotModel.TwoLink, OfTheTool(separator));
        return Told(TrainCommand.ReadGoals(Quiet(), reader));
    }

    /// <summary><c>Data.LoadGoals</c>, all columns of all rows.</summary>
    public static string GoalsByTheLayer(string file, char separator = ',')
    {
        IDataView table = Ml.MetaCritic().Data.LoadGoals(file, RobotModel.TwoLink, separator);
        int rows = ReadAll(table);
        string[] parameters = [.. table.Schema.Select(column => column.Name).Where(name => name.Contains('.', StringComparison.Ordinal) && table.Schema[name].Type is NumberDataViewType)];
        float[][] values = [.. parameters.Select(name => table.GetColumn<float>(name).ToArray())];
        return Told(new TrainingGoals
        {
            Goals = Doubles(table, "Goal"),
            StartStates = table.Schema.GetColumnOrNull("StartState") is null ? null : Doubles(table, "StartState"),
            Weights = table.Schema.GetColumnOrNull("weight") is null ? null : [.. table.GetColumn<float>("weight").Select(x => (double)x)],
            ParameterNames = parameters,
            ParameterValues = parameters.Length == 0 ? null : [.. Enumerable.Range(0, rows).Select(row => (double[])[.. values.Select(column => (double)column[row])])],
        });
    }

    /// <summary><c>metacritic train --transitions</c> on a log that is refused.</summary>
    public static async Task<string> TransitionsByTheTool(string file, char separator, string goals, string critic) =>
        Error(await ToolRun.Of("train", "--transitions", file, "--goals", goals, Setting, separator.ToString(), "--out", critic));

    /// <summary>The same without the training.</summary>
    public static string TransitionsByTheToolsReader(string file, char separator = ',')
    {
        using TransitionReader reader = TransitionReader.Open(file, OfTheTool(separator));
        return Told(reader.ReadTransitions());
    }

    /// <summary><c>Data.LoadTransitions</c>, all columns of all rows.</summary>
    public static string TransitionsByTheLayer(string file, char separator = ',')
    {
        IDataView table = Ml.MetaCritic().Data.LoadTransitions(file, separator);
        Assert.AreNotEqual(0, ReadAll(table));
        return Told(new Transitions
        {
            States = Doubles(table, "State"),
            Actions = Doubles(table, "Action"),
            NextStates = Doubles(table, "NextState"),
            Episodes = table.Schema.GetColumnOrNull("Episode") is null ? null : [.. table.GetColumn<float>("Episode").Select(x => (long)x)],
        });
    }

    /// <summary>What a door says: its result, or its error as the tool words it.</summary>
    public static string Said(Func<string> door)
    {
        try
        {
            return door();
        }
        catch (InvalidInputException e)
        {
            return Terminal.OneLine(e.Message).Replace("separatorChar", Setting, StringComparison.Ordinal);
        }
    }

    private static TableFormat OfTheTool(char separator) => new() { Separator = separator, SeparatorSetting = Setting };

    private static Terminal Quiet() => new(TextWriter.Null, TextWriter.Null) { Width = Terminal.Unlimited };

    private static string Error(ToolRun run)
    {
        Assert.AreEqual(2, run.ExitCode, run.Error);
        return run.Error.TrimEnd().Split('\n').Single(line => line.StartsWith("error: ", StringComparison.Ordinal))["error: ".Length..];
    }

    private static double[][] Doubles(IDataView table, string column) => [.. table.GetColumn<float[]>(column).Select(row => Array.ConvertAll(row, x => (double)x))];

    private static int ReadAll(IDataView table)
    {
        int rows = 0;
        using DataViewRowCursor cursor = table.GetRowCursor(table.Schema);
        ValueGetter<ReadOnlyMemory<char>>[] texts = [.. table.Schema.Where(column => column.Type is TextDataViewType).Select(cursor.GetGetter<ReadOnlyMemory<char>>)];
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
        {
            rows++;
            foreach (ValueGetter<ReadOnlyMemory<char>> getter in texts)
            {
                getter(ref text);
            }
        }

        Assert.AreEqual(rows, table.GetRowCount());
        return rows;
    }

    // In single precision, which is what the layer has.
    private static string Told(TrainingGoals goals) => string.Join(
        "; ",
        Rows("goals", goals.Goals),
        Rows("starts", goals.StartStates),
        Rows("weights", goals.Weights is { } weights ? [[.. weights]] : null),
        string.Join(' ', goals.ParameterNames),
        Rows("parameters", goals.ParameterValues));

    private static string Told(Transitions transitions)
    {
        // The layer numbers episodes anew where single precision does not hold them.
        List<long>? distinct = transitions.Episodes?.Distinct().ToList();
        return string.Join(
            "; ",
            Rows("states", transitions.States),
            Rows("actions", transitions.Actions),
            Rows("next states", transitions.NextStates),
            Rows("episodes", transitions.Episodes is { } episodes ? [[.. episodes.Select(episode => (double)distinct!.IndexOf(episode))]] : null));
    }

    private static string Rows(string what, IEnumerable<double[]>? rows) =>
        $"{what} {(rows is null ? "none" : string.Join(' ', rows.Select(row => string.Join(',', row.Select(x => ((float)x).ToString("R", System.Globalization.CultureInfo.InvariantCulture))))))}";
}
