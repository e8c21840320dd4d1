using System.Globalization;
using System.Xml;

namespace MetaCritic.Robots;

/// <summary>
/// Reads the part of URDF that dynamics depend on, strictly: what it does not understand is an error, not a default.
/// </summary>
/// <remarks>
/// The document is read forwards, element by element, with fixed caps, no DTD and no resolver; nothing recurses.
/// Each error names source, line, element, what was found and what to do.
/// </remarks>
internal sealed class UrdfReader
{
    private const string EmptyRemedy = "Give a URDF document, which starts with <robot name=\"…\">";

    private static readonly char[] Blanks = [' ', '\t', '\r', '\n'];

    private readonly XmlReader _xml;
    private readonly UrdfPlaces _places;
    private readonly List<RobotLink> _links = [];
    private readonly List<RobotJoint> _joints = [];

    /// <summary>The last line that was read, for errors that the XML reader gives without a line.</summary>
    private int _lastLine = 1;

    private UrdfReader(XmlReader xml, UrdfPlaces places)
    {
        _xml = xml;
        _places = places;
    }

    private int Line => ((IXmlLineInfo)_xml).LineNumber;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">It cannot be read or used.</exception>
    public static RobotModel ReadFile(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new InvalidInputException("URDF file", "the path is empty", "Give the path of a file");
        }

