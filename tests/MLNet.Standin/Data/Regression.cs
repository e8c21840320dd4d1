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
        internal RegressionCatalog()
        {
        }

        public RegressionMetrics Evaluate(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score")
        {
            ArgumentNullException.ThrowIfNull(data);
            ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
            ArgumentException.ThrowIfNullOrEmpty(scoreColumnName);
            DataViewSchema.Column label = Single(data.Schema, "label", labelColumnName);
            DataViewSchema.Column score = Single(data.Schema, "score", scoreColumnName);
            return RegressionMetrics.Of(data, label, score);
        }

        private static DataViewSchema.Column Single(DataViewSchema schema, string role, string name)
        {
            DataViewSchema.Column column = schema.GetColumnOrNull(name)
                ?? throw new ArgumentOutOfRangeException(nameof(schema), $"{(role == "label" ? "Label" : "Score")} column '{name}' not found");
            return column.Type == NumberDataViewType.Single ? column : throw Mismatch.Type(role, name, "Single", column.Type.ToString(), "schema");
        }
    }
}

namespace Microsoft.ML.Data
{
    public sealed class RegressionMetrics
    {
        private RegressionMetrics(double absolute, double squared, double rSquared)
        {
            MeanAbsoluteError = absolute;
            MeanSquaredError = squared;
            RootMeanSquaredError = Math.Sqrt(squared);
            LossFunction = squared;
            RSquared = rSquared;
        }

        public double MeanAbsoluteError { get; }

        public double MeanSquaredError { get; }

        public double RootMeanSquaredError { get; }

        public double LossFunction { get; }

        public double RSquared { get; }

        /// <summary>
        /// Rows without a label or a score are left out. R² compares with the sum of the squared deviations of the labels; it is NaN
        /// where they are all the same, and 0 where there are none. The squares of the labels are summed as Single products.
        /// </summary>
        internal static RegressionMetrics Of(IDataView data, DataViewSchema.Column labelColumn, DataViewSchema.Column scoreColumn)
        {
            long count = 0;
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
                    if (float.IsNaN(label) || float.IsNaN(score))
                    {
                        continue;
                    }

                    count++;
                    double difference = Math.Abs((double)label - score);
                    absolute += difference;
                    squared += difference * difference;
                    sum += label;
                    sumOfSquares += label * label;
                }
            }

            if (count == 0)
            {
                return new RegressionMetrics(0, 0, 0);
            }

            double deviations = sumOfSquares - (sum * sum / count);
            return new RegressionMetrics(absolute / count, squared / count, deviations == 0 ? double.NaN : 1 - (squared / deviations));
        }
    }
}
