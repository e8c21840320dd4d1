namespace MetaCritic.Robots;

/// <summary>What a reader of descriptions found in a file, before it is known to be a robot.</summary>
internal sealed class RobotDescription
{
    /// <summary>The robot's name.</summary>
    public required string Name { get; init; }

    /// <summary>The links, in the order of the file.</summary>
    public required RobotLink[] Links { get; init; }

    /// <summary>The joints, in the order of the file.</summary>
    public required RobotJoint[] Joints { get; init; }

    /// <summary>Joints of types that are read only when they are locked, with the type; they stand among the joints as fixed.</summary>
    public required IReadOnlyDictionary<int, string> Unmodelled { get; init; }

    /// <summary>What the links look like.</summary>
    public required IReadOnlyList<RobotVisual> Visuals { get; init; }

    /// <summary>Where each part was written.</summary>
    public required RobotPlaces Places { get; init; }

    /// <summary>What was found to be wrong already.</summary>
    public required FaultList Faults { get; init; }

    /// <summary>What was not used.</summary>
    public required ReadingNotes Notes { get; init; }

    /// <summary>Whether all links and joints are there, so that the tree can be judged.</summary>
    public required bool HasAllParts { get; init; }

    /// <summary>Whether we wrote the file.</summary>
    public bool IsOurs { get; init; }

    /// <summary>Gravity, m/s².</summary>
    public Vector3d Gravity { get; init; } = new(0, 0, -9.81);

    /// <summary>What the end effector carries.</summary>
    public Payload Payload { get; init; }

    /// <summary>The end effector's name; null for the default.</summary>
    public string? EndEffector { get; init; }

    // Other simulators take such a link for one without inertia, or for one with it; here the figures count as they stand.
    private void TellOfInertiaWithoutMass(bool strict)
    {
        HashSet<string>? still = null;
        for (int i = 0; i < Links.Length && !IsOurs; i++)
        {
            if (Links[i].Mass == 0 && Links[i].Inertia != default && !(still ??= RobotValidator.FixedToWorld(Links, Joints)).Contains(Links[i].Name))
            {
                const string Found = "there is an inertia although the mass is 0";
                if (strict)
                {
                    Faults.Add(new(Places.OfLink(i, RobotPart.Inertia), Found, "Give the link a mass, or set the inertia to 0"));
                }
                else
                {
                    Notes.Warn("inertia without mass", Places.OfLink(i, RobotPart.Inertia), Found + "; it counts as it stands");
                }
            }
        }
    }

    // What follows a fixed joint stands still, at its offset.
    private void FixWhatFollowsFixed()
    {
        HashSet<string> still = Joints.Where((joint, j) => !joint.Moves && !Unmodelled.ContainsKey(j)).Select(joint => joint.Name).ToHashSet(StringComparer.Ordinal);
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int j = 0; j < Joints.Length; j++)
            {
                if (Joints[j] is { Moves: true, Mimic: { } mimic } joint && still.Contains(mimic.Joint) && double.IsFinite(mimic.Offset))
                {
                    Notes.Warn("mimic of fixed", Places.OfJoint(j, RobotPart.Mimic), $"{Quoted.Text(mimic.Joint)} is fixed, so that this joint is fixed too");
                    Joints[j] = JointLocks.Fixed(joint, mimic.Offset);
                    changed |= still.Add(joint.Name);
                }
            }
        }
    }

    /// <summary>Makes the robot.</summary>
    /// <param name="options">What is to be locked.</param>
    /// <exception cref="InvalidInputException">Something is wrong; the message has a line for each fault.</exception>
    public RobotModel Build(RobotReadingOptions options)
    {
        FixWhatFollowsFixed();
        IReadOnlyDictionary<string, double> locked = JointLocks.Apply(Joints, options.Locks, options.LockAllBut, Unmodelled, Places.OfRobot(), Faults);
        // What was wrong with a lock that was asked for is told already.
        foreach ((int joint, string type) in Unmodelled.Where(entry => !locked.ContainsKey(Joints[entry.Key].Name) && !options.Locks.ContainsKey(Joints[entry.Key].Name)))
        {
            Faults.Add(new(
                Places.OfJoint(joint, RobotPart.Type),
                $"joint type {Quoted.Text(type)} is not supported",
                $"Lock the joint where it is (--lock {Quoted.Shortened(Joints[joint].Name)}), or replace it by joints of the types revolute, continuous and prismatic"));
        }

        RobotValidator.CheckParts(Links, Joints, Places, Faults);
        TellOfInertiaWithoutMass(options.Strict);
        Faults.Try(() => RobotValidator.CheckName(Name, Places.OfRobot()));
        if (HasAllParts)
        {
            Faults.Try(() => _ = RobotTree.Build(Links, Joints, Places));
        }

        if (!Faults.IsEmpty)
        {
            // A robot that is whole checks this itself.
            _ = JointCouplings.Resolve(Joints, Places, joint => joint, Faults);
        }

        Faults.ThrowIfAny();
        return new(Name, Links, Joints, Gravity, Payload, EndEffector, Places)
        {
            Visuals = Visuals,
            Warnings = Notes.Warnings,
            PassedOver = Notes.PassedOver,
            Locked = locked,
        };
    }
}
