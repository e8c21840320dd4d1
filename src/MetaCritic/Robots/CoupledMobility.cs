namespace MetaCritic.Robots;

/// <summary>
/// As <see cref="JointMobility"/>, for a robot some of whose joints follow others: its joint-space inertia Gᵀ·M·G is no longer that of a tree,
/// so that it is computed as a whole, Σ Jᵀ·I·J over the links, and factorised.
/// </summary>
internal static class CoupledMobility
{
    private const double Tolerance = 1e-12;
    private const int Size = 6;

    /// <summary>Checks all joints that move by themselves.</summary>
    /// <param name="links">Ordered links with their payload.</param>
    /// <param name="joints">Ordered joints with unit axes.</param>
    /// <param name="tree">How they hang together.</param>
    /// <param name="couplings">What each joint follows.</param>
    /// <param name="poses">Poses of the links in the root's frame.</param>
    /// <param name="placeOfJoint">Where an ordered joint was written.</param>
    /// <param name="faults">Receives joints that move no inertia.</param>
    public static void Check(
        RobotLink[] links, RobotJoint[] joints, RobotTree tree, JointCouplings.Coupling[] couplings, Pose[] poses, Func<int, string> placeOfJoint, FaultList faults)
    {
        int[] independent = [.. Enumerable.Range(0, joints.Length).Where(j => joints[j].IsMovable)];
        int moving = joints.Count(joint => joint.Moves);
        if (moving > RobotCaps.CoupledJoints)
        {
            faults.Add(new(
                placeOfJoint(Array.FindIndex(joints, joint => joint.Mimic is not null)),
                $"the joint follows another one, and {moving} joints move in all",
                $"Lock some: where joints follow others, at most {RobotCaps.CoupledJoints} can move"));
            return;
        }

        double[,] inertia = InertiaMatrix(links, joints, tree, couplings, poses, independent);
        int n = independent.Length;
        for (int k = 0; k < n; k++)
        {
            double whole = inertia[k, k];
            double left = whole;
            for (int c = 0; c < k; c++)
            {
                left -= inertia[k, c] * inertia[k, c] * inertia[c, c];
            }

            if (!(left > Tolerance * whole) || !double.IsFinite(whole))
            {
                faults.Add(new(
                    placeOfJoint(independent[k]),
                    double.IsFinite(whole)
                        ? "the joint moves no inertia of its own, with the joints that follow it, so that its acceleration is undetermined"
                        : "the inertia that the joint moves is too large to compute with",
                    "Give the links that it moves mass and inertia, or the joint armature, or make it fixed"));
                return;
            }

            // L·D·Lᵀ, row by row: the diagonal becomes D, what is left of it L.
            inertia[k, k] = left;
            for (int r = k + 1; r < n; r++)
            {
                double sum = inertia[r, k];
                for (int c = 0; c < k; c++)
                {
                    sum -= inertia[r, c] * inertia[k, c] * inertia[c, c];
                }

                inertia[r, k] = sum / left;
            }
        }
    }

    private static double[,] InertiaMatrix(
        RobotLink[] links, RobotJoint[] joints, RobotTree tree, JointCouplings.Coupling[] couplings, Pose[] poses, int[] independent)
    {
        int n = independent.Length;
        int[] coordinates = new int[joints.Length];
        for (int k = 0; k < n; k++)
        {
            coordinates[independent[k]] = k;
        }

        // Motion of each link for a unit of speed of each coordinate, at its frame's origin, along the root's axes; angular part first.
        double[][] motions = new double[links.Length][];
        motions[0] = [];
        double[,] inertia = new double[n, n];
        double[] block = new double[Size * Size];
        double[] momentum = new double[Size];
        for (int i = 1; i < links.Length; i++)
        {
            RobotJoint joint = joints[i - 1];
            double[] motion = Moved(motions[tree.Parents[i]], poses[i].Position - poses[tree.Parents[i]].Position);
            if (joint.Moves)
            {
                JointCouplings.Coupling coupling = couplings[i - 1];
                Vector3d axis = coupling.Multiplier * (poses[i].Rotation * joint.Axis);
                int at = coordinates[coupling.Leader];
                motion = motion.Length == 0 ? new double[n * Size] : motion;
                int first = (at * Size) + (joint.Type == JointType.Prismatic ? 3 : 0);
                (motion[first], motion[first + 1], motion[first + 2]) = (motion[first] + axis.X, motion[first + 1] + axis.Y, motion[first + 2] + axis.Z);
                inertia[at, at] += coupling.Multiplier * coupling.Multiplier * joint.Armature;
            }

            motions[i] = motion;
            if (motion.Length > 0 && (links[i].Mass != 0 || links[i].Inertia != default))
            {
                Array.Clear(block);
                JointMobility.AddLink(links[i], poses[i].Rotation, block);
                AddProducts(inertia, motion, block, momentum);
            }
        }

        return inertia;
    }

    private static double[] Moved(double[] motion, Vector3d offset)
    {
        double[] moved = [.. motion];
        for (int at = 0; at < moved.Length; at += Size)
        {
            Vector3d extra = Vector3d.Cross(new(moved[at], moved[at + 1], moved[at + 2]), offset);
            (moved[at + 3], moved[at + 4], moved[at + 5]) = (moved[at + 3] + extra.X, moved[at + 4] + extra.Y, moved[at + 5] + extra.Z);
        }

        return moved;
    }

    // Adds Jᵀ·I·J; only coordinates that move the link have columns other than 0.
    private static void AddProducts(double[,] inertia, double[] motion, double[] block, double[] momentum)
    {
        int n = inertia.GetLength(0);
        int[] moving = [.. Enumerable.Range(0, n).Where(k => motion.AsSpan(k * Size, Size).ContainsAnyExcept(0.0))];
        foreach (int a in moving)
        {
            for (int r = 0; r < Size; r++)
            {
                momentum[r] = 0;
                for (int c = 0; c < Size; c++)
                {
                    momentum[r] += block[(r * Size) + c] * motion[(a * Size) + c];
                }
            }

            foreach (int b in moving)
            {
                for (int r = 0; r < Size; r++)
                {
                    inertia[b, a] += motion[(b * Size) + r] * momentum[r];
                }
            }
        }
    }
}
