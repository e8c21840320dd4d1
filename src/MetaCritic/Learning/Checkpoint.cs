using System.Text.Json;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>A meta-training in a file: its state, and what it is a training of. A checkpoint of another training is refused.</summary>
/// <param name="Header">The system and the options.</param>
/// <param name="Goals">The goals.</param>
/// <param name="Learned">Learned dynamics; null for others.</param>
/// <param name="Validation">The validation goals; null for none.</param>
internal sealed record Checkpoint(SystemHeader Header, TrainingGoals Goals, LearnedDynamics? Learned, TrainingGoals? Validation)
{
    /// <summary>Name of the file in a checkpoint folder.</summary>
    public const string FileName = "checkpoint.mccheckpoint";

    /// <summary>Makes a folder for a checkpoint where there is none, and removes what a killed run left beside the checkpoint.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="fileName">Name of the file in it.</param>
    /// <returns>The checkpoint's file.</returns>
    /// <exception cref="InvalidInputException">The folder cannot be made.</exception>
    public static string Prepare(string folder, string fileName = FileName)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"The checkpoint folder {folder}", $"it cannot be created: {e.Message.TrimEnd('.')}", "Name a folder that can be written to", e);
        }

        string path = Path.Combine(folder, fileName);
        AtomicFile.RemoveAbandoned(path);
        return path;
    }

    /// <summary>Meta-iterations that a checkpoint has behind it.</summary>
    /// <exception cref="InvalidInputException">The file is unusable.</exception>
    public static int IterationOf(string path) => (int)TensorFile.Load(path, TensorFileKind.Checkpoint).ShapeOf("history")[0];

    /// <summary>Writes a state, whole or not at all.</summary>
    /// <exception cref="MetaCriticException">The file cannot be written.</exception>
    public void Save(string path, TrainingState state)
    {
        TensorFile file = Begin(TensorFileKind.Checkpoint, state.WriteTo);
        state.AddTo(file);
        file.Save(path);
    }

    /// <summary>Reads a state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inputs">The networks.</param>
    /// <param name="policies">Number of policies.</param>
    /// <param name="anyLearned">Whether the checkpoint may be of other learned dynamics.</param>
    /// <returns>The state, which the caller disposes of.</returns>
    /// <exception cref="InvalidInputException">The file is unusable or belongs to another training; the message says what differs.</exception>
    public TrainingState Load(string path, NetworkInputs inputs, int policies, bool anyLearned)
    {
        TensorFile file = TensorFile.Load(path, TensorFileKind.Checkpoint);
        TrainingState state = file.Interpret(header =>
        {
            RequireSame(path, file, header, anyLearned);
            return TrainingState.GetFrom(file, header, inputs, policies);
        });
        try
        {
            RequireIterations(path, state.Record.Iteration);
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>Begins a file with what it is a training of.</summary>
    /// <param name="kind">What the file holds.</param>
    /// <param name="writeState">Writes the state's members of the header.</param>
    /// <returns>The file, to which the state's tensors are added.</returns>
    public TensorFile Begin(TensorFileKind kind, Action<Utf8JsonWriter> writeState)
    {
        TensorFile file = new(kind, writer =>
        {
            writer.WriteString("product", ProductInfo.Name);
            writer.WriteString("productVersion", ProductInfo.Version);
            writeState(writer);
            Header.Write(writer);
            Goals.WriteNames(writer);
            writer.WriteString("learnedDynamics", Learned?.Fingerprint() ?? "");
            writer.WriteString("validation", Validation?.Fingerprint() ?? "");
        });
        Goals.AddTo(file);
        return file;
    }

    /// <summary>Reads what <see cref="Begin"/> wrote, and sees to it that it is the same training.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="file">The file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="anyLearned">Whether the checkpoint may be of other learned dynamics.</param>
    /// <exception cref="InvalidInputException">The file is unusable or belongs to another training; the message says what differs.</exception>
    public void RequireSame(string path, TensorFile file, HeaderReader header, bool anyLearned)
    {
        header.RequireProduct();
        _ = header.Text("productVersion");
        SystemHeader system = SystemHeader.Read(header);
        if (system.StateSize != Header.StateSize || system.ActionSize != Header.ActionSize || system.PositionSize != Header.PositionSize)
        {
            throw Refused(
                path,
                $"its system has {system.StateSize} state, {system.ActionSize} action and {system.PositionSize} position components, the present one {Header.StateSize}, {Header.ActionSize} and {Header.PositionSize}");
        }

        TrainingGoals goals = TrainingGoalsData.GetFrom(file, header, system.StateSize, system.PositionSize);
        string learned = header.Version >= 4 ? header.Text("learnedDynamics") : ""; // before, there were none
        string validation = header.Version >= 5 ? header.Text("validation") : "";
        string[] differences = [.. Differences(system, goals, anyLearned ? null : learned, validation)];
        if (differences.Length > 0)
        {
            throw Refused(path, $"it belongs to another training: {string.Join("; ", differences)}");
        }
    }

    /// <summary>Sees to it that a checkpoint is not further on than the training asked for.</summary>
    /// <exception cref="InvalidInputException">It is.</exception>
    public void RequireIterations(string path, int iterations)
    {
        if (iterations > Header.Training.Iterations)
        {
            throw Refused(path, $"it has {iterations} meta-iterations behind it, more than the {Header.Training.Iterations} asked for");
        }
    }

    /// <summary>A checkpoint that does not belong to this training.</summary>
    public static InvalidInputException Refused(string path, string found) =>
        new(path, found, "Resume with the settings the checkpoint was written with, or start anew in another folder");

    // In what a checkpoint's training differs from this one. What may differ: the number of meta-iterations, and what becomes of a
    // policy that diverges; options without effect on the result are not in the file.
    private IEnumerable<string> Differences(SystemHeader system, TrainingGoals goals, string? learned, string validation)
    {
        MetaTrainingOptions training = system.Training with { Iterations = Header.Training.Iterations, OnDivergence = Header.Training.OnDivergence };
        foreach (string difference in OptionsJson.Differences(training, Header.Training))
        {
            yield return "training." + difference;
        }

        foreach (string difference in system.Dynamics is { } other && Header.Dynamics is { } present ? DynamicsOptionsJson.Differences(other, present) : [])
        {
            yield return "dynamics." + difference;
        }

        if (RobotDifferences.Between(system.Robot, Header.Robot) is { } robot)
        {
            yield return robot;
        }

        if (learned is not null && learned != (Learned?.Fingerprint() ?? ""))
        {
            yield return $"the dynamics are {(learned.Length > 0 ? "other learned ones" : "not learned")}";
        }

        if (validation != (Validation?.Fingerprint() ?? ""))
        {
            yield return $"{(validation.Length > 0 ? "its validation goals are others, or there are none now" : "it has no validation goals")}";
        }

        if (goals.DifferenceFrom(Goals) is { } row)
        {
            yield return row;
        }
    }
}
