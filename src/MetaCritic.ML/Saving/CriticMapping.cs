using MetaCritic.ML.Rows;
using MetaCritic.Models;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>A row for a saved critic.</summary>
internal sealed class CriticRow
{
    public const string StateColumn = "MetaCritic.State";
    public const string ActionColumn = "MetaCritic.Action";
    public const string GoalColumn = "MetaCritic.Goal";

    [ColumnName(SavedChain.PayloadColumn)]
    public ReadOnlyMemory<char> Payload { get; set; }

    [ColumnName(StateColumn)]
    public VBuffer<float> State { get; set; }

    [ColumnName(ActionColumn)]
    public VBuffer<float> Action { get; set; }

    [ColumnName(GoalColumn)]
    public VBuffer<float> Goal { get; set; }
}

/// <summary>What a saved critic says of a row.</summary>
internal sealed class CriticRowScore
{
    public const string ScoreColumn = "MetaCritic.Score";
    public const string ActionGradientColumn = "MetaCritic.ActionGradient";

    [ColumnName(ScoreColumn)]
    public float Score { get; set; }

    [ColumnName(ActionGradientColumn)]
    public VBuffer<float> ActionGradient { get; set; }
}

/// <summary>Scores rows with a saved critic. The contract's name stands in saved models: it stays.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class CriticMappingFactory : CustomMappingFactory<CriticRow, CriticRowScore>
{
    public const string Contract = "MetaCritic.Critic/1";

    private readonly DecodedPayload<CriticFunction> _critic = new(Read);

    public static string Write(CriticFunction critic)
    {
        CriticTransformer.Options options = critic.Options;
        Header header = new(
            options.StateColumnName, options.ActionColumnName, options.GoalColumnName, [.. options.GoalColumns], options.ScoreColumnName, options.ActionGradientColumnName);
        return Payload.Write(header, critic.Model.Save);
    }

    public static CriticFunction Read(ReadOnlySpan<char> text) => Payload.Read<Header, CriticFunction>(text, "saved critic", (header, model) =>
        new(CriticModel.Load(model, "saved critic"), new()
        {
            StateColumnName = header.State,
            ActionColumnName = header.Action,
            GoalColumnName = header.Goal,
            GoalColumns = header.Goals,
            ScoreColumnName = header.Score,
            ActionGradientColumnName = header.ActionGradient,
        }));

    public override Action<CriticRow, CriticRowScore> GetMapping() => Map;

    private void Map(CriticRow source, CriticRowScore destination)
    {
        CriticFunction critic = _critic.Get(source.Payload);
        double[] numbers = new double[critic.NumberCount];
        critic.Slice(numbers, out Span<double> state, out Span<double> action, out Span<double> goal, out Span<double> gradient);
        critic.State.Copy(source.State, state);
        critic.Action.Copy(source.Action, action);
        critic.Goal.Copy(source.Goal, goal);
        destination.Score = critic.Model.Score(state, action, goal, gradient);
        destination.ActionGradient = new(gradient.Length, Array.ConvertAll(gradient.ToArray(), x => (float)x));
    }

    private sealed record Header(string State, string Action, string Goal, string[] Goals, string Score, string? ActionGradient);
}
