using MetaCritic.Files;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>What a meta-training has measured so far: the metrics of its meta-iterations, and how good its critic was on the validation goals.</summary>
internal sealed class TrainingRecord
{
    private const int MetricsColumns = 5;
    private const int MetricsWindow = 50; // a critic's own figures are means over that many meta-iterations

    /// <summary>Metrics of every meta-iteration done.</summary>
    public List<MetaIterationMetrics> History { get; } = [];

    /// <summary>How good the critic was on the validation goals, and when.</summary>
    public List<ValidationPoint> Validations { get; } = [];

    /// <summary>Meta-iterations done.</summary>
    public int Iteration => History.Count;

    /// <summary>The best of the validations, the first one of equals; null before the first.</summary>
    public ValidationPoint? Best => Validations.Aggregate((ValidationPoint?)null, (best, point) => best is null || point.IsBetterThan(best) ? point : best);

    /// <summary>The last meta-iteration that was validated; 0 before the first.</summary>
    private int LastValidated => Validations.Count == 0 ? 0 : Validations[^1].Iteration;

    /// <summary>Whether it is time to fit fresh policies to the validation goals.</summary>
    public bool IsValidationDue(MetaTrainingOptions options) =>
        Iteration != LastValidated && (Iteration % options.ValidationInterval == 0 || Iteration >= options.Iterations);

    /// <summary>Whether so many validations in a row were no better than the best that training ends.</summary>
    public bool IsOutOfPatience(MetaTrainingOptions options) =>
        options.Patience > 0 && Best is { } best && Validations.Count(point => point.Iteration > best.Iteration) >= options.Patience;

    /// <summary>What fresh policies reached now, as a point that is not yet added.</summary>
    public ValidationPoint Point(ValidationResult result)
    {
        double[] losses = [.. History.Skip(LastValidated).Select(metrics => metrics.TaskLoss).Where(double.IsFinite)];
        return new(Iteration, losses.Length > 0 ? losses.Average() : double.NaN, result.Error, result.Median, result.Policies, result.Diverged);
    }

    /// <summary>Task loss and final-state error of the last meta-iterations before one, as means over those that counted; NaN if none did.</summary>
    /// <param name="iterations">Meta-iterations done by then.</param>
    public (double TaskLoss, double FinalError) MeansBefore(int iterations)
    {
        MetaIterationMetrics[] last = [.. History.Take(iterations).Skip(iterations - MetricsWindow).Where(m => double.IsFinite(m.TaskLoss))];
        return last.Length == 0 ? (double.NaN, double.NaN) : (last.Average(m => m.TaskLoss), last.Average(m => m.FinalError));
    }

    /// <summary>Adds the tensors.</summary>
    public void AddTo(TensorFile file)
    {
        double[] history = [.. History.SelectMany(m => new[] { m.TaskLoss, m.FinalError, m.GradientNorm, m.Restarted, m.LearningRate })];
        file.Add<double>("history", history, History.Count, MetricsColumns);
        Validations.AddTo(file);
    }

    /// <summary>Reads what <see cref="AddTo"/> wrote.</summary>
    /// <param name="file">The file.</param>
    /// <param name="source">What the file is called in messages.</param>
    /// <param name="policies">Number of policies.</param>
    /// <exception cref="InvalidInputException">Something is missing, or no training can have left it.</exception>
    public static TrainingRecord GetFrom(TensorFile file, string source, int policies)
    {
        double[][] history = [.. file.Get<double>("history", -1, MetricsColumns).Chunk(MetricsColumns)];
        Consistency.Require(
            history.All(row => row[3] >= 0 && row[3] <= policies && row[3] == Math.Floor(row[3]) && row[4] >= 0 && double.IsFinite(row[4])),
            source,
            "the metrics of a meta-iteration have no meaning");
        TrainingRecord record = new();
        record.History.AddRange(history.Select((row, i) => new MetaIterationMetrics(i, row[0], row[1], row[2], (int)row[3], row[4])));
        record.Validations.AddRange(LearningCurveData.GetFrom(file, history.Length, source));
        return record;
    }
}
