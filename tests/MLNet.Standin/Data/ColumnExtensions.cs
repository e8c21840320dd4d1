using System.Reflection;

namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        return data.GetColumn<T>(data.Schema[columnName]);
    }

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        Type raw = column.Type.RawType;
        Type item = (column.Type as VectorDataViewType)?.ItemType.RawType;
        object convert;
        if (typeof(T) == raw)
        {
            convert = (Func<T, T>)(value => value);
        }
        else if (typeof(T) == typeof(string) && raw == typeof(ReadOnlyMemory<char>))
        {
            convert = (Func<ReadOnlyMemory<char>, string>)(value => value.ToString());
        }
        else if (item is not null && typeof(T) == item.MakeArrayType())
        {
            convert = typeof(ColumnCursorExtensions).GetMethod(nameof(ArrayConverter), BindingFlags.NonPublic | BindingFlags.Static).MakeGenericMethod(item).Invoke(null, []);
        }
        else if (typeof(T) == typeof(string[]) && item == typeof(ReadOnlyMemory<char>))
        {
            convert = (Func<VBuffer<ReadOnlyMemory<char>>, string[]>)Texts;
        }
        else
        {
            throw new ArgumentOutOfRangeException(nameof(column), $"Cannot map column (name: {column.Name}, type: {column.Type}) in data to the user-defined type, {typeof(T)}.");
        }

        return (IEnumerable<T>)typeof(ColumnCursorExtensions).GetMethod(nameof(Values), BindingFlags.NonPublic | BindingFlags.Static)
            .MakeGenericMethod(raw, typeof(T)).Invoke(null, [data, column, convert]);
    }

    // What a sparse vector leaves out stays null.
    private static string[] Texts(VBuffer<ReadOnlyMemory<char>> value)
    {
        string[] texts = new string[value.Length];
        foreach (KeyValuePair<int, ReadOnlyMemory<char>> item in value.Items(all: false))
        {
            texts[item.Key] = item.Value.ToString();
        }

        return texts;
    }

    private static Func<VBuffer<TItem>, TItem[]> ArrayConverter<TItem>() => buffer => [.. buffer.DenseValues()];

    private static IEnumerable<TOut> Values<TRaw, TOut>(IDataView data, DataViewSchema.Column column, Func<TRaw, TOut> convert)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<TRaw> getter = cursor.GetGetter<TRaw>(column);
        while (cursor.MoveNext())
        {
            TRaw value = default;
            getter(ref value);
            yield return convert(value);
        }
    }
}

public static class SchemaAnnotationsExtensions
{
    public static bool HasSlotNames(this DataViewSchema.Column column) =>
        column.Type is VectorDataViewType { IsKnownSize: true } vector
        && column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.SlotNames)?.Type is VectorDataViewType names
        && names.Size == vector.Size
        && names.ItemType is TextDataViewType;

    public static void GetSlotNames(this DataViewSchema.Column column, ref VBuffer<ReadOnlyMemory<char>> slotNames) =>
        column.Annotations.GetValue(AnnotationKinds.SlotNames, ref slotNames);

    public static bool HasKeyValues(this DataViewSchema.Column column, PrimitiveDataViewType keyValueItemType = null) =>
        column.Type.ItemType() is KeyDataViewType key
        && column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.KeyValues)?.Type is VectorDataViewType values
        && (ulong)values.Size == key.Count
        && values.ItemType.Equals(keyValueItemType ?? TextDataViewType.Instance);

    public static void GetKeyValues<TValue>(this DataViewSchema.Column column, ref VBuffer<TValue> keyValues) =>
        column.Annotations.GetValue(AnnotationKinds.KeyValues, ref keyValues);

    public static bool IsNormalized(this DataViewSchema.Column column)
    {
        bool value = false;
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.IsNormalized)?.Type is BooleanDataViewType)
        {
            column.Annotations.GetValue(AnnotationKinds.IsNormalized, ref value);
        }

        return value;
    }
}

internal static class AnnotationKinds
{
    public const string SlotNames = "SlotNames";
    public const string KeyValues = "KeyValues";
    public const string IsNormalized = "IsNormalized";
}
