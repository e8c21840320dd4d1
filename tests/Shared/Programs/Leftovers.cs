using System.Text.RegularExpressions;

namespace MetaCritic.Tests.Shared;

/// <summary>What killed processes leave in a folder.</summary>
internal static partial class Leftovers
{
    /// <summary>Counts them; each must be recognisable.</summary>
    public static int Count(string folder)
    {
        string[] hidden = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, ".*").Select(f => Path.GetFileName(f))] : [];
        foreach (string name in hidden)
        {
            Assert.IsTrue(Temporary().IsMatch(name), name);
        }

        return hidden.Length;
    }

    [GeneratedRegex(@"^\..{1,40}\.[0-9a-f]{8}-[0-9]+-[0-9]+\.tmp$")]
    private static partial Regex Temporary();
}
