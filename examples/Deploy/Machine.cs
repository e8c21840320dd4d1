using MetaCritic.Dynamics;
using MetaCritic.Robots;

/// <summary>The drives and encoders of an arm; here simulated, in steps of a period. A program for a real one talks to its bus instead.</summary>
internal sealed class Machine
{
    /// <summary>Time between two readings, s.</summary>
    public const double Period = 0.01;

    private readonly RigidBodyDynamics _arm;
    private readonly double[] _state, _next;
    private readonly double[] _torques;
    private bool _cut;

    public Machine(RobotModel robot, RigidBodyOptions stepping)
    {
        // Torques go in, not actions.
        _arm = new(robot, stepping with { TimeStep = Period, TorqueScale = [] });
        (_state, _next, _torques) = (new double[_arm.StateSize], new double[_arm.StateSize], new double[_arm.ActionSize]);
    }

    public void CutCable() => _cut = true;

    /// <summary>Reads positions and velocities; false if the encoders do not answer.</summary>
    public bool TryRead(Span<double> state)
    {
        if (!_cut)
        {
            _state.CopyTo(state);
        }

        return !_cut;
    }

    /// <summary>Sends torques, N·m, which the drives hold for a period.</summary>
    public void Send(ReadOnlySpan<double> torques)
    {
        torques.CopyTo(_torques);
        _arm.Step(0, 1, _state, _torques, _next);
        _next.CopyTo(_state, 0);
    }

    /// <summary>Takes the drives' power away.</summary>
    public void Stop() => Array.Clear(_torques);
}
