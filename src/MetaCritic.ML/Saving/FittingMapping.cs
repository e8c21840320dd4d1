using System.Text;
using System.Text.Json;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.Rows;
using MetaCritic.Models;
using MetaCritic.Robots;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>A row for saved policy fitting.</summary>
internal sealed class FittingRow
{
    public const string GoalColumn = "MetaCritic.Goal";
    public const string ExtrasColumn = "MetaCritic.Extras";

    [ColumnName(SavedChain.PayloadColumn)]
    public ReadOnlyMemory<char> Payload { get; set; }

    [ColumnName(GoalColumn)]
    public VBuffer<float> Goal { get; set; }

    /// <summary>Start state, robot parameters and seed, as far as there are columns for them; else the goal once more.</summary>
    [ColumnName(ExtrasColumn)]
    public VBuffer<float> Extras { get; set; }
}

/// <summary>What saved policy fitting gives for a row.</summary>
internal sealed class FittedRow
{
    public const string PolicyColumn = "MetaCritic.Policy";
    public const string FinalStateColumn = "MetaCritic.FinalState";
    public const string ScoreColumn = "MetaCritic.Score";
    public const string LabelColumn = "MetaCritic.Label";
    public const string LearningCurveColumn = "MetaCritic.LearningCurve";
    public const string StepsColumn = "MetaCritic.Steps";
    public const string ConvergedColumn = "MetaCritic.Converged";

    [ColumnName(PolicyColumn)]
    public VBuffer<float> Policy { get; set; }

    [ColumnName(FinalStateColumn)]
    public VBuffer<float> FinalState { get; set; }

    [ColumnName(ScoreColumn)]
    public float Score { get; set; }

    [ColumnName(LabelColumn)]
    public float Label { get; set; }

    [ColumnName(LearningCurveColumn)]
    public VBuffer<float> LearningCurve { get; set; }

    [ColumnName(StepsColumn)]
    public int Steps { get; set; }

    [ColumnName(ConvergedColumn)]
    public bool Converged { get; set; }
}

/// <summary>Fits a policy for a row with a saved critic. The contract's name stands in saved models: it stays.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class FittingMappingFactory : CustomMappingFactory<FittingRow, FittedRow>
{
    public const string Contract = "MetaCritic.PolicyFitting/1";
    private const string Source = "saved policy fitting";
    private const int OutputCount = 7;

    private readonly DecodedPayload<FittingFunction> _fitting = new(text => Read(text, null));

    public static string Write(FittingFunction fitting)
    {
        PolicyFittingEstimator.Options options = fitting.Options;
        Header header = new(
            options.GoalColumnName,
            [.. options.GoalColumns],
            options.StartStateColumnName,
            [.. options.DynamicsColumns.Select(pair => new[] { pair.Key, pair.Value })],
            options.SeedColumnName,
            options.Seed,
            [options.PolicyColumnName, options.FinalStateColumnName, options.ScoreColumnName, options.LabelColumnName, options.LearningCurveColumnName, options.StepsColumnName, options.ConvergedColumnName],
            fitting.Fitting,
            options.Dynamics,
            options.Robot is null ? null : Json(options.Robot),
            fitting.OwnEnvironment);
        return Payload.Write(header, fitting.Critic.Save);
    }

    public static FittingFunction Read(ReadOnlySpan<char> text, Func<IReadOnlyList<FittingTask>, IEnvironment>? environments) =>
        Payload.Read<Header, FittingFunction>(text, Source, (header, model) =>
        {
            Dictionary<string, string> parameters = new(StringComparer.Ordinal);
            foreach (string[] pair in header.Parameters)
            {
                if (pair is not [not null, not null] || !parameters.TryAdd(pair[0], pair[1]))
                {
                    throw Payload.Damaged(Source);
                }
            }

            if (header.Outputs.Length != OutputCount)
            {
                throw Payload.Damaged(Source);
            }

            return new(CriticModel.Load(model, Source), new()
            {
                GoalColumnName = header.Goal,
                GoalColumns = header.Goals,
                StartStateColumnName = header.Start,
                DynamicsColumns = parameters,
                SeedColumnName = header.SeedColumn,
                Seed = header.Seed,
                PolicyColumnName = header.Outputs[0],
                FinalStateColumnName = header.Outputs[1],
                ScoreColumnName = header.Outputs[2],
                LabelColumnName = header.Outputs[3],
                LearningCurveColumnName = header.Outputs[4],
                StepsColumnName = header.Outputs[5],
                ConvergedColumnName = header.Outputs[6],
                Fitting = header.Fitting,
                Dynamics = header.Dynamics,
                Robot = header.Robot is null ? null : Robot(header.Robot),
                Environments = environments,
                EnvironmentMissing = header.OwnEnvironment && environments is null,
            });
        });

    public override Action<FittingRow, FittedRow> GetMapping() => Map;

    private static string Json(RobotModel robot)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            robot.WriteJson(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static RobotModel Robot(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return RobotModel.ReadJson(document.RootElement, Source);
    }

    private void Map(FittingRow source, FittedRow destination)
    {
        FittingFunction fitting = _fitting.Get(source.Payload);
        double[] goal = new double[fitting.Goal.Size];
        fitting.Goal.Copy(source.Goal, goal);
        double[] extras = [];
        if (fitting.Extras.Length > 0)
        {
            NumberColumns all = new(
                nameof(PolicyFittingEstimator.Options.StartStateColumnName),
                [.. fitting.Extras.SelectMany(columns => columns.Names)],
                fitting.Extras.Sum(columns => columns.Size),
                string.Join("; ", fitting.Extras.Select(columns => columns.Reason)));
            extras = new double[all.Size];
            all.Copy(source.Extras, extras);
        }

        PolicyFit fit = fitting.Fit([fitting.Task(goal, extras, "a row")], null, default)[0];
        destination.Policy = new(fit.Policy.Parameters.Length, FitGetters.Policy(fit));
        destination.FinalState = new(fit.FinalState.Length, FitGetters.Floats(fit.FinalState));
        destination.Score = (float)fit.Error;
        destination.Label = 0;
        destination.LearningCurve = new(fit.LearningCurve.Length, FitGetters.Floats(fit.LearningCurve));
        destination.Steps = fit.Steps;
        destination.Converged = fit.Converged;
    }

    private sealed record Header(
        string Goal,
        string[] Goals,
        string? Start,
        string[][] Parameters,
        string? SeedColumn,
        ulong Seed,
        string[] Outputs,
        PolicyLearnerOptions Fitting,
        RigidBodyOptions? Dynamics,
        string? Robot,
        bool OwnEnvironment);
}
