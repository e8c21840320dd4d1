namespace MetaCritic.Dynamics.RigidBody;

/// <summary>
/// Where the constants of a body stand in the parameters of a block of <see cref="BlockWidth"/> roll-outs:
/// parameter p of body i of roll-out b at <c>[(i * Count + p) * BlockWidth + b]</c>.
/// </summary>
/// <remarks>
/// Every body frame has its joint's axis as z. It lies in the parent's frame at
/// shift(<see cref="Position"/>) · Rz(swing) · Rx(twist) · Rz(angle), where the angle is q plus
/// <see cref="AngleOffset"/> for a turning joint and <see cref="AngleOffset"/> for a sliding one, which is followed by a
/// shift by q along z. The x axis of a body is chosen across its first child's axis, so that first children need no swing.
/// </remarks>
internal static class BodyParameter
{
    /// <summary>Roll-outs per block.</summary>
    public const int BlockWidth = 8;

    /// <summary>Constant part of the joint's angle, rad.</summary>
    public const int AngleOffset = 0;

    /// <summary>Cosine of the twist about x.</summary>
    public const int CosTwist = 1;

    /// <summary>Sine of the twist about x.</summary>
    public const int SinTwist = 2;

    /// <summary>Cosine of the first turn about the parent's z.</summary>
    public const int CosSwing = 3;

    /// <summary>Sine of the first turn about the parent's z.</summary>
    public const int SinSwing = 4;

    /// <summary>Origin in the parent's frame at joint position 0, m; three components.</summary>
    public const int Position = 5;

    /// <summary>Mass, kg.</summary>
    public const int Mass = 8;

    /// <summary>Mass times centre of mass in the body frame, kg·m; three components.</summary>
    public const int FirstMoment = 9;

    /// <summary>Rotational inertia about the frame's origin, kg·m²; xx, xy, xz, yy, yz, zz.</summary>
    public const int Inertia = 12;

    /// <summary>Viscous damping that acts, N·m·s/rad or N·s/m.</summary>
    public const int Damping = 18;

    /// <summary>What is added to the diagonal of the joint-space inertia: armature, and time step × damping if that is implicit.</summary>
    public const int DiagonalInertia = 19;

    /// <summary>Torque per unit of action.</summary>
    public const int TorqueScale = 20;

    /// <summary>Largest torque, +∞ if not limited.</summary>
    public const int TorqueLimit = 21;

    /// <summary>Largest speed, +∞ if not limited.</summary>
    public const int VelocityLimit = 22;

    /// <summary>For a body joined to the world: minus gravity in the body frame at joint position 0, m/s²; three components.</summary>
    public const int Lift = 23;

    /// <summary>Gain of the speed loop, k/v, where its torque is limited; else 0, and it is part of the damping.</summary>
    public const int SpeedGain = 26;

    /// <summary>Lower end stop, rad or m; −10⁹ for none.</summary>
    public const int LowerStop = 27;

    /// <summary>Upper end stop, rad or m; 10⁹ for none.</summary>
    public const int UpperStop = 28;

    /// <summary>Stiffness of the end stops, N·m/rad or N/m; 0 for none.</summary>
    public const int StopStiffness = 29;

    /// <summary>How far into an end stop its stiffness is reached, rad or m.</summary>
    public const int StopGive = 30;

    /// <summary>Dry friction that acts, N·m or N.</summary>
    public const int Friction = 31;

    /// <summary>1 / the speed at which dry friction is tanh(1) of its full size, s/rad or s/m.</summary>
    public const int FrictionSlope = 32;

    /// <summary>Stiffness of the joint's spring that acts, N·m/rad or N/m.</summary>
    public const int SpringStiffness = 33;

    /// <summary>Position at which the spring is slack, rad or m.</summary>
    public const int SpringReference = 34;

    /// <summary>Number of parameters of a body.</summary>
    public const int Count = 35;
}
