using System.Xml;
using MetaCritic.Files;

namespace MetaCritic.Robots;

/// <summary>Reads the elements of an MJCF document, and of the files that it includes, with fixed caps, no DTD and no resolver.</summary>
/// <param name="folder">Where included files lie; null if there are none to be had.</param>
internal sealed class MjcfDocument(string? folder)
{
    private readonly HashSet<string> _included = new(StringComparer.Ordinal);
    private int _elements;

    /// <summary>Reads a document.</summary>
    /// <exception cref="InvalidInputException">It is not well-formed, no MJCF, or beyond the caps.</exception>
    public MjcfElement Read(Stream stream, string source) => Read(stream, source, depth: 0);

    /// <summary>Reads a text.</summary>
    /// <exception cref="InvalidInputException">It is not well-formed, no MJCF, or beyond the caps.</exception>
    public MjcfElement Read(string text, string source)
    {
        using StringReader reader = new(XmlProlog.Mended(text.StartsWith('\uFEFF') ? text[1..] : text));
        return Read(settings => XmlReader.Create(reader, settings, UndeclaredPrefixes.CreateContext()), source, depth: 0);
    }

    private MjcfElement Read(Stream stream, string source, int depth)
    {
        using MemoryStream mended = XmlProlog.Mended(stream);
        return Read(settings => XmlReader.Create(mended, settings, UndeclaredPrefixes.CreateContext()), source, depth);
    }

    // Levels above count too: files that include each other could nest without end.
    private MjcfElement Read(Func<XmlReaderSettings, XmlReader> create, string source, int depth)
    {
        XmlReaderSettings settings = new()
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = RobotCaps.UrdfCharacters,
            MaxCharactersFromEntities = 0,
            CloseInput = false,
        };
        int line = 1;
        try
        {
            using XmlReader xml = create(settings);
            Stack<MjcfElement> open = new();
            MjcfElement? root = null;
            while (xml.Read())
            {
                line = ((IXmlLineInfo)xml).LineNumber;
                if (xml.NodeType == XmlNodeType.EndElement)
                {
                    open.Pop();
                }
                else if (xml.NodeType == XmlNodeType.Element)
                {
                    MjcfElement element = ReadElement(xml, source, line, depth + open.Count);
                    root ??= element;
                    bool isEmpty = xml.IsEmptyElement;
                    Add(open, element, root, depth);
                    if (!isEmpty)
                    {
                        open.Push(element);
                    }
                }
            }

            return root ?? throw new InvalidInputException($"{source}, line 1, start of the document", "the document is empty", "Give an MJCF document, which starts with <mujoco>");
        }
        catch (XmlException e)
        {
            string place = FormattableString.Invariant($"{source}, line {(e.LineNumber > 0 ? e.LineNumber : line)}, XML");
            throw e.Message.Contains("MaxCharactersInDocument", StringComparison.Ordinal)
                ? new InvalidInputException(place, $"the document has more than {RobotCaps.UrdfCharacters} characters", "Leave out what is not needed", e)
                : e.Message.Contains("DTD", StringComparison.OrdinalIgnoreCase)
                    ? new InvalidInputException(place, "found a document type definition (<!DOCTYPE …>)", "Remove it; neither DTDs nor entities are read", e)
                    : new InvalidInputException(place, $"the XML is malformed: {XmlFault.Describe(e)}", "Correct the XML", e);
        }
    }

    private MjcfElement ReadElement(XmlReader xml, string source, int line, int depth)
    {
        MjcfElement element = new(source, xml.Prefix.Length == 0 ? xml.LocalName : xml.Name, line);
        if (depth >= RobotCaps.UrdfDepth)
        {
            throw element.Problem($"elements are nested deeper than {RobotCaps.UrdfDepth} levels", "Remove the nesting");
        }

        if (++_elements > RobotCaps.MjcfElements)
        {
            throw element.Problem($"there are more than {RobotCaps.MjcfElements} elements", "Leave out what is not needed");
        }

        for (bool more = xml.MoveToFirstAttribute(); more; more = xml.MoveToNextAttribute())
        {
            if (xml.Name != "xmlns" && xml.Prefix != "xmlns")
            {
                element.Attributes[xml.Name] = xml.Value;
            }
        }

        xml.MoveToElement();
        return element;
    }

    private void Add(Stack<MjcfElement> open, MjcfElement element, MjcfElement root, int depth)
    {
        if (!open.TryPeek(out MjcfElement? parent))
        {
            // The root of an included file may have any name.
            if (_included.Count == 0 && root.Name != "mujoco")
            {
                throw root.Problem("the root element of an MJCF document is <mujoco>", "Give an MJCF document");
            }
        }
        else if (parent.Name == "include")
        {
            throw element.Problem("there is nothing to be in <include>", "Move it out");
        }
        else if (element.Name == "include")
        {
            parent.Children.AddRange(Include(element, depth + open.Count).Children);
        }
        else
        {
            parent.Children.Add(element);
        }
    }

    private MjcfElement Include(MjcfElement element, int depth)
    {
        string name = element.Attributes.GetValueOrDefault("file", "");
        if (folder is null)
        {
            throw element.Problem($"the file {Quoted.Text(name)} is included, but this document is no file", "Give a file, or put the contents in its place");
        }

        string root = Path.GetFullPath(folder);
        string path = name.Contains('\0', StringComparison.Ordinal) ? "" : Path.GetFullPath(Path.Combine(root, name));
        if (!path.StartsWith(root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw element.Problem($"the included file {Quoted.Text(name)} is not below the folder of the document", "Copy it there");
        }

        if (!_included.Add(path))
        {
            throw element.Problem($"the file {Quoted.Text(name)} is included already", "Include each file once");
        }

        using FileStream file = InvalidInputException.At(element.Place, () => InputFile.OpenRead(path));
        return Read(file, path, depth);
    }
}
