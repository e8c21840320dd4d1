using System.Xml;
using MetaCritic.Files;

namespace MetaCritic.Robots;

/// <summary>
/// Reads the part of URDF that dynamics depend on: what could mean something to them and is not understood is an error, not a default.
/// </summary>
/// <remarks>
/// The document is read forwards, element by element, with fixed caps, no DTD and no resolver. Each error names source, line, element,
/// what was found and what to do.
/// </remarks>
internal static class UrdfReader
{
    private const string EmptyRemedy = "Give a URDF document, which starts with <robot name=\"…\">";

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">It cannot be opened or used.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static RobotModel ReadFile(string path, RobotReadingOptions? options = null)
    {
        using FileStream file = InputFile.OpenRead(path);
        try
        {
            return Read(file, path, options);
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{path}: the file could not be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <exception cref="InvalidInputException">It cannot be used.</exception>
    public static RobotModel ReadText(string text, string source, RobotReadingOptions? options = null)
    {
        // A byte order mark is no character of the document.
        using StringReader reader = new(XmlProlog.Mended(text.StartsWith('\uFEFF') ? text[1..] : text));
        return Read(settings => XmlReader.Create(reader, settings, UndeclaredPrefixes.CreateContext()), source, options);
    }

    /// <summary>Reads a stream in whatever encoding it declares.</summary>
    /// <exception cref="InvalidInputException">It cannot be used.</exception>
    public static RobotModel Read(Stream stream, string source, RobotReadingOptions? options = null)
    {
        using MemoryStream mended = XmlProlog.Mended(stream);
        return Read(settings => XmlReader.Create(mended, settings, UndeclaredPrefixes.CreateContext()), source, options);
    }

    private static XmlReaderSettings Settings() => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = RobotCaps.UrdfCharacters,
        MaxCharactersFromEntities = 0,
        CloseInput = false,
    };

    private static RobotModel Read(Func<XmlReaderSettings, XmlReader> create, string source, RobotReadingOptions? options)
    {
        UrdfPlaces places = new(source);
        UrdfDocument? document = null;
        bool inDocument = false;
        try
        {
            // Creating the reader reads the first bytes already, and may find fault with them.
            using XmlReader xml = create(Settings());
            document = new(xml, places, options ?? new());
            UrdfElement robot = document.ReadRoot() ?? throw new InvalidInputException(places.At(1, "start of the document"), "the document is empty", EmptyRemedy);
            inDocument = true;
            return ReadRobot(document, robot, options ?? new());
        }
        catch (XmlException e)
        {
            throw WithFaults(document, Explained(e, inDocument, places, document?.LastLine ?? 1));
        }
    }

    private static InvalidInputException WithFaults(UrdfDocument? document, InvalidInputException last)
    {
        FaultList faults = document?.Faults ?? new();
        faults.Add(last);
        return faults.Combined();
    }

    private static RobotModel ReadRobot(UrdfDocument document, UrdfElement robot, RobotReadingOptions options)
    {
        document.Places.SetRobot(robot.Line, robot.Label);
        document.OnlyRequired(robot, "name", "version");
        string name = document.OptionalName(robot, "robot");
        Vector3d gravity = new(0, 0, -9.81);
        Payload payload = default;
        string? endEffector = document.Own(UrdfExtension.EndEffector);
        document.Try(() => gravity = document.OwnVector(robot, UrdfExtension.Gravity) ?? gravity);
        document.Try(() => payload = new(document.OwnNumber(robot, UrdfExtension.PayloadMass), document.OwnVector(robot, UrdfExtension.PayloadOffset) ?? Vector3d.Zero));
        document.Places.IsOurs = endEffector is not null;
        List<RobotLink> links = [];
        List<RobotJoint> joints = [];
        List<RobotVisual> visuals = [];
        Dictionary<int, string> unmodelled = [];
        bool linksAreWhole = true;
        try
        {
            document.ReadChildren(
                robot,
                new("link", link => linksAreWhole &= UrdfLink.Read(document, link, Next(links.Count, "links", link), links, visuals)) { Repeats = true },
                new("joint", joint => joints.Add(UrdfJoint.Read(document, joint, Next(joints.Count, "joints", joint), unmodelled))) { Repeats = true });
        }
        catch (InvalidInputException fatal)
        {
            throw WithFaults(document, fatal);
        }

        document.ReadToEnd();
        return new RobotDescription
        {
            Name = name,
            Links = [.. links],
            Joints = [.. joints],
            Unmodelled = unmodelled,
            Visuals = visuals,
            IsOurs = document.Places.IsOurs,
            Gravity = gravity,
            Payload = payload,
            EndEffector = endEffector,
            Places = document.Places,
            Faults = document.Faults,
            Notes = document.Notes,
            HasAllParts = linksAreWhole && document.Places.Incomplete.Count == 0,
        }.Build(options);

        int Next(int count, string what, UrdfElement element) => count < RobotCaps.Links
            ? count
            : throw document.Fatal(element, $"there are more than {RobotCaps.Links} {what}", "Leave out what is not needed");
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

        return new(place, $"the XML is malformed: {XmlFault.Describe(e)}", "Correct the XML", e);
    }
}
