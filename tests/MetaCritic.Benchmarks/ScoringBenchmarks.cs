using BenchmarkDotNet.Attributes;
using MetaCritic.Learning;
using MetaCritic.ML;
using MetaCritic.Models;
using MetaCritic.Tasks;
using Microsoft.ML;

namespace MetaCritic.Benchmarks;

/// <summary>Scoring 100,000 rows with a critic for the Kuka iiwa 7: by the engine, and through ML.NET's tables; one row's score besides.</summary>
public class ScoringBenchmarks
{
    internal const int Rows = 100_000;

    private readonly float[] _scores = new float[Rows];
    private double[] _states = [];
    private double[] _actions = [];
    private double[] _goals = [];
    private CriticModel? _critic;
    private IDataView? _scored;

    /// <summary>A critic that need not be good, and random rows.</summary>
    [GlobalSetup]
    public void Setup()
    {
        TaskPreset preset = TaskPreset.Kuka;
        using MetaTrainer trainer = new(preset.Robot, preset.Dynamics, new() { Goals = GoalSampling.Uniform(7, 4, -1, 1, 1) }, preset.Training);
        _critic = trainer.CreateCritic();
        Random random = new(1);
        double[] Values(int size) => [.. Enumerable.Range(0, size * Rows).Select(_ => (double)(float)((2 * random.NextDouble()) - 1))];
        (_states, _actions, _goals) = (Values(14), Values(7), Values(7));
        MLContext ml = new();
        KukaRow[] rows = [.. Enumerable.Range(0, Rows).Select(i => new KukaRow { State = Part(_states, i, 14), Action = Part(_actions, i, 7), Goal = Part(_goals, i, 7) })];
        _scored = CriticTransformer.From(ml, _critic).Transform(ml.Data.LoadFromEnumerable(rows));

        static float[] Part(double[] values, int row, int size) => [.. values.AsSpan(row * size, size).ToArray().Select(x => (float)x)];
    }

    /// <summary>The engine's batched score of arrays.</summary>
    [Benchmark(Baseline = true)]
    public float Engine()
    {
        _critic!.Score(_states, _actions, _goals, _scores, []);
        return _scores[^1];
    }

    /// <summary>The column Score of a table, read by a cursor.</summary>
    [Benchmark]
    public float Table()
    {
        DataViewSchema.Column column = _scored!.Schema["Score"];
        using DataViewRowCursor cursor = _scored.GetRowCursor([column]);
        ValueGetter<float> getter = cursor.GetGetter<float>(column);
        float score = 0;
        while (cursor.MoveNext())
        {
            getter(ref score);
        }

        return score;
    }
}
