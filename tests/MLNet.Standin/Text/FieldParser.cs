using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Reads one field by the invariant culture. An empty field is the default of its type; a real that cannot be read is NaN.</summary>
internal static class FieldParser
{
    public static bool TryParse<T>(ReadOnlySpan<char> field, out T value)
    {
        object parsed = Parse(field, typeof(T));
        value = parsed is T ok ? ok : default;
        return parsed is T;
    }

    private static object Parse(ReadOnlySpan<char> field, Type type)
    {
        if (type == typeof(ReadOnlyMemory<char>))
        {
            return field.ToString().AsMemory();
        }

        field = field.Trim();
        CultureInfo culture = CultureInfo.InvariantCulture;
        const NumberStyles Real = NumberStyles.Float;
        const NumberStyles Whole = NumberStyles.AllowLeadingSign;
        if (field.IsEmpty)
        {
            return Activator.CreateInstance(type);
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Single => float.TryParse(field, Real, culture, out float x) ? x : Infinite(field) is double f ? (float)f : float.NaN,
            TypeCode.Double => double.TryParse(field, Real, culture, out double x) ? x : Infinite(field) ?? double.NaN,
            TypeCode.SByte => sbyte.TryParse(field, Whole, culture, out sbyte x) ? x : null,
            TypeCode.Byte => byte.TryParse(field, Whole, culture, out byte x) ? x : null,
            TypeCode.Int16 => short.TryParse(field, Whole, culture, out short x) ? x : null,
            TypeCode.UInt16 => ushort.TryParse(field, Whole, culture, out ushort x) ? x : null,
            TypeCode.Int32 => int.TryParse(field, Whole, culture, out int x) ? x : null,
            TypeCode.UInt32 => uint.TryParse(field, Whole, culture, out uint x) ? x : null,
            TypeCode.Int64 => long.TryParse(field, Whole, culture, out long x) ? x : null,
            TypeCode.UInt64 => ulong.TryParse(field, Whole, culture, out ulong x) ? x : null,
            TypeCode.Boolean => ParseBoolean(field.ToString()),
            TypeCode.DateTime => DateTime.TryParse(field, culture, DateTimeStyles.None, out DateTime x) ? x : null,
            _ when type == typeof(TimeSpan) => TimeSpan.TryParse(field, culture, out TimeSpan x) ? x : null,
            _ => null,
        };
    }

    private static double? Infinite(ReadOnlySpan<char> field) => field switch
    {
        "∞" or "+∞" or "Infinity" or "+Infinity" or "inf" or "+inf" => double.PositiveInfinity,
        "-∞" or "-Infinity" or "-inf" => double.NegativeInfinity,
        _ => null,
    };

    private static object ParseBoolean(string field) => field.ToUpperInvariant() switch
    {
        "1" or "+1" or "TRUE" or "T" or "YES" or "Y" or "ON" or "+" => true,
        "0" or "-1" or "FALSE" or "F" or "NO" or "N" or "OFF" or "-" => false,
        _ => null,
    };
}
