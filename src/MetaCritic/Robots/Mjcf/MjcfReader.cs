using MetaCritic.Files;

namespace MetaCritic.Robots;

/// <summary>
/// Reads the kinematic tree of an MJCF document: bodies, joints, masses, limits of actuators, and joints that are bound to each other.
/// What dynamics depend on and is not read is an error; the rest is named.
/// </summary>
internal sealed class MjcfReader
{
    private readonly MjcfElement _root;
    private readonly MjcfContext _context;
    private readonly MjcfGeom _geoms;
    private readonly MjcfInertia _inertia;
    private readonly UrdfPlaces _places;
    private readonly List<RobotLink> _links = [];
    private readonly List<RobotJoint> _joints = [];
    private readonly List<RobotVisual> _visuals = [];
    private readonly Dictionary<int, string> _unmodelled = [];
    private readonly HashSet<string> _linkNames = new(StringComparer.Ordinal);
    private readonly HashSet<string> _jointNames = new(StringComparer.Ordinal);

    private MjcfReader(MjcfElement root, string source, RobotReadingOptions options)
    {
        _root = root;
        _context = new(root, options);
        _geoms = new(_context);
        _inertia = new(_context, _geoms, root);
        _places = new(source);
        _places.SetRobot(root.Line, root.Label);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">It cannot be opened or used.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static RobotModel ReadFile(string path, RobotReadingOptions? options = null)
    {
        using FileStream file = InputFile.OpenRead(path);
        try
        {
            return Robot(new MjcfDocument(Path.GetDirectoryName(Path.GetFullPath(path))).Read(file, path), path, options);
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{path}: the file could not be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <exception cref="InvalidInputException">It cannot be used.</exception>
    public static RobotModel ReadText(string text, string source, RobotReadingOptions? options = null) => Robot(new MjcfDocument(folder: null).Read(text, source), source, options);

    private static RobotModel Robot(MjcfElement root, string source, RobotReadingOptions? options) => new MjcfReader(root, source, options ?? new()).Read(options ?? new());

    private RobotModel Read(RobotReadingOptions options)
    {
        foreach (MjcfElement section in _root.Children)
        {
            _context.Faults.Try(() => Section(section));
        }

        _links.Add(new() { Name = Unique("world", _linkNames) });
        _places.SetLink(0, RobotPart.Itself, _root.Line, _root.Label);
        foreach (MjcfElement world in _root.All("worldbody"))
        {
            Contents contents = new();
            ReadInto(contents, world, ChildClass(world, null), Pose.Identity, isWorld: true);
            foreach ((MjcfElement body, string? bodyClass, Pose place) in contents.Bodies)
            {
                _context.Faults.Try(() => ReadBody(body, 0, bodyClass, place));
            }
        }

        if (_inertia.Total > 0 && _links.Sum(link => link.Mass) is > 0 and var sum)
        {
            double factor = _inertia.Total / sum;
            for (int i = 0; i < _links.Count; i++)
            {
                _links[i] = _links[i] with { Mass = factor * _links[i].Mass, Inertia = factor * _links[i].Inertia };
            }
        }

        MjcfActuators.Apply(_root, _context, _joints);
        MjcfEqualities.Apply(_root, _context, _joints, _unmodelled);
        string name = _root.Attributes.GetValueOrDefault("model", "");
        return new RobotDescription
        {
            Name = name.Trim().Length > 0 ? name : "MuJoCo Model",
            Links = [.. _links],
            Joints = [.. _joints],
            Unmodelled = _unmodelled,
            Visuals = _visuals.AsReadOnly(),
            Places = _places,
            Faults = _context.Faults,
            Notes = _context.Notes,
            HasAllParts = true,
            Gravity = Gravity(),
        }.Build(options);
    }

    private void Section(MjcfElement section)
    {
        if (MjcfVocabulary.PassedOverSections.Contains(section.Name))
        {
            _context.Notes.PassOver($"<{section.Name}>");
        }
        else if (section.Name == "tendon" && section.Children.Count > 0)
        {
            _context.Warn(section, "tendon", "tendons are not modelled", "they are ignored");
        }
        else if (section.Name is "extension" or "deformable" && section.Children.Count > 0)
        {
            _context.Warn(section, section.Name, $"<{section.Name}> is not modelled", "it is ignored");
        }
        else if (!MjcfVocabulary.Sections.Contains(section.Name) && !section.Name.Contains(':', StringComparison.Ordinal))
        {
            IReadOnlyList<string> near = NearNames.Of(section.Name, MjcfVocabulary.Sections);
            if (near.Count > 0 || MjcfVocabulary.IsOfTree(section.Name))
            {
                throw section.Problem("the element is unknown there", near.Count > 0 ? NearNames.Perhaps(near) : "Move it into <worldbody>");
            }

            _context.Warn(section, "mujoco/" + section.Name, "the element is unknown there", "it is ignored");
        }
    }

    private Vector3d Gravity()
    {
        Vector3d gravity = new(0, 0, -9.81);
        foreach (MjcfElement option in _root.All("option"))
        {
            _context.Faults.Try(() =>
            {
                gravity = _context.Vector(option, "gravity", null) ?? gravity;
                if ((_context.Number(option, "density", null) ?? 0) != 0 || (_context.Number(option, "viscosity", null) ?? 0) != 0)
                {
                    _context.Warn(option, "fluid", "the forces of a fluid are not modelled", "density and viscosity are ignored");
                }
            });
        }

        return _context.IsDisabled("gravity") ? Vector3d.Zero : gravity;
    }

    /// <summary>Sorts what is in a body, and in the frames in it.</summary>
    private void ReadInto(Contents contents, MjcfElement parent, string? childClass, Pose frame, bool isWorld)
    {
        foreach (MjcfElement element in parent.Children)
        {
            _context.Faults.Try(() =>
            {
                switch (element.Name)
                {
                    case "body":
                        contents.Bodies.Add((element, childClass, frame));
                        break;
                    case "frame":
                        _context.OnlyAttributes(element, MjcfVocabulary.Frame);
                        ReadInto(contents, element, ChildClass(element, childClass), frame * _context.Pose(element, null), isWorld);
                        break;
                    case "geom":
                        contents.Geoms.Add((element, childClass, frame));
                        break;
                    case "joint" or "freejoint" when !isWorld:
                        contents.Joints.Add((element, childClass, frame));
                        break;
                    case "inertial" when !isWorld:
                        contents.Inertial = contents.Inertial is null ? element : throw element.Problem("there is one already", "Keep one of the two");
                        break;
                    default:
                        PassOver(element, parent);
                        break;
                }
            });
        }
    }

    // The class of what is in an element; an unknown one is a fault, once, where it stands.
    private string? ChildClass(MjcfElement element, string? inherited)
    {
        if (!element.Attributes.TryGetValue("childclass", out string? name))
        {
            return inherited;
        }

        if (!_context.Defaults.Has(name))
        {
            _context.Faults.Add(element.Problem($"the class {Quoted.Text(name)} is unknown", "Name a class of <default>"));
            return inherited;
        }

        return name;
    }

    private void PassOver(MjcfElement element, MjcfElement parent)
    {
        if (MjcfVocabulary.PassedOverInBody.Contains(element.Name) || element.Name.Contains(':', StringComparison.Ordinal))
        {
            _context.Notes.PassOver($"<{element.Name}>");
            return;
        }

        if (MjcfVocabulary.NotMade.Contains(element.Name))
        {
            throw element.Problem($"<{element.Name}> is not supported", "Save the model with all its bodies written out, or remove it");
        }

        IReadOnlyList<string> near = NearNames.Of(element.Name, ["body", "frame", "geom", "joint", "freejoint", "inertial"]);
        if (near.Count > 0)
        {
            throw element.Problem($"the element is unknown in {parent.Label}", NearNames.Perhaps(near));
        }

        _context.Warn(element, $"{parent.Name}/{element.Name}", "the element is unknown there", "it is ignored");
    }

    private void ReadBody(MjcfElement element, int parent, string? childClass, Pose frame)
    {
        if (_links.Count + 2 > RobotCaps.Links || _joints.Count + 2 > RobotCaps.Links)
        {
            throw element.Problem($"there are more than {RobotCaps.Links} links or joints", "Leave out what is not needed");
        }

        _context.OnlyAttributes(element, MjcfVocabulary.Body);
        string name = Unique(element.Attributes.GetValueOrDefault("name", ""), _linkNames, "body");
        string? ownClass = ChildClass(element, childClass);
        Pose pose = frame;
        _context.Faults.Try(() =>
        {
            pose = frame * _context.Pose(element, null);
            if ((_context.Number(element, "gravcomp", null) ?? 0) != 0)
            {
                _context.Warn(element, "gravcomp", "gravity compensation of single bodies is not modelled", "gravcomp is ignored");
            }
        });

        Contents contents = new();
        ReadInto(contents, element, ownClass, Pose.Identity, isWorld: false);
        int link = Connect(element, name, parent, pose, contents);
        _context.Faults.Try(() => _links[link] = _inertia.Link(name, contents.Inertial, contents.Geoms));

        // How a robot looks that cannot be read is of no interest.
        foreach ((MjcfElement geom, string? geomClass, Pose place) in _context.Faults.IsEmpty ? contents.Geoms : [])
        {
            if (_geoms.Look(geom, geomClass, name, place) is { } look)
            {
                _visuals.Add(look);
            }
            else
            {
                _context.Notes.PassOver("<geom>");
            }
        }

        foreach ((MjcfElement body, string? bodyClass, Pose place) in contents.Bodies)
        {
            ReadBody(body, link, bodyClass, place);
        }
    }

    /// <summary>Joins a body to its parent by its joints, with massless links between several, and returns its link.</summary>
    private int Connect(MjcfElement element, string name, int parent, Pose pose, Contents contents)
    {
        // Where the joint's frame lies in the frame of the body, which all of a body's joints are given in.
        Vector3d anchor = Vector3d.Zero;
        string above = _links[parent].Name;
        for (int i = 0; i < contents.Joints.Count; i++)
        {
            (MjcfElement joint, string? jointClass, Pose frame) = contents.Joints[i];
            MjcfJoint read = MjcfJoint.Read(_context, joint, jointClass, frame);
            bool isLast = i == contents.Joints.Count - 1 && read.Anchor == Vector3d.Zero;
            string child = isLast ? name : AddLink(joint, Unique($"{name}/{(joint.Attributes.TryGetValue("name", out string? own) ? own : $"joint{i}")}", _linkNames));
            string jointName = Unique(joint.Attributes.GetValueOrDefault("name", ""), _jointNames, joint.Name == "freejoint" || read.Unmodelled == "free" ? $"{name}_free" : $"{name}_joint");
            Pose origin = i == 0 ? pose * new Pose(Rotation3d.Identity, read.Anchor) : new(Rotation3d.Identity, read.Anchor - anchor);
            RobotJoint result = read.Joint with { Name = jointName, Parent = above, Child = child };
            if (read.Unmodelled is { } type)
            {
                _unmodelled[_joints.Count] = type;
            }

            if (read.Reference != 0)
            {
                _context.References[jointName] = read.Reference;
                origin *= (result with { Axis = result.Axis.Unit }).Motion(-read.Reference);
            }

            AddJoint(joint, result with { Origin = origin });
            (above, anchor) = (child, read.Anchor);
            if (isLast)
            {
                return AddLinkLast(element, name);
            }
        }

        // Fixed to the parent, or to the frame of the last joint, which lies elsewhere.
        Pose rest = contents.Joints.Count == 0 ? pose : new(Rotation3d.Identity, -1 * anchor);
        AddJoint(element, new() { Name = Unique($"{name}_fixed", _jointNames), Type = JointType.Fixed, Parent = above, Child = name, Origin = rest });
        return AddLinkLast(element, name);
    }

    private string AddLink(MjcfElement element, string name)
    {
        _places.SetLink(_links.Count, RobotPart.Itself, element.Line, element.Label);
        _links.Add(new() { Name = name });
        return name;
    }

    private int AddLinkLast(MjcfElement element, string name)
    {
        AddLink(element, name);
        return _links.Count - 1;
    }

    private void AddJoint(MjcfElement element, RobotJoint joint)
    {
        _places.SetJoint(_joints.Count, RobotPart.Itself, element.Line, element.Label);
        _joints.Add(joint);
    }

    // Elements may have no name; where names are given, those that are taken are left for the tree to refuse.
    private static string Unique(string given, HashSet<string> names, string? ifNone = null)
    {
        if (given.Length > 0 && (ifNone is not null || names.Add(given)))
        {
            names.Add(given);
            return given;
        }

        string stem = ifNone ?? given;
        for (int i = 0; ; i++)
        {
            string name = i == 0 ? stem : FormattableString.Invariant($"{stem}{i}");
            if (names.Add(name))
            {
                return name;
            }

            // Many of the same stem: go on from their number.
            i = Math.Max(i, names.Count / 2);
        }
    }

    private sealed class Contents
    {
        public MjcfElement? Inertial { get; set; }

        public List<(MjcfElement Element, string? Class, Pose Frame)> Joints { get; } = [];

        public List<(MjcfElement Element, string? Class, Pose Frame)> Geoms { get; } = [];

        public List<(MjcfElement Element, string? Class, Pose Frame)> Bodies { get; } = [];
    }
}