        if (Directory.Exists(path))
        {
            throw new InvalidInputException(path, "it is a directory", "Give the path of a URDF file");
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            return Read(file, path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException(path, "there is no such file", "Correct the path of the URDF file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException(
                Quoted.Shortened(path), $"the file cannot be read ({e.GetType().Name})", "Check the path and the permission to read it", e);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <exception cref="InvalidInputException">It cannot be used.</exception>
    public static RobotModel ReadText(string text, string source)
    {
        // A byte order mark is no character of the document.
        using StringReader reader = new(text.StartsWith('\uFEFF') ? text[1..] : text);
        return Read(settings => XmlReader.Create(reader, settings, UndeclaredPrefixes.CreateContext()), source);
    }

    /// <summary>Reads a stream in whatever encoding it declares.</summary>
    /// <exception cref="InvalidInputException">It cannot be used.</exception>
    public static RobotModel Read(Stream stream, string source) => Read(settings => XmlReader.Create(stream, settings, UndeclaredPrefixes.CreateContext()), source);

    private static XmlReaderSettings Settings() => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = RobotCaps.UrdfCharacters,
        MaxCharactersFromEntities = 0,
        CloseInput = false,
    };

    private static RobotModel Read(Func<XmlReaderSettings, XmlReader> create, string source)
    {
        UrdfPlaces places = new(source);
        UrdfReader? reader = null;
        bool inDocument = false;
        try
        {
            // Creating the reader reads the first bytes already, and may find fault with them.
            using XmlReader xml = create(Settings());
            reader = new(xml, places);
            reader.ReadToRoot();
            inDocument = true;
            return reader.ReadRobot();
        }
        catch (XmlException e)
        {
            throw Explained(e, inDocument, places, reader?._lastLine ?? 1);
        }
    }

    /// <summary>An error of the XML reader. Some name settings of the reader as the remedy, which is of no use to the author of a file.</summary>
    private static InvalidInputException Explained(XmlException e, bool inDocument, UrdfPlaces places, int lastLine)
    {
        string place = places.At(e.LineNumber > 0 ? e.LineNumber : lastLine, inDocument ? "XML" : "start of the document");
        if (e.Message.Contains("MaxCharactersInDocument", StringComparison.Ordinal))
        {
            return new(place, $"the document has more than {RobotCaps.UrdfCharacters} characters", "Leave out what is not needed", e);
        }

        if (!inDocument && e.LineNumber == 0)
        {
            return e.Message.Contains("DTD", StringComparison.OrdinalIgnoreCase)
                ? new(place, "found a document type definition (<!DOCTYPE …>)", "Remove it; neither DTDs nor entities are read", e)
                : new(place, "the document is empty", EmptyRemedy, e);
        }

        return new(place, $"the XML is malformed: {Quoted.Shortened(e.Message).TrimEnd('.')}", "Correct the XML", e);
    }

    /// <summary>One step forwards; every step of the reader goes through here, so that the cap on depth holds everywhere.</summary>
    private bool Advance()
    {
        if (!_xml.Read())
        {
            return false;
        }

        _lastLine = Line;
        return _xml.Depth < RobotCaps.UrdfDepth
            ? true
            : throw Problem(
                Line, Element(), $"elements are nested deeper than {RobotCaps.UrdfDepth} levels", "Remove the nesting");
    }

    private void ReadToRoot()
    {
        while (Advance())
        {
            if (_xml.NodeType != XmlNodeType.Element)
            {
                // A DTD begins where blanks and comments before it end.
                _lastLine += _xml.Value.AsSpan().Count('\n');
                continue;
            }

            if (_xml.LocalName != "robot")
            {
                throw Problem(Line, Element(), "the root element of a URDF document is <robot>", "Give a URDF document");
            }

            return;
        }

        throw new InvalidInputException(
            _places.At(1, "start of the document"), "the document is empty", EmptyRemedy);
    }

    private RobotModel ReadRobot()
    {
        string element = Element();
        int line = Line;
        _places.SetRobot(line, element);
        string name = Required("name", element);
        foreach (string child in Children(element))
        {
            switch (child)
            {
                case "link":
                    ReadLink();
                    break;
                case "joint":
                    ReadJoint();
                    break;
                default:
                    PassOver("robot", element);
                    break;
            }
        }

        // What follows the root must be well-formed as well.
        while (Advance())
        {
        }

        return new(name, [.. _links], [.. _joints], new Vector3d(0, 0, -9.81), default, endEffector: null, _places);
    }

    private void ReadLink()
    {
        string element = Element();
        int line = Line;
        int index = _links.Count;
        if (index == RobotCaps.Links)
        {
            throw Problem(line, element, $"there are more than {RobotCaps.Links} links", "Leave out what is not needed");
        }

        _places.SetLink(index, RobotPart.Itself, line, element);
        RobotLink link = new() { Name = Required("name", element) };
        int inertialLine = 0;
        foreach (string child in Children(element))
        {
            if (child != "inertial")
            {
                PassOver("link", element);
                continue;
            }

            Once(ref inertialLine, element);
            link = ReadInertial(link, index, element);
        }

        _links.Add(link);
    }

    private RobotLink ReadInertial(RobotLink link, int index, string owner)
    {
        string element = $"<inertial> of {owner}";
        int line = Line;
        Pose origin = Pose.Identity;
        double mass = 0;
        InertiaTensor inertia = default;
        (int originLine, int massLine, int inertiaLine) = (0, 0, 0);
        foreach (string child in Children(element))
        {
            string place = $"<{child}> of {owner}";
            switch (child)
            {
                case "origin":
                    Once(ref originLine, owner);
                    _places.SetLink(index, RobotPart.CenterOfMass, Line, place);
                    origin = ReadOrigin(place);
                    break;
                case "mass":
                    Once(ref massLine, owner);
                    _places.SetLink(index, RobotPart.Mass, Line, place);
                    mass = RequiredNumber("value", place);
                    Skip();
                    break;
                case "inertia":
                    Once(ref inertiaLine, owner);
                    _places.SetLink(index, RobotPart.Inertia, Line, place);
                    inertia = new(
                        RequiredNumber("ixx", place), RequiredNumber("ixy", place), RequiredNumber("ixz", place),
                        RequiredNumber("iyy", place), RequiredNumber("iyz", place), RequiredNumber("izz", place));
                    Skip();
                    break;
                default:
                    PassOver("inertial", element);
                    break;
            }
        }

        NeedElement(massLine, "mass", line, element, "Add <mass value=\"…\"/>, in kg");
        NeedElement(inertiaLine, "inertia", line, element, "Add <inertia ixx=\"…\" ixy=\"…\" ixz=\"…\" iyy=\"…\" iyz=\"…\" izz=\"…\"/>, in kg·m²");
        return link with { Mass = mass, CenterOfMass = origin.Position, Inertia = inertia.Rotated(origin.Rotation) };
    }

    private void ReadJoint()
    {
        string element = Element();
        int line = Line;
        int index = _joints.Count;
        if (index == RobotCaps.Links)
        {
            throw Problem(line, element, $"there are more than {RobotCaps.Links} joints", "Leave out what is not needed");
        }

        _places.SetJoint(index, RobotPart.Itself, line, element);
        string name = Required("name", element);
        JointType type = TypeOf(Required("type", element), element);
        RobotJoint joint = new() { Name = name, Type = type, Parent = "", Child = "" };
        (int parentLine, int childLine, int originLine, int axisLine, int limitLine, int dynamicsLine) = (0, 0, 0, 0, 0, 0);
        foreach (string child in Children(element))
        {
            string place = $"<{child}> of {element}";
            switch (child)
            {
                case "parent":
                    Once(ref parentLine, element);
                    _places.SetJoint(index, RobotPart.Parent, Line, place);
                    joint = joint with { Parent = Required("link", place) };
                    Skip();
                    break;
                case "child":
                    Once(ref childLine, element);
                    _places.SetJoint(index, RobotPart.Child, Line, place);
                    joint = joint with { Child = Required("link", place) };
                    Skip();
                    break;
                case "origin":
                    Once(ref originLine, element);
                    _places.SetJoint(index, RobotPart.Origin, Line, place);
                    joint = joint with { Origin = ReadOrigin(place) };
                    break;
                case "axis":
                    Once(ref axisLine, element);
                    _places.SetJoint(index, RobotPart.Axis, Line, place);
                    joint = ReadAxis(joint, place);
                    break;
                case "limit":
                    Once(ref limitLine, element);
                    _places.SetJoint(index, RobotPart.Limits, Line, place);
                    joint = ReadLimit(joint, place);
                    break;
                case "dynamics":
                    Once(ref dynamicsLine, element);
                    _places.SetJoint(index, RobotPart.Dynamics, Line, place);
                    joint = ReadDynamics(joint, place);
                    break;
                case "mimic":
                    throw Problem(
                        Line,
                        place,
                        "the joint follows another joint, which is not supported",
                        "Make the joint fixed, or remove <mimic> to let it move by itself");
                default:
                    PassOver("joint", element);
                    break;
            }
        }

        NeedElement(parentLine, "parent", line, element, "Add <parent link=\"…\"/>");
        NeedElement(childLine, "child", line, element, "Add <child link=\"…\"/>");
        if (type is JointType.Revolute or JointType.Prismatic)
        {
            NeedElement(
                limitLine, "limit", line, element, "Add <limit lower=\"…\" upper=\"…\" effort=\"…\" velocity=\"…\"/>, or make a turning joint continuous");
        }

        _joints.Add(joint);
    }

    private JointType TypeOf(string type, string element) => type switch
    {
        "revolute" => JointType.Revolute,
        "continuous" => JointType.Continuous,
        "prismatic" => JointType.Prismatic,
        "fixed" => JointType.Fixed,
        _ => throw Problem(
            Line,
            element,
            $"joint type {Quoted.Text(type)} is not supported",
            type is "planar" or "floating" or "spherical"
                ? "Replace it by joints of the types revolute, continuous and prismatic, or by fixed"
                : "Use revolute, continuous, prismatic or fixed"),
    };

    private Pose ReadOrigin(string element)
    {
        OnlyAttributes(element, "xyz", "rpy");
        Vector3d position = Vector("xyz", element) ?? Vector3d.Zero;
        Vector3d angles = Vector("rpy", element) ?? Vector3d.Zero;
        Skip();
        return new(Rotation3d.FromRollPitchYaw(angles.X, angles.Y, angles.Z), position);
    }

    private RobotJoint ReadAxis(RobotJoint joint, string element)
    {
        // Files often give a fixed joint the axis 0 0 0.
        Vector3d axis = joint.IsMovable
            ? Vector("xyz", element) ?? throw MissingAttribute("xyz", element)
            : joint.Axis;
        Skip();
        return joint with { Axis = axis };
    }

    private RobotJoint ReadLimit(RobotJoint joint, string element)
    {
        if (joint.IsMovable)
        {
            OnlyAttributes(element, "lower", "upper", "effort", "velocity", "acceleration", "deceleration", "jerk");
            (double lower, double upper) = (Number("lower", element) ?? 0, Number("upper", element) ?? 0);
            joint = joint with
            {
                EffortLimit = RequiredNumber("effort", element),
                VelocityLimit = RequiredNumber("velocity", element),
            };
            if (joint.Type != JointType.Continuous)
            {
                joint = joint with { LowerLimit = lower, UpperLimit = upper };
            }
        }

        Skip();
        return joint;
    }

    private RobotJoint ReadDynamics(RobotJoint joint, string element)
    {
        if (joint.IsMovable)
        {
            OnlyAttributes(element, "damping", "friction");
            double friction = Number("friction", element) ?? 0;
            if (friction != 0)
            {
                throw Problem(
                    Line,
                    element,
                    $"the joint has dry friction of {Quoted.Number(friction)}, which is not modelled",
                    "Set friction to 0, or stand in for it by damping");
            }

            joint = joint with { Damping = Number("damping", element) ?? 0 };
        }

        Skip();
        return joint;
    }

    /// <summary>Names of the child elements, one after the other; the caller reads each to its end.</summary>
    private IEnumerable<string> Children(string element)
    {
        if (_xml.IsEmptyElement)
        {
            yield break;
        }

        int depth = _xml.Depth;
        while (Advance())
        {
            if (_xml.NodeType == XmlNodeType.EndElement && _xml.Depth == depth)
            {
                yield break;
            }

            if (_xml.NodeType == XmlNodeType.Element)
            {
                // A prefixed element is another vocabulary's, even if its name is the same.
                yield return _xml.Prefix.Length == 0 ? _xml.LocalName : _xml.Name;
            }
        }

        throw Problem(Line, element, "the element does not end", "Correct the XML");
    }

    /// <summary>Goes to the end of the present element.</summary>
    private void Skip()
    {
        if (_xml.IsEmptyElement)
        {
            return;
        }

        int depth = _xml.Depth;
        while (Advance() && !(_xml.NodeType == XmlNodeType.EndElement && _xml.Depth == depth))
        {
        }
    }

    /// <summary>Skips an element without part in the dynamics; any other is an error.</summary>
    private void PassOver(string parent, string parentElement)
    {
        if (_xml.Prefix == "xacro")
        {
            throw Problem(Line, $"<{_xml.Name}> in {parentElement}", "found a xacro macro", "Turn the file into URDF with the xacro program first");
        }

        if (!UrdfVocabulary.IsPassedOver(_xml.Prefix, _xml.LocalName))
        {
            throw Problem(
                Line,
                $"<{Quoted.Shortened(_xml.Name)}> in {parentElement}",
                "the element is unknown there",
                $"Correct its name or remove it; <{parent}> is read for {string.Join(", ", UrdfVocabulary.ReadIn(parent).Select(name => $"<{name}>"))}");
        }

        Skip();
    }

    private void Once(ref int firstLine, string parentElement)
    {
        if (firstLine != 0)
        {
            throw Problem(
                Line,
                $"<{_xml.LocalName}> in {parentElement}",
                $"there is one already, in line {firstLine.ToString(CultureInfo.InvariantCulture)}",
                "Keep one of the two");
        }

        firstLine = Line;
    }

    private void NeedElement(int foundInLine, string child, int line, string element, string remedy)
    {
        if (foundInLine == 0)
        {
            throw Problem(line, element, $"<{child}> is missing", remedy);
        }
    }

    /// <summary>
    /// Refuses attributes that the reader does not know, in elements all of whose attributes may be left out: there a
    /// misspelt one would turn into its default.
    /// </summary>
    private void OnlyAttributes(string element, params ReadOnlySpan<string> known)
    {
        bool more = _xml.MoveToFirstAttribute();
        while (more)
        {
            if (_xml.Prefix.Length == 0 && _xml.LocalName != "xmlns" && !known.Contains(_xml.LocalName))
            {
                throw Problem(
                    Line,
                    element,
                    $"the attribute {Quoted.Text(_xml.LocalName)} is unknown",
                    $"Correct its name or remove it; known are {string.Join(", ", known)}");
            }

            more = _xml.MoveToNextAttribute();
        }

        _xml.MoveToElement();
    }

    private string Required(string attribute, string element) =>
        _xml.GetAttribute(attribute) is { } text && !string.IsNullOrWhiteSpace(text) ? text : throw MissingAttribute(attribute, element);

    private double RequiredNumber(string attribute, string element) =>
        Number(attribute, element) ?? throw MissingAttribute(attribute, element);

    private double? Number(string attribute, string element)
    {
        if (_xml.GetAttribute(attribute) is not { } text)
        {
            return null;
        }

        return TryNumber(text.AsSpan().Trim(Blanks), out double value)
            ? value
            : throw Problem(Line, element, $"{attribute} is {Quoted.Text(text)}", "Give a finite number, such as 0.5 or 1e-3");
    }

    private Vector3d? Vector(string attribute, string element)
    {
        if (_xml.GetAttribute(attribute) is not { } text)
        {
            return null;
        }

        Span<Range> parts = stackalloc Range[4];
        ReadOnlySpan<char> span = text;
        if (span.SplitAny(parts, Blanks, StringSplitOptions.RemoveEmptyEntries) == 3
            && TryNumber(span[parts[0]], out double x) && TryNumber(span[parts[1]], out double y) && TryNumber(span[parts[2]], out double z))
        {
            return new(x, y, z);
        }

        throw Problem(Line, element, $"{attribute} is {Quoted.Text(text)}", "Give three finite numbers with blanks between them, such as 0 0 1");
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>The present element as messages show it: its name, and the name attribute if it has one.</summary>
    private string Element()
    {
        string tag = Quoted.Shortened(_xml.Name);
        return _xml.NodeType == XmlNodeType.Element && _xml.GetAttribute("name") is { } name
            ? $"<{tag} name=\"{Quoted.Shortened(name)}\">"
            : $"<{tag}>";
    }

    private InvalidInputException MissingAttribute(string attribute, string element) =>
        Problem(Line, element, $"the attribute {attribute} is missing or empty", $"Add {attribute}=\"…\"");

    private InvalidInputException Problem(int line, string element, string found, string remedy) =>
        new(_places.At(line, element), found, remedy);
}
