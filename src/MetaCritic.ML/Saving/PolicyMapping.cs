using MetaCritic.ML.Functions;
using MetaCritic.Models;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>A row for a saved policy.</summary>
internal sealed class PolicyRow : ModelRow
{
    public const string StateColumn = "MetaCritic.State";

    [ColumnName(StateColumn)]
    public VBuffer<float> State { get; set; }

    public override VBuffer<float> Input(int index) => State;
}

/// <summary>Policies in saved models.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class PolicyMapping : ModelMapping<PolicyFunction, PolicyRow, PolicyResult>
{
    public const string Contract = "MetaCritic.Policy/1";

    protected override string ContractName => Contract;

    protected override string Kind => "policy";

    protected override IReadOnlyList<string> InputColumns => [PolicyRow.StateColumn];

    public override string Write(PolicyFunction function) => Payload.Write(function.Columns, function.Model.Save);

    public override PolicyFunction Read(ReadOnlySpan<char> text) =>
        Payload.Read<PolicyColumns, PolicyFunction>(text, "saved policy", (columns, model) => new(PolicyModel.Load(model, "saved policy"), columns));
}
