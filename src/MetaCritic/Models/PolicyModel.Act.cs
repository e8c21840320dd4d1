using System.Runtime.CompilerServices;
using MetaCritic.Dynamics;
using MetaCritic.Networks;

namespace MetaCritic.Models;

public sealed partial class PolicyModel
{
    private MlpEvaluator? _evaluator;

    /// <summary>Number of components of a state.</summary>
    public int StateSize => Network.InputSize;

    /// <summary>Number of components of an action.</summary>
    public int ActionSize => Network.OutputSize;

    /// <summary>The action for a state, a = π_θ(s). Allocates nothing after the first call; safe to call from several threads.</summary>
    /// <param name="state">The state: positions, then velocities, [StateSize].</param>
    /// <param name="action">Receives the action, [ActionSize].</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    [SkipLocalsInit]
    public void Act(ReadOnlySpan<double> state, Span<double> action)
    {
        Sizes.Check(state.Length, StateSize, nameof(state));
        Sizes.Check(action.Length, ActionSize, nameof(action));
        MlpEvaluator evaluator = _evaluator ??= new(Network, Parameters.Span);
        Span<float> input = evaluator.InputWidth <= 1024 ? stackalloc float[evaluator.InputWidth] : new float[evaluator.InputWidth];
        input[StateSize..].Clear();
        for (int i = 0; i < state.Length; i++)
        {
            input[i] = (float)((i < PositionSize ? PositionScale : VelocityScale) * state[i]);
        }

        Span<float> output = action.Length <= 1024 ? stackalloc float[action.Length] : new float[action.Length];
        evaluator.Evaluate(input, output, []);
        double unit = ActionLimit > 0 ? ActionLimit : 1;
        for (int i = 0; i < action.Length; i++)
        {
            action[i] = unit * output[i];
        }
    }
}
