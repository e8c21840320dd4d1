namespace MetaCritic.Robots;

/// <summary>
/// Finds joints whose acceleration no force determines, because what they move has no inertia along their motion.
/// </summary>
/// <remarks>
/// <para>
/// The inertia that a joint has to move is found as in the articulated-body algorithm (Featherstone, <i>Rigid Body
/// Dynamics Algorithms</i>, 2008, chapter 7): from the leaves to the root, D = Sᵀ·I·S + armature, where I is what is left of
/// the outer bodies' inertia after the outer joints have given way. The joint-space inertia is invertible exactly
/// if every D is positive.
/// </para>
/// <para>
/// D depends on the positions of the outer joints: a point mass may lie on a joint's axis in one position and
/// beside it in the next. As D is an analytic function of the positions, it is either zero in all of them or
/// positive in almost all. So one position that is special for no axis tells the two apart. Positions in which D
/// vanishes by chance are left to the dynamics.
/// </para>
/// </remarks>
internal static class JointMobility
{
    /// <summary>
    /// The share of the moved inertia that counts as none: far above what rounding leaves behind, far below the figures
    /// of any machine.
    /// </summary>
    private const double Tolerance = 1e-12;

    private const int Size = 6;

    /// <summary>Checks all joints.</summary>
    /// <param name="links">Ordered links with their payload.</param>
    /// <param name="joints">Ordered joints with unit axes.</param>
    /// <param name="tree">How they hang together.</param>
    /// <param name="couplings">What each joint follows.</param>
    /// <param name="placeOfJoint">Where an ordered joint was written.</param>
    /// <param name="faults">Receives joints that move no inertia, or more than doubles can hold.</param>
    public static void Check(
        RobotLink[] links, RobotJoint[] joints, RobotTree tree, JointCouplings.Coupling[] couplings, Func<int, string> placeOfJoint, FaultList faults)
    {
        Pose[] poses = SomePoses(joints, tree, couplings);
        if (joints.Any(joint => joint.Mimic is not null))
        {
            CoupledMobility.Check(links, joints, tree, couplings, poses, placeOfJoint, faults);
            return;
        }

        double[] composite = new double[links.Length * Size * Size];
        double[] articulated = new double[links.Length * Size * Size];
        for (int i = 0; i < links.Length; i++)
        {
            AddLink(links[i], poses[i].Rotation, At(composite, i));
            AddLink(links[i], poses[i].Rotation, At(articulated, i));
        }

        Span<double> motion = stackalloc double[Size];
        for (int i = links.Length - 1; i > 0; i--)
        {
            RobotJoint joint = joints[i - 1];
            if (joint.IsMovable)
            {
                Motion(joint, poses[i].Rotation, motion);
                try
                {
                    CheckJoint(joint, motion, At(composite, i), At(articulated, i), () => placeOfJoint(i - 1));
                }
                catch (InvalidInputException fault)
                {
                    faults.Add(fault);
                }
            }

            int parent = tree.Parents[i];
            Vector3d offset = poses[i].Position - poses[parent].Position;
            AddMoved(At(composite, i), offset, At(composite, parent));
            AddMoved(At(articulated, i), offset, At(articulated, parent));
        }
    }

    private static Span<double> At(double[] matrices, int i) => matrices.AsSpan(i * Size * Size, Size * Size);

    /// <summary>Poses in the root's frame for joint positions that follow no pattern: multiples of the golden ratio.</summary>
    private static Pose[] SomePoses(RobotJoint[] joints, RobotTree tree, JointCouplings.Coupling[] couplings)
    {
        const double GoldenRatio = 0.6180339887498949;
        Pose[] poses = new Pose[joints.Length + 1];
        poses[0] = Pose.Identity;
        for (int j = 0; j < joints.Length; j++)
        {
            double position = 0.3 + Math.IEEERemainder((Math.Max(couplings[j].Leader, 0) + 1) * GoldenRatio, 1);
            if (joints[j].Mimic is not null)
            {
                position = (couplings[j].Multiplier * position) + couplings[j].Offset;
            }

            Pose origin = poses[tree.Parents[j + 1]] * joints[j].Origin;
            poses[j + 1] = joints[j].Type switch
            {
                JointType.Fixed => origin,
                JointType.Prismatic => origin * new Pose(Rotation3d.Identity, 0.1 * position * joints[j].Axis),
                _ => origin * new Pose(Turn(joints[j].Axis, position), Vector3d.Zero),
            };
        }

        return poses;
    }

    /// <summary>The rotation by an angle about a unit axis (Rodrigues).</summary>
    private static Rotation3d Turn(Vector3d a, double angle)
    {
        (double s, double c) = Math.SinCos(angle);
        double t = 1 - c;
        return new(
            (t * a.X * a.X) + c, (t * a.X * a.Y) - (s * a.Z), (t * a.X * a.Z) + (s * a.Y),
            (t * a.X * a.Y) + (s * a.Z), (t * a.Y * a.Y) + c, (t * a.Y * a.Z) - (s * a.X),
            (t * a.X * a.Z) - (s * a.Y), (t * a.Y * a.Z) + (s * a.X), (t * a.Z * a.Z) + c);
    }

