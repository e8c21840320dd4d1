using System.Globalization;
using System.Xml;

namespace MetaCritic.Robots;

/// <summary>A URDF document, read forwards, element by element. All errors about elements and attributes are made here.</summary>
/// <param name="xml">The document.</param>
/// <param name="places">Where in it the parts of the robot stand.</param>
/// <param name="options">How it is read.</param>
internal sealed class UrdfDocument(XmlReader xml, UrdfPlaces places, RobotReadingOptions options)
{
    private static readonly char[] Blanks = [' ', '\t', '\r', '\n'];

    /// <summary>Where in the document the parts of the robot stand.</summary>
    public UrdfPlaces Places => places;

    /// <summary>What is wrong with it, as far as it has been read.</summary>
    public FaultList Faults { get; } = new();

    /// <summary>What is not used of it.</summary>
    public ReadingNotes Notes { get; } = new();

    /// <summary>The last line that was read, for errors that the XML reader gives without a line.</summary>
    public int LastLine { get; private set; } = 1;

    private int Line => ((IXmlLineInfo)xml).LineNumber;

    // Whether there is no use in reading on.
    private bool _given;

    /// <summary>Goes to the root element; null if there is none.</summary>
    /// <exception cref="InvalidInputException">It is not that of a robot.</exception>
    public UrdfElement? ReadRoot()
    {
        while (Advance())
        {
            if (xml.NodeType == XmlNodeType.Element)
            {
                UrdfElement root = new(xml.LocalName, Line, Label(), Label());
                return root.Name == "robot" ? root : throw Problem(root, "the root element of a URDF document is <robot>", "Give a URDF document");
            }

            // A DTD begins where blanks and comments before it end.
            LastLine += xml.Value.AsSpan().Count('\n');
        }

        return null;
    }

    /// <summary>Reads what follows the root, which must be well-formed as well.</summary>
    public void ReadToEnd()
    {
        while (Advance())
        {
        }
    }

