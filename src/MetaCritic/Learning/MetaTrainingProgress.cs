using MetaCritic.Models;

namespace MetaCritic.Learning;

/// <summary>How far meta-training is.</summary>
/// <param name="Completed">Meta-iterations done.</param>
/// <param name="Total">Meta-iterations to do.</param>
/// <param name="Latest">Metrics of the last one.</param>
public readonly record struct MetaTrainingProgress(int Completed, int Total, MetaIterationMetrics Latest)
{
    private readonly IReadOnlyList<Divergence>? _divergences;

    /// <summary>Policies that diverged in the last one; mostly none.</summary>
    public IReadOnlyList<Divergence> Divergences
    {
        get => _divergences ?? [];
        init => _divergences = value;
    }

    /// <summary>What fresh policies reached on the validation goals, if that was looked at after this meta-iteration; else null.</summary>
    public ValidationPoint? Validation { get; init; }

    /// <summary>Something about the training that its user should know, said once; else null.</summary>
    public string? Warning { get; init; }
}
