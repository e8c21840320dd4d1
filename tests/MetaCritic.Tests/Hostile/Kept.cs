using MetaCritic.Models;

namespace MetaCritic.Tests.Hostile;

/// <summary>The files kept from each format version.</summary>
internal static class Kept
{
    public static string Path(int version, string kind) =>
        System.IO.Path.Combine(AppContext.BaseDirectory, "TestData", "models", FormattableString.Invariant($"v{version}.{kind}"));

    /// <summary>Every kind, and the version that it came with.</summary>
    public static IReadOnlyList<(string Kind, int First)> Kinds { get; } = [("critic", 1), ("policy", 1), ("mccheckpoint", 1), ("dynamics", 4), ("mctransitions", 4)];

    /// <summary>The versions that there are of a kind.</summary>
    public static IEnumerable<int> Versions(string kind)
    {
        int first = Kinds.Single(one => one.Kind == kind).First;
        return Enumerable.Range(first, TensorFile.FormatVersion + 1 - first);
    }

    /// <summary>One file of each version.</summary>
    public static byte[][] Files(string kind) => [.. Versions(kind).Select(version => File.ReadAllBytes(Path(version, kind)))];
}
