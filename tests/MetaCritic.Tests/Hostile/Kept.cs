using MetaCritic.Models;

namespace MetaCritic.Tests.Hostile;

/// <summary>The files kept from each format version.</summary>
internal static class Kept
{
    public static string Path(int version, string kind) =>
        System.IO.Path.Combine(AppContext.BaseDirectory, "TestData", "models", FormattableString.Invariant($"v{version}.{kind}"));

    /// <summary>One file of each version: <c>critic</c>, <c>policy</c> or <c>mccheckpoint</c>.</summary>
    public static byte[][] Files(string kind) =>
        [.. Enumerable.Range(1, TensorFile.FormatVersion).Select(version => File.ReadAllBytes(Path(version, kind)))];
}
