namespace MetaCritic.Robots;

/// <summary>The parameters that a robot has: their names, ranges, and how each is read and set.</summary>
internal static class RobotParameters
{
    private const string AtLeastZero = "a finite number of at least 0";
    private const string AtLeastZeroOrInfinite = "a number of at least 0; Infinity for no limit";
    private const string MoreThanZero = "a finite number above 0";
    private const string Finite = "a finite number";

    /// <summary>What a kind of parameter belongs to.</summary>
    private enum Scope
    {
        Robot,
        Link,
        Joint,
        MovableJoint,
    }

    /// <summary>Every kind of parameter, in the order in which a robot lists them.</summary>
    private static readonly Kind[] Kinds =
    [
        new(Scope.Link, ".mass", _ => "kg", AtLeastZero, "Mass alone; centre of mass and inertia stay.",
            (f, i) => f.Links[i].Mass, (f, i, v) => f.Links[i] = f.Links[i] with { Mass = v }),
        new(Scope.Link, ".mass_scale", _ => "", AtLeastZero, "Factor on mass and inertia, as from another density; reads 1.",
            (_, _) => 1, (f, i, v) => f.Links[i] = f.Links[i] with { Mass = v * f.Links[i].Mass, Inertia = v * f.Links[i].Inertia }),
        Center(".com.x", "x", c => c.X, (c, v) => c with { X = v }),
        Center(".com.y", "y", c => c.Y, (c, v) => c with { Y = v }),
        Center(".com.z", "z", c => c.Z, (c, v) => c with { Z = v }),
        Inertia(".inertia.xx", t => t.Xx, (t, v) => t with { Xx = v }),
        Inertia(".inertia.xy", t => t.Xy, (t, v) => t with { Xy = v }),
        Inertia(".inertia.xz", t => t.Xz, (t, v) => t with { Xz = v }),
        Inertia(".inertia.yy", t => t.Yy, (t, v) => t with { Yy = v }),
        Inertia(".inertia.yz", t => t.Yz, (t, v) => t with { Yz = v }),
        Inertia(".inertia.zz", t => t.Zz, (t, v) => t with { Zz = v }),
        new(Scope.Link, ".inertia_scale", _ => "", AtLeastZero, "Factor on the inertia alone; reads 1.",
            (_, _) => 1, (f, i, v) => f.Links[i] = f.Links[i] with { Inertia = v * f.Links[i].Inertia }),
        new(Scope.Link, ".length", _ => "m", MoreThanZero, "Distance to the only child joint; setting it stretches the link, mass kept.",
            LinkStretch.Length, LinkStretch.SetLength) { WhyNone = LinkStretch.WhyNone },

        new(Scope.MovableJoint, ".damping", j => Sliding(j) ? "N·s/m" : "N·m·s/rad", AtLeastZero, "Viscous damping.",
            (f, i) => f.Joints[i].Damping, (f, i, v) => f.Joints[i] = f.Joints[i] with { Damping = v }),
        new(Scope.MovableJoint, ".armature", j => Sliding(j) ? "kg" : "kg·m²", AtLeastZero, "Inertia of the drive, seen at the joint.",
            (f, i) => f.Joints[i].Armature, (f, i, v) => f.Joints[i] = f.Joints[i] with { Armature = v }),
        new(Scope.MovableJoint, ".friction", j => Sliding(j) ? "N" : "N·m", AtLeastZero, "Dry friction.",
            (f, i) => f.Joints[i].Friction, (f, i, v) => f.Joints[i] = f.Joints[i] with { Friction = v }),
        new(Scope.MovableJoint, ".stiffness", j => Sliding(j) ? "N/m" : "N·m/rad", AtLeastZero, "Stiffness of the joint's spring.",
            (f, i) => f.Joints[i].Stiffness, (f, i, v) => f.Joints[i] = f.Joints[i] with { Stiffness = v }),
        new(Scope.MovableJoint, ".spring_reference", j => Sliding(j) ? "m" : "rad", Finite, "Position at which the spring is slack.",
            (f, i) => f.Joints[i].SpringReference, (f, i, v) => f.Joints[i] = f.Joints[i] with { SpringReference = v }),
        Origin(".origin.x", "x", p => p.X, (p, v) => p with { X = v }),
        Origin(".origin.y", "y", p => p.Y, (p, v) => p with { Y = v }),
        Origin(".origin.z", "z", p => p.Z, (p, v) => p with { Z = v }),
        new(Scope.MovableJoint, ".velocity_limit", j => Sliding(j) ? "m/s" : "rad/s", AtLeastZeroOrInfinite, "Largest speed.",
            (f, i) => f.Joints[i].VelocityLimit, (f, i, v) => f.Joints[i] = f.Joints[i] with { VelocityLimit = v }),
        new(Scope.MovableJoint, ".effort_limit", j => Sliding(j) ? "N" : "N·m", AtLeastZeroOrInfinite, "Largest torque or force.",
            (f, i) => f.Joints[i].EffortLimit, (f, i, v) => f.Joints[i] = f.Joints[i] with { EffortLimit = v }),

        Gravity("gravity.x", "x", g => g.X, (g, v) => g with { X = v }),
        Gravity("gravity.y", "y", g => g.Y, (g, v) => g with { Y = v }),
        Gravity("gravity.z", "z", g => g.Z, (g, v) => g with { Z = v }),
        new(Scope.Robot, "payload.mass", _ => "kg", AtLeastZero, "Point mass carried by the end effector.",
            (f, _) => f.Payload.Mass, (f, _, v) => f.Payload = f.Payload with { Mass = v }),
        PayloadOffset("payload.x", "x", p => p.X, (p, v) => p with { X = v }),
        PayloadOffset("payload.y", "y", p => p.Y, (p, v) => p with { Y = v }),
        PayloadOffset("payload.z", "z", p => p.Z, (p, v) => p with { Z = v }),
    ];

