using System.Globalization;
using System.Text.Json;

namespace MetaCritic.Robots;

/// <summary>
/// A robot: rigid links in a tree, connected by joints, with gravity and a payload. Immutable and thread-safe; changed
/// copies come from <see cref="With(string, double)"/>.
/// </summary>
/// <remarks>
/// The world frame is the root link's frame. Links are ordered depth first from the root, children in the order in which
/// their joints were given; joint positions follow that order, one component for each movable joint.
/// </remarks>
public sealed class RobotModel
{
    private static readonly Vector3d StandardGravity = new(0, 0, -9.81);

    private static readonly Lazy<RobotModel> LazyTwoLink = BuiltIn("two-link.urdf");
    private static readonly Lazy<RobotModel> LazyReacher = BuiltIn("reacher.urdf");
    private static readonly Lazy<RobotModel> LazyKukaIiwa7 = BuiltIn("kuka-iiwa7.urdf");

    private readonly RobotFigures _figures;
    private readonly int _endEffector;
    private IReadOnlyList<RobotParameter>? _parameters;
    private IReadOnlyList<double>? _restPosition;

    /// <summary>Creates a robot and checks it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="links">Its links, in any order.</param>
    /// <param name="joints">
    /// Its joints; their order gives the order of siblings. Axes are normalised. Of a fixed joint only names, type and
    /// origin mean anything; the rest is dropped.
    /// </param>
    /// <param name="gravity">Gravity in the root's frame, m/s²; null for (0, 0, −9.81).</param>
    /// <param name="endEffector">
    /// The link that carries the payload; null for the default: the first link that the most movable joints lead to, and
    /// from there the last link that hangs below it.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// The links do not form one tree, a name is empty, unknown or used twice, a figure is not finite, out of range or not
    /// physical, or a joint moves no inertia along its motion.
    /// </exception>
    public RobotModel(
        string name, IEnumerable<RobotLink> links, IEnumerable<RobotJoint> joints, Vector3d? gravity = null, string? endEffector = null)
        : this(name, Capped(links), Capped(joints), gravity ?? StandardGravity, default, endEffector, places: null)
    {
    }

    /// <summary>Creates a robot from a description, and checks it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="links">Its links, in the description's order.</param>
    /// <param name="joints">Its joints, in the description's order.</param>
    /// <param name="gravity">Gravity, m/s².</param>
    /// <param name="payload">What the end effector carries.</param>
    /// <param name="endEffector">The end effector's name; null for the default.</param>
    /// <param name="places">Where each part was written; null for a robot made in code.</param>
    internal RobotModel(
        string name, RobotLink[] links, RobotJoint[] joints, Vector3d gravity, Payload payload, string? endEffector, RobotPlaces? places)
    {
        places ??= new NamedPlaces($"robot {Quoted.Text(name)}", links, joints);
        FaultList faults = new();
        faults.Try(() => RobotValidator.CheckName(name, places.OfRobot()));
        RobotValidator.CheckParts(links, joints, places, faults);
        faults.Try(() => RobotValidator.CheckSurroundings(gravity, payload, places));
        faults.ThrowIfAny();

        RobotTree tree = RobotTree.Build(links, joints, places);
        _figures = new(tree, [.. tree.LinkOrder.Select(i => links[i])], [.. tree.JointOrder.Select(i => Canonical(joints[i]))])
        {
            Gravity = gravity,
            Payload = payload,
        };
        Name = name;
        _endEffector = endEffector is null ? EndEffectorChoice.Default(_figures.Joints, tree) : IndexOf(endEffector, tree, places.OfEndEffector());
        (Links, Joints, ParentIndices, MovableJoints, Couplings) = Complete(places, i => tree.JointOrder[i]);
    }