    /// <summary>Reads what is inside the present element, to its end.</summary>
    /// <param name="parent">The element.</param>
    /// <param name="known">What may be inside; other elements are passed over if they have no part in dynamics.</param>
    /// <remarks>Elements that are unknown, missing, given twice or cannot be used are faults; reading goes on after them.</remarks>
    /// <exception cref="InvalidInputException">The document is beyond the caps.</exception>
    public void ReadChildren(UrdfElement parent, params UrdfChild[] known)
    {
        int[] lines = new int[known.Length]; // where each stands first
        bool ended = xml.IsEmptyElement;
        int depth = xml.Depth;
        while (!ended && Advance())
        {
            ended = xml.NodeType == XmlNodeType.EndElement && xml.Depth == depth;
            if (xml.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            bool isEmpty = xml.IsEmptyElement;
            int i = Array.FindIndex(known, child => xml.Prefix.Length == 0 && child.Name == xml.LocalName); // a prefix is another vocabulary's
            Try(() =>
            {
                if (i < 0)
                {
                    PassOver(parent, known);
                }
                else
                {
                    RequireFirst(parent, known[i], ref lines[i]);
                    known[i].Read(new(xml.LocalName, Line, known[i].Repeats ? Label() : $"<{xml.LocalName}> of {parent.Owner}", known[i].Repeats ? Label() : parent.Owner));
                }
            });
            SkipTo(depth + 1, isEmpty);
        }

        if (!ended)
        {
            throw Fatal(parent with { Line = Line }, "the element does not end", "Correct the XML");
        }

        for (int i = 0; i < known.Length; i++)
        {
            if (lines[i] == 0 && known[i].IfMissing is { } remedy)
            {
                Faults.Add(Problem(parent, $"<{known[i].Name}> is missing", remedy));
            }
        }
    }

    /// <summary>Reads what is inside an element on which nothing depends: all that is not known is passed over.</summary>
    /// <param name="parent">The element.</param>
    /// <param name="known">What is read.</param>
    public void ReadWhatIsKnown(UrdfElement parent, params UrdfChild[] known)
    {
        bool ended = xml.IsEmptyElement;
        int depth = xml.Depth;
        while (!ended && Advance())
        {
            ended = xml.NodeType == XmlNodeType.EndElement && xml.Depth == depth;
            if (xml.NodeType == XmlNodeType.Element)
            {
                bool isEmpty = xml.IsEmptyElement;
                int i = Array.FindIndex(known, child => xml.Prefix.Length == 0 && child.Name == xml.LocalName);
                if (i >= 0)
                {
                    known[i].Read(new(xml.LocalName, Line, $"<{xml.LocalName}> of {parent.Owner}", parent.Owner));
                }

                SkipTo(depth + 1, isEmpty);
            }
        }
    }

    /// <summary>
    /// Passes over attributes that the reader does not know, in elements all of whose attributes may be left out; but there a misspelt
    /// one would turn into its default, so that it is a fault.
    /// </summary>
    public void OnlyAttributes(UrdfElement element, params ReadOnlySpan<string> known) => OnlyAttributes(element, known, misspelt: true);

    /// <summary>Passes over attributes that the reader does not know, in elements that must have all of those that it knows.</summary>
    public void OnlyRequired(UrdfElement element, params ReadOnlySpan<string> known) => OnlyAttributes(element, known, misspelt: false);

    private void OnlyAttributes(UrdfElement element, ReadOnlySpan<string> known, bool misspelt)
    {
        bool more = xml.MoveToFirstAttribute();
        while (more)
        {
            if (xml.Prefix.Length == 0 && xml.LocalName != "xmlns" && !known.Contains(xml.LocalName))
            {
                IReadOnlyList<string> near = misspelt || options.Strict ? NearNames.Of(xml.LocalName, [.. known]) : [];
                string found = $"the attribute {Quoted.Text(xml.LocalName)} is unknown";
                if (options.Strict || near.Count > 0)
                {
                    Faults.Add(Problem(
                        element with { Line = Line },
                        found,
                        near.Count > 0 ? NearNames.Perhaps(near) : $"Correct its name or remove it; known are {string.Join(", ", known)}"));
                }
                else
                {
                    Notes.Warn($"{element.Name}/{xml.LocalName}", places.At(Line, element.Label), $"{found} and ignored");
                }
            }

            more = xml.MoveToNextAttribute();
        }

        xml.MoveToElement();
    }

    /// <summary>Warns of something that is read otherwise than it stands there; refuses it if the reading is strict.</summary>
    public void Warn(UrdfElement element, string kind, string found, string consequence, string remedy)
    {
        if (options.Strict)
        {
            Faults.Add(Problem(element, found, remedy));
        }
        else
        {
            Notes.Warn(kind, places.At(element.Line, element.Label), $"{found}; {consequence}");
        }
    }

    /// <summary>Does a part of the reading, after whose fault it can go on.</summary>
    public bool Try(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (InvalidInputException fault) when (!_given)
        {
            Faults.Add(fault);
            xml.MoveToElement();
            return false;
        }
    }

    /// <summary>An error after which there is no use in reading on.</summary>
    public InvalidInputException Fatal(UrdfElement element, string found, string remedy)
    {
        _given = true;
        return Problem(element, found, remedy);
    }

    /// <summary>A text that must be there.</summary>
    public string Required(UrdfElement element, string attribute) =>
        xml.GetAttribute(attribute) is { } text && !string.IsNullOrWhiteSpace(text) ? text : throw Missing(element, attribute);

    /// <summary>The name of the robot; one of ours, with a warning, if it has none.</summary>
    public string OptionalName(UrdfElement element, string ifMissing)
    {
        if (xml.GetAttribute("name") is { } name && !string.IsNullOrWhiteSpace(name))
        {
            return name;
        }

        Warn(element, "name", "the attribute name is missing or empty", $"the robot is called {ifMissing}", "Add name=\"…\"");
        return ifMissing;
    }

    /// <summary>A number that must be there.</summary>
    public double RequiredNumber(UrdfElement element, string attribute) => Number(element, attribute) ?? throw Missing(element, attribute);

    /// <summary>Three numbers that must be there.</summary>
    public Vector3d RequiredVector(UrdfElement element, string attribute) => Vector(element, attribute) ?? throw Missing(element, attribute);

    /// <summary>A finite number; null if the attribute is missing.</summary>
    public double? Number(UrdfElement element, string attribute) =>
        xml.GetAttribute(attribute) is not { } text ? null
        : TryNumber(text.AsSpan().Trim(Blanks), out double value) ? value
        : throw Problem(element, $"{attribute} is {Quoted.Text(text)}", "Give a finite number, such as 0.5 or 1e-3");

    /// <summary>A finite number of an attribute of our own; 0 if it is missing.</summary>
    public double OwnNumber(UrdfElement element, string attribute) =>
        Own(attribute) is not { } text ? 0
        : TryNumber(text.AsSpan().Trim(Blanks), out double value) ? value
        : throw Problem(element, $"{UrdfExtension.Name(attribute)} is {Quoted.Text(text)}", "Give a finite number");

    /// <summary>Three finite numbers of an attribute of our own; null if it is missing.</summary>
    public Vector3d? OwnVector(UrdfElement element, string attribute) =>
        Own(attribute) is not { } text ? null
        : TryVector(text) ?? throw Problem(element, $"{UrdfExtension.Name(attribute)} is {Quoted.Text(text)}", "Give three finite numbers with blanks between them");

    /// <summary>A finite number; null if there is none.</summary>
    public double? NumberOrNone(UrdfElement element, string attribute) =>
        xml.GetAttribute(attribute) is { } text && TryNumber(text.AsSpan().Trim(Blanks), out double value) ? value : null;

    /// <summary>Three finite numbers; null if the attribute is missing.</summary>
    public Vector3d? Vector(UrdfElement element, string attribute)
    {
        if (xml.GetAttribute(attribute) is not { } text)
        {
            return null;
        }

        return TryVector(text) ?? throw Problem(element, $"{attribute} is {Quoted.Text(text)}", "Give three finite numbers with blanks between them, such as 0 0 1");
    }

    /// <summary>Three finite numbers; what is to be taken if the attribute is missing; null if it holds something else.</summary>
    public Vector3d? VectorOrNone(UrdfElement element, string attribute, Vector3d? ifMissing = null) =>
        xml.GetAttribute(attribute) is { } text ? TryVector(text) : ifMissing;

    /// <summary>An element's <c>xyz</c> in m and <c>rpy</c> in rad; what is missing is 0.</summary>
    public Pose Origin(UrdfElement element)
    {
        OnlyAttributes(element, "xyz", "rpy");
        Vector3d position = Vector(element, "xyz") ?? Vector3d.Zero;
        Vector3d angles = Vector(element, "rpy") ?? Vector3d.Zero;
        Rotation3d rotation = Rotation3d.FromRollPitchYaw(angles.X, angles.Y, angles.Z);
        return new(Exact(element, rotation), position);
    }

    /// <summary>A text of an attribute of our own; null if there is none.</summary>
    public string? Own(string attribute) => xml.GetAttribute(attribute, UrdfExtension.Namespace);

    // The rotation that we wrote beside rpy, which is rounded.
    private Rotation3d Exact(UrdfElement element, Rotation3d rounded)
    {
        if (Own(UrdfExtension.Rotation) is not { } text)
        {
            return rounded;
        }

        double[] r = new double[9];
        string[] parts = text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        bool good = parts.Length == r.Length;
        for (int i = 0; good && i < r.Length; i++)
        {
            good = TryNumber(parts[i], out r[i]);
        }

        double[] near = [rounded.Xx, rounded.Xy, rounded.Xz, rounded.Yx, rounded.Yy, rounded.Yz, rounded.Zx, rounded.Zy, rounded.Zz];
        return good && r.Zip(near, (x, y) => Math.Abs(x - y)).Max() < 1e-6
            ? new(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8])
            : throw Problem(element, $"{UrdfExtension.Name(UrdfExtension.Rotation)} is {(good ? "another rotation than rpy" : Quoted.Text(text))}", "Remove it if you changed rpy");
    }

