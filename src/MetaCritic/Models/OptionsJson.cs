using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Robots;

namespace MetaCritic.Models;

/// <summary>
/// Options as JSON. An options file is an object with two optional members, <c>dynamics</c>
/// (<see cref="RigidBodyOptions"/>) and <c>training</c> (<see cref="MetaTrainingOptions"/>), whose members, in camel
/// case, replace those of given options one by one. Choices are texts (<c>"lateWindow"</c>); an infinite number is the
/// text <c>"Infinity"</c>. Unknown and repeated members are refused.
/// </summary>
public static class OptionsJson
{
    private const int FileLimit = 1 << 20;

    // Training options that files of older format versions do not have: their defaults held.
    private static readonly string[] SinceVersion2 = ["dynamicsSpread", "startSpread"];
    private static readonly string[] SinceVersion3 = ["onDivergence"];
    private static readonly string[] SinceVersion4 = ["disagreementLimit"];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads an options file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dynamics">Options that hold where the file says nothing.</param>
    /// <param name="training">Options that hold where the file says nothing.</param>
    /// <returns>The options, checked.</returns>
    /// <exception cref="InvalidInputException">The file cannot be read, or an option in it is unknown or out of range.</exception>
    public static (RigidBodyOptions Dynamics, MetaTrainingOptions Training) Read(string path, RigidBodyOptions dynamics, MetaTrainingOptions training) =>
        Apply(InputFile.ReadAllText(path, FileLimit), dynamics, training, path);

