using MetaCritic.ML;

namespace Microsoft.ML;

/// <summary>The way from an <see cref="MLContext"/> to MetaCritic.ML.</summary>
public static class MetaCriticMLContextExtensions
{
    /// <summary>Trainers, transforms and evaluation of MetaCritic.ML.</summary>
    /// <param name="context">The context.</param>
    public static MetaCriticCatalog MetaCritic(this MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(context);
    }
}
