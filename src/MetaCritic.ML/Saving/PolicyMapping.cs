using MetaCritic.ML.Rows;
using MetaCritic.Models;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>A row for a saved policy.</summary>
internal sealed class PolicyRow
{
    public const string StateColumn = "MetaCritic.State";

    [ColumnName(SavedChain.PayloadColumn)]
    public ReadOnlyMemory<char> Payload { get; set; }

    [ColumnName(StateColumn)]
    public VBuffer<float> State { get; set; }
}

/// <summary>What a saved policy does.</summary>
internal sealed class PolicyRowAction
{
    public const string ActionColumn = "MetaCritic.Action";

    [ColumnName(ActionColumn)]
    public VBuffer<float> Action { get; set; }
}

/// <summary>Computes actions with a saved policy. The contract's name stands in saved models: it stays.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class PolicyMappingFactory : CustomMappingFactory<PolicyRow, PolicyRowAction>
{
    public const string Contract = "MetaCritic.Policy/1";

    private readonly DecodedPayload<PolicyFunction> _policy = new(Read);

    public static string Write(PolicyFunction policy) =>
        Payload.Write(new Header(policy.Options.StateColumnName, policy.Options.ActionColumnName), policy.Model.Save);

    public static PolicyFunction Read(ReadOnlySpan<char> text) => Payload.Read<Header, PolicyFunction>(text, "saved policy", (header, model) =>
        new(PolicyModel.Load(model, "saved policy"), new() { StateColumnName = header.State, ActionColumnName = header.Action }));

    public override Action<PolicyRow, PolicyRowAction> GetMapping() => Map;

    private void Map(PolicyRow source, PolicyRowAction destination)
    {
        PolicyFunction policy = _policy.Get(source.Payload);
        double[] state = new double[policy.Model.StateSize], action = new double[policy.Model.ActionSize];
        policy.State.Copy(source.State, state);
        policy.Model.Act(state, action);
        destination.Action = new(action.Length, Array.ConvertAll(action, x => (float)x));
    }

    private sealed record Header(string State, string Action);
}
