using System.Runtime.InteropServices;
using MetaCritic.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>The engine's multi-layer perceptrons as torch modules, and back.</summary>
public static class TorchMlp
{
    /// <summary>A multi-layer perceptron as a <c>Sequential</c> of linear layers and activations.</summary>
    /// <param name="shape">Its widths and activations.</param>
    /// <param name="parameters">Its parameters, layout of <see cref="MlpShape"/>; empty for those that torch draws.</param>
    /// <param name="type">Its precision, Float32 or Float64.</param>
    /// <exception cref="ArgumentException">There are too many or too few parameters.</exception>
    /// <exception cref="InvalidInputException">Torch cannot be loaded.</exception>
    public static Sequential Create(MlpShape shape, ReadOnlySpan<float> parameters = default, ScalarType type = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(shape);
        TorchRuntime.Load();
        if (!parameters.IsEmpty && parameters.Length != shape.ParameterCount)
        {
            throw new ArgumentException($"There are {parameters.Length} parameters where the network {shape} has {shape.ParameterCount}.", nameof(parameters));
        }

        List<nn.Module<Tensor, Tensor>> layers = [];
        for (int l = 0; l < shape.LayerCount; l++)
        {
            Linear linear = nn.Linear(shape.Sizes[l], shape.Sizes[l + 1], dtype: type);
            layers.Add(linear);
            if (!parameters.IsEmpty)
            {
                using IDisposable quiet = no_grad();
                using Tensor weight = tensor(parameters[shape.WeightOffset(l)..shape.BiasOffset(l)].ToArray()), rows = weight.reshape(shape.Sizes[l], shape.Sizes[l + 1]), columns = rows.t();
                using Tensor bias = tensor(parameters.Slice(shape.BiasOffset(l), shape.Sizes[l + 1]).ToArray());
                linear.weight!.copy_(columns);
                linear.bias!.copy_(bias);
            }

            if (Module(shape.ActivationOf(l)) is { } activation)
            {
                layers.Add(activation);
            }
        }

        return nn.Sequential([.. layers]);
    }

    /// <summary>Whether a module is a multi-layer perceptron that the engine can run: a <c>Sequential</c> of linear layers with biases and one of the engine's activations.</summary>
    /// <param name="module">The module.</param>
    /// <param name="shape">Its widths and activations; null if it is none.</param>
    /// <param name="parameters">Its parameters in single precision, layout of <see cref="MlpShape"/>; none if it is none.</param>
    public static bool TryRead(nn.Module<Tensor, Tensor> module, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MlpShape? shape, out float[] parameters)
    {
        ArgumentNullException.ThrowIfNull(module);
        (shape, parameters) = (null, []);
        List<Linear> linears = [];
        List<Activation> activations = []; // one after each linear layer
        foreach (nn.Module<Tensor, Tensor> layer in Layers(module) ?? [])
        {
            if (layer is Linear { bias: not null } linear)
            {
                linears.Add(linear);
                activations.Add(Activation.Linear);
            }
            else if (linears.Count > 0 && activations[^1] == Activation.Linear && Of(layer) is { } activation)
            {
                activations[^1] = activation;
            }
            else
            {
                return false;
            }
        }

        if (linears.Count == 0 || activations.SkipLast(1).Distinct().Count() > 1 || linears.Zip(linears.Skip(1)).Any(pair => pair.First.out_features != pair.Second.in_features))
        {
            return false;
        }

        shape = new([(int)linears[0].in_features, .. linears.Select(linear => (int)linear.out_features)], linears.Count > 1 ? activations[0] : Activation.Linear, activations[^1]);
        parameters = new float[shape.ParameterCount];
        for (int l = 0; l < linears.Count; l++)
        {
            using Tensor plain = linears[l].weight!.detach(), columns = plain.t();
            Numbers(columns).CopyTo(parameters, shape.WeightOffset(l));
            Numbers(linears[l].bias!).CopyTo(parameters, shape.BiasOffset(l));
        }

        return true;
    }

    /// <summary>The layers of a module that is a <c>Sequential</c> of linear layers and functions of single elements, nested or not; null if it is none.</summary>
    internal static IReadOnlyList<nn.Module<Tensor, Tensor>>? Layers(nn.Module<Tensor, Tensor> module)
    {
        List<nn.Module<Tensor, Tensor>> layers = [];
        return Add(module) ? layers : null;

        bool Add(nn.Module part)
        {
            if (part.GetType() == typeof(Sequential))
            {
                return part.children().All(Add);
            }

            // Types themselves: a class of the user's own that derives from one computes something else.
            bool known = part is Linear or Tanh or ELU or ReLU or Softplus or Sigmoid or SiLU or GELU or Identity or LeakyReLU or Mish or SELU or CELU or ReLU6 or Softsign or Hardtanh
                && part.GetType().Assembly == typeof(Linear).Assembly;
            if (known)
            {
                layers.Add((nn.Module<Tensor, Tensor>)part);
            }

            return known;
        }
    }

    private static nn.Module<Tensor, Tensor>? Module(Activation activation) => activation switch
    {
        Activation.Tanh => nn.Tanh(),
        Activation.Elu => nn.ELU(),
        Activation.Relu => nn.ReLU(),
        Activation.Softplus => nn.Softplus(),
        _ => null,
    };

    // Softplus: torch goes over to the straight line at its threshold of 20, where both agree to single precision.
    private static Activation? Of(nn.Module module) => module switch
    {
        Tanh => Activation.Tanh,
        ELU { alpha: 1 } => Activation.Elu,
        ReLU => Activation.Relu,
        Softplus { beta: 1, threshold: 20 } => Activation.Softplus,
        Identity => Activation.Linear,
        _ => null,
    };

    private static float[] Numbers(Tensor x)
    {
        using Tensor plain = x.detach(), single = plain.to(ScalarType.Float32, CPU), rows = single.contiguous();
        return MemoryMarshal.Cast<byte, float>(rows.bytes).ToArray();
    }
}
