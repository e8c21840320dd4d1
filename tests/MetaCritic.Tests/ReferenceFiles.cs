using System.Text.Json;

namespace MetaCritic.Tests;

/// <summary>
/// Files of numbers computed by other systems: those of the tests' own data, or those of the folder that the environment
/// variable METACRITIC_GOLDEN names.
/// </summary>
internal static class ReferenceFiles
{
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("METACRITIC_GOLDEN") is { Length: > 0 } folder
            ? folder
            : Path.Combine(AppContext.BaseDirectory, "TestData", "golden");

    /// <summary>Paths of the JSON files that have a member.</summary>
    public static IEnumerable<string> With(string member)
    {
        foreach (string path in Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out _))
            {
                yield return path;
            }
        }
    }

    /// <summary>The URDF file of a robot: beside the reference files, in a folder "robots" there or next to it, or in the tests' own data.</summary>
    public static string Robot(string name)
    {
        string file = name + ".urdf";
        string[] places =
        [
            Path.Combine(Folder, file),
            Path.Combine(Folder, "robots", file),
            Path.Combine(Folder, "..", "robots", file),
            Path.Combine(AppContext.BaseDirectory, "TestData", "robots", file),
        ];
        return places.FirstOrDefault(File.Exists) ?? throw new AssertFailedException($"{file} is at none of: {string.Join(", ", places)}");
    }

    /// <summary>Nested arrays of numbers, row by row.</summary>
    public static double[] Flat(this JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().SelectMany(Flat)]
        : [element.GetDouble()];
}
