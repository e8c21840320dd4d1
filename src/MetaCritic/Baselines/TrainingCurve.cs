using MetaCritic.Learning;
using MetaCritic.Tasks;

namespace MetaCritic.Baselines;

/// <summary>A point of a training curve (Figure 4 of the paper).</summary>
/// <param name="Iteration">Iterations (meta-iterations, for a meta-trained critic) done.</param>
/// <param name="Updates">Updates of the critic done.</param>
/// <param name="EnvironmentSteps">Control steps of all roll-outs used for learning, through the model or not.</param>
/// <param name="Error">Mean over the training goals of the final-state error of the policies, rad² or m²; NaN if they diverged.</param>
public readonly record struct TrainingCurvePoint(int Iteration, long Updates, long EnvironmentSteps, double Error);

/// <summary>How the error of the policies on the training goals developed: comparable between the learned critic and the baselines.</summary>
/// <param name="Method">What was trained.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Points">The points, in order.</param>
/// <param name="Diverged">Whether the run diverged; the curve ends there.</param>
public sealed record TrainingCurve(string Method, ulong Seed, IReadOnlyList<TrainingCurvePoint> Points, bool Diverged)
{
    /// <summary>The curve of a meta-training: the error of the policies of the pool after their inner steps.</summary>
    /// <param name="method">What it is to be called.</param>
    /// <param name="history">Metrics of the meta-iterations (<see cref="MetaTrainer.History"/>).</param>
    /// <param name="options">The options of the training.</param>
    /// <param name="goals">Number of training goals.</param>
    /// <returns>One point per meta-iteration.</returns>
    public static TrainingCurve OfMetaTraining(string method, IReadOnlyList<MetaIterationMetrics> history, MetaTrainingOptions options, int goals)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(goals, 1);

        // Each policy is rolled out before every inner step and once after the last.
        long steps = (long)goals * options.PoliciesPerGoal * options.Horizon * (options.InnerSteps + 1);
        TrainingCurvePoint[] points = [.. history.Select(m => new TrainingCurvePoint(m.Iteration + 1, m.Iteration + 1, (m.Iteration + 1) * steps, m.FinalError))];
        return new(method, options.Seed, points, Diverged: false);
    }
}
