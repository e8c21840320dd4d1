namespace MetaCritic.Robots;

/// <summary>Locks joints: they become fixed where they are held.</summary>
internal static class JointLocks
{
    /// <summary>Locks joints in place.</summary>
    /// <param name="joints">The joints; locked ones are replaced.</param>
    /// <param name="locks">Which, and where.</param>
    /// <param name="lockAllBut">If not null, the only joints that are not locked.</param>
    /// <param name="unmodelled">Index and type of the joints that are of types only read when locked; they stand in <paramref name="joints"/> as fixed.</param>
    /// <param name="place">What errors begin with.</param>
    /// <param name="faults">Receives what is wrong with the request.</param>
    /// <returns>The joints that were locked, with their positions.</returns>
    public static IReadOnlyDictionary<string, double> Apply(
        RobotJoint[] joints,
        IReadOnlyDictionary<string, double> locks,
        IReadOnlyList<string>? lockAllBut,
        IReadOnlyDictionary<int, string> unmodelled,
        string place,
        FaultList faults)
    {
        Dictionary<string, int> indices = new(StringComparer.Ordinal);
        for (int j = 0; j < joints.Length; j++)
        {
            indices.TryAdd(joints[j].Name, j);
        }

        bool CanBeLocked(int j) => joints[j].Type != JointType.Fixed || unmodelled.ContainsKey(j);
        string[] lockable = [.. indices.Where(entry => CanBeLocked(entry.Value) && joints[entry.Value].Mimic is null).Select(entry => entry.Key)];
        SortedDictionary<int, double> wanted = [];
        foreach (string name in lockAllBut ?? [])
        {
            faults.Try(() => Find(name));
        }

        if (lockAllBut is not null)
        {
            foreach (string name in lockable.Where(name => !lockAllBut.Contains(name)))
            {
                RobotJoint joint = joints[indices[name]];
                wanted[indices[name]] = joint.LowerLimit <= joint.UpperLimit ? Math.Clamp(0, joint.LowerLimit, joint.UpperLimit) : 0;
            }
        }

        foreach ((string name, double position) in locks)
        {
            faults.Try(() => wanted[Find(name)] = Checked(name, position));
        }

        Dictionary<string, double> locked = new(StringComparer.Ordinal);
        foreach ((int j, double position) in wanted)
        {
            if (CanBeLocked(j))
            {
                locked[joints[j].Name] = position;
                joints[j] = Fixed(joints[j], position);
            }
        }

        LockFollowers(joints, indices, locked);
        return locked;

        int Find(string name)
        {
            string where = $"{place}, lock {Quoted.Text(name)}";
            if (!indices.TryGetValue(name, out int j))
            {
                IReadOnlyList<string> near = NearNames.Of(name, lockable);
                throw new InvalidInputException(where, "there is no joint of this name", near.Count > 0 ? NearNames.Perhaps(near) : $"The joints are {Quoted.List(lockable)}");
            }

            return joints[j].Mimic is { } mimic
                ? throw new InvalidInputException(where, $"the joint follows {Quoted.Text(mimic.Joint)}", "Lock that one, or leave it free")
                : CanBeLocked(j) ? j : throw new InvalidInputException(where, "the joint is fixed", "Leave it out");
        }

        double Checked(string name, double position)
        {
            RobotJoint joint = joints[indices[name]];
            string where = $"{place}, lock {Quoted.Text(name)}";
            if (!double.IsFinite(position))
            {
                throw new InvalidInputException(where, $"the position is {Quoted.Number(position)}", "Give a finite number, in rad or m");
            }

            if (unmodelled.TryGetValue(indices[name], out string? type) && position != 0)
            {
                throw new InvalidInputException(where, $"the position is {Quoted.Number(position)}, but the joint is {type}", "Give 0: such a joint is locked where its origin is");
            }

            return !(position < joint.LowerLimit || position > joint.UpperLimit)
                ? position
                : throw new InvalidInputException(
                    where, $"the position {Quoted.Number(position)} is outside the limits {Quoted.Number(joint.LowerLimit)} and {Quoted.Number(joint.UpperLimit)}", "Give a position inside them");
        }
    }

    /// <summary>A joint that is held at a position.</summary>
    public static RobotJoint Fixed(RobotJoint joint, double position) => new()
    {
        Name = joint.Name,
        Type = JointType.Fixed,
        Parent = joint.Parent,
        Child = joint.Child,
        Origin = joint.Type == JointType.Fixed || position == 0 ? joint.Origin : joint.Origin * (joint with { Axis = joint.Axis.Unit }).Motion(position),
    };

    // A follower of a locked joint is locked, and so is its own follower: as often as chains are long.
    private static void LockFollowers(RobotJoint[] joints, Dictionary<string, int> indices, Dictionary<string, double> locked)
    {
        if (locked.Count == 0)
        {
            return;
        }

        ILookup<string, int> followers = Enumerable.Range(0, joints.Length).Where(j => joints[j].Mimic is not null).ToLookup(j => joints[j].Mimic!.Joint, StringComparer.Ordinal);
        Queue<string> leaders = new(locked.Keys);
        while (leaders.TryDequeue(out string? leader))
        {
            foreach (int j in followers[leader].Where(j => joints[j].Mimic is not null && indices[joints[j].Name] == j))
            {
                double position = (joints[j].Mimic!.Multiplier * locked[leader]) + joints[j].Mimic!.Offset;
                locked[joints[j].Name] = position;
                leaders.Enqueue(joints[j].Name);
                joints[j] = Fixed(joints[j], position);
            }
        }
    }
}
