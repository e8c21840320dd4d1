using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Reads text by the invariant culture. An empty text is the default of its type.</summary>
internal sealed class FieldParser<T>
{
    private readonly Func<string, (bool Good, T Value)> _parse;

    private FieldParser(Func<string, (bool Good, T Value)> parse, bool hasMissingValue, bool missingIsNaN)
    {
        _parse = parse;
        HasMissingValue = hasMissingValue;
        MissingIsNaN = missingIsNaN;
    }

    /// <summary>Whether a text that cannot be read stands for a missing value; otherwise it is an error.</summary>
    public bool HasMissingValue { get; }

    /// <summary>Whether an empty text is a missing value, too.</summary>
    public bool MissingIsNaN { get; }

    public static FieldParser<T> For(PrimitiveDataViewType type, bool missingIsNaN = false, char decimalMarker = '.')
    {
        bool isReal = typeof(T) == typeof(float) || typeof(T) == typeof(double);
        Func<string, object> parse = FieldParser.Of(type, decimalMarker);
        object missing = typeof(T) == typeof(float) ? float.NaN : typeof(T) == typeof(double) ? double.NaN : default(T);
        return new(
            text => parse(text) is object value ? (true, (T)value) : (isReal && FieldParser.IsMissing(text), (T)missing),
            isReal || type is KeyDataViewType,
            isReal && missingIsNaN);
    }

    public bool TryParse(string text, out T value)
    {
        if (text.Length == 0 && !MissingIsNaN)
        {
            value = default;
            return true;
        }

        (bool good, value) = _parse(text);
        return good || text.Length == 0;
    }
}

internal static class FieldParser
{
    private const NumberStyles Real = NumberStyles.Float;
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign;
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>A parser that gives null for what it cannot read.</summary>
    public static Func<string, object> Of(PrimitiveDataViewType type, char decimalMarker)
    {
        if (type is KeyDataViewType key)
        {
            // Keys are written from zero and held from one.
            return text => ulong.TryParse(text, NumberStyles.None, Culture, out ulong x) && x < key.Count ? KeyValue.Of(x + 1, key.RawType) : KeyValue.Of(0, key.RawType);
        }

        if (type is TextDataViewType)
        {
            return text => text.AsMemory();
        }

        return Type.GetTypeCode(type.RawType) switch
        {
            TypeCode.Single => text => IsSpecial(text, out double x) ? (float)x : float.TryParse(Marked(text, decimalMarker), Real, Culture, out float y) && IsNumber(text) ? y : null,
            TypeCode.Double => text => IsSpecial(text, out double x) ? x : double.TryParse(Marked(text, decimalMarker), Real, Culture, out double y) && IsNumber(text) ? y : null,
            TypeCode.SByte => text => IsWhole(text) && sbyte.TryParse(text, Whole, Culture, out sbyte x) ? x : null,
            TypeCode.Byte => text => IsWhole(text) && byte.TryParse(text, Whole, Culture, out byte x) ? x : null,
            TypeCode.Int16 => text => IsWhole(text) && short.TryParse(text, Whole, Culture, out short x) ? x : null,
            TypeCode.UInt16 => text => IsWhole(text) && ushort.TryParse(text, Whole, Culture, out ushort x) ? x : null,
            TypeCode.Int32 => text => IsWhole(text) && int.TryParse(text, Whole, Culture, out int x) ? x : null,
            TypeCode.UInt32 => text => IsWhole(text) && uint.TryParse(text, Whole, Culture, out uint x) ? x : null,
            TypeCode.Int64 => text => IsWhole(text) && long.TryParse(text, Whole, Culture, out long x) ? x : null,
            TypeCode.UInt64 => text => IsWhole(text) && ulong.TryParse(text, Whole, Culture, out ulong x) ? x : null,
            TypeCode.Boolean => ParseBoolean,
            TypeCode.DateTime => text => DateTime.TryParse(text, Culture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime x) ? x : null,
            _ when type.RawType == typeof(DateTimeOffset) => text => DateTimeOffset.TryParse(text, Culture, DateTimeStyles.AssumeUniversal, out DateTimeOffset x) ? x : null,
            _ when type.RawType == typeof(TimeSpan) => text => TimeSpan.TryParse(text, Culture, out TimeSpan x) ? x : null,
            _ => _ => null,
        };
    }

    /// <summary>A mark for a missing value, which is no mistake.</summary>
    public static bool IsMissing(string text) => text.Trim() is "?" or "NaN" or "NA" or "N/A";

    private static bool IsSpecial(string text, out double value)
    {
        value = text.Trim() switch
        {
            "∞" or "+∞" or "Infinity" => double.PositiveInfinity,
            "-∞" or "-Infinity" => double.NegativeInfinity,
            _ => 0,
        };
        return value != 0;
    }

    /// <summary>Not one of the words that .NET reads as numbers.</summary>
    private static bool IsNumber(string text) => text.AsSpan().ContainsAnyInRange('0', '9');

    private static bool IsWhole(string text) => text is [>= '0' and <= '9' or '-', ..] && char.IsAsciiDigit(text[^1]);

    private static string Marked(string text, char decimalMarker) => decimalMarker == '.' ? text : text.Replace('.', ' ').Replace(decimalMarker, '.');

    private static object ParseBoolean(string field) => field.ToUpperInvariant() switch
    {
        "1" or "+1" or "TRUE" or "T" or "YES" or "Y" or "+" => true,
        "0" or "-1" or "FALSE" or "F" or "NO" or "N" or "-" => false,
        _ => null,
    };
}
