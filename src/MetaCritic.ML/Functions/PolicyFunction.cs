using MetaCritic.ML.Rows;
using MetaCritic.Models;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Functions;

/// <summary>Names of the columns of a policy; saved with it.</summary>
internal sealed record PolicyColumns(string State, string Action)
{
    public void Validate()
    {
        ColumnOptions.Name(Action, "ActionColumnName");
        ColumnOptions.Name(State, "StateColumnName");
    }
}

/// <summary>What a policy does. The name of the column stands in saved models: it stays.</summary>
internal sealed class PolicyResult
{
    public const string ActionColumn = "MetaCritic.Action";

    [ColumnName(ActionColumn)]
    public VBuffer<float> Action { get; set; }
}

/// <summary>Computes actions with a policy.</summary>
internal sealed class PolicyFunction : ResultFunction<PolicyResult>
{
    public PolicyFunction(PolicyModel model, PolicyColumns columns)
    {
        columns.Validate();
        (Model, Columns) = (model, columns);
        Inputs = [NumberColumns.Of("State", columns.State, [], model.StateSize, FormattableString.Invariant($"the policy needs {model.StateSize} state components"))];
        Results = [ResultColumn<PolicyResult>.Vector(columns.Action, model.ActionSize, null, PolicyResult.ActionColumn, result => result.Action)];
    }

    public PolicyModel Model { get; }

    public PolicyColumns Columns { get; }

    public override IReadOnlyList<NumberColumns> Inputs { get; }

    public override IReadOnlyList<ResultColumn<PolicyResult>> Results { get; }

    public override void Compute(ReadOnlySpan<double> numbers, long row, ReadOnlySpan<bool> wanted, PolicyResult result)
    {
        Span<double> action = Model.ActionSize <= 64 ? stackalloc double[Model.ActionSize] : new double[Model.ActionSize];
        Model.Act(numbers, action);
        result.Action = Vectors.Of(action, result.Action);
    }
}
