using System.Runtime.InteropServices;
using MetaCritic.Dynamics;
using MetaCritic.ML.TorchSharp.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>
/// Dynamics whose step is written in torch; the derivative comes from torch. The engine takes them like any other: to meta-train with
/// <see cref="Learning.MetaTrainer"/> or TorchMetaTrainer, or as an environment.
/// </summary>
/// <remarks>
/// The step must treat each row by itself, and use torch's functions only. It may be called from several threads at once.
/// </remarks>
public sealed class TorchDynamics : IDifferentiableDynamics
{
    private const string Place = "The step of the dynamics";
    private const string Remedy = "Correct the step: it takes states and actions, float64 [roll-outs, components], and returns the next states";

    private readonly Func<Tensor, Tensor, Tensor> _step;

    /// <summary>Dynamics of a function.</summary>
    /// <param name="stateSize">Components of a state; 1 or more.</param>
    /// <param name="actionSize">Components of an action; 1 or more.</param>
    /// <param name="positionSize">Leading components of a state that are positions; 1 to <paramref name="stateSize"/>.</param>
    /// <param name="step">
    /// s' = f(s, a): takes states, float64 [roll-outs × stateSize], and actions, float64 [roll-outs × actionSize], and returns the next
    /// states, float64 [roll-outs × stateSize].
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    /// <exception cref="InvalidInputException">Torch cannot be loaded, or the step does not work on one roll-out at 0.</exception>
    public TorchDynamics(int stateSize, int actionSize, int positionSize, Func<Tensor, Tensor, Tensor> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(stateSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(actionSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(positionSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(positionSize, stateSize);
        TorchRuntime.Load();
        (StateSize, ActionSize, PositionSize, _step) = (stateSize, actionSize, positionSize, step);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable loud = enable_grad();
        Tensor next = Step(zeros([2, stateSize], ScalarType.Float64, requires_grad: true), zeros([2, actionSize], ScalarType.Float64, requires_grad: true)); // shapes and types show at once
        if (!next.requires_grad)
        {
            throw new InvalidInputException(Place, "what it returns has no gradient", "Return what is computed from states and actions by torch's functions, without detach or no_grad");
        }
    }

    /// <summary>Dynamics of a module, such as a network that was trained to predict.</summary>
    /// <param name="stateSize">Components of a state.</param>
    /// <param name="actionSize">Components of an action.</param>
    /// <param name="positionSize">Leading components of a state that are positions.</param>
    /// <param name="module">The module, in double precision; <c>module.to(ScalarType.Float64)</c> makes it so. It is used in evaluation mode and stays the caller's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    /// <exception cref="InvalidInputException">Torch cannot be loaded, or the module does not work on one roll-out at 0.</exception>
    public TorchDynamics(int stateSize, int actionSize, int positionSize, nn.Module<Tensor, Tensor, Tensor> module)
        : this(stateSize, actionSize, positionSize, StepOf(module))
    {
    }

    /// <inheritdoc/>
    public int StateSize { get; }

    /// <inheritdoc/>
    public int ActionSize { get; }

    /// <inheritdoc/>
    public int PositionSize { get; }

    /// <summary>The step as part of torch's graph.</summary>
    /// <param name="states">States, float64 [roll-outs × StateSize].</param>
    /// <param name="actions">Actions, float64 [roll-outs × ActionSize].</param>
    /// <returns>The next states, float64 [roll-outs × StateSize].</returns>
    /// <exception cref="InvalidInputException">The step threw, or what it returned has another shape or type.</exception>
    public Tensor Step(Tensor states, Tensor actions)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(actions);
        TensorCheck.Matrix(states, StateSize, "states");
        TensorCheck.Matrix(actions, ActionSize, "actions", states.shape[0]);
        Tensor next = TorchError.At(Place, Remedy, () => _step(states, actions));
        return TensorCheck.Result(next, states.shape, states.dtype, Place);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The step threw, or what it returned has another shape or type.</exception>
    public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        To(Step(From(states, StateSize, lanes), From(actions, ActionSize, lanes)), nextStates);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The step threw, what it returned has another shape or type, or it cannot be differentiated.</exception>
    public void StepVjp(
        int firstRollout,
        int lanes,
        ReadOnlySpan<double> states,
        ReadOnlySpan<double> actions,
        ReadOnlySpan<double> nextCotangents,
        Span<double> stateCotangents,
        Span<double> actionCotangents)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable loud = enable_grad();
        Tensor s = From(states, StateSize, lanes).requires_grad_(true), a = From(actions, ActionSize, lanes).requires_grad_(true);
        Tensor next = Step(s, a);
        Tensor cotangents = From(nextCotangents, StateSize, lanes);
        Tensor[] pulled = TorchError.At(Place, Remedy, () => Autograd.Gradient([next], [cotangents], [s, a]));
        To(pulled[0], stateCotangents);
        To(pulled[1], actionCotangents);
    }

    private static Func<Tensor, Tensor, Tensor> StepOf(nn.Module<Tensor, Tensor, Tensor> module)
    {
        ArgumentNullException.ThrowIfNull(module);
        TorchRuntime.Load();
        module.eval();
        return module.call;
    }

    private static Tensor From(ReadOnlySpan<double> lanes, int size, int count)
    {
        Tensor x = empty([size, count], ScalarType.Float64);
        lanes.CopyTo(MemoryMarshal.Cast<byte, double>(x.bytes));
        return x.t().contiguous();
    }

    private static void To(Tensor x, Span<double> lanes)
    {
        using Tensor plain = x.detach(), transposed = plain.t(), rows = transposed.contiguous();
        MemoryMarshal.Cast<byte, double>(rows.bytes).CopyTo(lanes);
    }
}
