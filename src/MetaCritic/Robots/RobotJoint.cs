namespace MetaCritic.Robots;

/// <summary>What connects a link to its parent.</summary>
public sealed record RobotJoint
{
    /// <summary>Its name, unique in the robot.</summary>
    public required string Name { get; init; }

    /// <summary>How it moves.</summary>
    public required JointType Type { get; init; }

    /// <summary>The parent link's name.</summary>
    public required string Parent { get; init; }

    /// <summary>The child link's name.</summary>
    public required string Child { get; init; }

    /// <summary>The child's frame in the parent's frame at joint position 0.</summary>
    public Pose Origin { get; init; } = Pose.Identity;

    /// <summary>Unit axis in the child's frame.</summary>
    public Vector3d Axis { get; init; } = new(1, 0, 0);

    /// <summary>Viscous damping: the joint's force is −damping · velocity; N·m·s/rad or N·s/m.</summary>
    public double Damping { get; init; }

    /// <summary>Inertia of the drive, seen at the joint, added to the diagonal of the joint-space inertia; kg·m² or kg.</summary>
    public double Armature { get; init; }

    /// <summary>Lower position limit, rad or m; −∞ if there is none.</summary>
    public double LowerLimit { get; init; } = double.NegativeInfinity;

    /// <summary>Upper position limit, rad or m; +∞ if there is none.</summary>
    public double UpperLimit { get; init; } = double.PositiveInfinity;

    /// <summary>Largest speed, rad/s or m/s; +∞ if there is none.</summary>
    public double VelocityLimit { get; init; } = double.PositiveInfinity;

    /// <summary>Largest torque or force, N·m or N; +∞ if there is none.</summary>
    public double EffortLimit { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// Dry friction f: the joint's force is −f·tanh(velocity / v), where v is an option of the dynamics; N·m or N.
    /// </summary>
    public double Friction { get; init; }

    /// <summary>Stiffness k of the joint's spring: its force is −k·(position − <see cref="SpringReference"/>); N·m/rad or N/m; 0 for no spring.</summary>
    public double Stiffness { get; init; }

    /// <summary>Position at which the spring is slack, rad or m; it may lie outside the limits, as a preload.</summary>
    public double SpringReference { get; init; }

    /// <summary>The joint that this one follows; null if it moves by itself.</summary>
    public JointMimic? Mimic { get; init; }

    /// <summary>Whether the joint has a degree of freedom: it is neither fixed nor does it follow another joint.</summary>
    public bool IsMovable => Moves && Mimic is null;

    /// <summary>Whether the joint moves at all, by itself or with the one that it follows.</summary>
    internal bool Moves => Type != JointType.Fixed;

    /// <summary>Where the child is, in the child's frame at position 0.</summary>
    /// <param name="position">The joint's position, rad or m.</param>
    internal Pose Motion(double position) => Type switch
    {
        JointType.Fixed => Pose.Identity,
        JointType.Prismatic => new(Rotation3d.Identity, position * Axis),
        _ => new(Rotation3d.FromAxis(Axis, position), Vector3d.Zero),
    };
}
