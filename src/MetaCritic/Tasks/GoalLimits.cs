using System.Globalization;
using MetaCritic.Robots;

namespace MetaCritic.Tasks;

/// <summary>Goals and start states beside the robot's position limits.</summary>
public static class GoalLimits
{
    /// <summary>Goals and starts outside the limits, to warn of. More than half of the goals outside are an error: most likely they are in degrees.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="goals">Goals, [joints] each; rad or m.</param>
    /// <param name="startStates">Start states, [2 × joints] each or null for none; null for none at all.</param>
    /// <param name="allowOutside">Whether any number of goals may be outside.</param>
    /// <returns>Every joint outside, row by row; none if all are inside.</returns>
    /// <exception cref="InvalidInputException">More than half of the goals are outside, and that is not allowed.</exception>
    /// <exception cref="ArgumentException">A goal or a start state is too short.</exception>
    public static IReadOnlyList<OutsideLimits> Check(
        RobotModel robot, IReadOnlyList<IReadOnlyList<double>> goals, IReadOnlyList<IReadOnlyList<double>?>? startStates = null, bool allowOutside = false)
    {
        ArgumentNullException.ThrowIfNull(robot);
        ArgumentNullException.ThrowIfNull(goals);
        List<OutsideLimits> found = [];
        int outside = 0;
        for (int row = 0; row < goals.Count; row++)
        {
            int before = found.Count;
            Add(found, robot, row, isStart: false, goals[row]);
            outside += found.Count > before ? 1 : 0;
            if (startStates?[row] is { } start)
            {
                Add(found, robot, row, isStart: true, start);
            }
        }

        if (2 * outside > goals.Count && !allowOutside)
        {
            throw new InvalidInputException(
                "The goals",
                string.Create(CultureInfo.InvariantCulture, $"{outside} of {goals.Count} are outside the position limits of robot '{robot.Name}'; {found.First(one => !one.IsStart).Message}"),
                "Correct them, or allow goals outside the limits");
        }

        return found;
    }

    private static void Add(List<OutsideLimits> found, RobotModel robot, int row, bool isStart, IReadOnlyList<double> positions)
    {
        if (positions.Count < robot.DegreesOfFreedom)
        {
            throw new ArgumentException($"Row {row} has {positions.Count} positions, the robot {robot.DegreesOfFreedom} joints.", nameof(positions));
        }

        for (int i = 0; i < robot.DegreesOfFreedom; i++)
        {
            RobotJoint joint = robot.MovableJoints[i];
            double position = positions[i];
            if (position < joint.LowerLimit || position > joint.UpperLimit)
            {
                string what = string.Create(CultureInfo.InvariantCulture, $"{(isStart ? "start" : "goal")} {row + 1}, joint {joint.Name}: {Clause(joint, position)}");
                found.Add(new(row, isStart, joint.Name, position, joint.LowerLimit, joint.UpperLimit, what));
            }
        }
    }

    private static string Clause(RobotJoint joint, double position)
    {
        if (joint.Type == JointType.Prismatic)
        {
            return Say($"{position:G4} is outside {Range(joint, 1)} m");
        }

        // A position beyond the limits that would be inside as degrees was most likely meant so.
        double turned = position * Math.PI / 180;
        bool degrees = Math.Abs(position) > 2 * Math.PI && turned >= joint.LowerLimit && turned <= joint.UpperLimit;
        return Say($"{position:G4} is outside {Range(joint, 1)} rad ({Range(joint, 180 / Math.PI)} degrees){(degrees ? "; goals are radians" : "")}");
    }

    private static string Range(RobotJoint joint, double factor)
    {
        double lower = joint.LowerLimit * factor;
        double upper = joint.UpperLimit * factor;
        return Math.Abs(lower + upper) < 1e-9 * Math.Abs(upper) ? Say($"±{upper:G3}")
            : double.IsInfinity(lower) ? Say($"the range up to {upper:G3}")
            : double.IsInfinity(upper) ? Say($"the range from {lower:G3}")
            : Say($"{lower:G3} to {upper:G3}");
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
