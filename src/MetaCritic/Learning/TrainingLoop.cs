using System.Diagnostics;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>What a meta-training is asked for by the loop around its meta-iterations, whichever engine it runs on.</summary>
internal interface ITraining
{
    /// <summary>Settings.</summary>
    public MetaTrainingOptions Options { get; }

    /// <summary>What has been measured so far.</summary>
    public TrainingRecord Record { get; }

    /// <summary>Whether there are validation goals.</summary>
    public bool HasValidationGoals { get; }

    /// <summary>Policies that diverged in the last meta-iteration.</summary>
    public IReadOnlyList<Divergence> Divergences { get; }

    /// <summary>What the user should know about the last meta-iteration; null for nothing.</summary>
    public string? Warning { get; }

    /// <summary>One meta-iteration.</summary>
    public MetaIterationMetrics Step(CancellationToken cancellationToken);

    /// <summary>Fits a fresh policy for each validation goal.</summary>
    public ValidationResult Validate(CancellationToken cancellationToken);

    /// <summary>Keeps the critic as it is now as the best one.</summary>
    public void KeepAsBest();

    /// <summary>Writes everything needed to go on later.</summary>
    public void SaveCheckpoint(string path);
}

/// <summary>The loop of Algorithm 2 (line 2): meta-iterations with validation, patience, progress and checkpoints.</summary>
internal static class TrainingLoop
{
    /// <summary>Runs the meta-iterations that are left.</summary>
    /// <param name="training">The training.</param>
    /// <param name="goals">Number of training goals.</param>
    /// <param name="telemetry">Tells listeners.</param>
    /// <param name="progress">Is told of each meta-iteration.</param>
    /// <param name="checkpoint">File for checkpoints; null for none.</param>
    /// <param name="stopAfter">Stop when this many meta-iterations are done in all; null for all.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static void Run(
        this ITraining training,
        int goals,
        Telemetry telemetry,
        IProgress<MetaTrainingProgress>? progress,
        string? checkpoint,
        int? stopAfter,
        CancellationToken cancellationToken)
    {
        (MetaTrainingOptions options, TrainingRecord record) = (training.Options, training.Record);
        int end = Math.Min(stopAfter ?? options.Iterations, options.Iterations);
        using Activity? activity = telemetry.Begin("metacritic.train");
        activity?.SetTag("metacritic.goals", goals);
        try
        {
            training.ValidateIfDue(cancellationToken); // a training that was interrupted may have left it
            while (record.Iteration < end && !record.IsOutOfPatience(options))
            {
                MetaIterationMetrics metrics = training.Step(cancellationToken);
                ValidationPoint? validation = training.ValidateIfDue(cancellationToken);
                progress?.Report(new(record.Iteration, end, metrics) { Divergences = training.Divergences, Warning = training.Warning, Validation = validation });
                if (checkpoint is not null && record.Iteration % options.CheckpointInterval == 0 && record.Iteration < end)
                {
                    training.SaveCheckpoint(checkpoint);
                }
            }
        }
        catch (Exception e) when (Telemetry.Fail(activity, e) || (checkpoint is not null && e is OperationCanceledException or DivergenceException))
        {
            training.SaveCheckpoint(checkpoint!);
            throw;
        }

        if (checkpoint is not null)
        {
            training.SaveCheckpoint(checkpoint);
        }

        activity?.SetTag("metacritic.iterations", record.Iteration);
    }

    // Fits fresh policies to the validation goals if it is time to, and keeps the critic if it did better than before.
    private static ValidationPoint? ValidateIfDue(this ITraining training, CancellationToken cancellationToken)
    {
        if (!training.HasValidationGoals || !training.Record.IsValidationDue(training.Options))
        {
            return null;
        }

        ValidationPoint point = training.Record.Point(training.Validate(cancellationToken));
        if (training.Record.Best is not { } best || point.IsBetterThan(best))
        {
            training.KeepAsBest();
        }

        training.Record.Validations.Add(point);
        return point;
    }
}