    /// <summary>Adds a link's spatial inertia about its frame's origin, along the root's axes; angular part first.</summary>
    internal static void AddLink(RobotLink link, Rotation3d rotation, Span<double> inertia)
    {
        Vector3d c = rotation * link.CenterOfMass;
        InertiaTensor about = link.Inertia.Rotated(rotation) + InertiaTensor.OfPointMass(link.Mass, c);
        ReadOnlySpan<double> block =
        [
            about.Xx, about.Xy, about.Xz, 0, -link.Mass * c.Z, link.Mass * c.Y,
            about.Xy, about.Yy, about.Yz, link.Mass * c.Z, 0, -link.Mass * c.X,
            about.Xz, about.Yz, about.Zz, -link.Mass * c.Y, link.Mass * c.X, 0,
            0, link.Mass * c.Z, -link.Mass * c.Y, link.Mass, 0, 0,
            -link.Mass * c.Z, 0, link.Mass * c.X, 0, link.Mass, 0,
            link.Mass * c.Y, -link.Mass * c.X, 0, 0, 0, link.Mass,
        ];
        for (int k = 0; k < block.Length; k++)
        {
            inertia[k] += block[k];
        }
    }

    private static void Motion(RobotJoint joint, Rotation3d rotation, Span<double> motion)
    {
        Vector3d axis = rotation * joint.Axis;
        int first = joint.Type == JointType.Prismatic ? 3 : 0;
        motion.Clear();
        (motion[first], motion[first + 1], motion[first + 2]) = (axis.X, axis.Y, axis.Z);
    }

    private static void CheckJoint(
        RobotJoint joint, ReadOnlySpan<double> motion, ReadOnlySpan<double> composite, Span<double> articulated, Func<string> place)
    {
        Span<double> momentum = stackalloc double[Size];
        double moved = joint.Armature + Along(motion, composite, momentum);
        double left = joint.Armature + Along(motion, articulated, momentum);
        int first = joint.Type == JointType.Prismatic ? 3 : 0;
        double whole = joint.Armature
            + composite[(first * Size) + first] + composite[((first + 1) * Size) + first + 1] + composite[((first + 2) * Size) + first + 2];
        if (!double.IsFinite(whole) || !double.IsFinite(left))
        {
            throw new InvalidInputException(
                place(), "the inertia that the joint moves is too large to compute with", "Reduce the masses or distances; they are in kg and m");
        }

        if (moved <= Tolerance * whole)
        {
            throw new InvalidInputException(
                place(),
                joint.Type == JointType.Prismatic ? "the joint moves no mass" : "the joint moves no mass, or only mass on its axis without inertia about it",
                "Give a link beyond the joint mass and inertia, or the joint armature, or make it fixed");
        }

        if (left <= Tolerance * whole)
        {
            throw new InvalidInputException(
                place(),
                "the joint moves no inertia of its own: all that it moves gives way along joints further out, so that its acceleration is undetermined",
                "Give the links in between mass and inertia, or the joint armature, or make one of the joints fixed");
        }

        for (int r = 0; r < Size; r++)
        {
            for (int c = 0; c < Size; c++)
            {
                articulated[(r * Size) + c] -= momentum[r] * momentum[c] / left;
            }
        }
    }

    /// <summary>Sᵀ·I·S; leaves I·S in <paramref name="momentum"/>.</summary>
    private static double Along(ReadOnlySpan<double> motion, ReadOnlySpan<double> inertia, Span<double> momentum)
    {
        double along = 0;
        for (int r = 0; r < Size; r++)
        {
            double sum = 0;
            for (int c = 0; c < Size; c++)
            {
                sum += inertia[(r * Size) + c] * motion[c];
            }

            momentum[r] = sum;
            along += motion[r] * sum;
        }

        return along;
    }

    /// <summary>Adds an inertia to another whose reference point lies by −offset away: Xᵀ·I·X, X = [1 0; −[offset]× 1].</summary>
    private static void AddMoved(ReadOnlySpan<double> inertia, Vector3d offset, Span<double> sum)
    {
        Span<double> x = stackalloc double[Size * Size];
        x.Clear();
        for (int k = 0; k < Size; k++)
        {
            x[(k * Size) + k] = 1;
        }

        (x[(3 * Size) + 1], x[(3 * Size) + 2]) = (offset.Z, -offset.Y);
        (x[4 * Size], x[(4 * Size) + 2]) = (-offset.Z, offset.X);
        (x[5 * Size], x[(5 * Size) + 1]) = (offset.Y, -offset.X);

        Span<double> product = stackalloc double[Size * Size];
        for (int r = 0; r < Size; r++)
        {
            for (int c = 0; c < Size; c++)
            {
                double s = 0;
                for (int k = 0; k < Size; k++)
                {
                    s += inertia[(r * Size) + k] * x[(k * Size) + c];
                }

                product[(r * Size) + c] = s;
            }
        }

        for (int r = 0; r < Size; r++)
        {
            for (int c = 0; c < Size; c++)
            {
                double s = 0;
                for (int k = 0; k < Size; k++)
                {
                    s += x[(k * Size) + r] * product[(k * Size) + c];
                }

                sum[(r * Size) + c] += s;
            }
        }
    }
}
