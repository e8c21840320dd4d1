using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed class DataOperationsCatalog
{
    private readonly MLContext _context;

    internal DataOperationsCatalog(MLContext context) => _context = context;

    internal MLContext Context => _context;

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        return new ObjectDataView<TRow>(data, new TypedSource<TRow>(schemaDefinition));
    }

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        return new ObjectDataView<TRow>(data, new TypedSource<TRow>(SchemaDefinition.Create(typeof(TRow), schema)));
    }

    public IEnumerable<TRow> CreateEnumerable<TRow>(IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false, SchemaDefinition schemaDefinition = null)
        where TRow : class, new()
    {
        ArgumentNullException.ThrowIfNull(data);
        return Rows(data, new TypedReader<TRow>(data.Schema, ignoreMissingColumns, schemaDefinition), reuseRowObject);
    }

    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (string name in columnsToPrefetch ?? [])
        {
            _ = input.Schema.GetColumnOrNull(name) ?? throw Mismatch.Missing("prefetch", name, nameof(columnsToPrefetch));
        }

        return new CacheDataView(input);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return ByPosition(input, position => position < count ? RowChoice.Take : RowChoice.End, rows => Math.Min(rows, count));
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return ByPosition(input, position => position < count ? RowChoice.Skip : RowChoice.Take, rows => Math.Max(rows - count, 0));
    }

    public IDataView FilterRowsByColumn(IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        if (!(lowerBound <= upperBound))
        {
            throw new ArgumentOutOfRangeException(nameof(upperBound), "The upper bound must not be below the lower bound.");
        }

        DataViewSchema.Column column = input.Schema[columnName];
        if (column.Type != NumberDataViewType.Single && column.Type != NumberDataViewType.Double)
        {
            throw Mismatch.Type("filter", columnName, "number", column.Type.ToString(), nameof(columnName));
        }

        return new FilterDataView(
            input,
            [column],
            row =>
            {
                Func<double> get = Numbers.Reader(row, column);
                return () => get() is double value && value >= lowerBound && (value < upperBound || double.IsPositiveInfinity(upperBound)) ? RowChoice.Take : RowChoice.Skip;
            },
            canShuffle: true);
    }

    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (columns is not { Length: > 0 })
        {
            throw new ArgumentOutOfRangeException(nameof(columns));
        }

        return columns.Aggregate(input, (view, name) =>
        {
            DataViewSchema.Column column = view.Schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException("Columns", $"Source column '{name}' not found");
            if (column.Type.ItemType() is var item && item != NumberDataViewType.Single && item != NumberDataViewType.Double)
            {
                throw new ArgumentOutOfRangeException("Columns", $"Column '{name}' has type {column.Type} which does not support missing values, so we cannot filter on them");
            }

            return new FilterDataView(
                view,
                [column],
                row =>
                {
                    Func<double[]> get = Numbers.VectorReader(row, column);
                    return () => get().Any(double.IsNaN) ? RowChoice.Skip : RowChoice.Take;
                },
                canShuffle: true);
        });
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ShuffledDataView(input, seed ?? _context.NextSeed());
    }

    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(testFraction > 0 && testFraction < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(testFraction), "Must be between 0 and 1 exclusive");
        }

        Func<DataViewRow, Func<double>> draw = Sampling.Draw(data.Schema, samplingKeyColumnName, seed ?? _context.NextSeed());
        return new TrainTestData(Part(data, samplingKeyColumnName, draw, value => value >= testFraction), Part(data, samplingKeyColumnName, draw, value => value < testFraction));
    }

    public IReadOnlyList<TrainTestData> CrossValidationSplit(IDataView data, int numberOfFolds = 5, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfFolds, 2);
        Func<DataViewRow, Func<double>> draw = Sampling.Draw(data.Schema, samplingKeyColumnName, seed ?? _context.NextSeed());
        return [.. Enumerable.Range(0, numberOfFolds).Select(fold => new TrainTestData(
            Part(data, samplingKeyColumnName, draw, value => (int)(value * numberOfFolds) != fold),
            Part(data, samplingKeyColumnName, draw, value => (int)(value * numberOfFolds) == fold)))];
    }

    private static FilterDataView Part(IDataView data, string keyColumn, Func<DataViewRow, Func<double>> draw, Func<double, bool> belongs) =>
        new(
            data,
            keyColumn is null ? [] : [data.Schema[keyColumn]],
            row =>
            {
                Func<double> next = draw(row);
                return () => belongs(next()) ? RowChoice.Take : RowChoice.Skip;
            },
            canShuffle: true);

    private static FilterDataView ByPosition(IDataView input, Func<long, RowChoice> choose, Func<long, long> count) =>
        new(input, [], row => () => choose(row.Position), canShuffle: false, () => input.GetRowCount() is long rows ? count(rows) : null);

    private static IEnumerable<TRow> Rows<TRow>(IDataView data, TypedReader<TRow> reader, bool reuse)
        where TRow : class, new()
    {
        using DataViewRowCursor cursor = data.GetRowCursor(reader.Columns);
        Action<TRow> fill = reader.Bind(cursor);
        var row = new TRow();
        while (cursor.MoveNext())
        {
            if (!reuse)
            {
                row = new TRow();
            }

            fill(row);
            yield return row;
        }
    }

    public struct TrainTestData
    {
        public readonly IDataView TrainSet;

        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