    private RobotModel(RobotModel original, RobotFigures figures, int endEffector, string change)
    {
        (Name, _figures, _endEffector, Visuals) = (original.Name, figures, endEffector, original.Visuals);
        (Warnings, PassedOver, Locked) = (original.Warnings, original.PassedOver, original.Locked);
        NamedPlaces places = new($"robot {Quoted.Text(Name)} with {change}", figures.Links, figures.Joints, changed: true);
        FaultList faults = new();
        RobotValidator.CheckParts(figures.Links, figures.Joints, places, faults);
        faults.Try(() => RobotValidator.CheckSurroundings(figures.Gravity, figures.Payload, places));
        faults.ThrowIfAny();
        (Links, Joints, ParentIndices, MovableJoints, Couplings) = Complete(places, i => i);
    }

    /// <summary>
    /// An arm of two links of 1 m and 1 kg that turns in the horizontal plane, so that gravity has no effect.
    /// </summary>
    public static RobotModel TwoLink => LazyTwoLink.Value;

    /// <summary>An arm of two uniform rods of 0.1 m and 0.11 m that turns in the horizontal plane.</summary>
    public static RobotModel Reacher => LazyReacher.Value;

    /// <summary>The seven-joint arm KUKA LBR iiwa 7.</summary>
    public static RobotModel KukaIiwa7 => LazyKukaIiwa7.Value;

    /// <summary>The robot's name.</summary>
    public string Name { get; }

    /// <summary>
    /// The links, depth first from the root, children in the order of their joints; <c>Links[0]</c> is the root. The end
    /// effector's mass, centre of mass and inertia include the payload.
    /// </summary>
    public IReadOnlyList<RobotLink> Links { get; }

    /// <summary>The joints: <c>Joints[i]</c> connects <c>Links[i + 1]</c> to its parent.</summary>
    public IReadOnlyList<RobotJoint> Joints { get; }

    /// <summary>For each of <see cref="Links"/> the index of its parent link, which is smaller; −1 for the root.</summary>
    public IReadOnlyList<int> ParentIndices { get; }

    /// <summary>
    /// The joints that move by themselves, in the order of the components of positions, velocities and forces. Those that follow one of
    /// them (<see cref="RobotJoint.Mimic"/>) have no components: their inertia and forces act on the joint that they follow.
    /// </summary>
    public IReadOnlyList<RobotJoint> MovableJoints { get; }

    /// <summary>How many joints are movable.</summary>
    public int DegreesOfFreedom => MovableJoints.Count;

    /// <summary>
    /// Where the movable joints start unless told otherwise: position 0, or the nearest one inside the limits for a joint whose limits
    /// leave 0 out; rad or m.
    /// </summary>
    public IReadOnlyList<double> RestPosition => _restPosition ??= [.. MovableJoints.Select(joint => Math.Clamp(0, joint.LowerLimit, joint.UpperLimit))];

    /// <summary>Gravity in the root's frame, m/s².</summary>
    public Vector3d Gravity => _figures.Gravity;

    /// <summary>The link that carries the payload.</summary>
    public string EndEffector => Links[_endEffector].Name;

    /// <summary>What the end effector carries; already included in <see cref="Links"/>.</summary>
    public Payload Payload => _figures.Payload;

    /// <summary>The parameters that <see cref="With(string, double)"/> accepts, with their units and present values.</summary>
    public IReadOnlyList<RobotParameter> Parameters => _parameters ??= RobotParameters.List(_figures);

    /// <summary>
    /// What the links look like, as far as the description draws them with boxes, cylinders, spheres and the like. It has no part in
    /// dynamics, and model files do not carry it.
    /// </summary>
    public IReadOnlyList<RobotVisual> Visuals { get; internal init; } = [];

    /// <summary>What the reader of the description passed over or read otherwise than it stands there: one line for each kind, with the place of the first.</summary>
    public IReadOnlyList<string> Warnings { get; internal init; } = [];

    /// <summary>Elements of the description that have no part in dynamics, such as <c>&lt;collision&gt; (8)</c>.</summary>
    public IReadOnlyList<string> PassedOver { get; internal init; } = [];

