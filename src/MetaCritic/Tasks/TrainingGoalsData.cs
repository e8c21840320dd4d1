using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MetaCritic.Files;
using MetaCritic.Robots;

namespace MetaCritic.Tasks;

/// <summary>Training goals as tensors of a file, bit by bit.</summary>
internal static class TrainingGoalsData
{
    /// <summary>Adds the tensors <c>goals</c> [rows × positions], <c>startStates</c> [rows × state], <c>weights</c> [rows] and <c>parameters of the goals</c> [rows × parameters], the latter three if there are any.</summary>
    public static void AddTo(this TrainingGoals goals, TensorFile file)
    {
        Add(file, "goals", goals.Goals);
        if (goals.StartStates is not null)
        {
            Add(file, "startStates", goals.StartStates);
        }

        if (goals.Weights is not null)
        {
            file.Add<double>("weights", goals.Weights.ToArray());
        }

        if (goals.ParameterValues is not null)
        {
            Add(file, "goalParameters", goals.ParameterValues);
        }
    }

    /// <summary>Writes the header's member for the names of the parameters that differ between goals.</summary>
    public static void WriteNames(this TrainingGoals goals, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("goalParameters");
        foreach (string name in goals.ParameterNames)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }

    /// <summary>Reads what <see cref="AddTo"/> and <see cref="WriteNames"/> wrote. Format version 1 knew no parameters.</summary>
    public static TrainingGoals GetFrom(TensorFile file, HeaderReader header, int stateSize, int positionSize)
    {
        string[] names = header.Version >= 2 ? header.Texts("goalParameters") : [];
        return new()
        {
            Goals = Get(file, "goals", positionSize),
            StartStates = file.Has("startStates") ? Get(file, "startStates", stateSize) : null,
            Weights = file.Has("weights") ? file.Get<double>("weights") : null,
            ParameterNames = names,
            ParameterValues = names.Length > 0 ? Get(file, "goalParameters", names.Length) : null,
        };
    }

    /// <summary>A copy that shares no array with the original.</summary>
    public static TrainingGoals Copy(this TrainingGoals goals) => new()
    {
        Goals = [.. goals.Goals.Select(row => row.ToArray())],
        StartStates = goals.StartStates is null ? null : [.. goals.StartStates.Select(row => row.ToArray())],
        Weights = goals.Weights is null ? null : [.. goals.Weights],
        ParameterNames = [.. goals.ParameterNames],
        ParameterValues = goals.ParameterValues is null ? null : [.. goals.ParameterValues.Select(row => row.ToArray())],
    };

    /// <summary>In what the tables of two trainings differ, as <c>name: first, not second</c>; null if they hold the same rows in the same order.</summary>
    public static string? DifferenceFrom(this TrainingGoals first, TrainingGoals second) =>
        Difference("goals", first.Goals, second.Goals)
        ?? Difference("start states", first.StartStates, second.StartStates)
        ?? Difference("weights", first.Weights?.Select(weight => new[] { weight }).ToArray(), second.Weights?.Select(weight => new[] { weight }).ToArray())
        ?? (first.ParameterNames.SequenceEqual(second.ParameterNames) ? null : $"parameters of the goals: {List(first.ParameterNames)}, not {List(second.ParameterNames)}")
        ?? Difference("parameters of the goals", first.ParameterValues, second.ParameterValues);

    /// <summary>The robot of each row, in the table's order; the same object where nothing is changed.</summary>
    /// <exception cref="InvalidInputException">There is no such parameter, or a value is out of its range; the message names the row.</exception>
    public static RobotModel[] Robots(this TrainingGoals goals, RobotModel robot)
    {
        RobotModel Of(double[] values, int row) => InvalidInputException.At(
            FormattableString.Invariant($"The training goals, row {row + 1}"), () => robot.With(goals.ParameterNames.Zip(values, KeyValuePair.Create)));

        return goals.ParameterValues is { } values ? [.. values.Select(Of)] : [.. goals.Goals.Select(_ => robot)];
    }

    /// <summary>Checks shapes and values.</summary>
    /// <exception cref="InvalidInputException">Something does not fit.</exception>
    public static void Validate(this TrainingGoals goals, string place, int stateSize, int positionSize)
    {
        int rows = goals.Goals.Count;
        Consistency.Require(rows > 0, place, "there are no goals");
        Consistency.Require(
            goals.Goals.All(row => row.Length == positionSize && row.All(double.IsFinite)), place, FormattableString.Invariant($"a goal is not {positionSize} finite numbers"));
        Consistency.Require(
            goals.StartStates is null || (goals.StartStates.Count == rows && goals.StartStates.All(row => row.Length == stateSize && row.All(double.IsFinite))),
            place,
            FormattableString.Invariant($"the start states are not {rows} times {stateSize} finite numbers"));
        Consistency.Require(
            goals.Weights is null || (goals.Weights.Count == rows && goals.Weights.All(w => w >= 0 && double.IsFinite(w)) && goals.Weights.Any(w => w > 0)),
            place,
            FormattableString.Invariant($"the weights of the goals are not {rows} numbers of at least 0, one above"));
        int names = goals.ParameterNames.Count;
        Consistency.Require(goals.ParameterNames.Distinct(StringComparer.Ordinal).Count() == names, place, "a parameter is named twice");
        Consistency.Require(
            names == 0 ? goals.ParameterValues is null : goals.ParameterValues is { } values && values.Count == rows && values.All(row => row.Length == names && row.All(double.IsFinite)),
            place,
            FormattableString.Invariant($"the parameters of the goals are not {rows} times {names} finite numbers"));
    }

    private static void Add(TensorFile file, string name, IReadOnlyList<double[]> rows) =>
        file.Add<double>(name, rows.SelectMany(row => row).ToArray(), rows.Count, rows[0].Length);

    private static string? Difference(string name, IReadOnlyList<double[]>? first, IReadOnlyList<double[]>? second)
    {
        if (first?.Count != second?.Count)
        {
            return $"{name}: {Count(first)}, not {Count(second)}";
        }

        for (int row = 0; row < first?.Count; row++)
        {
            if (!first[row].AsSpan().SequenceEqual(second![row]))
            {
                return FormattableString.Invariant($"{name}, row {row + 1}: {List(first[row].Select(Text))}, not {List(second[row].Select(Text))}");
            }
        }

        return null;

        static string Count(IReadOnlyList<double[]>? rows) => rows is null ? "none" : FormattableString.Invariant($"{rows.Count} rows");

        static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private static string List(IEnumerable<string> values) => $"[{string.Join(", ", values)}]";

    private static double[][] Get(TensorFile file, string name, int width) => [.. file.Get<double>(name, -1, width).Chunk(width)];

    /// <summary>A text that identifies goals, starts and parameters.</summary>
    public static string Fingerprint(this TrainingGoals goals)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (IReadOnlyList<double[]>? rows in (IReadOnlyList<double[]>?[])[goals.Goals, goals.StartStates, goals.ParameterValues])
        {
            hash.AppendData(BitConverter.GetBytes(rows?.Count ?? -1));
            foreach (double[] row in rows ?? [])
            {
                hash.AppendData(MemoryMarshal.AsBytes(row.AsSpan()));
            }
        }

        hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', goals.ParameterNames)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
