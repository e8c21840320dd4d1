using System.Globalization;

namespace MetaCritic;

/// <summary>Numbers of things, for people.</summary>
internal static class Counted
{
    /// <summary>A number and a noun, in the plural if it is not one: <c>1 goal</c>, <c>4 goals</c>.</summary>
    public static string Text(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
