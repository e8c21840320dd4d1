using MetaCritic.Dynamics;
using MetaCritic.ML.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>A row for saved dynamics.</summary>
internal sealed class DynamicsRow
{
    public const string StateColumn = "MetaCritic.State";
    public const string ActionColumn = "MetaCritic.Action";

    [ColumnName(SavedChain.PayloadColumn)]
    public ReadOnlyMemory<char> Payload { get; set; }

    [ColumnName(StateColumn)]
    public VBuffer<float> State { get; set; }

    [ColumnName(ActionColumn)]
    public VBuffer<float> Action { get; set; }
}

/// <summary>What saved dynamics predict.</summary>
internal sealed class DynamicsRowPrediction
{
    public const string PredictedStateColumn = "MetaCritic.PredictedState";
    public const string DisagreementColumn = "MetaCritic.Disagreement";

    [ColumnName(PredictedStateColumn)]
    public VBuffer<float> PredictedState { get; set; }

    [ColumnName(DisagreementColumn)]
    public float Disagreement { get; set; }
}

/// <summary>Predicts next states with saved dynamics. The contract's name stands in saved models: it stays.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class DynamicsMappingFactory : CustomMappingFactory<DynamicsRow, DynamicsRowPrediction>
{
    public const string Contract = "MetaCritic.Dynamics/1";

    private readonly DecodedPayload<DynamicsFunction> _dynamics = new(Read);

    public static string Write(DynamicsFunction dynamics)
    {
        DynamicsTransformer.Options options = dynamics.Options;
        Header header = new(
            options.StateColumnName, [.. options.StateColumns], options.ActionColumnName, [.. options.ActionColumns], options.PredictedStateColumnName, [.. options.ScoreColumns], options.DisagreementColumnName);
        return Payload.Write(header, dynamics.Model.Save);
    }

    public static DynamicsFunction Read(ReadOnlySpan<char> text) => Payload.Read<Header, DynamicsFunction>(text, "saved dynamics", (header, model) =>
        new(LearnedDynamics.Load(model, "saved dynamics"), new()
        {
            StateColumnName = header.State,
            StateColumns = header.States,
            ActionColumnName = header.Action,
            ActionColumns = header.Actions,
            PredictedStateColumnName = header.Predicted,
            ScoreColumns = header.Scores,
            DisagreementColumnName = header.Disagreement,
        }));

    public override Action<DynamicsRow, DynamicsRowPrediction> GetMapping() => Map;

    private void Map(DynamicsRow source, DynamicsRowPrediction destination)
    {
        DynamicsFunction dynamics = _dynamics.Get(source.Payload);
        double[] state = new double[dynamics.Model.StateSize], action = new double[dynamics.Model.ActionSize], next = new double[state.Length], disagreement = new double[1];
        dynamics.State.Copy(source.State, state);
        dynamics.Action.Copy(source.Action, action);
        dynamics.Model.Step(0, 1, state, action, next);
        destination.PredictedState = new(next.Length, Array.ConvertAll(next, x => (float)x));
        if (dynamics.Options.DisagreementColumnName is not null)
        {
            dynamics.Model.Disagreement(1, state, action, disagreement);
            destination.Disagreement = (float)disagreement[0];
        }
    }

    private sealed record Header(string State, string[] States, string Action, string[] Actions, string Predicted, string[] Scores, string? Disagreement);
}
