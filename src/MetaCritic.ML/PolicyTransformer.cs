using MetaCritic.ML.Functions;
using MetaCritic.ML.Saving;
using MetaCritic.Models;
using Microsoft.ML;

namespace MetaCritic.ML;

/// <summary>Computes actions a = π_θ(s) with a fitted policy. Thread-safe; computes nothing before a cursor asks.</summary>
/// <remarks>
/// <para>Input and output columns (names are those of <see cref="Options"/>):</para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>State (in)</term><description>vector of Single: positions, then velocities; rad, rad/s or m, m/s</description></item>
/// <item><term>Action (out)</term><description>vector of Single: one action per joint</description></item>
/// </list>
/// <para>
/// In a control loop call <see cref="PolicyModel.Act"/> of <see cref="Model"/>, which allocates nothing. After loading by
/// ML.NET, <see cref="From(MLContext, ITransformer)"/> gives this type back.
/// </para>
/// </remarks>
public sealed class PolicyTransformer : MetaCriticTransformer, IPredictionTransformer<PolicyModel>
{
    internal PolicyTransformer(MLContext context, PolicyFunction policy)
        : base(context, policy, (ml, file) => new PolicyMapping().Save(ml, file, policy)) => Model = policy.Model;

    /// <summary>The policy.</summary>
    public PolicyModel Model { get; }

    /// <summary>A transformer for a policy.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The policy.</param>
    /// <param name="options">Names of columns; null for the defaults.</param>
    /// <exception cref="InvalidInputException">The policy or an option is not usable.</exception>
    public static PolicyTransformer From(MLContext context, PolicyModel model, Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        model.Validate();
        return new(context, new(model, (options ?? new()).Columns()));
    }

    /// <summary>The policy in a model that ML.NET loaded, wherever in the chain it stands.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">What <c>mlContext.Model.Load</c> gave; a chain that was not saved will do too.</param>
    /// <exception cref="InvalidInputException">There is no policy in it, or more than one, or it needs a newer version.</exception>
    public static PolicyTransformer From(MLContext context, ITransformer model) =>
        new PolicyMapping().Single<PolicyTransformer>(context, model, policy => new(context, policy));

    /// <summary>Names of the columns.</summary>
    public sealed class Options
    {
        /// <summary>Column of the action. Default "Action"; any name.</summary>
        public string ActionColumnName { get; init; } = "Action";

        /// <summary>Column of the state. Default "State"; any name.</summary>
        public string StateColumnName { get; init; } = "State";

        internal PolicyColumns Columns() => new(StateColumnName, ActionColumnName);
    }
}
