using System.Globalization;

namespace MetaCritic.Robots;

/// <summary>What the parts of a reading of MJCF share: classes, settings of the compiler, faults and notes; and how attributes are read.</summary>
internal sealed class MjcfContext
{
    private static readonly char[] Blanks = [' ', '\t', '\r', '\n'];

    private readonly HashSet<string> _disabled = new(StringComparer.Ordinal);

    public MjcfContext(MjcfElement root, RobotReadingOptions options)
    {
        Options = options;
        foreach (MjcfElement section in root.Children.Where(section => MjcfVocabulary.Sections.Contains(section.Name)))
        {
            CheckWords(section);
        }

        Defaults = new(root, Faults);
        foreach (MjcfElement compiler in root.All("compiler"))
        {
            OnlyAttributes(compiler, MjcfVocabulary.Compiler);
            foreach ((string name, string value) in compiler.Attributes)
            {
                Compiler[name] = value;
            }

            if (Compiler.GetValueOrDefault("coordinate") == "global")
            {
                Faults.Add(compiler.Problem("coordinates are global, which is not supported", "Save the model anew with a present version of its simulator, in local coordinates"));
            }
        }

        foreach ((string flag, string value) in root.All("option").SelectMany(option => option.All("flag")).SelectMany(flags => flags.Attributes))
        {
            _ = value == "disable" ? _disabled.Add(flag) : _disabled.Remove(flag);
        }

        IsDegree = Compiler.GetValueOrDefault("angle", "degree") != "radian";
        EulerSequence = Compiler.GetValueOrDefault("eulerseq", "xyz");
        if (EulerSequence.Length != 3 || EulerSequence.Any(c => !"xyzXYZ".Contains(c, StringComparison.Ordinal)))
        {
            Faults.Add(root.Problem($"eulerseq is {Quoted.Text(EulerSequence)}", "Give three letters of x, y, z, such as xyz"));
            EulerSequence = "xyz";
        }
    }

    /// <summary>How the file is read.</summary>
    public RobotReadingOptions Options { get; }

    /// <summary>What is wrong.</summary>
    public FaultList Faults { get; } = new();

    /// <summary>What is not used.</summary>
    public ReadingNotes Notes { get; } = new();

    /// <summary>Positions of joints where bodies lie as they are written, where that is not 0; rad or m.</summary>
    public Dictionary<string, double> References { get; } = new(StringComparer.Ordinal);

    /// <summary>Classes of defaults.</summary>
    public MjcfDefaults Defaults { get; }

