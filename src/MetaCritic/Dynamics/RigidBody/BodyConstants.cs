using MetaCritic.Robots;

namespace MetaCritic.Dynamics.RigidBody;

/// <summary>A body of one robot, in the body frame that <see cref="BodyParameter"/> describes.</summary>
internal readonly record struct BodyConstants
{
    /// <summary>Constant part of the joint's angle, rad.</summary>
    public double AngleOffset { get; init; }

    /// <summary>Cosine and sine of the twist.</summary>
    public (double Cos, double Sin) Twist { get; init; }

    /// <summary>Cosine and sine of the swing.</summary>
    public (double Cos, double Sin) Swing { get; init; }

    /// <summary>Origin in the parent's frame at joint position 0, m.</summary>
    public Vector3d Position { get; init; }

    /// <summary>Mass, kg.</summary>
    public double Mass { get; init; }

    /// <summary>Mass times centre of mass, kg·m.</summary>
    public Vector3d FirstMoment { get; init; }

    /// <summary>Rotational inertia about the frame's origin, kg·m².</summary>
    public InertiaTensor Inertia { get; init; }

    /// <summary>For a body joined to the world: turns vectors of the body frame at joint position 0 into the world frame.</summary>
    public Rotation3d WorldRotation { get; init; }

    /// <summary>Its joint.</summary>
    public RobotJoint Joint { get; init; }
}
