namespace MetaCritic.Mutations;

/// <summary>Faults in robots and rigid-body dynamics.</summary>
internal static class DynamicsFaults
{
    private const string Dynamics = "src/MetaCritic/Dynamics/RigidBody/";
    private const string Robots = "src/MetaCritic/Robots/";

    public static IReadOnlyList<Fault> List { get; } =
    [
        new(
            "Damping drives the joint",
            Dynamics + "StepKernel.cs",
            "T.Store(T.NegMulAdd(damping, T.Load(qd + (i * T.Width)), torque), Torque + (i * T.Width));",
            "T.Store(T.MulAdd(damping, T.Load(qd + (i * T.Width)), torque), Torque + (i * T.Width));",
            "A sign: arms gain energy from friction.",
            "RigidBodyDynamicsTests"),
        new(
            "Derivative without damping",
            Dynamics + "StepKernel.cs",
            "T.Store(T.NegMulAdd(damping, lambda, velocityBar), qdBar + (i * T.Width));",
            "T.Store(velocityBar, qdBar + (i * T.Width));",
            "A missing term: the meta-gradient of damped robots is wrong.",
            "StepVjpTests"),
        new(
            "Derivative of a clamped torque",
            Dynamics + "StepKernel.cs",
            "T.ZeroWhereOutward(free, torque, limit) : T.ZeroWhereBeyond(free, torque, limit), cotangent);",
            "T.ZeroWhereOutward(free, torque, limit) : free, cotangent);",
            "Beyond its limit a torque has no effect, and no derivative.",
            "StepVjpTests"),
        new(
            "Derivative of a clamped velocity",
            Dynamics + "StepKernel.cs",
            "T.ZeroWhereOutward(velocityBar, unlimited, limit) : T.ZeroWhereBeyond(velocityBar, unlimited, limit);",
            "T.ZeroWhereOutward(velocityBar, unlimited, limit) : velocityBar;",
            "The same for velocities.",
            "StepVjpTests"),
        new(
            "Derivative without the new velocity's part in the position",
            Dynamics + "StepKernel.cs",
            "T velocityBar = T.MulAdd(_h, T.Load(qBar + (i * T.Width)), T.Load(qdBar + (i * T.Width)));",
            "T velocityBar = T.Load(qdBar + (i * T.Width));",
            "A missing term of semi-implicit Euler.",
            "StepVjpTests"),
        new(
            "Coriolis acceleration of a sliding joint without its factor 2",
            Dynamics + "ArticulatedBody.cs",
            "T twice = velocity + velocity;",
            "T twice = velocity;",
            "Sliding joints on turning bodies accelerate wrongly.",
            "RigidBodyAlgorithmsTests EnergyTests GoldenDynamicsTests"),
        new(
            "Sliding joint's row of the inertia matrix mirrored",
            Dynamics + "CompositeInertia.cs",
            "Vec3<T> angular = body.IsPrismatic ? new(h.Y, -h.X, T.Zero)",
            "Vec3<T> angular = body.IsPrismatic ? new(-h.Y, h.X, T.Zero)",
            "A sign: M(q) of robots with sliding joints.",
            "RigidBodyAlgorithmsTests"),
        new(
            "Axis of a sliding joint tilted the wrong way",
            Dynamics + "JointTurn.cs",
            "Vec3<T> axis = new(T.Zero, -_sinTwist, _cosTwist);",
            "Vec3<T> axis = new(T.Zero, _sinTwist, _cosTwist);",
            "The wrong joint axis.",
            "RigidBodyAlgorithmsTests EnergyTests"),
        new(
            "Gravity upwards",
            Dynamics + "RigidBodyTree.cs",
            "Constants[i].WorldRotation.Transposed * (-1 * gravity)",
            "Constants[i].WorldRotation.Transposed * gravity",
            "A sign: everything falls up.",
            "GoldenDynamicsTests"),
        new(
            "First moment turned the wrong way",
            Dynamics + "RigidBodyTree.cs",
            "FirstMoment = toBody * moments[i],",
            "FirstMoment = axes[i] * moments[i],",
            "A transposed rotation.",
            "GoldenDynamicsTests"),
        new(
            "Parallel axes forgotten",
            Dynamics + "RigidBodyTree.cs",
            "inertias[body] += part.Inertia.Rotated(pose.Rotation) + InertiaTensor.OfPointMass(part.Mass, center);",
            "inertias[body] += part.Inertia.Rotated(pose.Rotation);",
            "A missing term: links turn too easily.",
            "GoldenDynamicsTests"),
        new(
            "Implicit damping without its part in the inertia",
            Dynamics + "RigidBodyTree.cs",
            "c.Joint.Armature + (step * damping);",
            "c.Joint.Armature;",
            "A missing term: implicit damping would be explicit.",
            "RigidBodyDynamicsTests"),
        new(
            "The first joint's torque scale for all joints",
            Dynamics + "RigidBodyTree.cs",
            "{ Count: > 1 } => values[joint],",
            "{ Count: > 1 } => values[0],",
            "A wrong index.",
            "RigidBodyDynamicsTests"),
        new(
            "A speed loop without its part in the inertia",
            Dynamics + "RigidBodyTree.cs",
            "                inertia += options.TimeStep / options.Substeps * gain;\n",
            "",
            "The term would be explicit, and unstable for a strong drive.",
            "LimitTests"),
        new(
            "A saturated drive keeps its implicit damping",
            Dynamics + "StepKernel.Limits.cs",
            "T diagonal = T.MulAdd(_h, T.ZeroWhereBeyond(gain, saturated, T.Zero), ",
            "T diagonal = T.MulAdd(_h, gain, ",
            "A torque at its limit does not depend on the velocity.",
            "LimitTests"),
        new(
            "Derivative of end stops without their stiffness in the diagonal",
            Dynamics + "StepKernel.Limits.cs",
            "T.MulAdd(_h * _h * T.Load(Qdd + (i * T.Width)), curvature, slope)",
            "slope",
            "A missing term of the exact derivative.",
            "StepVjpTests"),
        new(
            "A limit draws outward",
            "src/MetaCritic/Dynamics/Lanes/Lane1.cs",
            "!(x._value * value._value > 0) ? default : value;",
            "x._value * value._value > 0 ? default : value;",
            "A saturated policy would be pushed further.",
            "LimitTests"),
        new(
            "Robots of other roll-outs",
            "src/MetaCritic/Dynamics/RigidBodyDynamics.cs",
            "int rollout = firstRollout + done;",
            "int rollout = done;",
            "Where robots differ, roll-outs would run on one another's.",
            "LaneIndependenceTests RigidBodyDynamicsTests"),
        new(
            "Product of inertia of a point mass with the wrong sign",
            Robots + "InertiaTensor.cs",
            "mass * ((r.Y * r.Y) + (r.Z * r.Z)), -mass * r.X * r.Y, -mass * r.X * r.Z,",
            "mass * ((r.Y * r.Y) + (r.Z * r.Z)), mass * r.X * r.Y, -mass * r.X * r.Z,",
            "A sign, seen only off the axes.",
            "RigidBodyAlgorithmsTests RobotParameterTests"),
        new(
            "Roll, pitch, yaw in another order",
            Robots + "Rotation3d.cs",
            "cy * cp, (cy * sp * sr) - (sy * cr), (cy * sp * cr) + (sy * sr),",
            "cy * cp, (cy * sp * sr) + (sy * cr), (cy * sp * cr) - (sy * sr),",
            "A sign: origins with more than one angle.",
            "UrdfReaderTests"),
        new(
            "Longer links with their old inertia",
            Robots + "LinkStretch.cs",
            "Inertia = Stretched(l.Inertia, u, k),",
            "Inertia = l.Inertia,",
            "Link lengths are what critics are transferred between.",
            "RobotParameterTests"),
        new(
            "Axis in URDF ignored",
            Robots + "Urdf/UrdfJoint.cs",
            "joint.Moves ? joint with { Axis = document.RequiredVector(element, \"xyz\") } : joint;",
            "joint;",
            "The wrong joint axis.",
            "UrdfReaderTests GoldenDynamicsTests"),
        new(
            "Inertia in URDF with two moments exchanged",
            Robots + "Urdf/UrdfLink.cs",
            "Moment(\"iyy\"), Moment(\"iyz\"), Moment(\"izz\"));",
            "Moment(\"izz\"), Moment(\"iyz\"), Moment(\"iyy\"));",
            "Transposed figures.",
            "UrdfReaderTests GoldenDynamicsTests"),
        new(
            "Inertia in URDF not turned by its origin",
            Robots + "Urdf/UrdfLink.cs",
            "Inertia = origin.Rotation == Rotation3d.Identity ? inertia : inertia.Rotated(origin.Rotation) };",
            "Inertia = inertia };",
            "A missing rotation, seen only in files that have one.",
            "UrdfReaderTests"),
    ];
}
