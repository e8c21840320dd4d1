using System.Globalization;

namespace MetaCritic.Learning;

/// <summary>Whether a meta-training has learned anything.</summary>
/// <remarks>
/// Judged is a training of <see cref="LeastIterations"/> meta-iterations or more; a shorter one has failed only if no policy counts.
/// Fresh policies are the better judges: where fitting makes them better, an error of the pool that has not fallen is no failure.
/// </remarks>
public sealed record TrainingOutcome
{
    /// <summary>Meta-iterations from which on an error that has not fallen is a failure.</summary>
    public const int LeastIterations = 25;

    private const int FirstWindow = 5; // and in so many at the end a policy must count
    private const int LastWindow = 50;

    /// <summary>Mean final-state error of the pool in the first meta-iterations in which a policy counted, rad² or m²; NaN if none did.</summary>
    public required double FirstError { get; init; }

    /// <summary>The same in the last meta-iterations.</summary>
    public required double LastError { get; init; }

    /// <summary>Meta-iterations done.</summary>
    public required int Iterations { get; init; }

    /// <summary>Errors of fresh policies fitted with the critic; null if none were.</summary>
    public ValidationResult? Fresh { get; init; }

    /// <summary>How it failed; null if it did not.</summary>
    public required LearningFailure? Failure { get; init; }

    /// <summary>Whether fresh policies may still decide: the meta-iterations alone show no failure, or one that fresh policies may refute.</summary>
    public bool FreshPoliciesMayDecide => Failure is null or LearningFailure.NoBetterThanAtFirst;

    /// <summary>Judges a training.</summary>
    /// <param name="history">Metrics of its meta-iterations, in their order.</param>
    /// <param name="fresh">Fresh policies fitted with the critic; null to judge by the meta-iterations alone.</param>
    public static TrainingOutcome Of(IReadOnlyList<MetaIterationMetrics> history, ValidationResult? fresh = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        int last = Math.Clamp(history.Count / 2, 1, LastWindow);
        double[] counted = [.. Errors(history)];
        double firstError = Mean(counted.Take(FirstWindow)), lastError = Mean(Errors(history.Skip(history.Count - last)));
        bool judged = history.Count >= LeastIterations;
        LearningFailure? failure =
            history.Count > 0 && !Errors(history.Skip(history.Count - Math.Min(FirstWindow, last))).Any() ? LearningFailure.NoPolicyCounts
            : fresh is not null && fresh.Diverged == fresh.Policies ? LearningFailure.EveryFitDiverges
            : judged && !(lastError < firstError) && !(fresh?.Error < fresh?.Unfitted) ? LearningFailure.NoBetterThanAtFirst
            : judged && fresh is not null && !(fresh.Error < fresh.Unfitted) ? LearningFailure.FittingDoesNotHelp
            : null;
        return new() { FirstError = firstError, LastError = lastError, Iterations = history.Count, Fresh = fresh, Failure = failure };
    }

    /// <summary>How it failed, as a sentence without a full stop; empty if it did not.</summary>
    public string Describe() => Failure switch
    {
        LearningFailure.NoPolicyCounts => Say($"nothing was learned: in the last meta-iterations no policy counted, because all diverged or exceeded a limit"),
        LearningFailure.EveryFitDiverges => Say($"nothing was learned: all {Fresh!.Policies} policies that were fitted with the critic diverged"),
        LearningFailure.NoBetterThanAtFirst => Say($"nothing was learned: the final error is {LastError:G4} after {Iterations} meta-iterations and was {FirstError:G4} in the first ones"),
        LearningFailure.FittingDoesNotHelp => Say($"nothing was learned: the mean error of {Fresh!.Policies} new policies is {Fresh.Error:G4} with fitting and {Fresh.Unfitted:G4} without"),
        _ => "",
    };

    // A meta-iteration without a policy that counts has no error.
    private static IEnumerable<double> Errors(IEnumerable<MetaIterationMetrics> history) =>
        history.Where(metrics => double.IsFinite(metrics.TaskLoss) && double.IsFinite(metrics.FinalError)).Select(metrics => metrics.FinalError);

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
