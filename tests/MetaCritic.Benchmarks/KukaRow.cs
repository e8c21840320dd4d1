using Microsoft.ML.Data;

namespace MetaCritic.Benchmarks;

/// <summary>A row to be scored, for a robot with seven joints.</summary>
internal sealed class KukaRow
{
    [VectorType(14)]
    public float[] State { get; set; } = [];

    [VectorType(7)]
    public float[] Action { get; set; } = [];

    [VectorType(7)]
    public float[] Goal { get; set; } = [];
}
