using BenchmarkDotNet.Attributes;
using MetaCritic.Learning;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Benchmarks;

/// <summary>One meta-iteration on the Kuka iiwa 7 with the preset's settings: four roll-outs of 65 steps.</summary>
public class MetaIterationBenchmarks
{
    private MetaTrainer? _trainer;

    /// <summary>Number of threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>A training past its first steps.</summary>
    [GlobalSetup]
    public void Setup()
    {
        TaskPreset preset = TaskPreset.Kuka;
        Random random = new(1);
        double[][] goals = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, 7).Select(_ => (2 * random.NextDouble()) - 1).ToArray())];
        _trainer = new(RobotModel.KukaIiwa7, preset.Dynamics, new() { Goals = goals }, preset.Training with { Iterations = 1_000_000, Threads = Threads });
        for (int i = 0; i < 50; i++)
        {
            _trainer.Step();
        }
    }

    /// <summary>Roll-outs, inner step, task loss, meta-gradient and update.</summary>
    [Benchmark]
    public double MetaIteration() => _trainer!.Step().TaskLoss;

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => _trainer!.Dispose();
}
