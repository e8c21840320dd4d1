using MetaCritic.Dynamics;
using MetaCritic.Learning;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>Roll-outs of policies through dynamics, s_(t+1) = f(s_t, π_θ(s_t)), with or without torch's graph.</summary>
internal sealed class Rollout : IDisposable
{
    /// <summary>A state beyond this counts as diverged, as in the engine.</summary>
    public const double DivergenceLimit = 1e6;

    private readonly PolicyArchitecture _policies;
    private readonly int _horizon;
    private readonly Tensor _policyScale; // [StateSize]
    private readonly EngineStep? _engine;
    private readonly Func<Tensor, Tensor, Tensor> _step;

    /// <summary>Prepares roll-outs.</summary>
    /// <param name="dynamics">The dynamics.</param>
    /// <param name="policies">The policies.</param>
    /// <param name="options">Scaling and horizon.</param>
    public Rollout(IDifferentiableDynamics dynamics, PolicyArchitecture policies, Tasks.MetaTrainingOptions options)
    {
        (_policies, _horizon) = (policies, options.Horizon);
        _policyScale = PolicyModule.Scale(dynamics.StateSize, dynamics.PositionSize, options.PositionScale, options.VelocityScale, policies.Device).DetachFromDisposeScope();
        if (dynamics is TorchDynamics own)
        {
            _step = own.Step;
        }
        else
        {
            _engine = new(dynamics);
            _step = (states, actions) => _engine.Step(states, actions);
        }
    }

    /// <summary>States of all roll-outs, [roll-outs × T + 1 × StateSize], double.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="starts">Start states, [roll-outs × StateSize], double.</param>
    /// <param name="cancellation">Ends the work between two steps.</param>
    public Tensor States(PolicySet policies, Tensor starts, CancellationToken cancellation)
    {
        List<Tensor> states = [starts];
        for (int t = 0; t < _horizon; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            Tensor action = policies.Forward(Input(states[t]).unsqueeze(1)).squeeze(1);
            states.Add(_step(states[t], action.to(ScalarType.Float64)));
        }

        return stack(states, 1);
    }

    /// <summary>What a policy's network sees of states.</summary>
    public Tensor Input(Tensor states) => (states * _policyScale).to(_policies.Type);

    /// <summary>Throws what the engine's dynamics threw during a backward pass.</summary>
    public void ThrowIfFailed() => _engine?.ThrowIfFailed();

    /// <summary>Which roll-outs stayed finite and in bounds.</summary>
    public static bool[] Finite(Tensor states)
    {
        using Tensor plain = states.detach(), good = (plain.abs() <= DivergenceLimit).flatten(1).all(1).cpu();
        return good.data<bool>().ToArray();
    }

    /// <summary>The first state of a roll-out that was not finite or out of bounds.</summary>
    /// <param name="states">States, [roll-outs × T + 1 × StateSize].</param>
    /// <param name="b">The roll-out.</param>
    /// <param name="innerStep">For the result.</param>
    public static Fault Escape(Tensor states, int b, int innerStep)
    {
        using Tensor plain = states[b].detach().cpu().contiguous();
        double[] values = plain.data<double>().ToArray();
        int size = (int)states.shape[2], at = Array.FindIndex(values, value => !(Math.Abs(value) <= DivergenceLimit));
        return new(DivergencePlace.RollOut, innerStep, at / size, at % size, values[at]);
    }

    /// <inheritdoc/>
    public void Dispose() => _policyScale.Dispose();
}
