using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaCritic.Robots;

namespace MetaCritic.Cli.Output;

/// <summary>Numbers as text and JSON, always in the invariant culture.</summary>
internal static class Format
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>For people: four digits; – for what there is not.</summary>
    public static string Short(double value) =>
        double.IsFinite(value) ? value.ToString("G4", CultureInfo.InvariantCulture) : "–";

    /// <summary>A point for people, in parentheses, with the sign − instead of a hyphen.</summary>
    public static string Point(IEnumerable<double> components) => $"({string.Join(", ", components.Select(Short)).Replace('-', '−')})";

    /// <summary>For machines: the shortest text that reads back to the same number.</summary>
    public static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>An integer.</summary>
    public static string Count(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A duration: seconds below two minutes, minutes and seconds below two hours, else hours and minutes.</summary>
    public static string Duration(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 120 => duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalMinutes} min {duration.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours} h {duration.Minutes} min"),
    };

    /// <summary>Unit of a robot's squared position errors.</summary>
    public static string ErrorUnit(RobotModel? robot)
    {
        if (robot is null)
        {
            return "(unit of the positions, squared)";
        }

        bool slides = robot.MovableJoints.Any(joint => joint.Type == JointType.Prismatic);
        bool turns = robot.MovableJoints.Any(joint => joint.Type != JointType.Prismatic);
        return slides && turns ? "rad² and m²" : slides ? "m²" : "rad²";
    }

    /// <summary>A JSON number, or null for one that JSON has not.</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>A JSON array of finite numbers.</summary>
    public static JsonArray Numbers(IEnumerable<double> values) => [.. values.Select(Number)];

    /// <summary>Writes the one document of a command.</summary>
    public static void WriteJson(Terminal terminal, JsonNode document) => terminal.Out.WriteLine(document.ToJsonString(Indented));
}
