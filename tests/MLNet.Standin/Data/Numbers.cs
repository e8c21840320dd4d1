using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Reads numeric columns as doubles.</summary>
internal static class Numbers
{
    public static Func<double> Reader(DataViewRow row, DataViewSchema.Column column) =>
        (Func<double>)typeof(Numbers).GetMethod(nameof(ScalarReader), BindingFlags.NonPublic | BindingFlags.Static)
            .MakeGenericMethod(column.Type.RawType).Invoke(null, [row, column]);

    public static Func<double[]> VectorReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType vector)
        {
            return (Func<double[]>)typeof(Numbers).GetMethod(nameof(BufferReader), BindingFlags.NonPublic | BindingFlags.Static)
                .MakeGenericMethod(vector.ItemType.RawType).Invoke(null, [row, column]);
        }

        Func<double> read = Reader(row, column);
        return () => [read()];
    }

    public static double ToDouble<T>(T value) => value switch
    {
        float x => x,
        double x => x,
        IConvertible x => x.ToDouble(System.Globalization.CultureInfo.InvariantCulture),
        TimeSpan x => x.Ticks,
        DataViewRowId x => x.Low,
        _ => throw new InvalidOperationException($"A value of type {typeof(T)} is not a number."),
    };

    private static Func<double> ScalarReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return ToDouble(value);
        };
    }

    private static Func<double[]> BufferReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        return () =>
        {
            getter(ref buffer);
            var values = new double[buffer.Length];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = ToDouble(buffer.GetItemOrDefault(i));
            }

            return values;
        };
    }
}
