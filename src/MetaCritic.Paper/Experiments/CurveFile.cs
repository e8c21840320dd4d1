using System.Globalization;
using System.Text;
using MetaCritic.Baselines;
using MetaCritic.Cli;
using MetaCritic.Files;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper.Experiments;

/// <summary>A training curve as a file: a CSV table with one row per point.</summary>
internal static class CurveFile
{
    private static readonly string[] Columns = ["method", "seed", "iteration", "updates", "environment_steps", "error", "diverged"];

    /// <summary>Writes a curve, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="curve">The curve, with a point at least.</param>
    public static void Write(string path, TrainingCurve curve)
    {
        Sheet sheet = new(Columns);
        foreach (TrainingCurvePoint point in curve.Points)
        {
            sheet.Add(curve.Method, curve.Seed, point.Iteration, point.Updates, point.EnvironmentSteps, point.Error, curve.Diverged);
        }

        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(sheet.ToCsv())));
    }

    /// <summary>Reads a curve.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is no such file.</exception>
    public static TrainingCurve Read(string path)
    {
        CsvTable table = CsvTable.Read(path);
        if (!table.Columns.SequenceEqual(Columns))
        {
            throw new InvalidInputException(path, $"the columns are {string.Join(", ", table.Columns)}", "Leave --resume away: the critic is then trained again");
        }

        TrainingCurvePoint[] points = [.. table.Rows.Select(row => new TrainingCurvePoint(
            checked((int)Integer(table, row, 2)), Integer(table, row, 3), Integer(table, row, 4), Error(table, row)))];
        return new(table.Rows[0].Cells[0], (ulong)Integer(table, table.Rows[0], 1), points, Integer(table, table.Rows[^1], 6) == 1);
    }

    private static long Integer(CsvTable table, CsvRow row, int column) =>
        long.TryParse(row.Cells[column], NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw table.Error(row, column, "Leave --resume away: the critic is then trained again");

    // Not a number where all policies had diverged.
    private static double Error(CsvTable table, CsvRow row) =>
        double.TryParse(row.Cells[5], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw table.Error(row, 5, "Leave --resume away: the critic is then trained again");
}
