using System.Globalization;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests;

/// <summary>A row with everything that any of the estimators asks for, on the arm with two joints.</summary>
internal sealed class Row
{
    [VectorType(2)]
    public float[] Goal { get; set; } = [];

    [VectorType(4)]
    public float[] State { get; set; } = [];

    [VectorType(2)]
    public float[] Action { get; set; } = [];

    [VectorType(4)]
    public float[] NextState { get; set; } = [];

    public float Goal1 { get; set; }

    public float Goal2 { get; set; }

    public float Weight { get; set; }

    public float Mass { get; set; }

    public float Seed { get; set; }

    public string Kind { get; set; } = "";
}

internal static class Tables
{
    public static RobotModel Robot => RobotModel.TwoLink;

    public static MetaTrainingOptions Training { get; } =
        TaskPreset.TwoLink.Training with { Iterations = 3, Horizon = 6, CriticHidden = [8, 8], PolicyHidden = [6], PoliciesPerGoal = 2, Threads = 1 };

    public static PolicyLearnerOptions Fitting { get; } = new() { Steps = 3, Threads = 1 };

    private static readonly Lazy<CriticModel> LazyCritic = new(() => Train(Training));

    /// <summary>A small critic.</summary>
    public static CriticModel Critic => LazyCritic.Value;

    public static CriticModel Train(MetaTrainingOptions options)
    {
        using MetaTrainer trainer = new(Robot, TaskPreset.TwoLink.Dynamics, new() { Goals = [[0.5, 0.5], [0.5, -0.5]] }, options);
        return trainer.Train();
    }

    public static DynamicsLearnerOptions Learning { get; } = new() { Members = 2, Hidden = [5], Epochs = 2, Threads = 1 };

    public static PolicyModel Policy()
    {
        using PolicyLearner learner = new(Critic, Fitting);
        return learner.Fit([new() { Goal = [0.3, 0.2] }])[0].Policy;
    }

    public static Row[] Rows(int count = 6) => [.. Enumerable.Range(0, count).Select(i => new Row
    {
        Goal = [(0.1f * i) - 0.2f, 0.3f - (0.07f * i)],
        State = [0.05f * i, -0.02f * i, 0.1f, 0.2f * i],
        Action = [0.3f - (0.1f * i), 0.04f * i],
        NextState = [(0.05f * i) + 0.01f, (-0.02f * i) + (0.01f * i), 0.1f + (0.3f - (0.1f * i)), 0.2f * i * i],
        Goal1 = (0.1f * i) - 0.2f,
        Goal2 = 0.3f - (0.07f * i),
        Weight = 1 + i,
        Mass = 1 + (0.1f * i),
        Seed = i % 3,
        Kind = i % 2 == 0 ? "even" : "odd",
    })];

    public static IDataView All(MLContext ml, int count = 6) => ml.Data.LoadFromEnumerable(Rows(count));

    /// <summary>A table with some of the columns.</summary>
    public static IDataView Only(MLContext ml, params string[] columns)
    {
        IDataView all = All(ml);
        return ml.Transforms.SelectColumns(columns).Fit(all).Transform(all);
    }

    /// <summary>A schema as text: names, types, and annotations with the names of slots.</summary>
    public static string Text(DataViewSchema schema) => string.Join("\n", schema.Select(column =>
    {
        VBuffer<ReadOnlyMemory<char>> slots = default;
        if (column.HasSlotNames())
        {
            column.GetSlotNames(ref slots);
        }

        return $"{column.Name}: {column.Type} {string.Join(",", column.Annotations.Schema.Select(annotation => annotation.Name))} {string.Join(",", slots.DenseValues())}{(column.IsHidden ? " hidden" : "")}";
    }));

    /// <summary>What ML.NET loads after it has saved a model.</summary>
    public static ITransformer Reload(MLContext ml, ITransformer model, DataViewSchema schema)
    {
        using MemoryStream stream = new();
        ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return ml.Model.Load(stream, out _);
    }

    /// <summary>Every bit of the columns' values, as text.</summary>
    public static string Bits(IDataView data, params string[] columns) => string.Join("|", columns.Select(column => Bits(data, column)));

    private static string Bits(IDataView data, string column)
    {
        DataViewType type = data.Schema[column].Type;
        IEnumerable<string> cells =
            type is VectorDataViewType ? data.GetColumn<float[]>(column).Select(row => string.Join(",", row.Select(Bits)))
            : type.RawType == typeof(float) ? data.GetColumn<float>(column).Select(Bits)
            : type.RawType == typeof(int) ? data.GetColumn<int>(column).Select(value => value.ToString(CultureInfo.InvariantCulture))
            : data.GetColumn<bool>(column).Select(value => value.ToString());
        return string.Join(";", cells);
    }

    private static string Bits(float value) => BitConverter.SingleToUInt32Bits(value).ToString("X8", CultureInfo.InvariantCulture);
}
