using System.Text.Json;
using System.Text.Json.Nodes;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Baselines;

/// <summary>The training of a baseline in a file: a <see cref="Checkpoint"/> whose header names the method and its options, too.</summary>
/// <param name="Header">The system, and the options as a critic states them.</param>
/// <param name="Goals">The goals.</param>
/// <param name="Method">What is trained.</param>
/// <param name="Options">Its options as JSON.</param>
internal sealed record BaselineCheckpoint(SystemHeader Header, TrainingGoals Goals, string Method, JsonObject Options)
{
    /// <summary>Name of the file in a checkpoint folder.</summary>
    public const string FileName = "baseline.mccheckpoint";

    private const string Member = "baseline";

    // What may differ between a training and its continuation.
    private static readonly string[] Free = ["iterations"];

    private Checkpoint Base => new(Header, Goals, Learned: null, Validation: null);

    /// <summary>Writes a training, whole or not at all.</summary>
    /// <exception cref="MetaCriticException">The file cannot be written.</exception>
    public void Save(string path, BaselineState state, IEnumerable<TrainedNetwork> networks, ReplayBuffer replay)
    {
        TensorFile file = Base.Begin(TensorFileKind.BaselineCheckpoint, writer =>
        {
            writer.WritePropertyName(Member);
            new JsonObject { ["method"] = Method, ["options"] = Options.DeepClone() }.WriteTo(writer);
        });
        state.AddTo(file, networks, replay);
        file.Save(path);
    }

    /// <summary>Reads a training.</summary>
    /// <param name="path">The file.</param>
    /// <param name="networks">The networks.</param>
    /// <param name="replay">The replay buffer.</param>
    /// <param name="apply">Sets networks and replay buffer to what was read.</param>
    /// <exception cref="InvalidInputException">The file is unusable or belongs to another training; the message says what differs.</exception>
    public BaselineState Load(string path, IEnumerable<TrainedNetwork> networks, ReplayBuffer replay, out Action apply)
    {
        Action found = () => { };
        TensorFile file = TensorFile.Load(path, TensorFileKind.BaselineCheckpoint);
        BaselineState state = file.Interpret(header =>
        {
            RequireSameOptions(path, header.Element(Member));
            Base.RequireSame(path, file, header, anyLearned: false);
            return BaselineState.GetFrom(file, path, networks, replay, out found);
        });
        Base.RequireIterations(path, state.Iteration);
        apply = found;
        return state;
    }

    private void RequireSameOptions(string path, JsonElement element)
    {
        JsonObject? written = JsonNode.Parse(element.GetRawText()) as JsonObject;
        string? method = written?["method"] is JsonValue text && text.TryGetValue(out string? name) ? name : null;
        if (method != Method)
        {
            throw Checkpoint.Refused(path, $"it belongs to another training: the method is {(method is null ? "not named" : $"\"{Quoted.Shortened(method)}\"")}, not \"{Method}\"");
        }

        string[] differences = [.. Differences(written!["options"] as JsonObject ?? [], Options, "")];
        if (differences.Length > 0)
        {
            throw Checkpoint.Refused(path, $"it belongs to another training: {string.Join("; ", differences)}");
        }
    }

    private static IEnumerable<string> Differences(JsonObject written, JsonObject present, string prefix)
    {
        foreach (string name in present.Select(member => member.Key).Union(written.Select(member => member.Key)).Except(Free))
        {
            (JsonNode? first, JsonNode? second) = (written[name], present[name]);
            if (first is JsonObject a && second is JsonObject b)
            {
                foreach (string difference in Differences(a, b, name + "."))
                {
                    yield return difference;
                }
            }
            else if (!JsonNode.DeepEquals(first, second))
            {
                yield return $"{prefix}{Quoted.Shortened(name)}: {Shown(first)}, not {Shown(second)}";
            }
        }
    }

    private static string Shown(JsonNode? value) => Quoted.Shortened(value?.ToJsonString() ?? "null");
}
