namespace MetaCritic.Learning;

/// <summary>How far meta-training is.</summary>
/// <param name="Completed">Meta-iterations done.</param>
/// <param name="Total">Meta-iterations to do.</param>
/// <param name="Latest">Metrics of the last one.</param>
public readonly record struct MetaTrainingProgress(int Completed, int Total, MetaIterationMetrics Latest);
