using Microsoft.ML.Data;

namespace Microsoft.ML
{
    public abstract class TrainCatalogBase
    {
        private protected TrainCatalogBase()
        {
        }
    }

    public sealed class RegressionCatalog : TrainCatalogBase
    {
        private readonly MLContext _context;

        internal RegressionCatalog(MLContext context) => _context = context;

        public RegressionMetrics Evaluate(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score")
        {
            ArgumentNullException.ThrowIfNull(data);
            ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
            ArgumentException.ThrowIfNullOrEmpty(scoreColumnName);
            DataViewSchema.Column label = Single(data.Schema, "label", labelColumnName);
            DataViewSchema.Column score = Single(data.Schema, "score", scoreColumnName);
            using var channel = ((Runtime.IHostEnvironment)_context).Register("RegressionEvaluator").Start("Evaluate");
            return RegressionMetrics.Of(data, label, score, channel);
        }

        private static DataViewSchema.Column Single(DataViewSchema schema, string role, string name)
        {
            DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw Mismatch.Missing(role, name, "schema");
            return column.Type == NumberDataViewType.Single ? column : throw Mismatch.Type(role, name, "Single", column.Type.ToString(), "schema");
        }
    }
}

namespace Microsoft.ML.Data
{
    public sealed class RegressionMetrics
    {
        private RegressionMetrics(double absolute, double squared, double variance)
        {
            MeanAbsoluteError = absolute;
            MeanSquaredError = squared;
            RootMeanSquaredError = Math.Sqrt(squared);
            LossFunction = squared;
            RSquared = 1 - (squared / variance);
        }

        public double MeanAbsoluteError { get; }

        public double MeanSquaredError { get; }

        public double RootMeanSquaredError { get; }

        public double LossFunction { get; }

        public double RSquared { get; }

        /// <summary>
        /// Rows without a score are left out; a missing label counts as 0. R² compares with the variance of the labels.
        /// </summary>
        internal static RegressionMetrics Of(IDataView data, DataViewSchema.Column labelColumn, DataViewSchema.Column scoreColumn, Runtime.IChannel channel)
        {
            long count = 0, missingLabels = 0, missingScores = 0;
            double absolute = 0, squared = 0, sum = 0, sumOfSquares = 0;
            DataViewSchema.Column[] needed = labelColumn.Index == scoreColumn.Index ? [labelColumn] : [labelColumn, scoreColumn];
            using (DataViewRowCursor cursor = data.GetRowCursor(needed))
            {
                ValueGetter<float> getLabel = cursor.GetGetter<float>(labelColumn);
                ValueGetter<float> getScore = cursor.GetGetter<float>(scoreColumn);
                while (cursor.MoveNext())
                {
                    float label = 0, score = 0;
                    getLabel(ref label);
                    getScore(ref score);
                    if (float.IsNaN(label))
                    {
                        missingLabels++;
                        label = 0;
                    }

                    if (float.IsNaN(score))
                    {
                        missingScores++;
                        continue;
                    }

                    count++;
                    double difference = (double)label - score;
                    absolute += Math.Abs(difference);
                    squared += difference * difference;
                    sum += label;
                    sumOfSquares += (double)label * label;
                }
            }

            if (missingLabels > 0)
            {
                channel.Warning(Runtime.MessageSensitivity.None, "{0} of the instances have a missing label.", missingLabels);
            }

            if (missingScores > 0)
            {
                channel.Warning(Runtime.MessageSensitivity.None, "The predictor produced non-finite prediction values on {0} instances during testing.", missingScores);
            }

            if (count == 0)
            {
                return new RegressionMetrics(0, 0, double.NaN);
            }

            double mean = sum / count;
            return new RegressionMetrics(absolute / count, squared / count, (sumOfSquares / count) - (mean * mean));
        }
    }
}
