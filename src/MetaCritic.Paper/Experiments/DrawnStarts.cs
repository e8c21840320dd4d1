using MetaCritic.Dynamics;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Experiments;

/// <summary>Simulated robots that start somewhere else each time: positions drawn from a normal distribution, at rest.</summary>
internal sealed class DrawnStarts : IEnvironment
{
    private readonly RigidBodyDynamics _dynamics;
    private readonly double[][][] _starts; // [copies][roll-outs][positions]
    private readonly double[] _states;
    private readonly double[] _next;
    private int _rollout = -1;

    /// <summary>One copy per seed.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="dynamics">How it is stepped.</param>
    /// <param name="deviation">Standard deviation of the start positions around 0, rad.</param>
    /// <param name="rollouts">How often it may be reset.</param>
    /// <param name="seeds">Seeds of the copies; what one draws does not depend on the others.</param>
    public DrawnStarts(RobotModel robot, RigidBodyOptions dynamics, double deviation, int rollouts, IReadOnlyList<ulong> seeds)
    {
        _dynamics = new(robot, dynamics);
        _starts = [.. seeds.Select(seed => GoalSampling.Around([new double[_dynamics.PositionSize]], deviation, rollouts, seed))];
        _states = new double[_dynamics.StateSize * seeds.Count];
        _next = new double[_states.Length];
    }

    public int Count => _starts.Length;

    public int StateSize => _dynamics.StateSize;

    public int ActionSize => _dynamics.ActionSize;

    public void Reset(Span<double> states)
    {
        _rollout++;
        Array.Clear(_states);
        for (int b = 0; b < Count; b++)
        {
            for (int i = 0; i < _dynamics.PositionSize; i++)
            {
                _states[(i * Count) + b] = _starts[b][_rollout][i];
            }
        }

        _states.CopyTo(states);
    }

    public void Step(ReadOnlySpan<double> actions, Span<double> states)
    {
        _dynamics.Step(0, Count, _states, actions, _next);
        _next.CopyTo(_states, 0);
        _states.CopyTo(states);
    }
}
