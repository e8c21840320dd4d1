using System.Text.Json;

namespace MetaCritic.Tests.Robots;

/// <summary>The robots in the tests' data folder, and what the reference numbers say about their structure.</summary>
internal static class RobotFiles
{
    private static readonly string Data = Path.Combine(AppContext.BaseDirectory, "TestData");

    /// <summary>A robot in the tests' own data folder.</summary>
    public static string Urdf(string name) => Path.Combine(Data, "robots", name + ".urdf");

    /// <summary>Every file of reference dynamics with its robot (see <see cref="ReferenceFiles"/>).</summary>
    public static IEnumerable<(string Name, string Urdf, string Golden)> WithGolden() =>
        from golden in ReferenceFiles.With("total_mass")
        let name = Path.GetFileNameWithoutExtension(golden)
        select (name, ReferenceFiles.Robot(golden), golden);

    /// <summary>Movable joints, links and total mass as the reference system has them.</summary>
    public static (string[] Joints, string[] Links, double Mass) Structure(string golden)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(golden));
        JsonElement root = document.RootElement;
        return (
            [.. root.GetProperty("joints").EnumerateArray().Select(joint => joint.GetString()!)],
            [.. root.GetProperty("cases")[0].GetProperty("bodies").EnumerateObject().Select(body => body.Name)],
            root.GetProperty("total_mass").GetDouble());
    }
}
