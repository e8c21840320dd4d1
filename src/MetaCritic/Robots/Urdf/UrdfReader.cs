using System.Xml;
using MetaCritic.Files;

namespace MetaCritic.Robots;

/// <summary>
/// Reads the part of URDF that dynamics depend on, strictly: what it does not understand is an error, not a default.
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
    public static RobotModel ReadFile(string path)
    {
        using FileStream file = InputFile.OpenRead(path);
        try
        {
            return Read(file, path);
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{path}: the file could not be read: {e.Message}", e);
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
        UrdfDocument? document = null;
        bool inDocument = false;
        try
        {
            // Creating the reader reads the first bytes already, and may find fault with them.
            using XmlReader xml = create(Settings());
            document = new(xml, places);
            UrdfElement robot = document.ReadRoot() ?? throw new InvalidInputException(places.At(1, "start of the document"), "the document is empty", EmptyRemedy);
            inDocument = true;
            return ReadRobot(document, robot);
        }
        catch (XmlException e)
        {
            throw Explained(e, inDocument, places, document?.LastLine ?? 1);
        }
    }

    private static RobotModel ReadRobot(UrdfDocument document, UrdfElement robot)
    {
        document.Places.SetRobot(robot.Line, robot.Label);
        string name = document.Required(robot, "name");
        List<RobotLink> links = [];
        List<RobotJoint> joints = [];
        List<RobotVisual> visuals = [];
        document.ReadChildren(
            robot,
            new("link", link => links.Add(UrdfLink.Read(document, link, Next(links.Count, "links", link), visuals))) { Repeats = true },
            new("joint", joint => joints.Add(UrdfJoint.Read(document, joint, Next(joints.Count, "joints", joint)))) { Repeats = true });
        document.ReadToEnd();
        return new(name, [.. links], [.. joints], new Vector3d(0, 0, -9.81), default, endEffector: null, document.Places)
        {
            Visuals = visuals.AsReadOnly(),
        };

        int Next(int count, string what, UrdfElement element) => count < RobotCaps.Links
            ? count
            : throw document.Problem(element, $"there are more than {RobotCaps.Links} {what}", "Leave out what is not needed");
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
}
