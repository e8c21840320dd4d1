using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tasks;

public sealed partial record TaskPreset
{
    /// <summary>How the settings came about, if <see cref="For"/> computed them; null for built-in presets.</summary>
    public SettingsExplanation? Explanation { get; init; }

    /// <summary>Settings for any robot, computed from it: a speed loop that its limits and masses fit, and a critic centred at the goal.</summary>
    /// <remarks>
    /// The same robot always gets the same settings. They were found on public descriptions of arms of four to thirteen joints, from a
    /// desktop arm of half a kilogram to an industrial one of some hundred; docs/own-robot.md tells the rules.
    /// </remarks>
    /// <param name="robot">The robot.</param>
    /// <param name="goals">How many training goals there will be: few goals get several policies each. 1 or more.</param>
    /// <exception cref="InvalidInputException">The robot has no movable joint.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="goals"/> is less than 1.</exception>
    public static TaskPreset For(RobotModel robot, int goals = RobotSettings.Policies / 4)
    {
        ArgumentNullException.ThrowIfNull(robot);
        ArgumentOutOfRangeException.ThrowIfLessThan(goals, 1);
        return new RobotSettings(robot).Preset(goals);
    }
}
