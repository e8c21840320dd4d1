using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.Rows;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.ML.Functions;

/// <summary>What policies are fitted by, as it is saved with the critic.</summary>
/// <param name="Goal">Vector column of the goals.</param>
/// <param name="Goals">Scalar columns of the goals; none for the vector column.</param>
/// <param name="Start">Column of start states; null for none.</param>
/// <param name="Parameters">Pairs of a column and the robot's parameter in it.</param>
/// <param name="SeedColumn">Column of seeds; null for none.</param>
/// <param name="Seed">The seed where there is no column.</param>
/// <param name="Outputs">Names of the columns that are added, in the order of <see cref="OutputOptions"/>.</param>
/// <param name="Fitting">Settings of the learner.</param>
/// <param name="Dynamics">How the robot's dynamics are stepped; null for the critic's own.</param>
/// <param name="Robot">The robot; null for the critic's own.</param>
/// <param name="OwnEnvironment">Whether policies are fitted in an environment of the user's own.</param>
/// <param name="Diverged">Column that says which policies diverged; null for none, as in the formats 1 and 2.</param>
internal sealed record FittingSettings(
    string Goal,
    string[] Goals,
    string? Start,
    string[][] Parameters,
    string? SeedColumn,
    ulong Seed,
    string[] Outputs,
    PolicyLearnerOptions Fitting,
    RigidBodyOptions? Dynamics,
    [property: JsonConverter(typeof(RobotText))] RobotModel? Robot,
    bool OwnEnvironment,
    string? Diverged = null)
{
    /// <summary>What errors call settings that were loaded.</summary>
    public const string Source = "saved policy fitting";

    /// <summary>The options that name <see cref="Outputs"/>.</summary>
    public static IReadOnlyList<string> OutputOptions { get; } =
        ["PolicyColumnName", "FinalStateColumnName", "ScoreColumnName", "LabelColumnName", "LearningCurveColumnName", "StepsColumnName", "ConvergedColumnName"];

    public void Validate()
    {
        ColumnOptions.Name(Goal, "GoalColumnName");
        ColumnOptions.Names(Goals, "GoalColumns");
        ColumnOptions.OptionalName(Start, "StartStateColumnName");
        ColumnOptions.Names(Parameters.Select(pair => pair[0]), "DynamicsColumns");
        ColumnOptions.OptionalName(SeedColumn, "SeedColumnName");
        (string Option, string? Name)[] outputs = [.. OutputOptions.Zip(Outputs, (option, name) => (option, (string?)name))];
        foreach ((string option, string? name) in outputs)
        {
            ColumnOptions.Name(name, option);
        }

        ColumnOptions.OptionalName(Diverged, "DivergedColumnName");
        ColumnOptions.Distinct([.. outputs, ("DivergedColumnName", Diverged)]);
    }
}

/// <summary>What a run of fitting has beside its settings; a file cannot hold it.</summary>
internal sealed record FittingRun(
    Func<IReadOnlyList<FittingTask>, IEnvironment>? Environments = null, IProgress<FittingProgress>? Progress = null, CancellationToken Cancellation = default);

/// <summary>A robot as a text with JSON in it, which is how the first format had it.</summary>
internal sealed class RobotText : JsonConverter<RobotModel>
{
    public override RobotModel? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.Parse(reader.GetString()!);
        return RobotModel.ReadJson(document.RootElement, FittingSettings.Source);
    }

    public override void Write(Utf8JsonWriter writer, RobotModel value, JsonSerializerOptions options)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter robot = new(stream))
        {
            value.WriteJson(robot);
        }

        writer.WriteStringValue(Encoding.UTF8.GetString(stream.ToArray()));
    }
}
