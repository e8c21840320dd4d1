using MetaCritic.Robots;

/// <summary>Says when the drives must stop: no state for some periods, or a state that no policy should have brought about.</summary>
internal sealed class Watchdog(RobotModel robot)
{
    private const int MissedPeriods = 3;
    private const double SpeedLimit = 20; // rad/s, where the robot's description has none

    private int _missed;

    /// <summary>What is wrong; null if nothing is.</summary>
    /// <param name="measured">Whether there is a new state.</param>
    /// <param name="state">Positions, then velocities.</param>
    public string? Fault(bool measured, ReadOnlySpan<double> state)
    {
        _missed = measured ? 0 : _missed + 1;
        if (_missed >= MissedPeriods)
        {
            return $"no state for {MissedPeriods} periods";
        }

        for (int i = 0; i < robot.DegreesOfFreedom; i++)
        {
            RobotJoint joint = robot.MovableJoints[i];
            double position = state[i], speed = Math.Abs(state[robot.DegreesOfFreedom + i]);
            if (!(position >= joint.LowerLimit && position <= joint.UpperLimit))
            {
                return $"{joint.Name} is at {position:F2} rad, outside its limits";
            }

            if (!(speed <= (joint.VelocityLimit > 0 ? Math.Min(joint.VelocityLimit, SpeedLimit) : SpeedLimit)))
            {
                return $"{joint.Name} turns at {speed:F1} rad/s";
            }
        }

        return null;
    }
}
