using MetaCritic.Cli.Output;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary>Goals and starts of a table beside the joints' position limits.</summary>
internal static class LimitRemarks
{
    /// <summary>Says which are outside; refuses a table most of whose goals are.</summary>
    /// <param name="terminal">Where to say it.</param>
    /// <param name="file">The table.</param>
    /// <param name="robot">The robot.</param>
    /// <param name="goals">The goals.</param>
    /// <param name="starts">The start states, if there are any.</param>
    /// <param name="allowed">Whether most goals may be outside.</param>
    /// <exception cref="InvalidInputException">More than half of the goals are outside, and that is not allowed.</exception>
    public static void Say(
        Terminal terminal, string file, RobotModel robot, IReadOnlyList<IReadOnlyList<double>> goals, IReadOnlyList<IReadOnlyList<double>?>? starts, bool allowed)
    {
        IReadOnlyList<OutsideLimits> found = GoalLimits.Check(robot, goals, starts, allowOutside: true);
        foreach (string line in OutsideLimits.Describe(found))
        {
            terminal.Remark($"warning: {file}: {line}");
        }

        int outside = found.Where(one => !one.IsStart).Select(one => one.Row).Distinct().Count();
        if (2L * outside > goals.Count && !allowed)
        {
            throw new InvalidInputException(
                file,
                $"{Format.Count(outside)} of {Format.Count(goals.Count)} goals are outside the position limits of the joints",
                "Correct them (goals are radians; metres where a joint slides), or give --allow-outside");
        }
    }

    /// <summary>Says which joints start elsewhere than at 0, unless told otherwise.</summary>
    public static void SayStart(Terminal terminal, RobotModel robot)
    {
        string[] moved =
        [
            .. robot.MovableJoints.Zip(robot.RestPosition).Where(pair => pair.Second != 0)
                .Select(pair => $"{pair.First.Name} {Format.Short(pair.Second)} {(pair.First.Type == JointType.Prismatic ? "m" : "rad")}"),
        ];
        if (moved.Length > 0)
        {
            terminal.Remark($"0 is outside the limits of some joints; these start at the limit: {string.Join(", ", moved)}");
        }
    }
}
