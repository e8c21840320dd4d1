namespace MetaCritic.Dynamics.RigidBody;

/// <summary>
/// Where the intermediate results of a body stand in the workspace of a group of lanes: slot s of body i of lane b at
/// <c>[(i * Count + s) * width + b]</c>. Vectors are in the body frame.
/// </summary>
internal static class BodySlot
{
    /// <summary>Cosine of the joint's angle.</summary>
    public const int Cos = 0;

    /// <summary>Sine of the joint's angle.</summary>
    public const int Sin = 1;

    /// <summary>Angular velocity ω; three components.</summary>
    public const int Omega = 2;

    /// <summary>The part of the origin's acceleration that velocities alone cause; three components.</summary>
    public const int Drift = 5;

    /// <summary>Bias wrench: moment, force; six components.</summary>
    public const int Bias = 8;

    /// <summary>Articulated inertia handed in by the children: A (6), B (9), C (6); wrench = (A·ω̇ + B·a, Bᵀ·ω̇ + C·a).</summary>
    public const int Inertia = 14;

    /// <summary>The same place after the articulated inertias are used up: cotangents of ω, ω̇, a, w, l; 15 components.</summary>
    public const int Cotangent = Inertia;

    /// <summary>Column U = I·S of the articulated inertia; six components.</summary>
    public const int Column = 35;

    /// <summary>1 / (SᵀIS + diagonal inertia).</summary>
    public const int InverseD = 41;

    /// <summary>The joint's force left over, u = τ − Sᵀp.</summary>
    public const int Residual = 42;

    /// <summary>Before the accelerations are known: what the shift to the parent's origin adds to A; six components.</summary>
    public const int Shift = Alpha;

    /// <summary>Angular acceleration ω̇; three components.</summary>
    public const int Alpha = 43;

    /// <summary>Acceleration a of the frame's origin, less gravity; three components.</summary>
    public const int Acceleration = 46;

    /// <summary>Angular velocity w that the joint velocities λ would cause; three components.</summary>
    public const int AdjointOmega = 49;

    /// <summary>Velocity l of the frame's origin that the joint velocities λ would cause; three components.</summary>
    public const int AdjointVelocity = 52;

    /// <summary>Where the frame's origin lies in the parent's frame, the slide of a sliding joint included; three components.</summary>
    public const int Offset = 55;

    /// <summary>Number of slots of a body.</summary>
    public const int Count = 58;
}
