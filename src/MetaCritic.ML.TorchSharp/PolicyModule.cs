using MetaCritic.ML.TorchSharp.Native;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>A policy π_θ(s) = a as a torch module: scales the state, as its training does, asks its network, and keeps to the largest action.</summary>
public sealed class PolicyModule : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly Tensor _stateScale; // [StateSize], double

    internal PolicyModule(nn.Module<Tensor, Tensor> network, int stateSize, int positionSize, double positionScale, double velocityScale, double actionLimit)
        : base(nameof(PolicyModule))
    {
        this.network = network;
        (StateSize, PositionSize, PositionScale, VelocityScale, ActionLimit) = (stateSize, positionSize, positionScale, velocityScale, actionLimit);
        (Type, Where) = network.parameters().FirstOrDefault() is { } first ? (first.dtype, first.device) : (ScalarType.Float32, CPU);
        _stateScale = Scale(stateSize, positionSize, positionScale, velocityScale, Where).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>The network.</summary>
    public nn.Module<Tensor, Tensor> Network => network;

    /// <summary>Components of a state.</summary>
    public int StateSize { get; }

    /// <summary>Leading components of a state that are positions.</summary>
    public int PositionSize { get; }

    /// <summary>Factor on positions at the input.</summary>
    public double PositionScale { get; }

    /// <summary>Factor on velocities at the input.</summary>
    public double VelocityScale { get; }

    /// <summary>Largest action L: a = L·tanh(z), where z is what the network gives; 0 for a = z without a limit.</summary>
    public double ActionLimit { get; }

    internal ScalarType Type { get; }

    internal Device Where { get; }

    /// <summary>Actions for states.</summary>
    /// <param name="input">States, [rows × StateSize].</param>
    /// <returns>[rows × actions].</returns>
    /// <exception cref="InvalidInputException">Shape or type do not fit, or the network threw.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ObjectDisposedException.ThrowIf(_stateScale.IsInvalid, this);
        TensorCheck.Matrix(input, StateSize, "states");
        Tensor scaled = (input.to(ScalarType.Float64, Where) * _stateScale).to(Type);
        return TorchError.At(PolicyArchitecture.Place, "Correct the module", () => Limited(network.call(scaled), ActionLimit));
    }

    /// <summary>Actions from what the network gives.</summary>
    internal static Tensor Limited(Tensor outputs, double limit) => limit > 0 ? outputs.tanh() * limit : outputs;

    /// <summary>The factors on a state, [StateSize], double.</summary>
    internal static Tensor Scale(int stateSize, int positionSize, double positionScale, double velocityScale, Device device) =>
        tensor(Enumerable.Range(0, stateSize).Select(i => i < positionSize ? positionScale : velocityScale).ToArray(), device: device);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_stateScale.IsInvalid)
        {
            TorchNetworks.Free(network);
            _stateScale.Dispose();
        }

        base.Dispose(disposing);
    }
}
