using MetaCritic.ML.TorchSharp.Native;
using MetaCritic.Models;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>A critic M_φ(s, a, g) as a torch module: puts state, action and goal together, scaled, as its training does, and asks its network.</summary>
public sealed class CriticModule : nn.Module<Tensor, Tensor, Tensor, Tensor>
{
    private const string Place = "The critic's network";
    private const string Remedy = "Correct the module: it takes [rows, inputs] and returns [rows, 1]";

    private readonly NetworkInputs _inputs;
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly Tensor _stateScale; // [StateSize], double

    /// <summary>A critic around a network.</summary>
    /// <param name="network">The network, from [rows × inputs] to [rows × 1]; it becomes part of this module.</param>
    /// <param name="stateSize">Components of a state.</param>
    /// <param name="actionSize">Components of an action.</param>
    /// <param name="positionSize">Leading components of a state that are positions; the size of a goal.</param>
    /// <param name="training">What the critic sees, and its scaling.</param>
    internal CriticModule(nn.Module<Tensor, Tensor> network, int stateSize, int actionSize, int positionSize, MetaTrainingOptions training)
        : base(nameof(CriticModule))
    {
        this.network = network;
        Training = training;
        _inputs = new(stateSize, actionSize, positionSize, training);
        (Type, Where) = network.parameters().FirstOrDefault() is { } first ? (first.dtype, first.device) : (ScalarType.Float32, CPU);
        _stateScale = tensor(Enumerable.Range(0, stateSize).Select(_inputs.Scale).ToArray(), device: Where).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>The network.</summary>
    public nn.Module<Tensor, Tensor> Network => network;

    /// <summary>Components of a state.</summary>
    public int StateSize => _inputs.StateSize;

    /// <summary>Components of an action.</summary>
    public int ActionSize => _inputs.ActionSize;

    /// <summary>Components of a goal.</summary>
    public int PositionSize => _inputs.PositionSize;

    /// <summary>What the critic sees, and its scaling.</summary>
    internal MetaTrainingOptions Training { get; }

    /// <summary>Precision of the network.</summary>
    internal ScalarType Type { get; }

    /// <summary>Device of the network.</summary>
    internal Device Where { get; }

    /// <summary>The critic's values, costs: lower is better.</summary>
    /// <param name="input1">States, [rows × StateSize].</param>
    /// <param name="input2">Actions, [rows × ActionSize].</param>
    /// <param name="input3">Goals, [rows × PositionSize].</param>
    /// <returns>[rows].</returns>
    /// <exception cref="InvalidInputException">A shape or a type does not fit, or the network threw.</exception>
    /// <exception cref="ObjectDisposedException">The critic is disposed of.</exception>
    public override Tensor forward(Tensor input1, Tensor input2, Tensor input3)
    {
        ArgumentNullException.ThrowIfNull(input1);
        ArgumentNullException.ThrowIfNull(input2);
        ArgumentNullException.ThrowIfNull(input3);
        TensorCheck.Matrix(input1, StateSize, "states");
        TensorCheck.Matrix(input2, ActionSize, "actions", input1.shape[0]);
        TensorCheck.Matrix(input3, PositionSize, "goals", input1.shape[0]);
        return Score(input1, input2, input3);
    }

    /// <summary>The same for roll-outs, without checks. Of a centred critic, the centre's gradient is part of the graph if gradients are enabled.</summary>
    /// <param name="states">States, [roll-outs × T, StateSize], one roll-out after the other.</param>
    /// <param name="actions">Actions, [roll-outs × T, ActionSize].</param>
    /// <param name="goals">A goal for each roll-out, [roll-outs × PositionSize].</param>
    /// <returns>[roll-outs × T].</returns>
    internal Tensor Score(Tensor states, Tensor actions, Tensor goals)
    {
        ObjectDisposedException.ThrowIf(_stateScale.IsInvalid, this);
        long horizon = states.shape[0] / goals.shape[0];
        Tensor a = Scaled(actions);
        Tensor value = Evaluate(Together(states, a, Each(goals)));
        if (!_inputs.IsCentred)
        {
            return value;
        }

        Tensor centre = Centre(_inputs.SharesCentre ? goals.narrow(0, 0, 1) : goals);
        return value - ((_inputs.SharesCentre ? centre : Each(centre)) * a).sum(-1);

        Tensor Each(Tensor ofRollouts) => horizon == 1 ? ofRollouts : ofRollouts.repeat_interleave(horizon, 0);
    }

    /// <summary>Runs the network on zeros and looks at what it gives.</summary>
    /// <exception cref="InvalidInputException">It threw, or gave another shape or type, or nothing that has a gradient.</exception>
    internal void CheckNetwork()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable loud = enable_grad();
        Tensor value = Evaluate(zeros([3, NetworkInputs.CriticInputSize(StateSize, ActionSize, PositionSize, Training.CriticInput)], Type, Where, requires_grad: true));
        if (!value.requires_grad)
        {
            throw new InvalidInputException(Place, "what it returns has no gradient", "Return what is computed from the input and the parameters by torch's functions, without detach or no_grad");
        }
    }

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

    private Tensor Evaluate(Tensor z)
    {
        Tensor value = TorchError.At(Place, Remedy, () => network.call(z));
        return TensorCheck.Result(value, [z.shape[0], 1], Type, Place).squeeze(1);
    }

    private Tensor Scaled(Tensor actions)
    {
        Tensor a = actions.to(Type, Where);
        return _inputs.ActionScale == 1 ? a : a * _inputs.ActionScale;
    }

    // [q or q − g, q̇, a, g or nothing], scaled; positions are subtracted in double precision, as in the engine.
    private Tensor Together(Tensor states, Tensor scaledActions, Tensor goals)
    {
        Tensor s = states.to(ScalarType.Float64, Where), g = goals.to(ScalarType.Float64, Where);
        if (Training.CriticInput != CriticInput.Raw)
        {
            s = cat([s.narrow(1, 0, PositionSize) - g, s.narrow(1, PositionSize, StateSize - PositionSize)], 1);
        }

        Tensor scaled = (s * _stateScale).to(Type);
        return Training.CriticInput == CriticInput.Relative ? cat([scaled, scaledActions], 1) : cat([scaled, scaledActions, (g * _inputs.PositionScale).to(Type)], 1);
    }

    // ∂N/∂a at rest at the goals without action, in scaled actions, [rows × ActionSize].
    private Tensor Centre(Tensor goals)
    {
        bool create = is_grad_enabled();
        using IDisposable loud = enable_grad();
        Tensor rest = cat([goals.to(ScalarType.Float64, Where).detach(), zeros([goals.shape[0], StateSize - PositionSize], ScalarType.Float64, Where)], 1);
        Tensor a = zeros([goals.shape[0], ActionSize], Type, Where, requires_grad: true);
        return Autograd.Gradient([Evaluate(Together(rest, a, goals)).sum()], null, [a], create)[0];
    }
}
