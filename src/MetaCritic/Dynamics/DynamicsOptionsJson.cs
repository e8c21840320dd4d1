using System.Text.Json;
using MetaCritic.Files;

namespace MetaCritic.Dynamics;

/// <summary>Options of dynamics, and of learning them, as members of a file's header.</summary>
internal static class DynamicsOptionsJson
{
    // Options that files of older format versions do not have: their defaults held.
    private static readonly string[] SinceVersion5 = ["actuator", "speedScale", "positionLimits", "limitGradient"];
    private static readonly string[] SinceVersion6 = ["jointFriction", "frictionSpeed"];

    /// <summary>Writes dynamics options as the value of a header's member.</summary>
    public static void Write(Utf8JsonWriter writer, RigidBodyOptions options) =>
        JsonSerializer.Serialize(writer, options, DynamicsJsonContext.Default.RigidBodyOptions);

    /// <summary>Writes options of learning dynamics as the value of a header's member.</summary>
    public static void Write(Utf8JsonWriter writer, DynamicsLearnerOptions options) =>
        JsonSerializer.Serialize(writer, options, DynamicsJsonContext.Default.DynamicsLearnerOptions);

    /// <summary>Reads complete dynamics options from a header of a format version.</summary>
    /// <exception cref="InvalidInputException">A member is unknown, missing or unreadable.</exception>
    public static RigidBodyOptions ReadDynamics(JsonElement element, string sourceName, int version) =>
        OptionMembers.ReadComplete(
            new RigidBodyOptions(), element, DynamicsJsonContext.Default.RigidBodyOptions, $"{sourceName}: dynamics", [.. version < 5 ? SinceVersion5 : [], .. version < 6 ? SinceVersion6 : []]);

    /// <summary>Reads complete options of learning dynamics from a header, checked.</summary>
    /// <exception cref="InvalidInputException">A member is unknown, missing, unreadable or out of its range.</exception>
    public static DynamicsLearnerOptions ReadLearning(JsonElement element, string sourceName)
    {
        string place = $"{sourceName}: learning";
        DynamicsLearnerOptions options = OptionMembers.ReadComplete(
            new DynamicsLearnerOptions(), element, DynamicsJsonContext.Default.DynamicsLearnerOptions, place, []);
        InvalidInputException.At(place, options.Validate);
        return options;
    }

    /// <summary>The options in which two sets differ, as <c>name: first, not second</c>; none if they are the same.</summary>
    public static IReadOnlyList<string> Differences(RigidBodyOptions first, RigidBodyOptions second) =>
        OptionMembers.Differences(first, second, DynamicsJsonContext.Default.RigidBodyOptions);
}
