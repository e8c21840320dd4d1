using System.Text.Json;

namespace MetaCritic.Tests;

/// <summary>
/// Files of numbers computed by other systems: those of the tests' own data, and beside them those of the folder that the
/// environment variable METACRITIC_GOLDEN names.
/// </summary>
internal static class ReferenceFiles
{
    private static readonly string Data = Path.Combine(AppContext.BaseDirectory, "TestData");

    private static IEnumerable<string> Folders =>
        Environment.GetEnvironmentVariable("METACRITIC_GOLDEN") is { Length: > 0 } folder
            ? [Path.Combine(Data, "golden"), Path.GetFullPath(folder)]
            : [Path.Combine(Data, "golden")];

    /// <summary>Paths of the JSON files that have a member.</summary>
    public static IEnumerable<string> With(string member)
    {
        foreach (string path in Folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out _))
            {
                yield return path;
            }
        }
    }

    /// <summary>
    /// The URDF file of a reference file's robot: beside it, in a folder "robots" there or next to that folder, or in the
    /// tests' own data.
    /// </summary>
    /// <param name="path">The reference file.</param>
    /// <param name="name">The robot; null for the reference file's own name.</param>
    public static string Robot(string path, string? name = null)
    {
        string folder = Path.GetDirectoryName(path)!;
        string file = (name ?? Path.GetFileNameWithoutExtension(path)) + ".urdf";
        string[] places =
        [
            Path.Combine(folder, file),
            Path.Combine(folder, "robots", file),
            Path.Combine(folder, "..", "robots", file),
            Path.Combine(Data, "robots", file),
        ];
        return places.FirstOrDefault(File.Exists) ?? throw new AssertFailedException($"{path}: {file} is at none of {string.Join(", ", places)}");
    }

    /// <summary>Nested arrays of numbers, row by row.</summary>
    public static double[] Flat(this JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().SelectMany(Flat)]
        : [element.GetDouble()];
}
