using MetaCritic.Robots;

namespace MetaCritic.Dynamics.RigidBody;

/// <summary>
/// A robot as the algorithms see it: one body for each joint that moves, in the order of the joint positions, with the links
/// behind fixed joints merged into it. Links that are fixed to the world take no part.
/// </summary>
internal sealed class RigidBodyTree
{
    // Below this an axis counts as parallel to its child's; a tilt of this size is lost in rounding.
    private const double Parallel = 1e-15;

    private RigidBodyTree(BodyShape[] shapes, BodyConstants[] constants, BodyCoupling? coupling)
    {
        Shapes = shapes;
        Constants = constants;
        Coupling = coupling;
    }

    /// <summary>What robots of the same structure have in common.</summary>
    public BodyShape[] Shapes { get; }

    /// <summary>The figures of this robot.</summary>
    public BodyConstants[] Constants { get; }

    /// <summary>Which joints follow which; null if each moves by itself.</summary>
    public BodyCoupling? Coupling { get; }

    /// <summary>Number of joints that move by themselves.</summary>
    public int DegreesOfFreedom => Coupling?.Independent.Length ?? Count;

    /// <summary>Whether any joint has dry friction.</summary>
    public bool HasFriction => Array.Exists(Constants, body => body.Joint.Friction > 0);

    /// <summary>Whether any joint has a spring.</summary>
    public bool HasSprings => Array.Exists(Constants, body => body.Joint.Stiffness > 0);

    /// <summary>Number of bodies.</summary>
    public int Count => Shapes.Length;

    /// <summary>Merges links and chooses body frames.</summary>
    public static RigidBodyTree Compile(RobotModel robot)
    {
        int n = robot.Joints.Count(joint => joint.Moves);
        RobotJoint[] joints = new RobotJoint[n];
        int[] parents = new int[n];
        Pose[] placements = new Pose[n];
        double[] masses = new double[n];
        Vector3d[] moments = new Vector3d[n];
        InertiaTensor[] inertias = new InertiaTensor[n];

        // Per link: the body it belongs to (−1: the world) and its pose in the frame of that body's own link.
        int[] bodyOf = new int[robot.Links.Count];
        Pose[] poseIn = new Pose[robot.Links.Count];
        (bodyOf[0], poseIn[0]) = (-1, Pose.Identity);
        int bodies = 0;
        for (int link = 1; link < robot.Links.Count; link++)
        {
            RobotJoint joint = robot.Joints[link - 1];
            int parentLink = robot.ParentIndices[link];
            Pose placement = poseIn[parentLink] * joint.Origin;
            if (joint.Moves)
            {
                (joints[bodies], parents[bodies], placements[bodies]) = (joint, bodyOf[parentLink], placement);
                (bodyOf[link], poseIn[link]) = (bodies++, Pose.Identity);
            }
            else
            {
                (bodyOf[link], poseIn[link]) = (bodyOf[parentLink], placement);
            }

            if (bodyOf[link] is int body and >= 0)
            {
                RobotLink part = robot.Links[link];
                Pose pose = poseIn[link];
                Vector3d center = pose * part.CenterOfMass;
                masses[body] += part.Mass;
                moments[body] += part.Mass * center;
                inertias[body] += part.Inertia.Rotated(pose.Rotation) + InertiaTensor.OfPointMass(part.Mass, center);
            }
        }

        Rotation3d[] axes = ChooseAxes(joints, parents, placements);
        BodyShape[] shapes = new BodyShape[n];
        BodyConstants[] constants = new BodyConstants[n];
        for (int i = 0; i < n; i++)
        {
            int parent = parents[i];
            bool isFirst = parent < 0 || Array.IndexOf(parents, parent) == i;
            bool isLast = parent >= 0 && Array.LastIndexOf(parents, parent) == i;
            shapes[i] = new(parent, joints[i].Type == JointType.Prismatic, !isFirst, Array.IndexOf(parents, i) >= 0, isLast);

            Rotation3d toBody = axes[i].Transposed;
            BodyConstants body = new()
            {
                Joint = joints[i],
                Mass = masses[i],
                FirstMoment = toBody * moments[i],
                Inertia = inertias[i].Rotated(toBody),
            };
            constants[i] = parent < 0
                ? body with { WorldRotation = placements[i].Rotation * axes[i], Twist = (1, 0), Swing = (1, 0) }
                : Placed(
                    body with { Position = axes[parent].Transposed * placements[i].Position },
                    axes[parent].Transposed * placements[i].Rotation * axes[i],
                    isFirst);
        }

        return new(shapes, constants, CouplingOf(robot));
    }

