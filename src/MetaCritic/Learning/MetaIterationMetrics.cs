namespace MetaCritic.Learning;

/// <summary>What one meta-iteration measured.</summary>
/// <param name="Iteration">Its number, from 0.</param>
/// <param name="TaskLoss">Mean task loss over the policies that count (not restarted for divergence).</param>
/// <param name="FinalError">Mean final-state error of the same policies: mean over joints of the squared final position error, rad² or m².</param>
/// <param name="GradientNorm">Norm of the critic's gradient before clipping; NaN if the step was skipped as non-finite.</param>
/// <param name="Restarted">Policies drawn anew because they diverged or exceeded a limit.</param>
/// <param name="LearningRate">The critic's learning rate of this iteration.</param>
public readonly record struct MetaIterationMetrics(
    int Iteration,
    double TaskLoss,
    double FinalError,
    double GradientNorm,
    int Restarted,
    double LearningRate);