    /// <summary>An error at an element.</summary>
    public InvalidInputException Problem(UrdfElement element, string found, string remedy) => new(places.At(element.Line, element.Label), found, remedy);

    /// <summary>One step forwards; every step goes through here, so that the cap on depth holds everywhere.</summary>
    private bool Advance()
    {
        if (!xml.Read())
        {
            return false;
        }

        LastLine = Line;
        return xml.Depth < RobotCaps.UrdfDepth
            ? true
            : throw Fatal(new(xml.Name, Line, Label(), ""), $"elements are nested deeper than {RobotCaps.UrdfDepth} levels", "Remove the nesting");
    }

    // Goes to the end of an element, unless it has been read to there.
    private void SkipTo(int depth, bool isEmpty)
    {
        while (!isEmpty && !(xml.NodeType == XmlNodeType.EndElement && xml.Depth == depth) && Advance())
        {
        }
    }

    // An element that the reader has no use for. A misspelt one, or one of the tree in the wrong place, is a fault.
    private void PassOver(UrdfElement parent, UrdfChild[] known)
    {
        UrdfElement Inside(string name) => new(name, Line, $"<{name}> in {parent.Label}", parent.Owner);

        if (xml.Prefix == "xacro")
        {
            throw Problem(Inside(xml.Name), "found a xacro macro", "Turn the file into URDF with the xacro program first");
        }

        if (UrdfVocabulary.IsPassedOver(xml.Prefix, xml.LocalName))
        {
            Notes.PassOver($"<{Quoted.Shortened(xml.Name)}>");
            return;
        }

        IReadOnlyList<string> near = NearNames.Of(xml.LocalName, known.Select(child => child.Name));
        UrdfElement element = Inside(Quoted.Shortened(xml.Name));
        if (near.Count > 0 || UrdfVocabulary.IsOfTree(xml.LocalName))
        {
            throw Problem(
                element,
                "the element is unknown there",
                near.Count > 0 ? NearNames.Perhaps(near) : $"Move it; <{parent.Name}> is read for {string.Join(", ", known.Select(child => $"<{child.Name}>"))}");
        }

        Warn(
            element,
            $"{parent.Name}/{xml.LocalName}",
            "the element is unknown there",
            "it is ignored",
            $"Correct its name or remove it; <{parent.Name}> is read for {string.Join(", ", known.Select(child => $"<{child.Name}>"))}");
    }

