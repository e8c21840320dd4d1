namespace MetaCritic.Baselines;

/// <summary>How far the training of a baseline is.</summary>
/// <param name="Completed">Iterations done.</param>
/// <param name="Total">Iterations to do.</param>
/// <param name="Updates">Updates done.</param>
/// <param name="EnvironmentSteps">Control steps of all roll-outs used for learning.</param>
/// <param name="CriticLoss">Mean temporal-difference loss of the iteration's updates; NaN without any.</param>
/// <param name="TrainingError">Last measured mean error of the policy on the training goals, rad² or m²; NaN before the first or if it diverged.</param>
public readonly record struct BaselineProgress(int Completed, int Total, long Updates, long EnvironmentSteps, double CriticLoss, double TrainingError);
