using MetaCritic.Robots;

namespace MetaCritic.Tasks;

public sealed partial record TaskPreset
{
    /// <summary>The preset whose robot this is, with changed parameters or not; null if there is none.</summary>
    /// <param name="robot">The robot; null for none.</param>
    public static TaskPreset? BuiltIn(RobotModel? robot) => robot is null ? null : All.FirstOrDefault(preset =>
        preset.Robot.Name == robot.Name && preset.Robot.MovableJoints.Select(joint => joint.Name).SequenceEqual(robot.MovableJoints.Select(joint => joint.Name)));
}
