using System.Globalization;
using MetaCritic.Analysis;
using MetaCritic.ML.Rows;
using Microsoft.ML;

namespace MetaCritic.ML;

/// <summary>How well policies do: statistics of their final-state errors (mean over joints of the squared error, rad² or m²).</summary>
/// <remarks>
/// Diverged policies (a score of <see cref="PolicyFittingTransformer.DivergedScore"/> or more, or one that is not finite) have no
/// error: they are counted, count as failures, and do not enter the mean. ML.NET's own metrics
/// apply to the same table: <c>mlContext.Regression.Evaluate(fitted)</c> compares the columns Score and Label, and its mean
/// absolute error is the mean error here unless policies diverged; those enter it with <see cref="PolicyFittingTransformer.DivergedScore"/>.
/// </remarks>
public sealed class MetaCriticMetrics
{
    private MetaCriticMetrics(ErrorSummary summary, IReadOnlyDictionary<string, MetaCriticMetrics> groups) => (Summary, Groups) = (summary, groups);

    /// <summary>Number of policies, diverged ones included.</summary>
    public int Count => Summary.Count;

    /// <summary>Number of diverged policies.</summary>
    public int Diverged => Summary.Diverged;

    /// <summary>Mean error.</summary>
    public double Mean => Summary.Mean;

    /// <summary>Sample standard deviation of the errors (divisor n − 1).</summary>
    public double StandardDeviation => Summary.StandardDeviation;

    /// <summary>Median error.</summary>
    public double Median => Summary.Median;

    /// <summary>Lower end of the 95 % confidence interval of the mean (percentile bootstrap).</summary>
    public double ConfidenceLow => Summary.ConfidenceLow;

    /// <summary>Upper end of the 95 % confidence interval of the mean (percentile bootstrap).</summary>
    public double ConfidenceHigh => Summary.ConfidenceHigh;

    /// <summary>Share of all policies, diverged ones included, whose error is at most the tolerance.</summary>
    public double SuccessRate => Summary.SuccessRate;

    /// <summary>All statistics that the engine computes.</summary>
    public ErrorSummary Summary { get; }

    /// <summary>The metrics of each group, by the value of the group column; empty without one. In the order in which the values first appear.</summary>
    public IReadOnlyDictionary<string, MetaCriticMetrics> Groups { get; }

    /// <summary>The statistics in a line, and a line for each group; <see cref="ErrorSummary.ToString"/> has the form.</summary>
    public override string ToString() => string.Join(Environment.NewLine, Groups.Select(group => $"{group.Key}: {group.Value.Summary}").Prepend(Summary.ToString()));

    internal static MetaCriticMetrics Of(IDataView data, Options options)
    {
        ArgumentNullException.ThrowIfNull(data);
        options.Validate();
        NumberColumns score = new(nameof(options.ScoreColumnName), [options.ScoreColumnName], 1, "a score is one number");
        score.Check(data.Schema);
        DataViewSchema.Column? group = Find(data.Schema, options.GroupColumnName, nameof(options.GroupColumnName));
        DataViewSchema.Column?[] needed = [.. score.Find(data.Schema), group];

        List<double> errors = [];
        Dictionary<string, List<double>> groups = new(StringComparer.Ordinal);
        List<string> order = [];
        using (DataViewRowCursor cursor = data.GetRowCursor(needed.OfType<DataViewSchema.Column>()))
        {
            NumberColumns.Reader reader = score.Open(cursor);
            double[] value = new double[1];
            Func<string>? groupOf = group is { } column ? GroupGetter(cursor, column) : null;
            while (cursor.MoveNext())
            {
                reader.Read(value);
                errors.Add(value[0] < PolicyFittingTransformer.DivergedScore ? value[0] : double.NaN);
                if (groupOf?.Invoke() is { } key)
                {
                    if (!groups.TryGetValue(key, out List<double>? members))
                    {
                        groups.Add(key, members = []);
                        order.Add(key);
                    }

                    members.Add(errors[^1]);
                }
            }
        }

        OrderedDictionary<string, MetaCriticMetrics> parts = new(StringComparer.Ordinal);
        foreach (string key in order)
        {
            parts.Add(key, new(ErrorSummary.Of(groups[key], options.Tolerance), new Dictionary<string, MetaCriticMetrics>()));
        }

        return new(ErrorSummary.Of(errors, options.Tolerance), parts);
    }

    private static DataViewSchema.Column? Find(DataViewSchema schema, string? name, string option) => name is null ? null
        : schema.GetColumnOrNull(name) ?? throw new InvalidInputException(
            $"Column \"{name}\" (option {option})", "it is missing", $"The table has {string.Join(", ", schema.Select(column => $"\"{column.Name}\""))}");

    private static Func<string> GroupGetter(DataViewRow row, DataViewSchema.Column column)
    {
        Type type = column.Type.RawType;
        return type == typeof(ReadOnlyMemory<char>) ? Get<ReadOnlyMemory<char>>(text => text.ToString())
            : type == typeof(float) ? Number<float>()
            : type == typeof(double) ? Number<double>()
            : type == typeof(int) ? Number<int>()
            : type == typeof(long) ? Number<long>()
            : type == typeof(uint) ? Number<uint>()
            : type == typeof(ulong) ? Number<ulong>()
            : type == typeof(short) ? Number<short>()
            : type == typeof(ushort) ? Number<ushort>()
            : type == typeof(byte) ? Number<byte>()
            : type == typeof(sbyte) ? Number<sbyte>()
            : type == typeof(bool) ? Get<bool>(value => value ? "true" : "false")
            : throw new InvalidInputException($"Column \"{column.Name}\" (option {nameof(Options.GroupColumnName)})", $"its type is {column.Type}", "Give a column of text, numbers, keys or Boolean values");

        Func<string> Number<T>()
            where T : IFormattable => Get<T>(value => value.ToString(null, CultureInfo.InvariantCulture));

        Func<string> Get<T>(Func<T, string> text)
        {
            ValueGetter<T> getter = row.GetGetter<T>(column);
            T value = default!;
            return () =>
            {
                getter(ref value);
                return text(value);
            };
        }
    }

    /// <summary>Settings of the evaluation.</summary>
    public sealed class Options
    {
        /// <summary>Column of the errors. Default "Score"; any name.</summary>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>Column whose values divide the rows into groups (text, numbers, keys or Boolean); null for none. Default null; any name.</summary>
        public string? GroupColumnName { get; init; }

        /// <summary>The error up to which a policy is a success, rad² or m². Default 0.02; 0 or more.</summary>
        public double Tolerance { get; init; } = ErrorSummary.DefaultTolerance;

        internal void Validate()
        {
            ColumnOptions.Name(ScoreColumnName);
            ColumnOptions.OptionalName(GroupColumnName);
            if (!(Tolerance >= 0) || !double.IsFinite(Tolerance))
            {
                throw new InvalidInputException($"options.{nameof(Tolerance)}", FormattableString.Invariant($"value is {Tolerance}"), "Give a finite number, 0 or more");
            }
        }
    }
}
