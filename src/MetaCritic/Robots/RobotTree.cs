namespace MetaCritic.Robots;

/// <summary>How the links of a robot hang together; shared by all changed copies of a robot.</summary>
internal sealed class RobotTree
{
    private RobotTree(int[] linkOrder, int[] jointOrder, int[] parents, IReadOnlyList<RobotLink> links, IReadOnlyList<RobotJoint> joints)
    {
        (LinkOrder, JointOrder, Parents) = (linkOrder, jointOrder, parents);
        for (int i = 0; i < linkOrder.Length; i++)
        {
            LinkIndices.Add(links[linkOrder[i]].Name, i);
        }

        for (int i = 0; i < jointOrder.Length; i++)
        {
            JointIndices.Add(joints[jointOrder[i]].Name, i);
        }

        ChildJointCounts = new int[linkOrder.Length];
        LastChildJoints = new int[linkOrder.Length];
        for (int i = 1; i < parents.Length; i++)
        {
            ChildJointCounts[parents[i]]++;
            LastChildJoints[parents[i]] = i - 1;
        }
    }

    /// <summary>Index in the description of each link, depth first from the root.</summary>
    public int[] LinkOrder { get; }

    /// <summary>Index in the description of the joint above each link but the first.</summary>
    public int[] JointOrder { get; }

    /// <summary>Ordered index of each link's parent, -1 for the root.</summary>
    public int[] Parents { get; }

    /// <summary>How many joints each link is the parent of.</summary>
    public int[] ChildJointCounts { get; }

    /// <summary>The last joint that each link is the parent of; meaningless where there is none.</summary>
    public int[] LastChildJoints { get; }

    /// <summary>Ordered index of each link by name.</summary>
    public Dictionary<string, int> LinkIndices { get; } = new(StringComparer.Ordinal);

