using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Pipelines;

/// <summary>
/// Architectures by name, so that a model that ML.NET loads finds the function that makes its critic's network. A file holds numbers only.
/// Register a name in every process that loads such a model, before it does.
/// </summary>
public static class TorchArchitectures
{
    private static readonly ConcurrentDictionary<string, Func<int, nn.Module<Tensor, Tensor>>> Known = new(StringComparer.Ordinal);

    /// <summary>Registers an architecture; a second registration of a name replaces the first.</summary>
    /// <param name="name">Its name, as in <see cref="TorchCriticTrainer.Options.Architecture"/>; at most 200 characters.</param>
    /// <param name="critic">Makes the critic's network, of its number of inputs.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public static void Register(string name, Func<int, nn.Module<Tensor, Tensor>> critic)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(critic);
        if (name.Length > 200)
        {
            throw new ArgumentException($"The name has {name.Length} characters; give at most 200.", nameof(name));
        }

        Known[name] = critic;
    }

    /// <summary>The function for a name; null for a multi-layer perceptron, which needs none.</summary>
    internal static Func<int, nn.Module<Tensor, Tensor>>? Find(string? name) =>
        name is null ? null
        : Known.TryGetValue(name, out Func<int, nn.Module<Tensor, Tensor>>? critic) ? critic
        : throw new InvalidInputException(
            "saved critic", $"its network is of the architecture \"{name}\", which this process does not know", $"Call {nameof(TorchArchitectures)}.{nameof(Register)}(\"{name}\", …) before");
}
