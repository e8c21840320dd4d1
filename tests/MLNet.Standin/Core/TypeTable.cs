using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Which column type stands for which .NET type.</summary>
internal static class TypeTable
{
    private static readonly Dictionary<Type, PrimitiveDataViewType> Primitives = new()
    {
        [typeof(sbyte)] = NumberDataViewType.SByte,
        [typeof(byte)] = NumberDataViewType.Byte,
        [typeof(short)] = NumberDataViewType.Int16,
        [typeof(ushort)] = NumberDataViewType.UInt16,
        [typeof(int)] = NumberDataViewType.Int32,
        [typeof(uint)] = NumberDataViewType.UInt32,
        [typeof(long)] = NumberDataViewType.Int64,
        [typeof(ulong)] = NumberDataViewType.UInt64,
        [typeof(float)] = NumberDataViewType.Single,
        [typeof(double)] = NumberDataViewType.Double,
        [typeof(bool)] = BooleanDataViewType.Instance,
        [typeof(string)] = TextDataViewType.Instance,
        [typeof(ReadOnlyMemory<char>)] = TextDataViewType.Instance,
        [typeof(TimeSpan)] = TimeSpanDataViewType.Instance,
        [typeof(DateTime)] = DateTimeDataViewType.Instance,
        [typeof(DateTimeOffset)] = DateTimeOffsetDataViewType.Instance,
        [typeof(DataViewRowId)] = RowIdDataViewType.Instance,
    };

    public static PrimitiveDataViewType Primitive(Type type) =>
        Primitives.TryGetValue(type, out PrimitiveDataViewType found)
            ? found
            : throw new ArgumentOutOfRangeException(nameof(type), $"Could not determine an IDataView type for '{type}'.");

    public static bool IsPrimitive(Type type) => Primitives.ContainsKey(type);

    public static PrimitiveDataViewType OfKind(DataKind kind) => kind switch
    {
        DataKind.SByte => NumberDataViewType.SByte,
        DataKind.Byte => NumberDataViewType.Byte,
        DataKind.Int16 => NumberDataViewType.Int16,
        DataKind.UInt16 => NumberDataViewType.UInt16,
        DataKind.Int32 => NumberDataViewType.Int32,
        DataKind.UInt32 => NumberDataViewType.UInt32,
        DataKind.Int64 => NumberDataViewType.Int64,
        DataKind.UInt64 => NumberDataViewType.UInt64,
        DataKind.Single => NumberDataViewType.Single,
        DataKind.Double => NumberDataViewType.Double,
        DataKind.String => TextDataViewType.Instance,
        DataKind.Boolean => BooleanDataViewType.Instance,
        DataKind.TimeSpan => TimeSpanDataViewType.Instance,
        DataKind.DateTime => DateTimeDataViewType.Instance,
        DataKind.DateTimeOffset => DateTimeOffsetDataViewType.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of data."),
    };

    /// <summary>The name of a type in the comment that describes a text file.</summary>
    public static string ShortName(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte => "I1",
        TypeCode.Byte => "U1",
        TypeCode.Int16 => "I2",
        TypeCode.UInt16 => "U2",
        TypeCode.Int32 => "I4",
        TypeCode.UInt32 => "U4",
        TypeCode.Int64 => "I8",
        TypeCode.UInt64 => "U8",
        TypeCode.Single => "R4",
        TypeCode.Double => "R8",
        TypeCode.Boolean => "BL",
        TypeCode.DateTime => "DT",
        _ when type == typeof(ReadOnlyMemory<char>) => "TX",
        _ when type == typeof(TimeSpan) => "TS",
        _ when type == typeof(DateTimeOffset) => "DZ",
        _ => throw new InvalidOperationException($"Values of type {type} cannot be saved as text."),
    };

    /// <summary>The item type of a vector, or the type itself.</summary>
    public static PrimitiveDataViewType ItemType(this DataViewType type) =>
        (type as VectorDataViewType)?.ItemType ?? (PrimitiveDataViewType)type;
}

/// <summary>Keys count from one in a row, zero is a missing one; outside of rows they count from zero.</summary>
internal static class KeyValue
{
    public static object Of(ulong value, Type type) => System.Convert.ChangeType(value, type, System.Globalization.CultureInfo.InvariantCulture);

    public static ulong Read<T>(T value) => System.Convert.ToUInt64(value, System.Globalization.CultureInfo.InvariantCulture);
}