    /// <summary>Ordered index of each joint by name.</summary>
    public Dictionary<string, int> JointIndices { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Orders a robot depth first, children in the order of their joints. Loops and an explicit stack throughout:
    /// a chain may be as long as the caps allow.
    /// </summary>
    /// <exception cref="InvalidInputException">The links do not form one tree, or a name is used twice or unknown.</exception>
    public static RobotTree Build(IReadOnlyList<RobotLink> links, IReadOnlyList<RobotJoint> joints, RobotPlaces places)
    {
        if (links.Count == 0)
        {
            throw new InvalidInputException(places.OfRobot(), "it has no link", "Give it at least one link");
        }

        FaultList faults = new();
        Dictionary<string, int> indices = UniqueNames(links, link => link.Name, "link", places.OfLink, faults);
        _ = UniqueNames(joints, joint => joint.Name, "joint", places.OfJoint, faults);

        int[] jointAbove = new int[links.Count];
        Array.Fill(jointAbove, -1);
        int[] parentOf = new int[joints.Count];
        int[] childOf = new int[joints.Count];
        for (int j = 0; j < joints.Count; j++)
        {
            int joint = j;
            faults.Try(() => Connect(joint));
        }

        faults.ThrowIfAny();
        int root = OnlyRoot(links, joints, jointAbove, parentOf, places);
        return Ordered(links, joints, root, jointAbove, parentOf, childOf, places);

        void Connect(int j)
        {
            parentOf[j] = Known(indices, joints[j].Parent, "parent", places, j, RobotPart.Parent);
            childOf[j] = Known(indices, joints[j].Child, "child", places, j, RobotPart.Child);
            int child = childOf[j];
            if (child == parentOf[j])
            {
                throw new InvalidInputException(
                    places.OfJoint(j),
                    $"parent and child are the same link {Quoted.Text(joints[j].Child)}, a cycle",
                    "Let it connect two different links");
            }

            if (jointAbove[child] >= 0)
            {
                throw new InvalidInputException(
                    places.OfJoint(j, RobotPart.Child),
                    $"link {Quoted.Text(joints[j].Child)} has two parents: it is the child of joint {Quoted.Text(joints[jointAbove[child]].Name)} already",
                    "Remove one of the two joints; kinematic loops are not supported");
            }

            jointAbove[child] = j;
        }
    }

    private static Dictionary<string, int> UniqueNames<T>(
        IReadOnlyList<T> items, Func<T, string> nameOf, string kind, Func<int, RobotPart, string> place, FaultList faults)
    {
        Dictionary<string, int> indices = new(items.Count, StringComparer.Ordinal);
        for (int i = 0; i < items.Count; i++)
        {
            string name = nameOf(items[i]);
            if (!indices.TryAdd(name, i))
            {
                faults.Add(new(
                    place(i, RobotPart.Name), $"there is a {kind} named {Quoted.Text(name)} already", $"Give each {kind} a name of its own"));
            }
        }

        return indices;
    }

    private static int Known(Dictionary<string, int> indices, string name, string role, RobotPlaces places, int joint, RobotPart part)
    {
        if (indices.TryGetValue(name, out int index))
        {
            return index;
        }

        IReadOnlyList<string> near = NearNames.Of(name, indices.Keys);
        throw new InvalidInputException(
            places.OfJoint(joint, part),
            $"the {role} link {Quoted.Text(name)} is unknown",
            near.Count > 0 ? NearNames.Perhaps(near) : $"Add a link of that name, or name one of {Quoted.List([.. indices.Keys])}");
    }

    private static int OnlyRoot(
        IReadOnlyList<RobotLink> links, IReadOnlyList<RobotJoint> joints, int[] jointAbove, int[] parentOf, RobotPlaces places)
    {
        int[] roots = [.. Enumerable.Range(0, links.Count).Where(link => jointAbove[link] < 0)];
        return roots.Length switch
        {
            0 => throw Cycle(0, links, joints, jointAbove, parentOf, places),
            1 => roots[0],
            _ => throw new InvalidInputException(
                places.OfLink(roots[1]),
                $"there are {roots.Length} roots, links that are no joint's child: {Quoted.List([.. roots.Select(link => links[link].Name)])}",
                "Connect all links but one to a parent by a joint"),
        };
    }

    private static RobotTree Ordered(
        IReadOnlyList<RobotLink> links, IReadOnlyList<RobotJoint> joints, int root, int[] jointAbove, int[] parentOf, int[] childOf, RobotPlaces places)
    {
        // Sibling lists, filled from the back so that they run in the order of the joints.
        int[] firstChild = new int[links.Count];
        int[] nextSibling = new int[joints.Count];
        Array.Fill(firstChild, -1);
        for (int j = joints.Count - 1; j >= 0; j--)
        {
            nextSibling[j] = firstChild[parentOf[j]];
            firstChild[parentOf[j]] = j;
        }

        List<int> linkOrder = new(links.Count) { root };
        List<int> jointOrder = new(joints.Count);
        List<int> parents = new(links.Count) { -1 };
        bool[] reached = new bool[links.Count];
        reached[root] = true;
        Stack<(int Parent, int Joint)> pending = new();
        pending.Push((0, firstChild[root]));
        while (pending.TryPop(out (int Parent, int Joint) next))
        {
            if (next.Joint < 0)
            {
                continue;
            }

            pending.Push((next.Parent, nextSibling[next.Joint]));
            int child = childOf[next.Joint];
            pending.Push((linkOrder.Count, firstChild[child]));
            linkOrder.Add(child);
            jointOrder.Add(next.Joint);
            parents.Add(next.Parent);
            reached[child] = true;
        }

        int lost = Array.IndexOf(reached, false);
        return lost < 0
            ? new([.. linkOrder], [.. jointOrder], [.. parents], links, joints)
            : throw Cycle(lost, links, joints, jointAbove, parentOf, places);
    }

    /// <summary>The cycle above a link that has no root above it, reported at the joint of it that was written last.</summary>
    private static InvalidInputException Cycle(
        int link, IReadOnlyList<RobotLink> links, IReadOnlyList<RobotJoint> joints, int[] jointAbove, int[] parentOf, RobotPlaces places)
    {
        for (int step = 0; step < links.Count; step++)
        {
            link = parentOf[jointAbove[link]];
        }

        List<string> names = [links[link].Name];
        int last = jointAbove[link];
        for (int l = parentOf[jointAbove[link]]; l != link; l = parentOf[jointAbove[l]])
        {
            names.Add(links[l].Name);
            last = Math.Max(last, jointAbove[l]);
        }

        names.Reverse();
        return new InvalidInputException(
            places.OfJoint(last),
            $"the links {Quoted.List(names, " → ")} form a cycle, which joint {Quoted.Text(joints[last].Name)} closes",
            "Remove one of its joints, so that every link but the root hangs below the root");
    }
}
