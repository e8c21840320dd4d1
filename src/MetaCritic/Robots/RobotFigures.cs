namespace MetaCritic.Robots;

/// <summary>The figures of a robot while a changed copy is being made; a robot itself never lets go of one.</summary>
/// <param name="tree">How links and joints hang together.</param>
/// <param name="links">Ordered links, without the payload.</param>
/// <param name="joints">Ordered joints.</param>
internal sealed class RobotFigures(RobotTree tree, RobotLink[] links, RobotJoint[] joints)
{
    /// <summary>How links and joints hang together.</summary>
    public RobotTree Tree { get; } = tree;

    /// <summary>Ordered links, without the payload.</summary>
    public RobotLink[] Links { get; } = links;

    /// <summary>Ordered joints.</summary>
    public RobotJoint[] Joints { get; } = joints;

    /// <summary>Gravity, m/s².</summary>
    public required Vector3d Gravity { get; set; }

    /// <summary>What the end effector carries.</summary>
    public required Payload Payload { get; set; }

    /// <summary>A copy that can be changed by itself.</summary>
    public RobotFigures Copy() => new(Tree, [.. Links], [.. Joints]) { Gravity = Gravity, Payload = Payload };
}
