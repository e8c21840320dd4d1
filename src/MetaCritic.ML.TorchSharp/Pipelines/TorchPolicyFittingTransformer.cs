using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Tasks;
using Microsoft.ML;

namespace MetaCritic.ML.TorchSharp.Pipelines;

/// <summary>Fits a policy from scratch for each row of a table of goals, with a critic whose network is a torch module. Columns as at <see cref="PolicyFittingTransformer"/>.</summary>
public sealed class TorchPolicyFittingTransformer : MetaCriticTransformer, IPredictionTransformer<TorchCriticModel>
{
    private readonly TorchFittingFunction _fitting;

    internal TorchPolicyFittingTransformer(MLContext context, TorchFittingFunction fitting)
        : base(context, fitting, (ml, file) => new TorchFittingMapping().Save(ml, file, fitting))
    {
        _fitting = fitting;
        _fitting.Warn = message => context.Warn(nameof(TorchPolicyFittingTransformer), message);
    }

    /// <summary>The critic that policies are fitted with.</summary>
    public TorchCriticModel Model => _fitting.Torch;

    private protected override object Content => Model;

    /// <summary>The policy fitting in a model that ML.NET loaded, wherever in the chain it stands.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">What <c>mlContext.Model.Load</c> gave; a chain that was not saved will do too.</param>
    /// <param name="environments">Makes the environment for policies that are fitted together; needed if there was one before saving.</param>
    /// <exception cref="InvalidInputException">There is no such policy fitting in it, or more than one, or the critic's architecture is not registered.</exception>
    public static TorchPolicyFittingTransformer From(MLContext context, ITransformer model, Func<IReadOnlyList<FittingTask>, IEnvironment>? environments = null) =>
        new TorchFittingMapping().Single<TorchPolicyFittingTransformer>(context, model, fitting => new(context, (TorchFittingFunction)fitting.In(environments)));

    /// <summary>Fits the policies of a table at once and returns them as objects.</summary>
    /// <param name="input">The table.</param>
    /// <returns>One per row, in the table's order.</returns>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size, or a value is not usable; the message names it.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public IReadOnlyList<PolicyFit> FitRows(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _fitting.FitRows(input);
    }
}

/// <summary>Prepares the fitting of a policy for each row of a table of goals.</summary>
public sealed class TorchPolicyFittingEstimator : IEstimator<TorchPolicyFittingTransformer>
{
    private readonly TorchPolicyFittingTransformer _transformer;

    internal TorchPolicyFittingEstimator(MLContext context, TorchCriticTransformer critic, PolicyFittingEstimator.Options options) =>
        _transformer = new(context, new(critic.Model, critic.Architecture, options.Settings(critic.Model.System), options.Run()));

    /// <summary>Checks the table's columns. The policies are fitted when the values of the transformed table are read.</summary>
    /// <param name="input">A table with the columns that will be needed.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size; the message names it.</exception>
    public TorchPolicyFittingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.Check(input.Schema);
        return _transformer;
    }

    /// <summary>The promised columns and those of the fitted policies.</summary>
    /// <param name="inputSchema">The promised columns.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type; the message names it.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _transformer.Promise(inputSchema);
}
