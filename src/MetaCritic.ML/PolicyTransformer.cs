using MetaCritic.Export;
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

    private protected override object Content => Model;

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

    /// <summary>
    /// Writes the policy as an ONNX model, whole or not at all: input <c>state</c>, output <c>action</c>, and <c>torque</c> on request, any
    /// number of rows. <c>mlContext.Transforms.ApplyOnnxModel</c> runs it, and so does whatever else reads ONNX.
    /// </summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="options">What is known of the robot: names, units, torques; null for nothing.</param>
    /// <exception cref="InvalidInputException">The options do not go with the policy, or the path cannot be written to.</exception>
    /// <exception cref="MetaCriticException">Writing failed, for example because the disk is full.</exception>
    public void ExportOnnx(string path, ExportOptions? options = null) => ModelExport.Of(Model, options).Save(path, ExportFormat.Onnx);

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
