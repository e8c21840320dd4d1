namespace MetaCritic.Robots;

/// <summary>Which joints follow which in the end, chains of them resolved.</summary>
internal static class JointCouplings
{
    /// <summary>What a joint's position is: multiplier · q + offset, with q the position of a joint that moves by itself.</summary>
    /// <param name="Leader">Index of that joint; the joint's own if it moves by itself, −1 if it is fixed.</param>
    /// <param name="Multiplier">Factor.</param>
    /// <param name="Offset">Position where q is 0, rad or m.</param>
    public readonly record struct Coupling(int Leader, double Multiplier, double Offset);

    /// <summary>Resolves all joints of a robot.</summary>
    /// <param name="joints">The joints.</param>
    /// <param name="places">Where each was written.</param>
    /// <param name="placeOf">Index in the description of each joint.</param>
    /// <param name="faults">Receives joints that follow none, a fixed one, or each other.</param>
    public static Coupling[] Resolve(IReadOnlyList<RobotJoint> joints, RobotPlaces places, Func<int, int> placeOf, FaultList faults)
    {
        Coupling[] found = new Coupling[joints.Count];
        Dictionary<string, int>? indices = null;
        for (int j = 0; j < joints.Count; j++)
        {
            found[j] = joints[j].Moves ? new(j, 1, 0) : new(-1, 0, 0);
            if (joints[j].Mimic is null)
            {
                continue;
            }

            indices ??= Indices(joints);
            int at = j;
            (double multiplier, double offset) = (1, 0);
            for (int steps = 0; joints[at].Mimic is { } mimic; steps++)
            {
                string place = places.OfJoint(placeOf(at), RobotPart.Mimic);
                if (!indices.TryGetValue(mimic.Joint, out int leader))
                {
                    IReadOnlyList<string> near = NearNames.Of(mimic.Joint, indices.Keys);
                    faults.Add(new(
                        place,
                        $"the joint that it follows, {Quoted.Text(mimic.Joint)}, is unknown",
                        near.Count > 0 ? NearNames.Perhaps(near) : $"Name one of {Quoted.List([.. indices.Keys])}"));
                    break;
                }

                if (steps >= joints.Count)
                {
                    faults.Add(new(place, $"the joint {Quoted.Text(joints[at].Name)} follows itself, by way of {Quoted.Text(mimic.Joint)}", "Let one of them move by itself"));
                    break;
                }

                // position = multiplier · (m·q + b) + offset
                offset += multiplier * mimic.Offset;
                multiplier *= mimic.Multiplier;
                at = leader;
                if (!joints[at].Moves)
                {
                    faults.Add(new(place, $"the joint that it follows, {Quoted.Text(mimic.Joint)}, is fixed", "Make this joint fixed too"));
                    break;
                }
            }

            found[j] = new(at, multiplier, offset);
        }

        return found;
    }

    private static Dictionary<string, int> Indices(IReadOnlyList<RobotJoint> joints)
    {
        Dictionary<string, int> indices = new(joints.Count, StringComparer.Ordinal);
        for (int j = 0; j < joints.Count; j++)
        {
            indices.TryAdd(joints[j].Name, j);
        }

        return indices;
    }
}