    private static BodyCoupling? CouplingOf(RobotModel robot)
    {
        if (robot.Couplings.Count == robot.DegreesOfFreedom)
        {
            return null;
        }

        // From joints to the bodies beyond them.
        int[] bodyOf = new int[robot.Joints.Count];
        int bodies = 0;
        for (int j = 0; j < bodyOf.Length; j++)
        {
            bodyOf[j] = robot.Joints[j].Moves ? bodies++ : -1;
        }

        return new(
            [.. robot.Couplings.Select(coupling => bodyOf[coupling.Leader])],
            [.. robot.Couplings.Select(coupling => coupling.Multiplier)],
            [.. robot.Couplings.Select(coupling => coupling.Offset)]);
    }

    /// <summary>What distinguishes the structures of two robots, as a clause; null if nothing does.</summary>
    public static string? Difference(RigidBodyTree expected, RigidBodyTree found)
    {
        if (expected.DegreesOfFreedom != found.DegreesOfFreedom)
        {
            return $"it has {found.DegreesOfFreedom} movable joints, the first robot has {expected.DegreesOfFreedom}";
        }

        if (expected.Count != found.Count || (expected.Coupling is null) != (found.Coupling is null) || (expected.Coupling is not null && !expected.Coupling.IsAs(found.Coupling!)))
        {
            return "its joints follow each other otherwise than the first robot's";
        }

        for (int i = 0; i < expected.Count; i++)
        {
            (RobotJoint e, RobotJoint f) = (expected.Constants[i].Joint, found.Constants[i].Joint);
            if (e.Name != f.Name)
            {
                return $"its movable joint {i} is '{f.Name}', the first robot's is '{e.Name}'";
            }

            if (expected.Shapes[i].IsPrismatic != found.Shapes[i].IsPrismatic)
            {
                return $"its joint '{f.Name}' is {Kind(f)}, the first robot's is {Kind(e)}";
            }

            if (expected.Shapes[i].Parent != found.Shapes[i].Parent)
            {
                return $"its joint '{f.Name}' follows {Place(found, i)}, the first robot's follows {Place(expected, i)}";
            }
        }

        return null;

        static string Kind(RobotJoint joint) => joint.Type == JointType.Prismatic ? "prismatic" : "revolute";

        static string Place(RigidBodyTree tree, int i) =>
            tree.Shapes[i].IsRoot ? "no movable joint" : $"joint '{tree.Constants[tree.Shapes[i].Parent].Joint.Name}'";
    }

