using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.ML.Functions;

/// <summary>What the layer wants to know of a robot.</summary>
internal static class RobotFacts
{
    /// <summary>Names of the movable joints, in the order of positions.</summary>
    public static string[] JointNames(this RobotModel robot) => [.. robot.MovableJoints.Select(joint => joint.Name)];

    /// <summary>The preset whose robot this is, changed parameters or not; null if there is none.</summary>
    public static TaskPreset? Preset(this RobotModel robot) =>
        TaskPreset.All.FirstOrDefault(preset => preset.Robot.Name == robot.Name && preset.Robot.JointNames().SequenceEqual(robot.JointNames()));
}
