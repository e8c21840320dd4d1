using MetaCritic.Files;

namespace MetaCritic.Tests.Hostile;

/// <summary>The files kept from each format version.</summary>
internal static class Kept
{
    public static string Path(int version, string kind) =>
        System.IO.Path.Combine(AppContext.BaseDirectory, "TestData", "models", FormattableString.Invariant($"v{version}.{kind}"));

    /// <summary>Every kind by its file name, what it holds, and the version that it came with.</summary>
    public static IReadOnlyList<(string Kind, TensorFileKind Holds, int First)> Kinds { get; } =
    [
        ("critic", TensorFileKind.Critic, 1),
        ("policy", TensorFileKind.Policy, 1),
        ("mccheckpoint", TensorFileKind.Checkpoint, 1),
        ("dynamics", TensorFileKind.Dynamics, 4),
        ("mctransitions", TensorFileKind.Transitions, 4),
        ("mcbaseline", TensorFileKind.BaselineCheckpoint, 7),
    ];

    /// <summary>The versions that there are of a kind.</summary>
    public static IEnumerable<int> Versions(string kind)
    {
        int first = Kinds.Single(one => one.Kind == kind).First;
        return Enumerable.Range(first, TensorFile.FormatVersion + 1 - first);
    }

    /// <summary>One file of each version.</summary>
    public static byte[][] Files(string kind) => [.. Versions(kind).Select(version => File.ReadAllBytes(Path(version, kind)))];
}
