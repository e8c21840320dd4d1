using MetaCritic.Dynamics;
using MetaCritic.ML.Functions;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>A row for saved dynamics.</summary>
internal sealed class DynamicsRow : ModelRow
{
    public const string StateColumn = "MetaCritic.State";
    public const string ActionColumn = "MetaCritic.Action";

    [ColumnName(StateColumn)]
    public VBuffer<float> State { get; set; }

    [ColumnName(ActionColumn)]
    public VBuffer<float> Action { get; set; }

    public override VBuffer<float> Input(int index) => index == 0 ? State : Action;
}

/// <summary>Learned dynamics in saved models.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class DynamicsMapping : ModelMapping<DynamicsFunction, DynamicsRow, DynamicsResult>
{
    public const string Contract = "MetaCritic.Dynamics/1";

    protected override string ContractName => Contract;

    protected override string Kind => "learned dynamics";

    protected override IReadOnlyList<string> InputColumns => [DynamicsRow.StateColumn, DynamicsRow.ActionColumn];

    public override string Write(DynamicsFunction function) => Payload.Write(function.Columns, function.Model.Save);

    public override DynamicsFunction Read(ReadOnlySpan<char> text) =>
        Payload.Read<DynamicsColumns, DynamicsFunction>(text, "saved dynamics", (columns, model) => new(LearnedDynamics.Load(model, "saved dynamics"), columns));
}
