using System.Globalization;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;
using MetaCritic.Cli.Output;

namespace MetaCritic.Paper.Results;

/// <summary>Mean over seeds with its 95 % confidence interval by Student's t; values that are not finite are left out.</summary>
/// <param name="Count">Number of values.</param>
/// <param name="Mean">Mean; NaN of none.</param>
/// <param name="Deviation">Sample standard deviation; NaN of fewer than two.</param>
/// <param name="Low">Lower end of the interval; the mean itself of fewer than two.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Least">Least value.</param>
/// <param name="Greatest">Greatest value.</param>
internal sealed record Statistic(int Count, double Mean, double Deviation, double Low, double High, double Least, double Greatest)
{
    /// <summary>Computes it.</summary>
    public static Statistic Of(IEnumerable<double> values)
    {
        double[] given = [.. values.Where(double.IsFinite)];
        if (given.Length == 0)
        {
            return new(0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        }

        double mean = given.Sum() / given.Length;
        if (given.Length == 1)
        {
            return new(1, mean, double.NaN, mean, mean, mean, mean);
        }

        double deviation = given.StandardDeviation();
        double half = StudentT.InvCDF(0, 1, given.Length - 1, 0.975) * deviation / Math.Sqrt(given.Length);
        return new(given.Length, mean, deviation, mean - half, mean + half, given.Min(), given.Max());
    }

    /// <summary>Mean of each seed's finite values first, then over seeds.</summary>
    public static Statistic OverSeeds<TSeed>(IEnumerable<(TSeed Seed, double Value)> values) => Of(
        values.GroupBy(pair => pair.Seed).Select(seed => seed.Select(pair => pair.Value).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average()));

    /// <summary>The same of a column.</summary>
    public static Statistic OverSeeds(IEnumerable<SheetRow> rows, string column = "error") => OverSeeds(rows.Select(row => (row["seed"], row.Number(column))));

    /// <summary>Mean, and its interval in brackets if there is one.</summary>
    public string Text(string format = "G3") => Count < 2
        ? Number(Mean)
        : string.Create(CultureInfo.InvariantCulture, $"{Mean.ToString(format, CultureInfo.InvariantCulture)} [{Low.ToString(format, CultureInfo.InvariantCulture)}, {High.ToString(format, CultureInfo.InvariantCulture)}]");

    private static string Number(double value) => Format.Short(value);
}
