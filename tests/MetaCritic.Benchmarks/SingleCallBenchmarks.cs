using BenchmarkDotNet.Attributes;
using MetaCritic.Learning;
using MetaCritic.ML;
using MetaCritic.Models;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.Benchmarks;

/// <summary>One call in an application: an action of a policy and a score of a critic for the Kuka iiwa 7, directly and through prediction engines.</summary>
public class SingleCallBenchmarks
{
    private readonly KukaRow _row = new() { State = Values(14), Action = Values(7), Goal = Values(7) };
    private Output _output = new();
    private readonly double[] _state = [.. Values(14)];
    private readonly double[] _action = [.. Values(7)];
    private readonly double[] _goal = [.. Values(7)];
    private CriticModel? _critic;
    private PolicyModel? _policy;
    private PredictionEngine<KukaRow, Output>? _criticEngine;
    private PredictionEngine<KukaRow, Output>? _policyEngine;

    /// <summary>A critic and a policy that need not be good.</summary>
    [GlobalSetup]
    public void Setup()
    {
        TaskPreset preset = TaskPreset.Kuka;
        using MetaTrainer trainer = new(preset.Robot, preset.Dynamics, new() { Goals = GoalSampling.Uniform(7, 4, -1, 1, 1) }, preset.Training);
        _critic = trainer.CreateCritic();
        using PolicyLearner learner = new(_critic, new() { Steps = 0 });
        _policy = learner.Fit([new() { Goal = _goal }])[0].Policy;
        MLContext ml = new();
        _criticEngine = ml.Model.CreatePredictionEngine<KukaRow, Output>(CriticTransformer.From(ml, _critic), ignoreMissingColumns: true);
        _policyEngine = ml.Model.CreatePredictionEngine<KukaRow, Output>(PolicyTransformer.From(ml, _policy, new() { ActionColumnName = "Torque" }), ignoreMissingColumns: true);
    }

    /// <summary>An action, <see cref="PolicyModel.Act"/>.</summary>
    [Benchmark]
    public void PolicyAction() => _policy!.Act(_state, _action);

    /// <summary>An action through ML.NET's prediction engine.</summary>
    [Benchmark]
    public void PolicyActionByPredictionEngine() => _policyEngine!.Predict(_row, ref _output);

    /// <summary>A critic's score.</summary>
    [Benchmark]
    public float CriticScore() => _critic!.Score(_state, _action, _goal);

    /// <summary>A critic's score through ML.NET's prediction engine.</summary>
    [Benchmark]
    public void CriticScoreByPredictionEngine() => _criticEngine!.Predict(_row, ref _output);

    private static float[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => 0.1f * i)];

    private sealed class Output
    {
        public float Score { get; set; }

        [VectorType(7)]
        public float[] Torque { get; set; } = [];
    }
}