    /// <summary>Writes the parameters of one roll-out into its lane of a block.</summary>
    /// <param name="gravity">Gravity in the world frame, m/s².</param>
    /// <param name="options">Options of the steps, valid; null: no damping, no limits, torques as they are.</param>
    /// <param name="block">Parameters of a block, see <see cref="BodyParameter"/>.</param>
    /// <param name="lane">The roll-out's place in the block.</param>
    public void WriteParameters(Vector3d gravity, RigidBodyOptions? options, Span<double> block, int lane)
    {
        for (int i = 0; i < Count; i++)
        {
            BodyConstants c = Constants[i];
            Span<double> p = block.Slice(i * BodyParameter.Count * BodyParameter.BlockWidth, BodyParameter.Count * BodyParameter.BlockWidth);
            Set(p, BodyParameter.AngleOffset, lane, c.AngleOffset);
            Set(p, BodyParameter.CosTwist, lane, c.Twist.Cos, c.Twist.Sin, c.Swing.Cos, c.Swing.Sin);
            Set(p, BodyParameter.Position, lane, c.Position.X, c.Position.Y, c.Position.Z);
            Set(p, BodyParameter.Mass, lane, c.Mass);
            Set(p, BodyParameter.FirstMoment, lane, c.FirstMoment.X, c.FirstMoment.Y, c.FirstMoment.Z);
            InertiaTensor m = c.Inertia;
            Set(p, BodyParameter.Inertia, lane, m.Xx, m.Xy, m.Xz, m.Yy, m.Yz, m.Zz);

            double damping = options is { JointDamping: true } ? c.Joint.Damping : 0;
            double step = options is { ImplicitDamping: true } ? options.TimeStep / options.Substeps : 0;
            bool follows = Coupling is not null && Coupling.Leaders[i] != i;
            int coordinate = Coupling?.Coordinates[i] ?? i;
            double scale = follows ? 0 : PerJoint(options?.TorqueScale, coordinate);
            double inertia = c.Joint.Armature + (step * damping);
            double gain = options is { Actuator: Actuator.SpeedLoop } ? Math.Abs(scale) / PerJoint(options.SpeedScale, coordinate) : 0;
            Set(p, BodyParameter.SpeedGain, lane, gain);
            if (gain > 0 && options is { TorqueLimits: false, PositionLimits: false })
            {
                damping += gain;
                inertia += options.TimeStep / options.Substeps * gain;
            }

            Set(p, BodyParameter.Damping, lane, damping);
            Set(p, BodyParameter.DiagonalInertia, lane, inertia);
            Set(p, BodyParameter.TorqueScale, lane, scale);
            Set(p, BodyParameter.TorqueLimit, lane, !follows && options is { TorqueLimits: true } ? Given(c.Joint.EffortLimit) : double.PositiveInfinity);
            Set(p, BodyParameter.VelocityLimit, lane, !follows && options is { VelocityLimits: true } ? Given(c.Joint.VelocityLimit) : double.PositiveInfinity);
            WriteStops(p, lane, c.Joint, options is { PositionLimits: true } ? Math.Abs(scale) : 0);
            Set(p, BodyParameter.Friction, lane, options is { JointFriction: true } ? c.Joint.Friction : 0);
            Set(p, BodyParameter.FrictionSlope, lane, 1 / FrictionSpeed(options?.FrictionSpeed, i));
            Set(p, BodyParameter.SpringStiffness, lane, options is { GravityCompensation: false } ? c.Joint.Stiffness : 0);
            Set(p, BodyParameter.SpringReference, lane, c.Joint.SpringReference);
        }

        WriteGravity(gravity, block, lane);
    }

    /// <summary>Writes the part of <see cref="WriteParameters"/> that depends on gravity.</summary>
    /// <param name="gravity">Gravity in the world frame, m/s².</param>
    /// <param name="block">Parameters of a block, see <see cref="BodyParameter"/>.</param>
    /// <param name="lane">The roll-out's place in the block.</param>
    public void WriteGravity(Vector3d gravity, Span<double> block, int lane)
    {
        for (int i = 0; i < Count; i++)
        {
            Vector3d lift = Shapes[i].IsRoot ? Constants[i].WorldRotation.Transposed * (-1 * gravity) : Vector3d.Zero;
            Span<double> p = block.Slice(i * BodyParameter.Count * BodyParameter.BlockWidth, BodyParameter.Count * BodyParameter.BlockWidth);
            Set(p, BodyParameter.Lift, lane, lift.X, lift.Y, lift.Z);
        }
    }

    private static void WriteStops(Span<double> body, int lane, RobotJoint joint, double torque)
    {
        double give = RigidBodyOptions.EndStopGive * Math.Min(1, Math.Max(joint.UpperLimit - joint.LowerLimit, 1e-6));
        Set(body, BodyParameter.LowerStop, lane, Math.Max(joint.LowerLimit, -1e9), Math.Min(joint.UpperLimit, 1e9), torque / give, give);
    }

