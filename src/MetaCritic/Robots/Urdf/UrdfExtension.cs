namespace MetaCritic.Robots;

/// <summary>
/// Attributes of our own in URDF files that we write, for what the format has no place for: other readers pass over them.
/// </summary>
internal static class UrdfExtension
{
    /// <summary>Their prefix.</summary>
    public const string Prefix = "metacritic";

    /// <summary>The namespace that the prefix stands for.</summary>
    public const string Namespace = "urn:metacritic:robot";

    /// <summary>Of the robot: gravity, m/s².</summary>
    public const string Gravity = "gravity";

    /// <summary>Of the robot: the end effector.</summary>
    public const string EndEffector = "endEffector";

    /// <summary>Of the robot: mass that the end effector carries, kg.</summary>
    public const string PayloadMass = "payloadMass";

    /// <summary>Of the robot: where it is, m.</summary>
    public const string PayloadOffset = "payloadOffset";

    /// <summary>Of an origin: the rotation, nine numbers row by row, of which rpy is rounded.</summary>
    public const string Rotation = "rotation";

    /// <summary>Of limits: those that there are not, of lower, upper, effort and velocity.</summary>
    public const string None = "none";

    /// <summary>Of a joint's dynamics: armature, kg·m² or kg.</summary>
    public const string Armature = "armature";

    /// <summary>Of a joint's dynamics: stiffness of its spring, N·m/rad or N/m.</summary>
    public const string Stiffness = "stiffness";

    /// <summary>Of a joint's dynamics: the position at which the spring is slack, rad or m.</summary>
    public const string SpringReference = "springReference";

    /// <summary>How files name an attribute.</summary>
    public static string Name(string attribute) => $"{Prefix}:{attribute}";
}
