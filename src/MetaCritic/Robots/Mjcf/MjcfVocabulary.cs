namespace MetaCritic.Robots;

/// <summary>Names of MJCF that the reader knows.</summary>
internal static class MjcfVocabulary
{
    private static readonly string[] Orientation = ["pos", "quat", "axisangle", "xyaxes", "zaxis", "euler"];

    /// <summary>Attributes of the compiler.</summary>
    public static IReadOnlyList<string> Compiler { get; } =
    [
        "autolimits", "boundmass", "boundinertia", "settotalmass", "balanceinertia", "strippath", "coordinate", "angle", "fitaabb", "eulerseq", "meshdir", "texturedir",
        "assetdir", "discardvisual", "convexhull", "usethread", "fusestatic", "inertiafromgeom", "alignfree", "inertiagrouprange", "exactmeshinertia", "saveinertial",
    ];

    /// <summary>Attributes of a body.</summary>
    public static IReadOnlyList<string> Body { get; } = [.. Orientation, "name", "childclass", "mocap", "gravcomp", "user", "sleep"];

    /// <summary>Attributes of a frame around elements.</summary>
    public static IReadOnlyList<string> Frame { get; } = [.. Orientation, "name", "childclass"];

    /// <summary>Attributes of a body's inertia.</summary>
    public static IReadOnlyList<string> Inertial { get; } = [.. Orientation, "mass", "diaginertia", "fullinertia"];

    /// <summary>Attributes of a joint.</summary>
    public static IReadOnlyList<string> Joint { get; } =
    [
        "name", "class", "type", "group", "pos", "axis", "springdamper", "limited", "actuatorfrclimited", "solreflimit", "solimplimit", "solreffriction", "solimpfriction",
        "stiffness", "range", "actuatorfrcrange", "actuatorgravcomp", "margin", "ref", "springref", "armature", "damping", "frictionloss", "user", "align",
    ];

    /// <summary>Attributes whose values are words that matter, and those words.</summary>
    public static IReadOnlyDictionary<string, string[]> Words { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["angle"] = ["degree", "radian"],
        ["coordinate"] = ["local", "global"],
        ["inertiafromgeom"] = ["false", "true", "auto"],
        ["balanceinertia"] = ["false", "true"],
        ["shellinertia"] = ["false", "true"],
        ["active"] = ["false", "true"],
        ["limited"] = ["false", "true", "auto"],
        ["actuatorfrclimited"] = ["false", "true", "auto"],
        ["ctrllimited"] = ["false", "true", "auto"],
        ["forcelimited"] = ["false", "true", "auto"],
    };

    /// <summary>Values of a flag of the options.</summary>
    public static string[] FlagWords { get; } = ["enable", "disable"];

    /// <summary>Elements in a body that have no part in dynamics.</summary>
    public static IReadOnlyList<string> PassedOverInBody { get; } = ["site", "camera", "light"];

    /// <summary>Elements in a body that stand for others that are not made.</summary>
    public static IReadOnlyList<string> NotMade { get; } = ["composite", "flexcomp", "replicate", "attach", "plugin"];

    /// <summary>Sections that have no part in a robot's dynamics.</summary>
    public static IReadOnlyList<string> PassedOverSections { get; } = ["asset", "contact", "custom", "keyframe", "sensor", "size", "statistic", "visual"];

    /// <summary>Sections that the reader reads.</summary>
    public static IReadOnlyList<string> Sections { get; } = ["compiler", "option", "default", "worldbody", "actuator", "equality", "tendon", "extension", "deformable"];

    /// <summary>Whether an element of a body makes the tree, its motions or its masses.</summary>
    public static bool IsOfTree(string name) => name is "body" or "joint" or "freejoint" or "inertial" or "geom" or "frame";
}
