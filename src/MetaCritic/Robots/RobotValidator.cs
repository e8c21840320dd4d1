namespace MetaCritic.Robots;

/// <summary>The rules that every robot obeys, wherever its figures come from.</summary>
internal static class RobotValidator
{
    // Share of a robot's mass and of its largest inertia below which a link is a mere frame.
    private const double Marker = 1e-6;

    /// <summary>How far the product of a rotation and its transpose may be from the identity.</summary>
    private const double RotationTolerance = 1e-9;

    /// <summary>Checks each link and joint by itself.</summary>
    /// <param name="links">The links.</param>
    /// <param name="joints">The joints.</param>
    /// <param name="places">Where each was written.</param>
    /// <param name="faults">Receives what is wrong: a figure that is not finite, out of range or not physical.</param>
    /// <exception cref="InvalidInputException">There are too many.</exception>
    public static void CheckParts(IReadOnlyList<RobotLink> links, IReadOnlyList<RobotJoint> joints, RobotPlaces places, FaultList faults)
    {
        if (links.Count > RobotCaps.Links || joints.Count > RobotCaps.Links)
        {
            throw new InvalidInputException(
                places.OfRobot(), $"it has more than {RobotCaps.Links} links or joints", "Leave out what is not needed");
        }

        HashSet<string> still = FixedToWorld(links, joints);
        double mass = links.Sum(link => link?.Mass ?? 0);
        double moment = links.Select(link => link is null ? 0 : Trace(link)).DefaultIfEmpty().Max();
        for (int i = 0; i < links.Count; i++)
        {
            int index = i;
            faults.Try(() => CheckLink(
                links[index],
                index,
                places,
                links[index] is { Name: { } name } && still.Contains(name),
                links[index] is { } link && link.Mass <= Marker * mass && Trace(link) <= Marker * moment));
        }

        for (int i = 0; i < joints.Count; i++)
        {
            int index = i;
            if (!places.IsIncomplete(i))
            {
                faults.Try(() => CheckJoint(joints[index], index, places, faults));
            }
        }
    }

    private static double Trace(RobotLink link) => Math.Abs(link.Inertia.Xx + link.Inertia.Yy + link.Inertia.Zz);

    // Names of the links that cannot move, whose inertia means nothing. Loops and names used twice are for the tree to find.
    internal static HashSet<string> FixedToWorld(IReadOnlyList<RobotLink> links, IReadOnlyList<RobotJoint> joints)
    {
        RobotJoint[] complete = [.. joints.Where(joint => joint is { Parent: not null, Child: not null })];
        HashSet<string> children = complete.Select(joint => joint.Child).ToHashSet(StringComparer.Ordinal);
        ILookup<string, string> rigid = complete.Where(joint => !joint.Moves).ToLookup(joint => joint.Parent, joint => joint.Child, StringComparer.Ordinal);
        HashSet<string> still = [.. links.Where(link => link is { Name: not null } && !children.Contains(link.Name)).Select(link => link.Name)];
        Queue<string> next = new(still);
        while (next.TryDequeue(out string? link))
        {
            foreach (string child in rigid[link].Where(still.Add))
            {
                next.Enqueue(child);
            }
        }

        return still;
    }

    /// <summary>Checks gravity and payload.</summary>
    /// <exception cref="InvalidInputException">A figure is not finite or out of range.</exception>
    public static void CheckSurroundings(Vector3d gravity, Payload payload, RobotPlaces places)
    {
        if (!gravity.IsFinite)
        {
            throw new InvalidInputException(places.OfGravity(), $"found {Written(gravity)}", "Give three finite numbers, in m/s²");
        }

        if (!(double.IsFinite(payload.Mass) && payload.Mass >= 0))
        {
            throw new InvalidInputException(
                places.OfPayload(), $"its mass is {Quoted.Number(payload.Mass)}", "Give a finite mass of at least 0 kg");
        }

        if (!payload.Offset.IsFinite)
        {
            throw new InvalidInputException(places.OfPayload(), $"its offset is {Written(payload.Offset)}", "Give three finite numbers, in m");
        }
    }

