using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Baselines;

/// <summary>Roll-outs of one policy π(s − g), one per goal of a list, in lockstep through the dynamics; nothing is asked of these but steps.</summary>
internal sealed unsafe class GoalRollouts : IDisposable
{
    private const ulong NoiseStream = 4;

    private readonly IDynamics _dynamics;
    private readonly ActorCriticInputs _inputs;
    private readonly DdpgOptions _options;
    private readonly double[][] _goals;
    private readonly double[] _start;
    private readonly NetworkPass<float> _policy;
    private readonly float[] _rows, _nextRows;
    private readonly double[] _actions;
    private readonly KeyedRandom[] _noise;
    private readonly bool[] _diverged;
    private double[] _states, _nextStates;

    public GoalRollouts(
        IDynamics dynamics, ActorCriticInputs inputs, DdpgOptions options, Network<float> policy, IReadOnlyList<double[]> goals, IReadOnlyList<double[]?> startStates, WorkerTeam team)
    {
        _dynamics = dynamics;
        _inputs = inputs;
        _options = options;
        _goals = [.. goals];
        _policy = new(policy, Count, MlpPasses.Reverse, team);
        _rows = new float[Count * inputs.Critic.Width(0)];
        _nextRows = new float[_rows.Length];
        _start = new double[inputs.StateSize * Count];
        _states = new double[_start.Length];
        _nextStates = new double[_start.Length];
        _actions = new double[inputs.ActionSize * Count];
        _noise = new KeyedRandom[Count];
        _diverged = new bool[Count];
        Errors = new double[Count];
        for (int b = 0; b < Count; b++)
        {
            for (int i = 0; i < inputs.StateSize; i++)
            {
                _start[(i * Count) + b] = startStates[b]?[i] ?? 0;
            }
        }
    }

    public int Count => _goals.Length;

    /// <summary>Final-state error of each roll-out; NaN where it diverged.</summary>
    public double[] Errors { get; }

    /// <summary>Rolls the policy out with exploration noise and adds the transitions.</summary>
    /// <param name="replay">Receives them; from a roll-out that diverges, those before it did.</param>
    /// <param name="iteration">Decides, with the seed, what the noise is.</param>
    /// <returns>Number of roll-outs that diverged.</returns>
    public int Explore(ReplayBuffer replay, int iteration)
    {
        for (int b = 0; b < Count; b++)
        {
            _noise[b] = KeyedRandom.Create(_options.Seed, NoiseStream, (ulong)iteration, (ulong)b);
        }

        return RollOut(replay);
    }

    /// <summary>Rolls the policy out without noise, for its <see cref="Errors"/>.</summary>
    /// <returns>Mean error; NaN if a roll-out diverged.</returns>
    public double Evaluate()
    {
        RollOut(null);
        double sum = 0;
        foreach (double error in Errors)
        {
            sum += error;
        }

        return sum / Count;
    }

    public void Dispose() => _policy.Dispose();

    private int RollOut(ReplayBuffer? replay)
    {
        _start.CopyTo(_states, 0);
        Array.Clear(_diverged);
        Observe(_states, _rows);
        for (int t = 0; t < _options.Horizon; t++)
        {
            Act(replay is not null);
            _dynamics.Step(0, Count, _states, _actions, _nextStates);
            Check(_nextStates);
            Observe(_nextStates, _nextRows);
            if (replay is not null)
            {
                Add(replay);
            }

            (_states, _nextStates) = (_nextStates, _states);
            _nextRows.CopyTo(_rows, 0);
        }

        int diverged = 0;
        fixed (double* states = _states)
        {
            for (int b = 0; b < Count; b++)
            {
                diverged += _diverged[b] ? 1 : 0;
                Errors[b] = _diverged[b] ? double.NaN : TaskLoss.FinalError(states + b, Count, _goals[b]);
            }
        }

        return diverged;
    }

    // The critic's rows, of which the policy sees all but the action.
    private void Observe(double[] states, float[] rows)
    {
        fixed (double* s = states, a = _actions)
        {
            fixed (float* row = rows)
            {
                for (int b = 0; b < Count; b++)
                {
                    _inputs.Networks.WriteCriticRow(s + b, a + b, Count, _goals[b], row + (b * _inputs.Critic.Width(0)));
                }
            }
        }
    }

    private Span<float> Row(float[] rows, int b) => rows.AsSpan(b * _inputs.Critic.Width(0), _inputs.RowLength);

    // a = π(s) + noise; the action goes into the critic's row too.
    private void Act(bool explore)
    {
        for (int b = 0; b < Count; b++)
        {
            Span<float> input = new(_policy.Input(b), _inputs.StateSize + _inputs.GoalSize);
            Row(_rows, b)[.._inputs.StateSize].CopyTo(input);
            Row(_rows, b)[(_inputs.StateSize + _inputs.ActionSize)..].CopyTo(input[_inputs.StateSize..]);
        }

        _policy.Forward();
        for (int b = 0; b < Count; b++)
        {
            for (int i = 0; i < _inputs.ActionSize; i++)
            {
                double action = _inputs.ActionUnit * _policy.Output(b)[i];
                if (explore)
                {
                    action += _options.ExplorationNoise * _noise[b].NextNormal();
                }

                _actions[(i * Count) + b] = action;
                Row(_rows, b)[_inputs.StateSize + i] = (float)(_inputs.Networks.ActionScale * action);
            }
        }
    }

    // A roll-out whose state leaves every bound is parked at 0.
    private void Check(double[] states)
    {
        for (int b = 0; b < Count; b++)
        {
            for (int i = 0; i < _inputs.StateSize && !_diverged[b]; i++)
            {
                _diverged[b] = !(Math.Abs(states[(i * Count) + b]) <= PolicyRollouts<float>.DivergenceLimit); // false for NaN too
            }

            for (int i = 0; i < _inputs.StateSize && _diverged[b]; i++)
            {
                states[(i * Count) + b] = 0;
            }
        }
    }

    private void Add(ReplayBuffer replay)
    {
        for (int b = 0; b < Count; b++)
        {
            if (!_diverged[b])
            {
                float* transition = replay.Add();
                Row(_rows, b).CopyTo(new Span<float>(transition, _inputs.RowLength));
                transition[_inputs.CostOffset] = (float)Cost(b);
                Row(_nextRows, b)[.._inputs.StateSize].CopyTo(new Span<float>(transition + _inputs.NextOffset, _inputs.StateSize));
            }
        }
    }

    // r = ‖q' − g‖² + w‖q̇'‖², dense: of every state reached.
    private double Cost(int b)
    {
        double sum = 0;
        for (int i = 0; i < _inputs.StateSize; i++)
        {
            double value = _nextStates[(i * Count) + b];
            double difference = i < _goals[b].Length ? value - _goals[b][i] : value;
            sum += (i < _goals[b].Length ? 1 : _options.VelocityWeight) * difference * difference;
        }

        return sum;
    }
}
