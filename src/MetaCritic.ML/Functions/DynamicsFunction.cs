using MetaCritic.Dynamics;
using MetaCritic.ML.Rows;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Functions;

/// <summary>Names of the columns of learned dynamics; saved with them.</summary>
internal sealed record DynamicsColumns(string State, string[] States, string Action, string[] Actions, string Predicted, string[] Scores, string? Disagreement)
{
    public void Validate()
    {
        ColumnOptions.Name(Predicted, "PredictedStateColumnName");
        ColumnOptions.Names(Scores, "ScoreColumns");
        ColumnOptions.OptionalName(Disagreement, "DisagreementColumnName");
        ColumnOptions.Name(State, "StateColumnName");
        ColumnOptions.Names(States, "StateColumns");
        ColumnOptions.Name(Action, "ActionColumnName");
        ColumnOptions.Names(Actions, "ActionColumns");
        ColumnOptions.Distinct([("PredictedStateColumnName", Predicted), ("DisagreementColumnName", Disagreement), .. Scores.Select(name => ("ScoreColumns", (string?)name))]);
    }

    /// <summary>Checks that there are as many score columns as a state has components, or none.</summary>
    public void CheckScores(int stateSize)
    {
        if (Scores.Length > 0 && Scores.Length != stateSize)
        {
            throw new InvalidInputException(
                "options.ScoreColumns", FormattableString.Invariant($"{Scores.Length} columns are named, but a state has {stateSize} components"), "Name one per component, or none");
        }
    }
}

/// <summary>What learned dynamics predict. The names of the columns stand in saved models: they stay.</summary>
internal sealed class DynamicsResult
{
    public const string PredictedStateColumn = "MetaCritic.PredictedState";
    public const string DisagreementColumn = "MetaCritic.Disagreement";

    [ColumnName(PredictedStateColumn)]
    public VBuffer<float> PredictedState { get; set; }

    [ColumnName(DisagreementColumn)]
    public float Disagreement { get; set; }
}

/// <summary>Predicts next states with learned dynamics.</summary>
internal sealed class DynamicsFunction : ResultFunction<DynamicsResult>
{
    public DynamicsFunction(LearnedDynamics model, DynamicsColumns columns)
    {
        columns.Validate();
        columns.CheckScores(model.StateSize);
        (Model, Columns) = (model, columns);
        Inputs =
        [
            NumberColumns.Of("State", columns.State, columns.States, model.StateSize, FormattableString.Invariant($"the dynamics have {model.StateSize} state components")),
            NumberColumns.Of("Action", columns.Action, columns.Actions, model.ActionSize, FormattableString.Invariant($"the dynamics have {model.ActionSize} action components")),
        ];
        Results = ResultsOf(columns, model.StateSize);
    }

    public LearnedDynamics Model { get; }

    public DynamicsColumns Columns { get; }

    public override IReadOnlyList<NumberColumns> Inputs { get; }

    public override IReadOnlyList<ResultColumn<DynamicsResult>> Results { get; }

    /// <summary>The columns that are added: the vector, its components, the disagreement.</summary>
    public static IReadOnlyList<ResultColumn<DynamicsResult>> ResultsOf(DynamicsColumns columns, int stateSize)
    {
        List<ResultColumn<DynamicsResult>> results =
        [
            ResultColumn<DynamicsResult>.Vector(columns.Predicted, stateSize, null, DynamicsResult.PredictedStateColumn, result => result.PredictedState),
            .. columns.Scores.Select((name, component) =>
                ResultColumn<DynamicsResult>.Scalar(name, NumberDataViewType.Single, DynamicsResult.PredictedStateColumn, result => result.PredictedState.GetItemOrDefault(component)) with { Component = component }),
        ];
        if (columns.Disagreement is { } disagreement)
        {
            results.Add(ResultColumn<DynamicsResult>.Scalar(disagreement, NumberDataViewType.Single, DynamicsResult.DisagreementColumn, result => result.Disagreement));
        }

        return results;
    }

    public override void Compute(ReadOnlySpan<double> numbers, long row, ReadOnlySpan<bool> wanted, DynamicsResult result)
    {
        ReadOnlySpan<double> state = numbers[..Model.StateSize], action = numbers[Model.StateSize..];
        int vectors = Columns.Disagreement is null ? wanted.Length : wanted.Length - 1;
        if (wanted[..vectors].Contains(true))
        {
            Span<double> next = Model.StateSize <= 64 ? stackalloc double[Model.StateSize] : new double[Model.StateSize];
            Model.Step(0, 1, state, action, next);
            result.PredictedState = Vectors.Of(next, result.PredictedState);
        }

        if (vectors < wanted.Length && wanted[vectors])
        {
            Span<double> disagreement = stackalloc double[1];
            Model.Disagreement(1, state, action, disagreement);
            result.Disagreement = (float)disagreement[0];
        }
    }
}
