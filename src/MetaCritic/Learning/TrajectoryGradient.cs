using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>
/// v = ∂L_task/∂θ⁺ by back-propagation through time: λ_t = ∂L/∂s_t + (∂f/∂s)ᵀλ_(t+1) + (∂π/∂s)ᵀ(∂f/∂a)ᵀλ_(t+1).
/// </summary>
internal sealed unsafe class TrajectoryGradient<T> : IDisposable
    where T : unmanaged
{
    private readonly NetworkInputs _inputs;
    private readonly TaskLoss _taskLoss;
    private readonly PolicyRollouts<T> _rollouts;
    private readonly double[] _goals;
    private readonly TrajectoryEnds _ends;
    private readonly bool[] _counted;
    private readonly AlignedBuffer<T> _gradients; // [roll-outs × policy]
    private readonly AlignedBuffer<double> _cotangents; // per group: two states and an action

    /// <summary>Creates the buffers.</summary>
    /// <param name="inputs">Networks and their inputs.</param>
    /// <param name="taskLoss">L_task.</param>
    /// <param name="rollouts">Roll-outs of the updated policies.</param>
    /// <param name="goals">Goals, [roll-outs × PositionSize]; may be changed between calls.</param>
    /// <param name="ends">Where trajectories end.</param>
    /// <param name="counted">Which roll-outs count; may be changed between calls.</param>
    public TrajectoryGradient(NetworkInputs inputs, TaskLoss taskLoss, PolicyRollouts<T> rollouts, double[] goals, TrajectoryEnds ends, bool[] counted)
    {
        _inputs = inputs;
        _taskLoss = taskLoss;
        _rollouts = rollouts;
        _goals = goals;
        _ends = ends;
        _counted = counted;
        _gradients = new(inputs.Policy.Length * rollouts.Count);
        _cotangents = new((long)rollouts.GroupCount * rollouts.GroupSize * ((2 * inputs.StateSize) + inputs.ActionSize));
    }

    /// <summary>v of a roll-out (padded).</summary>
    public T* Of(int b) => _gradients.Pointer + (b * _inputs.Policy.Length);

    /// <summary>v of the roll-outs of a group; 0 for those that do not count.</summary>
    public void BackPropagate(IDifferentiableDynamics dynamics, int group)
    {
        int lanes = _rollouts.Lanes(group);
        int groupSize = _rollouts.GroupSize;
        int stateSize = _inputs.StateSize;
        double* next = _cotangents.Pointer + ((long)group * groupSize * ((2 * stateSize) + _inputs.ActionSize));
        double* state = next + (stateSize * lanes);
        double* action = state + (stateSize * lanes);
        new Span<double>(next, stateSize * lanes).Clear();
        AddTaskGradient(group, _rollouts.Horizon, next);
        for (int lane = 0; lane < lanes; lane++)
        {
            int b = (group * groupSize) + lane;
            _rollouts.Weights(b).PackBackward(_rollouts.Parameters(b));
        }

        for (int t = _rollouts.Horizon - 1; t >= 0; t--)
        {
            dynamics.StepVjp(
                group * groupSize,
                lanes,
                _rollouts.StateSpan(group, t),
                _rollouts.ActionSpan(group, t),
                new(next, stateSize * lanes),
                new(state, stateSize * lanes),
                new(action, _inputs.ActionSize * lanes));
            for (int lane = 0; lane < lanes; lane++)
            {
                BackPropagatePolicy((group * groupSize) + lane, t, lanes, state + lane, action + lane);
            }

            AddTaskGradient(group, t, state);
            double* swap = next;
            next = state;
            state = swap;
        }

        for (int lane = 0; lane < lanes; lane++)
        {
            int b = (group * groupSize) + lane;
            Mlp<T>.Gradient(_rollouts.Batch, b * _rollouts.Horizon, _rollouts.Horizon, Of(b));
        }
    }

    public void Dispose()
    {
        _gradients.Dispose();
        _cotangents.Dispose();
    }

    // Adds (∂π/∂s)ᵀā to the state's cotangent; the intermediate cotangents stay in the batch for the parameter gradient.
    private void BackPropagatePolicy(int b, int t, int lanes, double* state, double* action)
    {
        int row = (b * _rollouts.Horizon) + t;
        T* output = _rollouts.Batch.OutputCotangent + ((long)row * _inputs.Policy.Width(_inputs.Policy.LayerCount));
        for (int i = 0; i < _inputs.ActionSize; i++)
        {
            output[i] = Element<T>.From(_counted[b] ? _inputs.ActionUnit * action[i * lanes] : 0);
        }

        Mlp<T>.Reverse(_rollouts.Batch, _rollouts.Weights(b), row, 1);
        T* input = _rollouts.Batch.InputCotangent + ((long)row * _inputs.Policy.Width(0));
        for (int i = 0; i < _inputs.StateSize; i++)
        {
            state[i * lanes] += _inputs.PolicyScale(i) * Element<T>.ToDouble(input[i]);
        }
    }

    private void AddTaskGradient(int group, int t, double* cotangent)
    {
        for (int lane = 0; lane < _rollouts.Lanes(group); lane++)
        {
            int b = (group * _rollouts.GroupSize) + lane;
            if (!_counted[b] || t > _ends[b])
            {
                continue;
            }

            // The state at the end stands for those after it.
            double* state = _rollouts.State(b, t, out int stride);
            for (int time = t; time <= (t == _ends[b] ? _rollouts.Horizon : t); time++)
            {
                if (_taskLoss.Counts(time))
                {
                    _taskLoss.Add(time, state, _inputs.StateSize, stride, _goals.AsSpan(b * _inputs.PositionSize, _inputs.PositionSize), cotangent + lane);
                }
            }
        }
    }
}