    /// <summary>Checks a name.</summary>
    /// <exception cref="InvalidInputException">It is empty, too long, or cannot be written to a file.</exception>
    public static void CheckName(string? name, string place)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new InvalidInputException(place, "the name is missing or empty", "Give it a name");
        }

        if (name.Length > RobotCaps.NameLength)
        {
            throw new InvalidInputException(
                place, $"the name {Quoted.Text(name)} has {name.Length} characters", $"Use at most {RobotCaps.NameLength}");
        }

        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogatePair(name, i))
            {
                i++;
            }
            else if (char.IsControl(name[i]) || char.IsSurrogate(name[i]))
            {
                throw new InvalidInputException(
                    place, $"character {i + 1} of the name is the control character or half character U+{(int)name[i]:X4}", "Remove it from the name");
            }
        }
    }

    private static void CheckLink(RobotLink? link, int i, RobotPlaces places, bool isFixedToWorld, bool isMarker)
    {
        if (link is null)
        {
            throw new InvalidInputException(places.OfLink(i), "the link is null", "Leave it out");
        }

        CheckName(link.Name, places.OfLink(i, RobotPart.Name));
        if (!(double.IsFinite(link.Mass) && link.Mass >= 0))
        {
            throw new InvalidInputException(
                places.OfLink(i, RobotPart.Mass), $"the mass is {Quoted.Number(link.Mass)}", "Give a finite mass of at least 0 kg");
        }

        if (!link.CenterOfMass.IsFinite)
        {
            throw new InvalidInputException(
                places.OfLink(i, RobotPart.CenterOfMass),
                $"the centre of mass is {Written(link.CenterOfMass)}",
                "Give three finite numbers, in m");
        }

        CheckInertia(link, places.OfLink(i, RobotPart.Inertia), places.AllowsInertiaWithoutMass, isFixedToWorld, isMarker);
    }

    private static void CheckInertia(RobotLink link, string place, bool allowWithoutMass, bool isFixedToWorld, bool isMarker)
    {
        InertiaTensor a = link.Inertia;
        if (!(new Vector3d(a.Xx, a.Xy, a.Xz).IsFinite && new Vector3d(a.Yy, a.Yz, a.Zz).IsFinite))
        {
            throw new InvalidInputException(place, $"the inertia is {Written(a)}", "Give six finite numbers, in kg·m²");
        }

        if (isFixedToWorld)
        {
            return;
        }

        if (link.Mass == 0 && a != default && !allowWithoutMass)
        {
            throw new InvalidInputException(
                place, $"the inertia is {Written(a)} although the mass is 0", "Give the link a mass, or set the inertia to 0");
        }

        PrincipalMoments moments = PrincipalMoments.Of(a);
        string written = FormattableString.Invariant($"{moments.Smallest:G6}, {moments.Middle:G6} and {moments.Largest:G6}");
        if (!moments.AreNonNegative)
        {
            throw new InvalidInputException(
                place,
                $"the inertia is not physical: its principal moments are {written} kg·m², and none can be negative",
                "Correct the inertia; it is taken about the centre of mass");
        }

        // Frames are often given a mass and moments of nearly nothing, such as six times 1e-8.
        if (!moments.SatisfyTriangleInequality && !isMarker)
        {
            throw new InvalidInputException(
                place,
                $"the inertia is not physical: of its principal moments {written} kg·m² the largest exceeds the sum of the others",
                "Correct the inertia; it is taken about the centre of mass");
        }
    }

    private static void CheckJoint(RobotJoint? joint, int i, RobotPlaces places, FaultList faults)
    {
        if (joint is null)
        {
            throw new InvalidInputException(places.OfJoint(i), "the joint is null", "Leave it out");
        }

        CheckName(joint.Name, places.OfJoint(i, RobotPart.Name));
        CheckName(joint.Parent, places.OfJoint(i, RobotPart.Parent));
        CheckName(joint.Child, places.OfJoint(i, RobotPart.Child));
        if (!Enum.IsDefined(joint.Type))
        {
            throw new InvalidInputException(
                places.OfJoint(i, RobotPart.Type), $"there is no joint type number {(int)joint.Type}", $"Use one of {string.Join(", ", Enum.GetNames<JointType>())}");
        }

        faults.Try(() => CheckOrigin(joint.Origin, places.OfJoint(i, RobotPart.Origin)));
        if (joint.Moves)
        {
            faults.Try(() => CheckAxis(joint, i, places));
            faults.Try(() => CheckLimits(joint, i, places));
            faults.Try(() => CheckAtLeastZero(joint.Damping, mayBeInfinite: false, "damping", places.OfJoint(i, RobotPart.Dynamics)));
            faults.Try(() => CheckAtLeastZero(joint.Friction, mayBeInfinite: false, "friction", places.OfJoint(i, RobotPart.Dynamics)));
            faults.Try(() => CheckAtLeastZero(joint.Armature, mayBeInfinite: false, "armature", places.OfJoint(i, RobotPart.Dynamics)));
            faults.Try(() => CheckAtLeastZero(joint.Stiffness, mayBeInfinite: false, "stiffness", places.OfJoint(i, RobotPart.Dynamics)));
            faults.Try(() => CheckSpringReference(joint, places.OfJoint(i, RobotPart.Dynamics)));
            faults.Try(() => CheckMimic(joint, i, places));
        }
    }

    private static void CheckOrigin(Pose origin, string place)
    {
        if (!origin.Position.IsFinite)
        {
            throw new InvalidInputException(place, $"the position is {Written(origin.Position)}", "Give three finite numbers, in m");
        }

        Rotation3d r = origin.Rotation;
        Rotation3d product = r * r.Transposed;
        double error = new[]
        {
            product.Xx - 1, product.Xy, product.Xz, product.Yy - 1, product.Yz, product.Zz - 1,
        }.Max(Math.Abs);
        double determinant = Vector3d.Dot(new(r.Xx, r.Xy, r.Xz), Vector3d.Cross(new(r.Yx, r.Yy, r.Yz), new(r.Zx, r.Zy, r.Zz)));
        if (!(error <= RotationTolerance && determinant > 0))
        {
            throw new InvalidInputException(
                place, "the rotation is no rotation matrix", "Give a right-handed orthonormal matrix; Rotation3d.FromRollPitchYaw makes one");
        }
    }

    private static void CheckSpringReference(RobotJoint joint, string place)
    {
        if (!double.IsFinite(joint.SpringReference))
        {
            throw new InvalidInputException(place, $"the spring is slack at {Quoted.Number(joint.SpringReference)}", "Give a finite position, in rad or m");
        }
    }

    private static void CheckMimic(RobotJoint joint, int i, RobotPlaces places)
    {
        if (joint.Mimic is { } mimic)
        {
            string place = places.OfJoint(i, RobotPart.Mimic);
            CheckName(mimic.Joint, place);
            if (!double.IsFinite(mimic.Multiplier) || !double.IsFinite(mimic.Offset))
            {
                throw new InvalidInputException(
                    place, $"multiplier and offset are {Quoted.Number(mimic.Multiplier)} and {Quoted.Number(mimic.Offset)}", "Give finite numbers");
            }
        }
    }

    private static void CheckAxis(RobotJoint joint, int i, RobotPlaces places)
    {
        if (!joint.Axis.IsFinite || joint.Axis == Vector3d.Zero)
        {
            throw new InvalidInputException(
                places.OfJoint(i, RobotPart.Axis),
                joint.Axis == Vector3d.Zero ? "the axis is zero" : $"the axis is {Written(joint.Axis)}",
                "Give the direction of the motion, such as 0 0 1");
        }
    }

    private static void CheckLimits(RobotJoint joint, int i, RobotPlaces places)
    {
        string limits = places.OfJoint(i, RobotPart.Limits);
        if (double.IsNaN(joint.LowerLimit) || double.IsNaN(joint.UpperLimit)
            || double.IsPositiveInfinity(joint.LowerLimit) || double.IsNegativeInfinity(joint.UpperLimit))
        {
            throw new InvalidInputException(
                limits,
                $"the limits are {Quoted.Number(joint.LowerLimit)} and {Quoted.Number(joint.UpperLimit)}",
                "Give finite limits, or -Infinity and Infinity where there is none");
        }

        if (joint.LowerLimit > joint.UpperLimit)
        {
            throw new InvalidInputException(
                limits,
                $"the lower limit {Quoted.Number(joint.LowerLimit)} exceeds the upper limit {Quoted.Number(joint.UpperLimit)}",
                "Exchange or correct them");
        }

        if (joint.Type == JointType.Continuous && (double.IsFinite(joint.LowerLimit) || double.IsFinite(joint.UpperLimit)))
        {
            throw new InvalidInputException(
                limits, "a continuous joint has position limits", "Remove them, or make the joint revolute");
        }

        CheckAtLeastZero(joint.VelocityLimit, mayBeInfinite: true, "velocity limit", limits);
        CheckAtLeastZero(joint.EffortLimit, mayBeInfinite: true, "effort limit", limits);
    }

    private static void CheckAtLeastZero(double value, bool mayBeInfinite, string what, string place)
    {
        if (!(value >= 0 && (mayBeInfinite || double.IsFinite(value))))
        {
            throw new InvalidInputException(
                place, $"the {what} is {Quoted.Number(value)}", $"Give a {(mayBeInfinite ? "" : "finite ")}number of at least 0");
        }
    }

    private static string Written(Vector3d v) => $"{Quoted.Number(v.X)} {Quoted.Number(v.Y)} {Quoted.Number(v.Z)}";

    private static string Written(InertiaTensor a) => string.Join(
        ' ', new[] { a.Xx, a.Xy, a.Xz, a.Yy, a.Yz, a.Zz }.Select(Quoted.Number));
}