    /// <summary>Joints that were locked, and where, rad or m. They are fixed joints of this robot; model files do not tell them apart.</summary>
    public IReadOnlyDictionary<string, double> Locked { get; internal init; } = new Dictionary<string, double>();

    /// <summary>For each joint that moves, in the order of <see cref="Joints"/>, what it follows.</summary>
    internal IReadOnlyList<JointCouplings.Coupling> Couplings { get; }

    /// <summary>The links without the payload, in the order of <see cref="Links"/>.</summary>
    internal IReadOnlyList<RobotLink> BareLinks => _figures.Links;

    /// <summary>Name, movable joints and mass: <c>two-link: 2 joints (baseHinge, interArm), 2 kg</c>.</summary>
    public override string ToString()
    {
        string[] names = [.. MovableJoints.Select(joint => joint.Name)];
        string joints = names.Length > 3 ? $"{names[0]} … {names[^1]}" : string.Join(", ", names);
        return string.Create(
            CultureInfo.InvariantCulture, $"{Name}: {Counted.Text(names.Length, "joint")} ({joints}), {Links.Sum(link => link.Mass):G4} kg");
    }

    /// <summary>Reads a robot from a URDF file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read, and which joints are locked; null for the defaults.</param>
    /// <exception cref="InvalidInputException">
    /// The file cannot be read or is not a usable URDF; the message has a line for each error: file, line, element, what was found, what to do.
    /// </exception>
    public static RobotModel FromUrdf(string path, RobotReadingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return UrdfReader.ReadFile(path, options);
    }

    /// <summary>Reads a robot from the text of a URDF document.</summary>
    /// <param name="text">The document.</param>
    /// <param name="sourceName">What errors call it.</param>
    /// <param name="options">How it is read, and which joints are locked; null for the defaults.</param>
    /// <exception cref="InvalidInputException">
    /// The document is not a usable URDF; the message has a line for each error: source, line, element, what was found, what to do.
    /// </exception>
    public static RobotModel ParseUrdf(string text, string sourceName = "URDF", RobotReadingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(sourceName);
        return UrdfReader.ReadText(text, sourceName, options);
    }

    /// <summary>Reads a robot from a file: URDF, MJCF, or what <see cref="Save"/> wrote; its beginning tells which.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read, and which joints are locked; null for the defaults.</param>
    /// <exception cref="InvalidInputException">
    /// The file cannot be read or is no usable robot; the message has a line for each error: file, line, element, what was found, what to do.
    /// </exception>
    public static RobotModel Load(string path, RobotReadingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return RobotFile.Load(path, options ?? new());
    }

    /// <summary>Reads a robot from the text of an MJCF document, which cannot include files.</summary>
    /// <param name="text">The document.</param>
    /// <param name="sourceName">What errors call it.</param>
    /// <param name="options">How it is read, and which joints are locked; null for the defaults.</param>
    /// <exception cref="InvalidInputException">
    /// The document is not a usable MJCF; the message has a line for each error: source, line, element, what was found, what to do.
    /// </exception>
    public static RobotModel ParseMjcf(string text, string sourceName = "MJCF", RobotReadingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(sourceName);
        return MjcfReader.ReadText(text, sourceName, options);
    }

    /// <summary>Reads and checks what <see cref="WriteJson"/> wrote.</summary>
    /// <param name="element">The JSON object.</param>
    /// <param name="sourceName">What errors call its source.</param>
    /// <exception cref="InvalidInputException">
    /// A field is missing, unknown, given twice or unusable; the message names the source and the path in the object.
    /// </exception>
    public static RobotModel ReadJson(JsonElement element, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(sourceName);
        return RobotJson.Read(element, sourceName);
    }

