using System.Globalization;

namespace MetaCritic;

/// <summary>Writes what was found into messages: shortened, so that a hostile file cannot make a message of megabytes.</summary>
internal static class Quoted
{
    private const int LongestText = 80;
    private const int LongestList = 8;

    /// <summary>A text between single quotes.</summary>
    public static string Text(string? text) => $"'{Shortened(text)}'";

    /// <summary>A text without quotes.</summary>
    public static string Shortened(string? text)
    {
        text ??= "";
        return text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText), "…");
    }

    /// <summary>A number as it can be read back, whatever the culture.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Quoted texts with commas between them, the first few of many.</summary>
    public static string List(IReadOnlyList<string> texts, string separator = ", ")
    {
        string first = string.Join(separator, texts.Take(LongestList).Select(Text));
        return texts.Count <= LongestList ? first : first + separator + $"… ({texts.Count} in all)";
    }
}
