using MetaCritic.ML.TorchSharp.Native;
using MetaCritic.Networks;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>
/// Which modules are the critic's and the policies' networks. What they see is scaled and put together for them, as
/// <see cref="MetaTrainingOptions"/> says. They are used in evaluation mode: dropout is off, and so are statistics over a batch.
/// </summary>
public sealed record TorchNetworks
{
    /// <summary>
    /// Makes the critic's network: takes the number of inputs, and gives a module from [rows × inputs] to [rows × 1]. Null for a
    /// multi-layer perceptron with the widths and activations of <see cref="MetaTrainingOptions"/>. Default null.
    /// </summary>
    public Func<int, nn.Module<Tensor, Tensor>>? Critic { get; init; }

    /// <summary>
    /// Makes a policy's network: takes the components of a state and of an action, and gives a module from [rows × state] to
    /// [rows × action]. Null for a multi-layer perceptron as <see cref="MetaTrainingOptions"/> says. Default null. A <c>Sequential</c> of linear
    /// layers and activations is run for all policies at once; other modules one by one, which takes longer: see TorchMetaTrainer.PoliciesAreBatched.
    /// </summary>
    public Func<int, int, nn.Module<Tensor, Tensor>>? Policy { get; init; }

    /// <summary>
    /// Draws a network's parameters from the generator alone. Null for uniform in ±1/√(inputs of the layer), as in torch and in the
    /// engine; parameters of layers without a matrix then stay as the constructor set them. Default null.
    /// </summary>
    public Action<nn.Module, Generator>? Initialize { get; init; }

    /// <summary>Precision of the networks; states and dynamics are double in any case. Default Float32; Float32 or Float64.</summary>
    public ScalarType Precision { get; init; } = ScalarType.Float32;

    /// <summary>Where the networks compute; null for the CPU. Default null. The engine's dynamics compute on the CPU in any case.</summary>
    public Device? Device { get; init; }

    /// <summary>Checks precision and device.</summary>
    /// <exception cref="InvalidInputException">One is out of its range, or torch cannot be loaded.</exception>
    public void Validate()
    {
        TorchRuntime.Load();
        if (!TensorCheck.IsReal(Precision))
        {
            throw new InvalidInputException("networks.precision", $"value is {Precision}", "Give Float32 or Float64");
        }

        if (Device is { type: not DeviceType.CPU } device)
        {
            if (device.type is not (DeviceType.CUDA or DeviceType.MPS))
            {
                throw new InvalidInputException("networks.device", $"value is {device}", "Give the CPU, a CUDA device or MPS");
            }

            TorchError.At("networks.device", "Give a device that this machine has, or leave it out for the CPU", () =>
            {
                using Tensor probe = zeros([1], device: device);
                return true;
            });
        }
    }

    /// <summary>The device.</summary>
    internal Device Where => Device ?? CPU;

    /// <summary>The policies' architecture.</summary>
    internal PolicyArchitecture Policies(int stateSize, int actionSize, MetaTrainingOptions training) => new(
        Policy is { } make ? () => make(stateSize, actionSize) : () => TorchMlp.Create(new([stateSize, .. training.PolicyHidden, actionSize], training.PolicyActivation), type: Precision),
        stateSize,
        actionSize,
        Precision,
        Where,
        training.ActionLimit);

    /// <summary>The critic, not yet drawn.</summary>
    internal CriticModule CreateCritic(int stateSize, int actionSize, int positionSize, MetaTrainingOptions training)
    {
        const string Place = "The critic's network";
        int inputs = Models.NetworkInputs.CriticInputSize(stateSize, actionSize, positionSize, training.CriticInput);
        nn.Module<Tensor, Tensor> network = Critic is { } make
            ? TorchError.At(Place, "Correct the function that makes it", () => make(inputs)) ?? throw new InvalidInputException(Place, "the function that makes it returned null", "Return a module")
            : TorchMlp.Create(new([inputs, .. training.CriticHidden, 1], training.CriticActivation, training.CriticHead), type: Precision);
        network.to(Precision);
        network.to(Where);
        CriticModule critic = new(network, stateSize, actionSize, positionSize, training);
        critic.eval();
        Keep(critic);
        critic.CheckNetwork();
        return critic;
    }

    /// <summary>Takes a module's tensors out of the scope in which it was made.</summary>
    internal static void Keep(nn.Module module)
    {
        foreach (Tensor tensor in module.parameters().Concat(module.buffers()))
        {
            tensor.DetachFromDisposeScope();
        }
    }

    /// <summary>Frees a module with all its tensors, at once.</summary>
    internal static void Free(nn.Module module)
    {
        foreach (Tensor tensor in module.parameters().Concat(module.buffers()).ToArray())
        {
            tensor.Dispose();
        }

        module.Dispose();
    }

    /// <summary>Draws the parameters of a network, [P].</summary>
    internal static double[] Draw(nn.Module template, ModuleParameters parameters, KeyedRandom random, Action<nn.Module, Generator>? initialize, string place)
    {
        if (initialize is null)
        {
            return parameters.Draw(random);
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        using Generator generator = new(random.NextBits() >> 1);
        TorchError.At(place, "Correct networks.initialize", () =>
        {
            initialize(template, generator);
            return true;
        });
        double[] drawn = ModuleParameters.Flatten(parameters.Of(template), batch: false).to(ScalarType.Float64, CPU).data<double>().ToArray();
        return Array.TrueForAll(drawn, double.IsFinite) ? drawn : throw new InvalidInputException(place, "networks.initialize gave a parameter that is not finite", "Correct it");
    }
}