    /// <summary>All parameters with their present values.</summary>
    public static IReadOnlyList<RobotParameter> List(RobotFigures figures) =>
        [.. Names(figures).Select(entry => new RobotParameter(
            entry.Name, entry.Kind.Unit(JointOf(figures, entry)), entry.Kind.Get(figures, entry.Index), entry.Kind.Description))];

    /// <summary>The present value of a parameter.</summary>
    /// <exception cref="InvalidInputException">There is no such parameter.</exception>
    public static double Get(RobotFigures figures, string name, string place)
    {
        (Kind kind, int index) = Find(figures, name, place);
        return kind.Get(figures, index);
    }

    /// <summary>Sets a parameter. What it does to the robot as a whole is checked when the copy is complete.</summary>
    /// <exception cref="InvalidInputException">There is no such parameter, or the value is out of its range.</exception>
    public static void Set(RobotFigures figures, string name, double value, string place)
    {
        (Kind kind, int index) = Find(figures, name, place);
        bool valid = kind.Range switch
        {
            AtLeastZero => double.IsFinite(value) && value >= 0,
            AtLeastZeroOrInfinite => value >= 0,
            MoreThanZero => double.IsFinite(value) && value > 0,
            _ => double.IsFinite(value),
        };
        if (!valid)
        {
            throw new InvalidInputException(place, $"found the value {Quoted.Number(value)}", $"Give {kind.Range}");
        }

        kind.Set(figures, index, value);
    }

    private static (Kind Kind, int Index) Find(RobotFigures figures, string name, string place)
    {
        string why = "there is no such parameter";
        (Kind Kind, int Index)? found = null;
        foreach (Kind kind in Kinds)
        {
            if (!name.EndsWith(kind.Suffix, StringComparison.Ordinal))
            {
                continue;
            }

            if (kind.Scope == Scope.Robot)
            {
                if (name.Length == kind.Suffix.Length)
                {
                    // A link that is called payload has a mass too.
                    found = found is null ? (kind, 0) : throw Ambiguous(name, place);
                }

                continue;
            }

            string owner = name[..^kind.Suffix.Length];
            Dictionary<string, int> owners = kind.Scope == Scope.Link ? figures.Tree.LinkIndices : figures.Tree.JointIndices;
            if (!owners.TryGetValue(owner, out int index))
            {
                continue;
            }

            if (WhyNone(figures, kind, index) is string reason)
            {
                why = reason;
                continue;
            }

            found = (kind, index);
        }

        return found ?? throw Unknown(figures, name, why, place);
    }

    private static InvalidInputException Ambiguous(string name, string place) => new(
        place, $"the name {Quoted.Text(name)} means a parameter of a link and one of the robot", "Rename that link");

    private static InvalidInputException Unknown(RobotFigures figures, string name, string why, string place)
    {
        string[] all = [.. Names(figures).Select(entry => entry.Name)];
        IReadOnlyList<string> near = NearNames.Of(name, all);
        return new(place, why, near.Count > 0 ? NearNames.Perhaps(near) : FormattableString.Invariant($"Nearest are {Quoted.List(NearNames.Nearest(name, all, 3))}, of {all.Length}; metacritic robot --parameters and RobotModel.Parameters list them"));
    }

    private static string? WhyNone(RobotFigures figures, Kind kind, int index) =>
        kind.Scope == Scope.MovableJoint && !figures.Joints[index].Moves
            ? "the joint is fixed, it has an origin only"
            : kind.WhyNone?.Invoke(figures, index);