    /// <summary>Writes the robot, exactly, as the JSON object that a model file carries.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        RobotJson.Write(this, writer);
    }

    /// <summary>
    /// Saves the robot as it is, with what was locked and changed. <see cref="Load"/> reads it with the same dynamics to the last bit; other
    /// readers of URDF find in it what the format has a place for.
    /// </summary>
    /// <param name="path">The file; its name ends with <c>.urdf</c>, or <c>.json</c> for the object of <see cref="WriteJson"/>.</param>
    /// <exception cref="InvalidInputException">The file cannot be written, its name ends otherwise, or XML cannot hold a name of the robot.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        RobotFile.Save(this, path);
    }

    /// <summary>A copy with one parameter changed.</summary>
    /// <param name="parameter">One of <see cref="Parameters"/>, by name.</param>
    /// <param name="value">Its value, in the parameter's unit.</param>
    /// <exception cref="InvalidInputException">
    /// There is no such parameter, its value is out of range, or the changed robot is not physical.
    /// </exception>
    public RobotModel With(string parameter, double value) => With([new(parameter, value)]);

    /// <summary>
    /// A copy with several parameters changed, in the order given. Only the result is checked as a whole, so that figures
    /// that belong together, such as those of an inertia, can be changed together.
    /// </summary>
    /// <param name="parameters">Names of <see cref="Parameters"/> and values; each name once.</param>
    /// <exception cref="InvalidInputException">
    /// There is no such parameter, one is given twice, a value is out of range, or the changed robot is not physical.
    /// </exception>
    public RobotModel With(IEnumerable<KeyValuePair<string, double>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        RobotFigures figures = _figures.Copy();
        Dictionary<string, double> done = new(StringComparer.Ordinal);
        foreach ((string name, double value) in parameters)
        {
            string place = PlaceOf(name);
            if (!done.TryAdd(name, value))
            {
                throw new InvalidInputException(place, "it is given twice", "Give it once");
            }

            RobotParameters.Set(figures, name, value, place);
        }

        return new(this, figures, _endEffector, Quoted.Shortened(string.Join(", ", done.Select(p => $"{p.Key} = {Quoted.Number(p.Value)}"))));
    }

    /// <summary>A copy whose payload sits at another link.</summary>
    /// <param name="link">The link's name.</param>
    /// <exception cref="InvalidInputException">
    /// There is no such link, or without the payload a joint moves no inertia.
    /// </exception>
    public RobotModel WithEndEffector(string link)
    {
        ArgumentNullException.ThrowIfNull(link);
        int index = IndexOf(link, _figures.Tree, $"robot {Quoted.Text(Name)}, end effector");
        return new(this, _figures, index, $"end effector {Quoted.Text(link)}");
    }

    /// <summary>A copy in which a joint is fixed at a position, and with it those that follow it.</summary>
    /// <param name="joint">Name of a movable joint.</param>
    /// <param name="position">Where it is held, rad or m; inside its limits.</param>
    /// <exception cref="InvalidInputException">There is no such joint, it does not move by itself, or the position is outside its limits.</exception>
    public RobotModel Lock(string joint, double position = 0)
    {
        ArgumentNullException.ThrowIfNull(joint);
        return Lock(new Dictionary<string, double> { [joint] = position });
    }

    /// <summary>A copy in which joints are fixed at positions, and with them those that follow them.</summary>
    /// <param name="positions">Names of movable joints and where they are held, rad or m; inside their limits.</param>
    /// <exception cref="InvalidInputException">There is no such joint, one does not move by itself, or a position is outside the limits.</exception>
    public RobotModel Lock(IReadOnlyDictionary<string, double> positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        return Locking(positions, allBut: null);
    }

    /// <summary>
    /// A copy in which all joints but these are fixed at position 0, or at the nearest one inside the limits; joints that follow one of
    /// these stay movable with it.
    /// </summary>
    /// <param name="joints">Names of movable joints.</param>
    /// <exception cref="InvalidInputException">There is no such joint, or one does not move by itself.</exception>
    public RobotModel LockAllBut(params IReadOnlyList<string> joints)
    {
        ArgumentNullException.ThrowIfNull(joints);
        return Locking(new Dictionary<string, double>(), joints);
    }

    /// <summary>The present value of a parameter; factors read 1.</summary>
    /// <param name="parameter">One of <see cref="Parameters"/>, by name.</param>
    /// <exception cref="InvalidInputException">There is no such parameter.</exception>
    public double GetParameter(string parameter)
    {
        string place = PlaceOf(parameter);
        return RobotParameters.Get(_figures, parameter, place);
    }

    private RobotModel Locking(IReadOnlyDictionary<string, double> positions, IReadOnlyList<string>? allBut)
    {
        RobotFigures figures = _figures.Copy();
        FaultList faults = new();
        IReadOnlyDictionary<string, double> locked = JointLocks.Apply(
            figures.Joints, positions, allBut, new Dictionary<int, string>(), $"robot {Quoted.Text(Name)}", faults);
        faults.ThrowIfAny();
        return new(this, figures, _endEffector, "locked joints") { Locked = Locked.Concat(locked).ToDictionary(StringComparer.Ordinal) };
    }

    private static Lazy<RobotModel> BuiltIn(string resource) => new(() =>
    {
        using Stream stream = typeof(RobotModel).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {resource}.");
        return UrdfReader.Read(stream, resource);
    });

    private static T[] Capped<T>(IEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return [.. items.Take(RobotCaps.Links + 1)];
    }

    private static int IndexOf(string link, RobotTree tree, string place)
    {
        if (tree.LinkIndices.TryGetValue(link, out int index))
        {
            return index;
        }

        IReadOnlyList<string> near = NearNames.Of(link, tree.LinkIndices.Keys);
        throw new InvalidInputException(
            place,
            $"there is no link {Quoted.Text(link)}",
            near.Count > 0 ? NearNames.Perhaps(near) : $"The links are {Quoted.List([.. tree.LinkIndices.Keys])}");
    }

    /// <summary>The joint with a unit axis, and without the figures that a fixed joint has no use for.</summary>
    private static RobotJoint Canonical(RobotJoint joint) => joint.Moves
        ? joint with { Axis = joint.Axis.Unit }
        : new RobotJoint { Name = joint.Name, Type = joint.Type, Parent = joint.Parent, Child = joint.Child, Origin = joint.Origin };

    private string PlaceOf(string parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return $"robot {Quoted.Text(Name)}, parameter {Quoted.Text(parameter)}";
    }

    /// <summary>Attaches the payload, checks what only the whole robot shows, and wraps the figures so that nobody can change them.</summary>
    private (IReadOnlyList<RobotLink> Links, IReadOnlyList<RobotJoint> Joints, IReadOnlyList<int> Parents, IReadOnlyList<RobotJoint> Movable, IReadOnlyList<JointCouplings.Coupling> Couplings)
        Complete(RobotPlaces places, Func<int, int> placeOf)
    {
        RobotLink[] links = [.. _figures.Links];
        links[_endEffector] = _figures.Payload.AttachedTo(links[_endEffector]);
        FaultList faults = new();
        JointCouplings.Coupling[] couplings = JointCouplings.Resolve(_figures.Joints, places, placeOf, faults);
        faults.ThrowIfAny();
        JointMobility.Check(links, _figures.Joints, _figures.Tree, couplings, i => places.OfJoint(placeOf(i)), faults);
        faults.ThrowIfAny();
        return (
            Array.AsReadOnly(links),
            Array.AsReadOnly(_figures.Joints),
            Array.AsReadOnly(_figures.Tree.Parents),
            Array.AsReadOnly([.. _figures.Joints.Where(joint => joint.IsMovable)]),
            Array.AsReadOnly([.. couplings.Where(coupling => coupling.Leader >= 0)]));
    }
}