    private void RequireFirst(UrdfElement parent, UrdfChild child, ref int firstLine)
    {
        if (firstLine != 0 && !child.Repeats)
        {
            throw Problem(
                new(child.Name, Line, $"<{child.Name}> in {parent.Owner}", parent.Owner),
                $"there is one already, in line {firstLine.ToString(CultureInfo.InvariantCulture)}",
                "Keep one of the two");
        }

        firstLine = Line;
    }

    private InvalidInputException Missing(UrdfElement element, string attribute) =>
        Problem(element, $"the attribute {attribute} is missing or empty", $"Add {attribute}=\"…\"");

    // The present element as errors show it: its name, and the name attribute if it has one.
    private string Label()
    {
        string tag = Quoted.Shortened(xml.Name);
        return xml.NodeType == XmlNodeType.Element && xml.GetAttribute("name") is { } name
            ? $"<{tag} name=\"{Quoted.Shortened(name)}\">"
            : $"<{tag}>";
    }

    private static Vector3d? TryVector(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[4];
        return text.SplitAny(parts, Blanks, StringSplitOptions.RemoveEmptyEntries) == 3
            && TryNumber(text[parts[0]], out double x) && TryNumber(text[parts[1]], out double y) && TryNumber(text[parts[2]], out double z)
                ? new(x, y, z)
                : null;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
