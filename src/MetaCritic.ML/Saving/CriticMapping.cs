using MetaCritic.ML.Functions;
using MetaCritic.Models;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>A row for a saved critic.</summary>
internal sealed class CriticRow : ModelRow
{
    public const string StateColumn = "MetaCritic.State";
    public const string ActionColumn = "MetaCritic.Action";
    public const string GoalColumn = "MetaCritic.Goal";

    [ColumnName(StateColumn)]
    public VBuffer<float> State { get; set; }

    [ColumnName(ActionColumn)]
    public VBuffer<float> Action { get; set; }

    [ColumnName(GoalColumn)]
    public VBuffer<float> Goal { get; set; }

    public override VBuffer<float> Input(int index) => index switch { 0 => State, 1 => Action, _ => Goal };
}

/// <summary>Critics in saved models.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class CriticMapping : ModelMapping<CriticFunction, CriticRow, CriticResult>
{
    public const string Contract = "MetaCritic.Critic/1";

    protected override string ContractName => Contract;

    protected override string Kind => "critic";

    protected override IReadOnlyList<string> InputColumns => [CriticRow.StateColumn, CriticRow.ActionColumn, CriticRow.GoalColumn];

    public override string Write(CriticFunction function) => Payload.Write(function.Columns, function.Model.Save);

    public override CriticFunction Read(ReadOnlySpan<char> text) =>
        Payload.Read<CriticColumns, CriticFunction>(text, "saved critic", (columns, model) => new(CriticModel.Load(model, "saved critic"), columns));
}
