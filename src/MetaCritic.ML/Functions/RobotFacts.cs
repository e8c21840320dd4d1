using MetaCritic.Robots;

namespace MetaCritic.ML.Functions;

/// <summary>What the layer wants to know of a robot.</summary>
internal static class RobotFacts
{
    /// <summary>Names of the movable joints, in the order of positions.</summary>
    public static string[] JointNames(this RobotModel robot) => [.. robot.MovableJoints.Select(joint => joint.Name)];
}
