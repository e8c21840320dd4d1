using MetaCritic.Files;

namespace MetaCritic.Models;

/// <summary>A learning curve as a tensor. Before format version 5 there was none.</summary>
internal static class LearningCurveData
{
    private const string Name = "learningCurve";
    private const int Columns = 6;

    /// <summary>Adds the curve, unless it has no points.</summary>
    public static void AddTo(this IReadOnlyList<ValidationPoint> curve, TensorFile file)
    {
        if (curve.Count > 0)
        {
            double[] values = [.. curve.SelectMany(point => new[] { point.Iteration, point.TaskLoss, point.Error, point.Median, point.Policies, point.Diverged })];
            file.Add<double>(Name, values, curve.Count, Columns);
        }
    }

    /// <summary>Reads what <see cref="AddTo"/> wrote.</summary>
    /// <param name="file">The file.</param>
    /// <param name="iterations">Most meta-iterations that there can have been.</param>
    /// <param name="place">What errors call the file.</param>
    /// <exception cref="InvalidInputException">No training can have left it.</exception>
    public static ValidationPoint[] GetFrom(TensorFile file, int iterations, string place)
    {
        if (!file.Has(Name))
        {
            return [];
        }

        double[][] rows = [.. file.Get<double>(Name, -1, Columns).Chunk(Columns)];
        bool Whole(double value, double most) => value >= 0 && value <= most && value == Math.Floor(value);
        bool good = rows.All(row => Whole(row[0], iterations) && Whole(row[4], int.MaxValue) && Whole(row[5], row[4]) && row[1..4].All(value => !double.IsInfinity(value)))
            && rows.Zip(rows.Skip(1), (before, after) => after[0] > before[0]).All(increases => increases);
        Consistency.Require(good, place, "the learning curve has no meaning");
        return [.. rows.Select(row => new ValidationPoint((int)row[0], row[1], row[2], row[3], (int)row[4], (int)row[5]))];
    }
}
