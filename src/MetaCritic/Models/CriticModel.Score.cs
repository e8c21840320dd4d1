using System.Runtime.CompilerServices;
using MetaCritic.Dynamics;
using MetaCritic.Networks;

namespace MetaCritic.Models;

public sealed partial class CriticModel
{
    // Rows that go through all layers together: they stay in the cache.
    private const int ScoreBlock = MlpLayout.RowBlock;

    private MlpEvaluator? _evaluator;
    private NetworkInputs? _inputs;
    private float[]? _centre; // of all goals, if they share it
    private WorkspacePool? _scratch;

    /// <summary>What the critic and the policies that are fitted with it see.</summary>
    internal NetworkInputs Inputs => _inputs ??= new(StateSize, ActionSize, PositionSize, Training);

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
        Sizes.Check(state.Length, StateSize, nameof(state));
        Sizes.Check(action.Length, ActionSize, nameof(action));
        Sizes.Check(goal.Length, PositionSize, nameof(goal));
        MlpEvaluator evaluator = _evaluator ??= new(Network, Parameters.Span);
        NetworkInputs inputs = Inputs;
        int width = evaluator.InputWidth;
        Span<float> input = width <= 1024 ? stackalloc float[width] : new float[width];
        input[Network.InputSize..].Clear();
        fixed (double* s = state, a = action)
        fixed (float* row = input)
        {
            inputs.WriteCriticRow(s, a, 1, goal, row);
        }

        Span<float> centre = ActionSize <= 1024 ? stackalloc float[ActionSize] : new float[ActionSize];
        centre = WriteCentre(evaluator, inputs, goal, centre);
        float value = 0;
        if (actionGradient.IsEmpty)
        {
            evaluator.Evaluate(input, new Span<float>(ref value), []);
            return Centred(value, input[StateSize..], centre);
        }

        Sizes.Check(actionGradient.Length, ActionSize, nameof(actionGradient));
        Span<float> gradient = width <= 1024 ? stackalloc float[Network.InputSize] : new float[Network.InputSize];
        evaluator.Evaluate(input, new Span<float>(ref value), gradient);
        for (int i = 0; i < ActionSize; i++)
        {
            actionGradient[i] = inputs.ActionScale * (centre.IsEmpty ? gradient[StateSize + i] : gradient[StateSize + i] - centre[i]);
        }

        return Centred(value, input[StateSize..], centre);
    }

    /// <summary>
    /// The critic's values for several rows, and on request its gradients with respect to their actions: the same bits as row by
    /// row, several times as fast. Allocates nothing in steady state; safe to call from several threads.
    /// </summary>
    /// <param name="states">States, [rows × StateSize], row after row.</param>
    /// <param name="actions">Actions, [rows × ActionSize].</param>
    /// <param name="goals">Goals, [rows × PositionSize].</param>
    /// <param name="scores">Receives the values, [rows].</param>
    /// <param name="actionGradients">Receives ∂M/∂a, [rows × ActionSize]; empty if not wanted.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public unsafe void Score(
        ReadOnlySpan<double> states, ReadOnlySpan<double> actions, ReadOnlySpan<double> goals, Span<float> scores, Span<double> actionGradients)
    {
        int rows = scores.Length;
        Sizes.Check(states.Length, checked(rows * StateSize), nameof(states));
        Sizes.Check(actions.Length, checked(rows * ActionSize), nameof(actions));
        Sizes.Check(goals.Length, checked(rows * PositionSize), nameof(goals));
        if (!actionGradients.IsEmpty)
        {
            Sizes.Check(actionGradients.Length, checked(rows * ActionSize), nameof(actionGradients));
        }

        MlpEvaluator evaluator = _evaluator ??= new(Network, Parameters.Span);
        NetworkInputs inputs = Inputs;
        WorkspacePool pool = _scratch ??= new((evaluator.ScratchLength(ScoreBlock) + 1) / 2); // in doubles
        Workspace workspace = pool.Rent();
        float* scratch = (float*)workspace.Pointer;
        int width = evaluator.InputWidth;
        int outputWidth = inputs.Critic.Width(inputs.Critic.LayerCount);
        Span<float> ofGoal = ActionSize <= 1024 ? stackalloc float[ActionSize] : new float[ActionSize];
        scoped Span<float> centre = [];
        fixed (double* s = states, a = actions)
        {
            for (int first = 0; first < rows; first += ScoreBlock)
            {
                int count = Math.Min(ScoreBlock, rows - first);
                new Span<float>(scratch, count * width).Clear();
                for (int i = 0; i < count; i++)
                {
                    int row = first + i;
                    inputs.WriteCriticRow(s + (row * StateSize), a + (row * ActionSize), 1, goals.Slice(row * PositionSize, PositionSize), scratch + (i * width));
                }

                evaluator.Evaluate(count, scratch, !actionGradients.IsEmpty, out float* outputs, out float* gradients);
                for (int i = 0; i < count; i++)
                {
                    ReadOnlySpan<double> goal = goals.Slice((first + i) * PositionSize, PositionSize);
                    if (first + i == 0 || !goal.SequenceEqual(goals.Slice((first + i - 1) * PositionSize, PositionSize)))
                    {
                        centre = WriteCentre(evaluator, inputs, goal, ofGoal);
                    }

                    scores[first + i] = Centred(outputs[i * outputWidth], new ReadOnlySpan<float>(scratch + (i * width) + StateSize, ActionSize), centre);
                    for (int j = 0; gradients is not null && j < ActionSize; j++)
                    {
                        float own = gradients[(i * width) + StateSize + j];
                        actionGradients[((first + i) * ActionSize) + j] = inputs.ActionScale * (centre.IsEmpty ? own : own - centre[j]);
                    }
                }
            }
        }

        pool.Return(workspace);
        GC.KeepAlive(workspace);
    }

    // ∂N/∂a at rest at a goal without action, in scaled actions, [ActionSize]; nothing if the critic is not centred.
    [SkipLocalsInit]
    private unsafe Span<float> WriteCentre(MlpEvaluator evaluator, NetworkInputs inputs, ReadOnlySpan<double> goal, Span<float> centre)
    {
        if (!inputs.IsCentred)
        {
            return [];
        }

        if (_centre is { } shared)
        {
            shared.CopyTo(centre);
            return centre;
        }

        int width = evaluator.InputWidth;
        Span<float> row = width <= 1024 ? stackalloc float[width] : new float[width];
        Span<float> gradient = width <= 1024 ? stackalloc float[Network.InputSize] : new float[Network.InputSize];
        row.Clear();
        fixed (float* at = row)
        {
            inputs.WriteCentre(goal, at);
        }

        float value = 0;
        evaluator.Evaluate(row, new Span<float>(ref value), gradient);
        gradient.Slice(StateSize, ActionSize).CopyTo(centre);
        _centre = inputs.SharesCentre ? centre.ToArray() : null;
        return centre;
    }

    // M = N − ⟨∂N/∂a (z₀), a⟩
    private static float Centred(float value, ReadOnlySpan<float> scaledAction, ReadOnlySpan<float> centre)
    {
        double sum = value;
        for (int i = 0; i < centre.Length; i++)
        {
            sum -= (double)centre[i] * scaledAction[i];
        }

        return (float)sum;
    }
}
