using System.Collections.Immutable;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML
{
    public static class DebuggerExtensions
    {
        public static DataDebuggerPreview Preview(this IDataView data, int maxRows = 100) => new(data, maxRows);

        public static DataDebuggerPreview Preview(this ITransformer transformer, IDataView data, int maxRows = 100) => new(transformer.Transform(data), maxRows);

        public static DataDebuggerPreview Preview(this IEstimator<ITransformer> estimator, IDataView data, int maxRows = 100, int maxTrainingRows = 100)
        {
            IDataView some = new FilterDataView(data, [], row => () => row.Position < maxTrainingRows ? RowChoice.Take : RowChoice.End, canShuffle: false);
            return new(estimator.Fit(some).Transform(data), maxRows);
        }
    }
}

namespace Microsoft.ML.Data
{
    public sealed class DataDebuggerPreview
    {
        internal DataDebuggerPreview(IDataView data, int maxRows)
        {
            ArgumentNullException.ThrowIfNull(data);
            ArgumentOutOfRangeException.ThrowIfNegative(maxRows);
            Schema = data.Schema;
            var rows = new List<RowInfo>();
            using (DataViewRowCursor cursor = data.GetRowCursor(data.Schema))
            {
                Func<object>[] readers = [.. data.Schema.Select(column => Reader(cursor, column))];
                while (rows.Count < maxRows && cursor.MoveNext())
                {
                    rows.Add(new RowInfo([.. readers.Select((read, i) => new KeyValuePair<string, object>(Schema[i].Name, read()))]));
                }
            }

            RowView = [.. rows];
            ColumnView = [.. Schema.Select(column => new ColumnInfo(column, [.. rows.Select(row => row.Values[column.Index].Value)]))];
        }

        public DataViewSchema Schema { get; }

        public ImmutableArray<RowInfo> RowView { get; }

        public ImmutableArray<ColumnInfo> ColumnView { get; }

        public override string ToString() => FormattableString.Invariant($"{Schema.Count} columns, {RowView.Length} rows");

        private static Func<object> Reader(DataViewRow row, DataViewSchema.Column column)
        {
            var getter = RawGetter.Of(row, column);
            return (Func<object>)typeof(DataDebuggerPreview).GetMethod(nameof(Boxed), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)
                .MakeGenericMethod(column.Type.RawType).Invoke(null, [getter]);
        }

        private static Func<object> Boxed<T>(ValueGetter<T> getter) => () =>
        {
            T value = default;
            getter(ref value);
            return value;
        };

        public sealed class ColumnInfo
        {
            internal ColumnInfo(DataViewSchema.Column column, object[] values)
            {
                Column = column;
                Values = values;
            }

            public DataViewSchema.Column Column { get; }

            public object[] Values { get; }

            public override string ToString() => $"{Column.Name}: {Column.Type}";
        }

        public sealed class RowInfo
        {
            internal RowInfo(KeyValuePair<string, object>[] values) => Values = values;

            public KeyValuePair<string, object>[] Values { get; }

            public override string ToString() => FormattableString.Invariant($"{Values.Length} columns");
        }
    }
}
