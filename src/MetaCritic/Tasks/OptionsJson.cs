using System.Text.Json;
using System.Text.Json.Nodes;
using MetaCritic.Dynamics;
using MetaCritic.Files;

namespace MetaCritic.Tasks;

/// <summary>
/// Options as JSON. An options file is an object with two optional members, <c>dynamics</c>
/// (<see cref="RigidBodyOptions"/>) and <c>training</c> (<see cref="MetaTrainingOptions"/>), whose members, in camel
/// case, replace those of given options one by one. Choices are texts (<c>"lateWindow"</c>); an infinite number is the
/// text <c>"Infinity"</c>. Unknown and repeated members are refused.
/// </summary>
public static class OptionsJson
{
    private const int FileLimit = 1 << 20;
    private const string FittingPrefix = "fitting.";

    // Training options that files of older format versions do not have: their defaults held.
    private static readonly string[] SinceVersion2 = ["dynamicsSpread", "startSpread"];
    private static readonly string[] SinceVersion3 = ["onDivergence"];
    private static readonly string[] SinceVersion4 = ["disagreementLimit"];
    private static readonly string[] SinceVersion5 = ["criticForm", "patience", "validationInterval"];
    private static readonly string[] SinceVersion7 = ["actionLimit"];

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
        (dynamics, training, _) = Apply(json, dynamics, training, null, sourceName);
        return (dynamics, training);
    }

    /// <summary>Reads an options file, which may have a member <c>fitting</c> (<see cref="PolicyLearnerOptions"/>), too.</summary>
    /// <param name="path">The file.</param>
    /// <param name="preset">Its options hold where the file says nothing.</param>
    /// <returns>The preset with the options, checked.</returns>
    /// <exception cref="InvalidInputException">The file cannot be read, or an option in it is unknown or out of range.</exception>
    public static TaskPreset Read(string path, TaskPreset preset) => Apply(InputFile.ReadAllText(path, FileLimit), preset, path);

    /// <summary>Reads the text of an options file, which may have a member <c>fitting</c> (<see cref="PolicyLearnerOptions"/>), too.</summary>
    /// <param name="json">The text.</param>
    /// <param name="preset">Its options hold where the text says nothing.</param>
    /// <param name="sourceName">What errors call the text.</param>
    /// <returns>The preset with the options, checked.</returns>
    /// <exception cref="InvalidInputException">The text is not as it should be, or an option in it is unknown or out of range.</exception>
    public static TaskPreset Apply(string json, TaskPreset preset, string sourceName = "options")
    {
        ArgumentNullException.ThrowIfNull(preset);
        (RigidBodyOptions dynamics, MetaTrainingOptions training, PolicyLearnerOptions? fitting) = Apply(json, preset.Dynamics, preset.Training, preset.Fitting, sourceName);
        return preset with { Dynamics = dynamics, Training = training, Fitting = fitting! };
    }

    // Without fitting options the text may have none.
    private static (RigidBodyOptions Dynamics, MetaTrainingOptions Training, PolicyLearnerOptions? Fitting) Apply(
        string json, RigidBodyOptions dynamics, MetaTrainingOptions training, PolicyLearnerOptions? fitting, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(dynamics);
        ArgumentNullException.ThrowIfNull(training);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, OptionMembers.Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidInputException(sourceName, "this is no JSON object", "Give {\"dynamics\": {...}, \"training\": {...}}");
            }

            foreach (JsonProperty part in document.RootElement.EnumerateObject())
            {
                switch (part.Name)
                {
                    case "dynamics":
                        dynamics = OptionMembers.Merge(dynamics, part.Value, DynamicsJsonContext.Default.RigidBodyOptions, $"{sourceName}: dynamics");
                        break;
                    case "training":
                        training = OptionMembers.Merge(training, part.Value, TrainingJsonContext.Default.MetaTrainingOptions, $"{sourceName}: training");
                        break;
                    case "fitting" when fitting is not null:
                        fitting = OptionMembers.Merge(fitting, part.Value, TrainingJsonContext.Default.PolicyLearnerOptions, $"{sourceName}: fitting");
                        break;
                    default:
                        throw new InvalidInputException(
                            sourceName, $"the member \"{part.Name}\" is unknown", $"Known are dynamics, training{(fitting is null ? "" : ", fitting")}");
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidInputException(sourceName, JsonFault.Describe(e), "Correct it", e);
        }

        (dynamics, training) = Checked(dynamics, training, sourceName);
        return (dynamics, training, fitting is null ? null : Checked(fitting, sourceName));
    }

    /// <summary>Sets one option.</summary>
    /// <param name="assignment"><c>key=value</c>, as for options of dynamics and training; those of fitting are <c>fitting.steps</c> and so on, always with the first part.</param>
    /// <param name="preset">A preset of which it may replace one option.</param>
    /// <returns>The preset with the option, checked.</returns>
    /// <exception cref="InvalidInputException">The key is unknown or the value out of range.</exception>
    public static TaskPreset Set(string assignment, TaskPreset preset)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        ArgumentNullException.ThrowIfNull(preset);
        string[] parts = assignment.Split('=', 2, StringSplitOptions.TrimEntries);
        if (parts.Length < 2 || !parts[0].StartsWith(FittingPrefix, StringComparison.Ordinal))
        {
            (RigidBodyOptions dynamics, MetaTrainingOptions training) = Set(assignment, preset.Dynamics, preset.Training);
            return preset with { Dynamics = dynamics, Training = training };
        }

        string member = parts[0][FittingPrefix.Length..];
        IReadOnlyList<string> names = OptionMembers.Names(TrainingJsonContext.Default.PolicyLearnerOptions);
        if (!names.Contains(member))
        {
            throw new InvalidInputException($"\"{parts[0]}\"", "there is no such option", NearNames.Remedy(parts[0], [.. names.Select(name => FittingPrefix + name)]));
        }

        PolicyLearnerOptions fitting = OptionMembers.Replace(
            preset.Fitting, member, OptionMembers.ParseValue(parts[1]), TrainingJsonContext.Default.PolicyLearnerOptions, parts[0]);
        Named(parts[0], member, parts[1], fitting.Validate);
        return preset with { Fitting = fitting };
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
        string[] keys = [.. OptionMembers.Names(DynamicsJsonContext.Default.RigidBodyOptions).Select(n => "dynamics." + n), .. OptionMembers.Names(TrainingJsonContext.Default.MetaTrainingOptions).Select(n => "training." + n)];
        string[] meant = [.. keys.Where(k => k == key || k.EndsWith("." + key, StringComparison.Ordinal))];
        if (meant.Length != 1)
        {
            string near = string.Join(" or ", key.Contains('.', StringComparison.Ordinal)
                ? NearNames.Of(key, keys)
                : NearNames.Of(key, keys.Select(k => k.Split('.')[1])));
            throw new InvalidInputException(
                $"\"{key}\"",
                meant.Length == 0 ? "there is no such option" : $"this may be {string.Join(" or ", meant)}",
                near.Length > 0 && meant.Length == 0 ? $"Perhaps {near} is meant"
                : meant.Length > 0 ? "Give the whole name"
                : $"Nearest are {string.Join(", ", NearNames.Nearest(key, keys, 3))}; a preset written as an options file has all of them");
        }

        string member = meant[0][(meant[0].IndexOf('.', StringComparison.Ordinal) + 1)..];
        JsonElement element = OptionMembers.ParseValue(value);
        if (meant[0].StartsWith("dynamics.", StringComparison.Ordinal))
        {
            dynamics = OptionMembers.Replace(dynamics, member, element, DynamicsJsonContext.Default.RigidBodyOptions, meant[0]);
        }
        else
        {
            training = OptionMembers.Replace(training, member, element, TrainingJsonContext.Default.MetaTrainingOptions, meant[0]);
        }

        Named(meant[0], member, value, () =>
        {
            dynamics.Validate();
            training.Validate();
        });
        return (dynamics, training);
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
        IReadOnlyList<string> names = OptionMembers.Names(DynamicsJsonContext.Default.DynamicsLearnerOptions);
        if (parts.Length < 2 || !names.Contains(parts[0]))
        {
            throw new InvalidInputException($"\"{assignment}\"", "this sets no option of learning dynamics", $"Give key=value. {NearNames.Remedy(parts[0], names)}");
        }

        options = OptionMembers.Replace(options, parts[0], OptionMembers.ParseValue(parts[1]), DynamicsJsonContext.Default.DynamicsLearnerOptions, parts[0]);
        Named(parts[0], parts[0], parts[1], options.Validate);
        return options;
    }

    /// <summary>Writes a complete options file, with a member <c>fitting</c>.</summary>
    /// <param name="preset">The options.</param>
    /// <returns>Indented JSON.</returns>
    public static string Write(TaskPreset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        return Write(preset.Dynamics, preset.Training, preset.Fitting);
    }

    /// <summary>Writes a complete options file.</summary>
    /// <param name="dynamics">Its member <c>dynamics</c>.</param>
    /// <param name="training">Its member <c>training</c>.</param>
    /// <returns>Indented JSON.</returns>
    public static string Write(RigidBodyOptions dynamics, MetaTrainingOptions training) => Write(dynamics, training, null);

    private static string Write(RigidBodyOptions dynamics, MetaTrainingOptions training, PolicyLearnerOptions? fitting)
    {
        JsonObject file = new()
        {
            ["dynamics"] = JsonSerializer.SerializeToNode(dynamics, DynamicsJsonContext.Default.RigidBodyOptions),
            ["training"] = JsonSerializer.SerializeToNode(training, TrainingJsonContext.Default.MetaTrainingOptions),
        };
        if (fitting is not null)
        {
            file["fitting"] = JsonSerializer.SerializeToNode(fitting, TrainingJsonContext.Default.PolicyLearnerOptions);
        }

        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            file.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray()) + "\n";
    }

    /// <summary>Writes training options as the value of a header's member.</summary>
    internal static void Write(Utf8JsonWriter writer, MetaTrainingOptions options) =>
        JsonSerializer.Serialize(writer, options, TrainingJsonContext.Default.MetaTrainingOptions);

    /// <summary>Writes fitting options as the value of a header's member.</summary>
    internal static void Write(Utf8JsonWriter writer, PolicyLearnerOptions options) =>
        JsonSerializer.Serialize(writer, options, TrainingJsonContext.Default.PolicyLearnerOptions);

    /// <summary>Reads complete fitting options from a header.</summary>
    internal static PolicyLearnerOptions ReadFitting(JsonElement element, string sourceName) =>
        OptionMembers.ReadComplete(new PolicyLearnerOptions(), element, TrainingJsonContext.Default.PolicyLearnerOptions, $"{sourceName}: fitting", []);

    /// <summary>Reads complete training options from a header of a format version.</summary>
    internal static MetaTrainingOptions ReadTraining(JsonElement element, string sourceName, int version) =>
        OptionMembers.ReadComplete(
            new MetaTrainingOptions(),
            element,
            TrainingJsonContext.Default.MetaTrainingOptions,
            $"{sourceName}: training",
            [.. version < 2 ? SinceVersion2 : [], .. version < 3 ? SinceVersion3 : [], .. version < 4 ? SinceVersion4 : [], .. version < 5 ? SinceVersion5 : [], .. version < 7 ? SinceVersion7 : []]);

    /// <summary>The options in which two sets differ, as <c>name: first, not second</c>; none if they are the same.</summary>
    internal static IReadOnlyList<string> Differences(MetaTrainingOptions first, MetaTrainingOptions second) =>
        OptionMembers.Differences(first, second, TrainingJsonContext.Default.MetaTrainingOptions);

    // The error of the option that was set names it once.
    private static void Named(string key, string member, string value, Action check)
    {
        string place = $"options.{member}";
        try
        {
            check();
        }
        catch (InvalidInputException e)
        {
            throw e.Place == place
                ? new InvalidInputException(key + e.Message[place.Length..], e)
                : new InvalidInputException($"{key}={value}: {e.Message}", e);
        }
    }

    private static PolicyLearnerOptions Checked(PolicyLearnerOptions fitting, string source)
    {
        InvalidInputException.At(source, fitting.Validate);
        return fitting;
    }

    private static (RigidBodyOptions Dynamics, MetaTrainingOptions Training) Checked(RigidBodyOptions dynamics, MetaTrainingOptions training, string source)
    {
        InvalidInputException.At(source, () =>
        {
            dynamics.Validate();
            training.Validate();
        });
        return (dynamics, training);
    }
}