    /// <summary>Attributes of the compiler.</summary>
    public Dictionary<string, string> Compiler { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether angles are in degrees.</summary>
    public bool IsDegree { get; }

    /// <summary>Axes of Euler angles.</summary>
    public string EulerSequence { get; }

    /// <summary>Whether a flag of the options switches something off.</summary>
    public bool IsDisabled(params ReadOnlySpan<string> flags)
    {
        foreach (string flag in flags)
        {
            if (_disabled.Contains(flag))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A joint without what flags of the options switch off.</summary>
    public RobotJoint WithoutDisabled(RobotJoint joint) => joint with
    {
        Damping = IsDisabled("passive", "damper") ? 0 : joint.Damping,
        Stiffness = IsDisabled("passive", "spring") ? 0 : joint.Stiffness,
        Friction = IsDisabled("constraint", "frictionloss") ? 0 : joint.Friction,
    };

    /// <summary>A number of the compiler's settings; 0 if it is not given.</summary>
    public double Setting(MjcfElement root, string name) =>
        Compiler.TryGetValue(name, out string? text)
            ? TryNumbers(text, out double[] numbers) && numbers.Length == 1 ? numbers[0] : throw root.Problem($"{name} of <compiler> is {Quoted.Text(text)}", "Give a finite number")
            : 0;

    /// <summary>Numbers of an attribute; null if neither the element nor its class gives it.</summary>
    /// <exception cref="InvalidInputException">They are not so many finite numbers.</exception>
    public double[]? Numbers(MjcfElement element, string attribute, string? childClass, int least, int most, string? kind = null)
    {
        if (Defaults.Find(element, attribute, childClass, kind) is not { } text)
        {
            return null;
        }

        return TryNumbers(text, out double[] numbers) && numbers.Length >= least && numbers.Length <= most
            ? numbers
            : throw element.Problem($"{attribute} is {Quoted.Text(text)}", least == most && least == 1 ? "Give a finite number" : $"Give {(least == most ? least : $"{least} to {most}")} finite numbers with blanks between them");
    }

    /// <summary>One number of an attribute.</summary>
    public double? Number(MjcfElement element, string attribute, string? childClass, string? kind = null) => Numbers(element, attribute, childClass, 1, 1, kind)?[0];

    /// <summary>Three numbers of an attribute.</summary>
    public Vector3d? Vector(MjcfElement element, string attribute, string? childClass) =>
        Numbers(element, attribute, childClass, 3, 3) is { } v ? new(v[0], v[1], v[2]) : null;

    /// <summary>An element's position and orientation.</summary>
    /// <exception cref="InvalidInputException">An attribute is unusable.</exception>
    public Pose Pose(MjcfElement element, string? childClass) => new(Orientation(element, childClass) ?? Rotation3d.Identity, Vector(element, "pos", childClass) ?? Vector3d.Zero);

    /// <summary>An angle in rad.</summary>
    public double Angle(double value) => IsDegree ? value * Math.PI / 180 : value;

    /// <summary>Passes over attributes that are not known with a warning; misspelt ones are faults.</summary>
    public void OnlyAttributes(MjcfElement element, IReadOnlyList<string> known)
    {
        foreach (string attribute in element.Attributes.Keys.Where(attribute => !known.Contains(attribute) && !attribute.Contains(':', StringComparison.Ordinal)))
        {
            IReadOnlyList<string> near = NearNames.Of(attribute, known);
            string found = $"the attribute {Quoted.Text(attribute)} is unknown";
            if (Options.Strict || near.Count > 0)
            {
                Faults.Add(element.Problem(found, near.Count > 0 ? NearNames.Perhaps(near) : "Correct its name or remove it"));
            }
            else
            {
                Notes.Warn($"{element.Name}/{attribute}", element.Place, $"{found} and ignored");
            }
        }
    }

    /// <summary>Warns of what is not modelled; refuses it if the reading is strict.</summary>
    public void Warn(MjcfElement element, string kind, string found, string consequence)
    {
        if (Options.Strict)
        {
            Faults.Add(element.Problem(found, "Remove it"));
        }
        else
        {
            Notes.Warn(kind, element.Place, $"{found}; {consequence}");
        }
    }

    // A word that is not known would turn into its default.
    private void CheckWords(MjcfElement element)
    {
        foreach ((string attribute, string value) in element.Attributes)
        {
            if ((element.Name == "flag" ? MjcfVocabulary.FlagWords : MjcfVocabulary.Words.GetValueOrDefault(attribute)) is { } words && !words.Contains(value))
            {
                Faults.Add(element.Problem($"{Quoted.Shortened(attribute)} is {Quoted.Text(value)}", $"Give {string.Join(" or ", words)}"));
            }
        }

        foreach (MjcfElement child in element.Children)
        {
            CheckWords(child);
        }
    }

    private Rotation3d? Orientation(MjcfElement element, string? childClass)
    {
        if (Numbers(element, "quat", childClass, 4, 4) is { } q)
        {
            double length = Math.Sqrt((q[0] * q[0]) + (q[1] * q[1]) + (q[2] * q[2]) + (q[3] * q[3]));
            return length > 1e-14 && double.IsFinite(length)
                ? FromQuaternion(q[0] / length, q[1] / length, q[2] / length, q[3] / length)
                : throw element.Problem("the quaternion has no length", "Give four numbers w x y z, not all 0");
        }

        if (Numbers(element, "axisangle", childClass, 4, 4) is { } a)
        {
            return Rotation3d.FromAxis(Direction(element, new(a[0], a[1], a[2]), "axisangle"), Angle(a[3]));
        }

        if (Numbers(element, "euler", childClass, 3, 3) is { } e)
        {
            Rotation3d rotation = Rotation3d.Identity;
            for (int i = 0; i < 3; i++)
            {
                char c = EulerSequence[i];
                Rotation3d turn = Rotation3d.FromAxis(char.ToLowerInvariant(c) switch { 'x' => new(1, 0, 0), 'y' => new(0, 1, 0), _ => new(0, 0, 1) }, Angle(e[i]));
                rotation = char.IsLower(c) ? rotation * turn : turn * rotation;
            }

            return rotation;
        }

        if (Numbers(element, "xyaxes", childClass, 6, 6) is { } f)
        {
            Vector3d x = Direction(element, new(f[0], f[1], f[2]), "xyaxes");
            Vector3d y = new(f[3], f[4], f[5]);
            y = Direction(element, y - (Vector3d.Dot(x, y) * x), "xyaxes");
            Vector3d z = Vector3d.Cross(x, y);
            return new(x.X, y.X, z.X, x.Y, y.Y, z.Y, x.Z, y.Z, z.Z);
        }

        return Vector(element, "zaxis", childClass) is { } along ? FromZ(Direction(element, along, "zaxis")) : null;
    }

    /// <summary>The smallest rotation that turns z into a direction.</summary>
    public static Rotation3d FromZ(Vector3d direction)
    {
        Vector3d axis = new(-direction.Y, direction.X, 0);
        double sin = axis.Length;
        return sin > 1e-14
            ? Rotation3d.FromAxis((1 / sin) * axis, Math.Atan2(sin, direction.Z))
            : direction.Z > 0 ? Rotation3d.Identity : Rotation3d.FromAxis(new(1, 0, 0), Math.PI);
    }

    private static Vector3d Direction(MjcfElement element, Vector3d vector, string attribute) =>
        vector.Length > 1e-14 && vector.IsFinite ? vector.Unit : throw element.Problem($"the direction in {attribute} has no length", "Give three numbers, not all 0");

    private static Rotation3d FromQuaternion(double w, double x, double y, double z) => new(
        1 - (2 * ((y * y) + (z * z))), 2 * ((x * y) - (w * z)), 2 * ((x * z) + (w * y)),
        2 * ((x * y) + (w * z)), 1 - (2 * ((x * x) + (z * z))), 2 * ((y * z) - (w * x)),
        2 * ((x * z) - (w * y)), 2 * ((y * z) + (w * x)), 1 - (2 * ((x * x) + (y * y))));

    private static bool TryNumbers(string text, out double[] numbers)
    {
        string[] parts = text.Split(Blanks, 33, StringSplitOptions.RemoveEmptyEntries);
        numbers = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                return false;
            }
        }

        return true;
    }
}
