namespace MetaCritic.Tables;

/// <summary>Texts from files as errors show them: short, and without characters that control a terminal.</summary>
internal static class Shown
{
    private const int Longest = 60;
    private const int Most = 24;

    /// <summary>The beginning of a text.</summary>
    public static string Text(string text) =>
        string.Concat((text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest - 3), "...")).Select(c => char.IsControl(c) ? '?' : c));

    /// <summary>The first of many names, between quotation marks.</summary>
    public static string Names(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(Most).Select(name => $"\"{Text(name)}\"")) + (names.Count > Most ? ", ..." : "");

    /// <summary>A number of things.</summary>
    public static string Count(int count, string thing) => FormattableString.Invariant($"{count} {thing}{(count == 1 ? "" : "s")}");
}
