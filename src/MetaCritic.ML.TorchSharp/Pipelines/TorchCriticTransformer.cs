using Microsoft.ML;

namespace MetaCritic.ML.TorchSharp.Pipelines;

/// <summary>Scores rows of state, action and goal with a critic whose network is a torch module. Columns as at <see cref="CriticTransformer"/>.</summary>
/// <remarks>
/// A saved model holds the network's numbers and the name of its architecture: see <see cref="TorchArchitectures"/>. A multi-layer perceptron needs no
/// name. A model that ML.NET loaded scores row by row; <see cref="From(MLContext, ITransformer)"/> gives this type back.
/// </remarks>
public sealed class TorchCriticTransformer : MetaCriticTransformer, IPredictionTransformer<TorchCriticModel>
{
    private readonly TorchCriticFunction _critic;

    internal TorchCriticTransformer(MLContext context, TorchCriticFunction critic)
        : base(context, critic, (ml, file) => new TorchCriticMapping().Save(ml, file, critic)) => _critic = critic;

    /// <summary>The critic.</summary>
    public TorchCriticModel Model => _critic.Critic;

    /// <summary>Name of its network's architecture; null if it has none.</summary>
    public string? Architecture => _critic.Architecture;

    private protected override object Content => Model;

    /// <summary>A transformer for a critic that was trained or loaded without ML.NET.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The critic, which becomes the transformer's.</param>
    /// <param name="architecture">Name of its network's architecture, for saving; null for a multi-layer perceptron.</param>
    /// <param name="options">Names of columns; null for the defaults.</param>
    /// <exception cref="InvalidInputException">An option is not usable.</exception>
    public static TorchCriticTransformer From(MLContext context, TorchCriticModel model, string? architecture = null, CriticTransformer.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        return new(context, new(model, architecture, (options ?? new()).Columns()));
    }

    /// <summary>The critic in a model that ML.NET loaded, wherever in the chain it stands.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">What <c>mlContext.Model.Load</c> gave; a chain that was not saved will do too.</param>
    /// <exception cref="InvalidInputException">There is no such critic in it, or more than one, or its architecture is not registered.</exception>
    public static TorchCriticTransformer From(MLContext context, ITransformer model) =>
        new TorchCriticMapping().Single<TorchCriticTransformer>(context, model, critic => new(context, critic));
}