    /// <summary>The speed at which a joint's dry friction is tanh(1) of its full size, rad/s or m/s.</summary>
    /// <param name="given">One for all joints, one for each that moves by itself, or none for the usual ones.</param>
    /// <param name="body">The body of the joint. A follower has the speed at which the joint that it follows has its own.</param>
    public double FrictionSpeed(IReadOnlyList<double>? given, int body) => given switch
    {
        { Count: 1 } => given[0],
        { Count: > 1 } when Coupling is null => given[body],
        { Count: > 1 } when Coupling!.Multipliers[body] != 0 => Math.Abs(Coupling.Multipliers[body]) * given[Coupling.Coordinates[body]],
        _ => Constants[body].Joint.Type == JointType.Prismatic ? RigidBodyOptions.UsualSlidingFrictionSpeed : RigidBodyOptions.UsualFrictionSpeed,
    };

    private static double Given(double limit) => limit > 0 ? limit : double.PositiveInfinity;

    // None: 1; one: for all joints.
    private static double PerJoint(IReadOnlyList<double>? values, int joint) => values switch
    {
        { Count: 1 } => values[0],
        { Count: > 1 } => values[joint],
        _ => 1,
    };

    private static void Set(Span<double> body, int parameter, int lane, params ReadOnlySpan<double> values)
    {
        for (int k = 0; k < values.Length; k++)
        {
            body[((parameter + k) * BodyParameter.BlockWidth) + lane] = values[k];
        }
    }

    /// <summary>For every body the rotation from its body frame to its link's frame: z along the joint, x across the first child's axis.</summary>
    private static Rotation3d[] ChooseAxes(RobotJoint[] joints, int[] parents, Pose[] placements)
    {
        Rotation3d[] axes = new Rotation3d[joints.Length];
        for (int i = 0; i < joints.Length; i++)
        {
            Vector3d z = Unit(joints[i].Axis);
            int child = Array.IndexOf(parents, i);
            Vector3d x = child < 0 ? Vector3d.Zero : Across(z, Vector3d.Cross(z, placements[child].Rotation * Unit(joints[child].Axis)));
            if (x.Length < Parallel)
            {
                x = Across(z, LeastAligned(z));
            }

            // Once more, so that what rounding left along z is gone.
            x = Unit(Across(z, Unit(x)));
            Vector3d y = Vector3d.Cross(z, x);
            axes[i] = new(x.X, y.X, z.X, x.Y, y.Y, z.Y, x.Z, y.Z, z.Z);
        }

        return axes;
    }

    private static Vector3d Across(Vector3d z, Vector3d v) => v - (Vector3d.Dot(v, z) * z);

    private static Vector3d Unit(Vector3d v) => (1 / v.Length) * v;

    private static Vector3d LeastAligned(Vector3d z)
    {
        (double x, double y, double w) = (Math.Abs(z.X), Math.Abs(z.Y), Math.Abs(z.Z));
        return x <= y && x <= w ? new(1, 0, 0) : y <= w ? new(0, 1, 0) : new(0, 0, 1);
    }

    /// <summary>Splits the rotation from a body to its parent into Rz(swing)·Rx(twist)·Rz(angle).</summary>
    private static BodyConstants Placed(BodyConstants body, Rotation3d r, bool isFirst)
    {
        // The third column is (sin(swing)·sin(twist), −cos(swing)·sin(twist), cos(twist)).
        double tilt = Math.Sqrt((r.Xz * r.Xz) + (r.Yz * r.Yz));
        (double Cos, double Sin) swing = isFirst || tilt == 0 ? (1, 0) : (-r.Yz / tilt, r.Xz / tilt);
        double sinTwist = (swing.Sin * r.Xz) - (swing.Cos * r.Yz);
        double length = Math.Sqrt((sinTwist * sinTwist) + (r.Zz * r.Zz));
        (double Cos, double Sin) twist = (r.Zz / length, sinTwist / length);

        // First row of Rz(−swing)·r, and second row of Rx(−twist)·Rz(−swing)·r: (cos, −sin, 0) and (sin, cos, 0) of the angle.
        double cos = (swing.Cos * r.Xx) + (swing.Sin * r.Yx);
        double sin = (twist.Cos * ((swing.Cos * r.Yx) - (swing.Sin * r.Xx))) + (twist.Sin * r.Zx);
        return body with { Swing = swing, Twist = twist, AngleOffset = Math.Atan2(sin, cos) };
    }
}
