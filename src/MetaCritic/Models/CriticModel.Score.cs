using System.Runtime.CompilerServices;
using MetaCritic.Learning;
using MetaCritic.Networks;

namespace MetaCritic.Models;

public sealed partial class CriticModel
{
    private MlpEvaluator? _evaluator;
    private NetworkInputs? _inputs;

    /// <summary>The critic's value M_φ(s, a, g): a cost, lower is better. Allocates nothing after the first call; safe to call from several threads.</summary>
    /// <param name="state">State s: positions, then velocities, [StateSize].</param>
    /// <param name="action">Action a, [ActionSize].</param>
    /// <param name="goal">Goal g, [PositionSize].</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public float Score(ReadOnlySpan<double> state, ReadOnlySpan<double> action, ReadOnlySpan<double> goal) => Score(state, action, goal, []);

    /// <summary>The critic's value and its gradient with respect to the action, ∂M/∂a: what a policy gradient needs (Eq. 7).</summary>
    /// <param name="state">State s: positions, then velocities, [StateSize].</param>
    /// <param name="action">Action a, [ActionSize].</param>
    /// <param name="goal">Goal g, [PositionSize].</param>
    /// <param name="actionGradient">Receives ∂M/∂a, [ActionSize]; empty if not wanted.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    [SkipLocalsInit]
    public unsafe float Score(ReadOnlySpan<double> state, ReadOnlySpan<double> action, ReadOnlySpan<double> goal, Span<double> actionGradient)
    {
        NetworkData.RequireLength(state.Length, StateSize, nameof(state));
        NetworkData.RequireLength(action.Length, ActionSize, nameof(action));
        NetworkData.RequireLength(goal.Length, PositionSize, nameof(goal));
        MlpEvaluator evaluator = _evaluator ??= new(Network, Parameters.Span);
        NetworkInputs inputs = _inputs ??= new(StateSize, ActionSize, PositionSize, Training);
        int width = evaluator.InputWidth;
        Span<float> input = width <= 1024 ? stackalloc float[width] : new float[width];
        input[Network.InputSize..].Clear();
        fixed (double* s = state, a = action)
        fixed (float* row = input)
        {
            inputs.WriteCriticRow(s, a, 1, goal, row);
        }

        float value = 0;
        if (actionGradient.IsEmpty)
        {
            evaluator.Evaluate(input, new Span<float>(ref value), []);
            return value;
        }

        NetworkData.RequireLength(actionGradient.Length, ActionSize, nameof(actionGradient));
        Span<float> gradient = width <= 1024 ? stackalloc float[Network.InputSize] : new float[Network.InputSize];
        evaluator.Evaluate(input, new Span<float>(ref value), gradient);
        for (int i = 0; i < ActionSize; i++)
        {
            actionGradient[i] = inputs.ActionScale * gradient[StateSize + i];
        }

        return value;
    }
}
