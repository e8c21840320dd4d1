using System.Globalization;
using System.Text;
using MetaCritic.Baselines;
using MetaCritic.Cli;
using MetaCritic.Files;
using MetaCritic.Paper.Results;
using MetaCritic.Tables;

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
        using TableReader table = TableReader.Open(path, isKnown: Columns.Contains);
        if (!table.Columns.SequenceEqual(Columns))
        {
            throw new InvalidInputException(path, $"the columns are {string.Join(", ", table.Columns)}", "Leave --resume away: the critic is then trained again");
        }

        string method = "";
        long seed = 0;
        bool diverged = false;
        List<TrainingCurvePoint> points = [];
        while (table.Read())
        {
            (method, seed, diverged) = (table.GetText(0), Integer(table, 1), Integer(table, 6) == 1);
            points.Add(new(checked((int)Integer(table, 2)), Integer(table, 3), Integer(table, 4), Error(table)));
        }

        return new(method, (ulong)seed, points, diverged);
    }

    private static long Integer(TableReader table, int column) =>
        long.TryParse(table.GetText(column), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw table.Error(column, "Leave --resume away: the critic is then trained again");

    // Not a number where all policies had diverged.
    private static double Error(TableReader table) =>
        double.TryParse(table.GetText(5), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw table.Error(5, "Leave --resume away: the critic is then trained again");
}
