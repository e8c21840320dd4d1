using System.Globalization;
using System.Text.Json;

namespace MetaCritic.Robots;

/// <summary>In what two robots differ, in words.</summary>
internal static class RobotDifferences
{
    private const int Most = 5;

    /// <summary>What the first is where the second is otherwise; null if they are the same.</summary>
    public static string? Between(RobotModel? first, RobotModel? second)
    {
        if (first is null || second is null)
        {
            return first is null && second is null ? null : $"the robot is {Name(first)}, not {Name(second)}";
        }

        if (JsonElement.DeepEquals(Element(first), Element(second)))
        {
            return null;
        }

        if (first.Name != second.Name)
        {
            return $"the robot is {Name(first)}, not {Name(second)}";
        }

        // Parameters that do not exist on both are a matter of structure.
        Dictionary<string, double> values = second.Parameters.ToDictionary(p => p.Name, p => second.GetParameter(p.Name), StringComparer.Ordinal);
        string[] changed =
        [
            .. from parameter in first.Parameters
               where values.ContainsKey(parameter.Name) && !first.GetParameter(parameter.Name).Equals(values[parameter.Name])
               select $"{parameter.Name}: {Text(first.GetParameter(parameter.Name))}, not {Text(values[parameter.Name])}",
        ];
        string more = changed.Length > Most ? FormattableString.Invariant($"; {changed.Length - Most} more") : "";
        return changed.Length > 0 ? $"robot.{string.Join("; robot.", changed.Take(Most))}{more}"
            : first.EndEffector != second.EndEffector ? $"the robot's end effector is {first.EndEffector}, not {second.EndEffector}"
            : $"the robot {Name(first)} has other links or joints than the present one";
    }

    private static string Name(RobotModel? robot) => robot is null ? "none" : $"\"{robot.Name}\"";

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static JsonElement Element(RobotModel robot)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            robot.WriteJson(writer);
        }

        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        return document.RootElement.Clone();
    }
}
