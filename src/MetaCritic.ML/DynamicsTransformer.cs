using MetaCritic.Dynamics;
using MetaCritic.ML.Functions;
using MetaCritic.ML.Rows;
using MetaCritic.ML.Saving;
using Microsoft.ML;

namespace MetaCritic.ML;

/// <summary>Predicts next states with learned dynamics. Thread-safe; computes nothing before a cursor asks.</summary>
/// <remarks>
/// <para>Input and output columns (names are those of <see cref="Options"/>):</para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>State (in)</term><description>vector of Single, or one Single column per component: positions, then velocities</description></item>
/// <item><term>Action (in)</term><description>vector of Single, or one Single column per component</description></item>
/// <item><term>PredictedState (out)</term><description>vector of Single: the state one control step later</description></item>
/// <item><term>score columns (out, on request)</term><description>Single each: its components, for <c>Regression.Evaluate</c></description></item>
/// <item><term>disagreement (out, on request)</term><description>Single: about 1 or less on data like those learned from, more where the prediction is a guess</description></item>
/// </list>
/// <para>
/// A row's values do not depend on the other rows: in a table, row by row and after loading the same bits come out, and the
/// same columns. <see cref="From(MLContext, ITransformer)"/> gives this type back after loading.
/// </para>
/// </remarks>
public sealed class DynamicsTransformer : MetaCriticTransformer, IPredictionTransformer<LearnedDynamics>
{
    internal DynamicsTransformer(MLContext context, DynamicsFunction dynamics)
        : base(context, dynamics, (ml, file) => new DynamicsMapping().Save(ml, file, dynamics)) => Model = dynamics.Model;

    /// <summary>The dynamics.</summary>
    public LearnedDynamics Model { get; }

    private protected override object Content => Model;

    /// <summary>A transformer for dynamics that were learned or loaded without ML.NET.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The dynamics.</param>
    /// <param name="options">Names of columns; null for the defaults.</param>
    /// <exception cref="InvalidInputException">An option is not usable, or the dynamics have a prior that no file can hold.</exception>
    public static DynamicsTransformer From(MLContext context, LearnedDynamics model, Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        return model.CanSave
            ? new(context, new(model, (options ?? new()).Columns()))
            : throw new InvalidInputException("The dynamics", "their prior is custom code, which no file can hold", "Give dynamics with one robot's RigidBodyDynamics as the prior, or none");
    }

    /// <summary>The dynamics in a model that ML.NET loaded, wherever in the chain they stand.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">What <c>mlContext.Model.Load</c> gave; a chain that was not saved will do too.</param>
    /// <exception cref="InvalidInputException">There are no dynamics in it, or more than one, or they need a newer version.</exception>
    public static DynamicsTransformer From(MLContext context, ITransformer model) =>
        new DynamicsMapping().Single<DynamicsTransformer>(context, model, dynamics => new(context, dynamics));

    /// <summary>Names of the columns.</summary>
    public sealed class Options
    {
        /// <summary>Vector column of the predicted next state. Default "PredictedState"; any name.</summary>
        public string PredictedStateColumnName { get; init; } = "PredictedState";

        /// <summary>Scalar columns of the predicted next state, one per component. Default none.</summary>
        public IReadOnlyList<string> ScoreColumns { get; init; } = [];

        /// <summary>Column of the networks' disagreement; null for none. Default null; any name.</summary>
        public string? DisagreementColumnName { get; init; }

        /// <summary>Vector column of the state. Default "State"; any name.</summary>
        public string StateColumnName { get; init; } = "State";

        /// <summary>Scalar columns of the state, one per component, in place of <see cref="StateColumnName"/>. Default none.</summary>
        public IReadOnlyList<string> StateColumns { get; init; } = [];

        /// <summary>Vector column of the action. Default "Action"; any name.</summary>
        public string ActionColumnName { get; init; } = "Action";

        /// <summary>Scalar columns of the action, one per component, in place of <see cref="ActionColumnName"/>. Default none.</summary>
        public IReadOnlyList<string> ActionColumns { get; init; } = [];

        internal DynamicsColumns Columns() => new(
            StateColumnName,
            ColumnOptions.Names(StateColumns),
            ActionColumnName,
            ColumnOptions.Names(ActionColumns),
            PredictedStateColumnName,
            ColumnOptions.Names(ScoreColumns),
            DisagreementColumnName);
    }
}
