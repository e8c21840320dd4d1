using MetaCritic.ML.Functions;
using MetaCritic.ML.Rows;
using MetaCritic.ML.Saving;
using MetaCritic.Models;
using Microsoft.ML;

namespace MetaCritic.ML;

/// <summary>Scores rows of state, action and goal with a meta-trained critic M_φ(s, a, g). Thread-safe; computes nothing before a cursor asks.</summary>
/// <remarks>
/// <para>Input and output columns (names are those of <see cref="Options"/>):</para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>State (in)</term><description>vector of Single: positions, then velocities; rad, rad/s or m, m/s</description></item>
/// <item><term>Action (in)</term><description>vector of Single: one action per joint</description></item>
/// <item><term>Goal (in)</term><description>vector of Single, or one Single column per joint: goal positions; rad or m</description></item>
/// <item><term>Score (out)</term><description>Single: the critic's value, a cost; lower is better</description></item>
/// <item><term>ActionGradient (out, on request)</term><description>vector of Single: ∂M/∂a, slots named after the joints</description></item>
/// </list>
/// <para>
/// A row's values do not depend on the other rows: row by row, in a table, and after loading the same bits come out, and the
/// same columns. A model loaded by ML.NET scores row by row; <see cref="From(MLContext, ITransformer)"/> gives this type back.
/// </para>
/// </remarks>
public sealed class CriticTransformer : MetaCriticTransformer, IPredictionTransformer<CriticModel>
{
    internal CriticTransformer(MLContext context, CriticFunction critic)
        : base(context, critic, (ml, file) => new CriticMapping().Save(ml, file, critic)) => Model = critic.Model;

    /// <summary>The critic.</summary>
    public CriticModel Model { get; }

    private protected override object Content => Model;

    /// <summary>A transformer for a critic that was trained or loaded without ML.NET.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The critic.</param>
    /// <param name="options">Names of columns; null for the defaults.</param>
    /// <exception cref="InvalidInputException">The critic or an option is not usable.</exception>
    public static CriticTransformer From(MLContext context, CriticModel model, Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        model.Validate();
        return new(context, new(model, (options ?? new()).Columns()));
    }

    /// <summary>The critic in a model that ML.NET loaded, wherever in the chain it stands.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">What <c>mlContext.Model.Load</c> gave; a chain that was not saved will do too.</param>
    /// <exception cref="InvalidInputException">There is no critic in it, or more than one, or it needs a newer version.</exception>
    public static CriticTransformer From(MLContext context, ITransformer model) =>
        new CriticMapping().Single<CriticTransformer>(context, model, critic => new(context, critic));

    /// <summary>Names of the columns.</summary>
    public sealed class Options
    {
        /// <summary>Column of the score. Default "Score"; any name.</summary>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>Column of the critic's gradient with respect to the action; null for none. Default null; any name.</summary>
        public string? ActionGradientColumnName { get; init; }

        /// <summary>Column of the state. Default "State"; any name.</summary>
        public string StateColumnName { get; init; } = "State";

        /// <summary>Column of the action. Default "Action"; any name.</summary>
        public string ActionColumnName { get; init; } = "Action";

        /// <summary>Vector column of the goal. Default "Goal"; any name.</summary>
        public string GoalColumnName { get; init; } = "Goal";

        /// <summary>Scalar columns of the goal, one per joint, in place of <see cref="GoalColumnName"/>. Default none; none or one per joint.</summary>
        public IReadOnlyList<string> GoalColumns { get; init; } = [];

        internal CriticColumns Columns() =>
            new(StateColumnName, ActionColumnName, GoalColumnName, ColumnOptions.Names(GoalColumns), ScoreColumnName, ActionGradientColumnName);
    }
}
