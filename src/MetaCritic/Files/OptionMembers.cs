using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MetaCritic.Files;

/// <summary>Options of any type as JSON, member by member: what is left out keeps its value, what is unknown is refused.</summary>
internal static class OptionMembers
{
    /// <summary>How options are parsed: a member given twice is refused.</summary>
    public static JsonDocumentOptions Strict { get; } = new() { AllowDuplicateProperties = false };

    /// <summary>Names of the options of a type, in camel case.</summary>
    public static IReadOnlyList<string> Names(JsonTypeInfo type) => [.. type.Properties.Select(p => p.Name)];

    /// <summary>Reads options all of whose members must be there, but for those that older files do not have.</summary>
    /// <param name="defaults">What holds for members that are left out.</param>
    /// <param name="element">The object.</param>
    /// <param name="type">How they are written.</param>
    /// <param name="place">What errors call the object.</param>
    /// <param name="optional">Members that may be missing.</param>
    /// <exception cref="InvalidInputException">A member is unknown, missing or unreadable.</exception>
    public static T ReadComplete<T>(T defaults, JsonElement element, JsonTypeInfo<T> type, string place, IEnumerable<string> optional)
    {
        T read = Merge(defaults, element, type, place);
        foreach (string name in Names(type).Except(optional))
        {
            if (!element.TryGetProperty(name, out _))
            {
                throw new InvalidInputException(place, $"the member \"{name}\" is missing", "Take a complete copy");
            }
        }

        return read;
    }

    /// <summary>Replaces the members that an object gives.</summary>
    /// <exception cref="InvalidInputException">It is no object, or a member is unknown or unreadable; the message names it.</exception>
    public static T Merge<T>(T options, JsonElement changes, JsonTypeInfo<T> type, string place)
    {
        if (changes.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException(place, $"value is {HeaderReader.Excerpt(changes)}", "Give an object");
        }

        IReadOnlyList<string> known = Names(type);
        JsonObject all = JsonSerializer.SerializeToNode(options, type)!.AsObject();
        foreach (JsonProperty change in changes.EnumerateObject())
        {
            if (!known.Contains(change.Name))
            {
                throw new InvalidInputException(place, $"the member \"{Quoted.Shortened(change.Name)}\" is unknown", NearNames.Remedy(change.Name, known));
            }

            all[change.Name] = JsonNode.Parse(change.Value.GetRawText());
        }

        try
        {
            return all.Deserialize(type)!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // One by one, to find the member that cannot be read.
            foreach (JsonProperty change in changes.EnumerateObject())
            {
                Replace(options, change.Name, change.Value, type, $"{place}.{change.Name}");
            }

            throw;
        }
    }

    /// <summary>A copy with one member replaced. Always all members are deserialised, since a member left out would become 0 instead of its default.</summary>
    public static T Replace<T>(T options, string name, JsonElement value, JsonTypeInfo<T> type, string place)
    {
        JsonObject all = JsonSerializer.SerializeToNode(options, type)!.AsObject();
        try
        {
            all[name] = JsonNode.Parse(value.GetRawText());
            return all.Deserialize(type)!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is no Unicode
        {
            throw new InvalidInputException(place, $"value is {HeaderReader.Excerpt(value)}", $"Give {Expected(type, name)}", e);
        }
    }

    /// <summary>The options in which two sets differ, as <c>name: first, not second</c>; none if they are the same.</summary>
    public static IReadOnlyList<string> Differences<T>(T first, T second, JsonTypeInfo<T> type)
    {
        JsonObject a = JsonSerializer.SerializeToNode(first, type)!.AsObject();
        JsonObject b = JsonSerializer.SerializeToNode(second, type)!.AsObject();
        return
        [
            .. from name in Names(type)
               where !JsonNode.DeepEquals(a[name], b[name])
               select $"{name}: {a[name]?.ToJsonString() ?? "null"}, not {b[name]?.ToJsonString() ?? "null"}",
        ];
    }

    /// <summary>A value as a user types it: JSON, or else a text without quotes.</summary>
    public static JsonElement ParseValue(string value)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(value, Strict);
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            using JsonDocument document = JsonDocument.Parse(JsonSerializer.Serialize(value, OptionMembersContext.Default.String));
            return document.RootElement.Clone();
        }
    }

    private static string Expected(JsonTypeInfo type, string name)
    {
        Type member = type.Properties.First(p => p.Name == name).PropertyType;
        Type bare = Nullable.GetUnderlyingType(member) ?? member;
        return bare switch
        {
            _ when bare.IsEnum => $"one of {string.Join(", ", Enum.GetNames(bare).Select(JsonNamingPolicy.CamelCase.ConvertName))}",
            _ when bare == typeof(bool) => "true or false",
            _ when bare == typeof(int) => "an integer",
            _ when bare == typeof(ulong) => "an integer, 0 or more",
            _ when bare == typeof(double) => "a number",
            _ when bare == typeof(IReadOnlyList<int>) => "a list of integers, for example [64, 64]",
            _ when bare == typeof(IReadOnlyList<double>) => "a list of numbers, for example [1, 0.5]",
            _ => $"a list of objects with the members {string.Join(", ", Names(type.Options.GetTypeInfo(bare.GetGenericArguments()[0])))}",
        };
    }
}

/// <summary>A text as JSON, generated at compile time.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class OptionMembersContext : JsonSerializerContext;
