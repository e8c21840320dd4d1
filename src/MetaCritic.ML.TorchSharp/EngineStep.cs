using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using MetaCritic.Dynamics;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>
/// Dynamics of the engine (any robot's rigid-body dynamics, learned dynamics, or dynamics of your own) as a node of torch's graph: forward is
/// <see cref="IDynamics.Step"/>, backward <see cref="IDifferentiableDynamics.StepVjp"/>. First derivatives only.
/// </summary>
public sealed class EngineStep
{
    private readonly IDifferentiableDynamics _dynamics;
    private Exception? _failure;

    /// <summary>Prepares the node.</summary>
    /// <param name="dynamics">The dynamics.</param>
    /// <exception cref="InvalidInputException">Torch cannot be loaded.</exception>
    public EngineStep(IDifferentiableDynamics dynamics)
    {
        ArgumentNullException.ThrowIfNull(dynamics);
        TorchRuntime.Load();
        _dynamics = dynamics;
    }

    /// <summary>s' = f(s, a) for a batch. The engine computes in double precision on the CPU; what comes out has type and device of <paramref name="states"/>.</summary>
    /// <param name="states">States, [roll-outs × StateSize].</param>
    /// <param name="actions">Actions, [roll-outs × ActionSize].</param>
    /// <param name="firstRollout">Index of the first roll-out, for dynamics that differ between roll-outs.</param>
    /// <returns>The next states, [roll-outs × StateSize].</returns>
    /// <exception cref="InvalidInputException">A shape or a type does not fit.</exception>
    public Tensor Step(Tensor states, Tensor actions, int firstRollout = 0)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRollout);
        TensorCheck.Matrix(states, _dynamics.StateSize, "states");
        TensorCheck.Matrix(actions, _dynamics.ActionSize, "actions", rows: states.shape[0]);
        int lanes = checked((int)states.shape[0]);
        using Tensor s = ToLanes(states), a = ToLanes(actions), n = empty([_dynamics.StateSize, lanes], ScalarType.Float64);
        _dynamics.Step(firstRollout, lanes, Span(s), Span(a), Span(n));
        Tensor next = n.t().to(states.dtype, states.device).contiguous();
        return is_grad_enabled() && (states.requires_grad || actions.requires_grad) ? Node.apply(new Call(this, firstRollout, next), states, actions) : next;
    }

    /// <summary>
    /// Throws what <see cref="IDifferentiableDynamics.StepVjp"/> threw during a backward pass. An exception must not cross torch, so that the
    /// gradients were NaN instead: call this after each backward pass of your own.
    /// </summary>
    public void ThrowIfFailed()
    {
        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    // [roll-outs × components] to the engine's layout.
    private static Tensor ToLanes(Tensor x)
    {
        using Tensor plain = x.detach(), lanes = plain.t(), numbers = lanes.to(ScalarType.Float64, CPU);
        return numbers.contiguous();
    }

    private static Span<double> Span(Tensor x) => MemoryMarshal.Cast<byte, double>(x.bytes);

    private List<Tensor> Pull(int firstRollout, Tensor states, Tensor actions, Tensor cotangents)
    {
        int lanes = (int)states.shape[0];
        using Tensor s = ToLanes(states), a = ToLanes(actions), c = ToLanes(cotangents);
        using Tensor sc = empty([_dynamics.StateSize, lanes], ScalarType.Float64), ac = empty([_dynamics.ActionSize, lanes], ScalarType.Float64);
        _dynamics.StepVjp(firstRollout, lanes, Span(s), Span(a), Span(c), Span(sc), Span(ac));
        return [null!, sc.t().to(states.dtype, states.device).contiguous(), ac.t().to(actions.dtype, actions.device).contiguous()];
    }

    private sealed record Call(EngineStep Owner, int FirstRollout, Tensor Next);

    private sealed class Node : autograd.SingleTensorFunction<Node>
    {
        public override string Name => nameof(EngineStep);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            Call call = (Call)vars[0];
            ctx.save_for_backward([(Tensor)vars[1], (Tensor)vars[2]]);
            ctx.save_data("call", call);
            return call.Next;
        }

        // Nothing may be thrown from here: it would end the process.
        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            Call call = (Call)ctx.get_data("call");
            List<Tensor> saved = ctx.get_saved_variables();
            using Tensor states = saved[0], actions = saved[1];
#pragma warning disable CA1031 // Whatever it is, ThrowIfFailed throws it on the other side.
            try
            {
                return call.Owner.Pull(call.FirstRollout, states, actions, grad_output);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref call.Owner._failure, e, null);
                return [null!, full_like(states, double.NaN), full_like(actions, double.NaN)];
            }
#pragma warning restore CA1031
        }
    }
}