    private static IEnumerable<(string Name, Kind Kind, int Index)> Names(RobotFigures figures)
    {
        ILookup<Scope, Kind> kinds = Kinds.ToLookup(kind => kind.Scope is Scope.MovableJoint ? Scope.Joint : kind.Scope);
        IEnumerable<(string Name, Kind Kind, int Index)> links = figures.Links.SelectMany((link, i) =>
            kinds[Scope.Link].Select(kind => (link.Name + kind.Suffix, kind, i)));
        IEnumerable<(string Name, Kind Kind, int Index)> joints = figures.Joints.SelectMany((joint, i) =>
            kinds[Scope.Joint].Select(kind => (joint.Name + kind.Suffix, kind, i)));
        IEnumerable<(string Name, Kind Kind, int Index)> robot = kinds[Scope.Robot].Select(kind => (kind.Suffix, kind, 0));
        bool ambiguous = figures.Tree.LinkIndices.ContainsKey("payload");
        return links.Concat(joints).Concat(robot)
            .Where(entry => WhyNone(figures, entry.Kind, entry.Index) is null && !(ambiguous && entry.Name == "payload.mass"));
    }

    private static RobotJoint? JointOf(RobotFigures figures, (string Name, Kind Kind, int Index) entry) =>
        entry.Kind.Scope is Scope.Joint or Scope.MovableJoint ? figures.Joints[entry.Index] : null;

    private static bool Sliding(RobotJoint? joint) => joint?.Type == JointType.Prismatic;

    private static Kind Center(string suffix, string axis, Func<Vector3d, double> get, Func<Vector3d, double, Vector3d> set) => new(
        Scope.Link, suffix, _ => "m", Finite, $"Centre of mass in the link's frame, {axis}.",
        (f, i) => get(f.Links[i].CenterOfMass),
        (f, i, v) => f.Links[i] = f.Links[i] with { CenterOfMass = set(f.Links[i].CenterOfMass, v) });

    private static Kind Inertia(string suffix, Func<InertiaTensor, double> get, Func<InertiaTensor, double, InertiaTensor> set) => new(
        Scope.Link, suffix, _ => "kg·m²", Finite, $"Inertia about the centre of mass along the link's axes, {suffix[^2..]}.",
        (f, i) => get(f.Links[i].Inertia),
        (f, i, v) => f.Links[i] = f.Links[i] with { Inertia = set(f.Links[i].Inertia, v) });

    private static Kind Origin(string suffix, string axis, Func<Vector3d, double> get, Func<Vector3d, double, Vector3d> set) => new(
        Scope.Joint, suffix, _ => "m", Finite, $"Origin in the parent link's frame, {axis}; moves the child's frame only.",
        (f, i) => get(f.Joints[i].Origin.Position),
        (f, i, v) => f.Joints[i] = f.Joints[i] with
        {
            Origin = f.Joints[i].Origin with { Position = set(f.Joints[i].Origin.Position, v) },
        });

    private static Kind Gravity(string name, string axis, Func<Vector3d, double> get, Func<Vector3d, double, Vector3d> set) => new(
        Scope.Robot, name, _ => "m/s²", Finite, $"Gravity in the root's frame, {axis}.",
        (f, _) => get(f.Gravity), (f, _, v) => f.Gravity = set(f.Gravity, v));

    private static Kind PayloadOffset(string name, string axis, Func<Vector3d, double> get, Func<Vector3d, double, Vector3d> set) => new(
        Scope.Robot, name, _ => "m", Finite, $"Where the payload is in the end effector's frame, {axis}.",
        (f, _) => get(f.Payload.Offset), (f, _, v) => f.Payload = f.Payload with { Offset = set(f.Payload.Offset, v) });

    /// <summary>A kind of parameter.</summary>
    /// <param name="Scope">What it belongs to.</param>
    /// <param name="Suffix">What follows the owner's name; the whole name for a parameter of the robot.</param>
    /// <param name="Unit">Its unit, given the joint it belongs to.</param>
    /// <param name="Range">What values it takes.</param>
    /// <param name="Description">What it is.</param>
    /// <param name="Get">Reads it.</param>
    /// <param name="Set">Sets it.</param>
    private sealed record Kind(
        Scope Scope,
        string Suffix,
        Func<RobotJoint?, string> Unit,
        string Range,
        string Description,
        Func<RobotFigures, int, double> Get,
        Action<RobotFigures, int, double> Set)
    {
        /// <summary>Why an owner has no such parameter; null if it has.</summary>
        public Func<RobotFigures, int, string?>? WhyNone { get; init; }
    }
}
