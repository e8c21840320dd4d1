using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace MetaCritic.Benchmarks;

/// <summary>The median in the unit one thinks in: ns per roll-out step, GFLOP/s, ms per meta-iteration.</summary>
internal sealed class FigureColumn : IColumn
{
    public string Id => nameof(FigureColumn);

    public string ColumnName => "Figure";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => false;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Median per roll-out step, as a rate, or per meta-iteration";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        double? median = summary[benchmarkCase]?.ResultStatistics?.Median;
        if (median is not { } ns)
        {
            return "NA";
        }

        int Parameter(string name) => (int)benchmarkCase.Parameters[name];
        return benchmarkCase.Descriptor.Type.Name switch
        {
            nameof(DynamicsBenchmarks) => string.Create(CultureInfo.InvariantCulture, $"{ns / Parameter(nameof(DynamicsBenchmarks.Rollouts)):F0} ns/step"),
            nameof(MatrixProductBenchmarks) => string.Create(CultureInfo.InvariantCulture, $"{2.0 * Parameter(nameof(MatrixProductBenchmarks.Rows)) * 400 * 400 / ns:F1} GFLOP/s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{ns / 1e6:F2} ms"),
        };
    }

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
}