    /// <summary>Reads the text of an options file.</summary>
    /// <param name="json">The text.</param>
    /// <param name="dynamics">Options that hold where the text says nothing.</param>
    /// <param name="training">Options that hold where the text says nothing.</param>
    /// <param name="sourceName">What errors call the text.</param>
    /// <returns>The options, checked.</returns>
    /// <exception cref="InvalidInputException">The text is not as it should be, or an option in it is unknown or out of range.</exception>
    public static (RigidBodyOptions Dynamics, MetaTrainingOptions Training) Apply(
        string json, RigidBodyOptions dynamics, MetaTrainingOptions training, string sourceName = "options")
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(dynamics);
        ArgumentNullException.ThrowIfNull(training);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidInputException(sourceName, "this is no JSON object", "Give {\"dynamics\": {...}, \"training\": {...}}");
            }

            foreach (JsonProperty part in document.RootElement.EnumerateObject())
            {
                switch (part.Name)
                {
                    case "dynamics":
                        dynamics = Merge(dynamics, part.Value, OptionsJsonContext.Default.RigidBodyOptions, $"{sourceName}: dynamics");
                        break;
                    case "training":
                        training = Merge(training, part.Value, OptionsJsonContext.Default.MetaTrainingOptions, $"{sourceName}: training");
                        break;
                    default:
                        throw new InvalidInputException(sourceName, $"the member \"{part.Name}\" is unknown", "Known are dynamics, training");
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidInputException(sourceName, $"this is not valid JSON: {e.Message.TrimEnd('.')}", "Correct it", e);
        }

        return Checked(dynamics, training, sourceName);
    }

    /// <summary>Sets one option.</summary>
    /// <param name="assignment">
    /// <c>key=value</c>. The key is <c>training.horizon</c>, <c>dynamics.timeStep</c>, or without the first part where only one of the
    /// two has a member of that name. The value is JSON, or else a text without quotes.
    /// </param>
    /// <param name="dynamics">Options of which it may replace one.</param>
    /// <param name="training">Options of which it may replace one.</param>
    /// <returns>The options, checked.</returns>
    /// <exception cref="InvalidInputException">The key is unknown or the value out of range.</exception>
    public static (RigidBodyOptions Dynamics, MetaTrainingOptions Training) Set(string assignment, RigidBodyOptions dynamics, MetaTrainingOptions training)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        ArgumentNullException.ThrowIfNull(dynamics);
        ArgumentNullException.ThrowIfNull(training);
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            throw new InvalidInputException($"\"{assignment}\"", "this sets no option", "Give key=value, for example training.horizon=50");
        }

        string key = assignment[..equals].Trim();
        string value = assignment[(equals + 1)..].Trim();
        string[] keys = [.. Names(OptionsJsonContext.Default.RigidBodyOptions).Select(n => "dynamics." + n), .. Names(OptionsJsonContext.Default.MetaTrainingOptions).Select(n => "training." + n)];
        string[] meant = [.. keys.Where(k => k == key || k.EndsWith("." + key, StringComparison.Ordinal))];
        if (meant.Length != 1)
        {
            string near = string.Join(" or ", key.Contains('.', StringComparison.Ordinal)
                ? NearNames.Of(key, keys)
                : NearNames.Of(key, keys.Select(k => k.Split('.')[1])));
            throw new InvalidInputException(
                $"\"{key}\"",
                meant.Length == 0 ? "there is no such option" : $"this may be {string.Join(" or ", meant)}",
                near.Length > 0 && meant.Length == 0 ? $"Perhaps {near} is meant" : $"Known are {string.Join(", ", keys)}");
        }

        string member = meant[0][(meant[0].IndexOf('.', StringComparison.Ordinal) + 1)..];
        JsonElement element = ParseValue(value);
        string place = $"{meant[0]}={value}";
        if (meant[0].StartsWith("dynamics.", StringComparison.Ordinal))
        {
            dynamics = Replace(dynamics, member, element, OptionsJsonContext.Default.RigidBodyOptions, meant[0]);
        }
        else
        {
            training = Replace(training, member, element, OptionsJsonContext.Default.MetaTrainingOptions, meant[0]);
        }

        return Checked(dynamics, training, place);
    }

    /// <summary>Replaces one option of learning dynamics.</summary>
    /// <param name="assignment"><c>key=value</c>, for example <c>epochs=50</c>; the value is JSON or a bare text.</param>
    /// <param name="options">The options so far.</param>
    /// <returns>The options, checked.</returns>
    /// <exception cref="InvalidInputException">There is no such option, or its value is out of range.</exception>
    public static DynamicsLearnerOptions Set(string assignment, DynamicsLearnerOptions options)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        ArgumentNullException.ThrowIfNull(options);
        string[] parts = assignment.Split('=', 2, StringSplitOptions.TrimEntries);
        IReadOnlyList<string> names = Names(OptionsJsonContext.Default.DynamicsLearnerOptions);
        if (parts.Length < 2 || !names.Contains(parts[0]))
        {
            throw new InvalidInputException($"\"{assignment}\"", "this sets no option of learning dynamics", $"Give key=value; known are {string.Join(", ", names)}");
        }

        options = Replace(options, parts[0], ParseValue(parts[1]), OptionsJsonContext.Default.DynamicsLearnerOptions, parts[0]);
        options.Validate();
        return options;
    }

    /// <summary>Writes a complete options file.</summary>
    /// <param name="dynamics">Its member <c>dynamics</c>.</param>
    /// <param name="training">Its member <c>training</c>.</param>
    /// <returns>Indented JSON.</returns>
    public static string Write(RigidBodyOptions dynamics, MetaTrainingOptions training)
    {
        JsonObject file = new()
        {
            ["dynamics"] = JsonSerializer.SerializeToNode(dynamics, OptionsJsonContext.Default.RigidBodyOptions),
            ["training"] = JsonSerializer.SerializeToNode(training, OptionsJsonContext.Default.MetaTrainingOptions),
        };
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            file.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray()) + "\n";
    }

    /// <summary>Writes training options as the value of a header's member.</summary>
    internal static void Write(Utf8JsonWriter writer, MetaTrainingOptions options) =>
        JsonSerializer.Serialize(writer, options, OptionsJsonContext.Default.MetaTrainingOptions);

    /// <summary>Writes dynamics options as the value of a header's member.</summary>
    internal static void Write(Utf8JsonWriter writer, RigidBodyOptions options) =>
        JsonSerializer.Serialize(writer, options, OptionsJsonContext.Default.RigidBodyOptions);

    /// <summary>Writes options of learning dynamics as the value of a header's member.</summary>
    internal static void Write(Utf8JsonWriter writer, DynamicsLearnerOptions options) =>
        JsonSerializer.Serialize(writer, options, OptionsJsonContext.Default.DynamicsLearnerOptions);

    /// <summary>Reads complete options of learning dynamics from a header, checked.</summary>
    internal static DynamicsLearnerOptions ReadLearning(JsonElement element, string sourceName)
    {
        string place = $"{sourceName}: learning";
        DynamicsLearnerOptions options = ReadComplete(new DynamicsLearnerOptions(), element, OptionsJsonContext.Default.DynamicsLearnerOptions, place, []);
        try
        {
            options.Validate();
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{place}: {e.Message}", e);
        }

        return options;
    }

    /// <summary>Reads complete training options from a header of a format version.</summary>
    internal static MetaTrainingOptions ReadTraining(JsonElement element, string sourceName, int version) =>
        ReadComplete(
            new MetaTrainingOptions(),
            element,
            OptionsJsonContext.Default.MetaTrainingOptions,
            $"{sourceName}: training",
            [.. version < 2 ? SinceVersion2 : [], .. version < 3 ? SinceVersion3 : [], .. version < 4 ? SinceVersion4 : []]);

    /// <summary>Reads complete dynamics options from a header.</summary>
    internal static RigidBodyOptions ReadDynamics(JsonElement element, string sourceName) =>
        ReadComplete(new RigidBodyOptions(), element, OptionsJsonContext.Default.RigidBodyOptions, $"{sourceName}: dynamics", []);

    /// <summary>The options in which two sets differ, as <c>name: first, not second</c>; none if they are the same.</summary>
    internal static IReadOnlyList<string> Differences(MetaTrainingOptions first, MetaTrainingOptions second) =>
        Differences(first, second, OptionsJsonContext.Default.MetaTrainingOptions);

    /// <summary>The options in which two sets differ, as <c>name: first, not second</c>; none if they are the same.</summary>
    internal static IReadOnlyList<string> Differences(RigidBodyOptions first, RigidBodyOptions second) =>
        Differences(first, second, OptionsJsonContext.Default.RigidBodyOptions);

    /// <summary>Names of the options of a type, in camel case.</summary>
    internal static IReadOnlyList<string> Names<T>(JsonTypeInfo<T> type) => [.. type.Properties.Select(p => p.Name)];

    private static (RigidBodyOptions Dynamics, MetaTrainingOptions Training) Checked(RigidBodyOptions dynamics, MetaTrainingOptions training, string source)
    {
        try
        {
            dynamics.Validate();
            training.Validate();
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{source}: {e.Message}", e);
        }

        return (dynamics, training);
    }

    private static T ReadComplete<T>(T defaults, JsonElement element, JsonTypeInfo<T> type, string place, IEnumerable<string> optional)
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

    private static T Merge<T>(T options, JsonElement changes, JsonTypeInfo<T> type, string place)
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
                throw new InvalidInputException(place, $"the member \"{Quoted.Shortened(change.Name)}\" is unknown", $"Known are {string.Join(", ", known)}");
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
    private static T Replace<T>(T options, string name, JsonElement value, JsonTypeInfo<T> type, string place)
    {
        JsonObject all = JsonSerializer.SerializeToNode(options, type)!.AsObject();
        try
        {
            all[name] = JsonNode.Parse(value.GetRawText());
            return all.Deserialize(type)!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is no Unicode
        {
            throw new InvalidInputException(place, $"value is {HeaderReader.Excerpt(value)}", $"Give {Expected(type.Properties.First(p => p.Name == name).PropertyType)}", e);
        }
    }

    private static List<string> Differences<T>(T first, T second, JsonTypeInfo<T> type)
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

    private static JsonElement ParseValue(string value)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(value, Strict);
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            using JsonDocument document = JsonDocument.Parse(JsonSerializer.Serialize(value, OptionsJsonContext.Default.String));
            return document.RootElement.Clone();
        }
    }

    private static string Expected(Type type)
    {
        Type bare = Nullable.GetUnderlyingType(type) ?? type;
        return bare switch
        {
            _ when bare.IsEnum => $"one of {string.Join(", ", Enum.GetNames(bare).Select(JsonNamingPolicy.CamelCase.ConvertName))}",
            _ when bare == typeof(bool) => "true or false",
            _ when bare == typeof(int) => "an integer",
            _ when bare == typeof(ulong) => "an integer, 0 or more",
            _ when bare == typeof(double) => "a number",
            _ when bare == typeof(IReadOnlyList<ParameterSpread>) => "a list of ranges, for example [{\"parameter\": \"arm2.mass\", \"low\": 0.5, \"high\": 2}]",
            _ when bare == typeof(IReadOnlyList<int>) => "a list of integers, for example [64, 64]",
            _ => "a list of numbers, for example [1, 0.5]",
        };
    }
}
