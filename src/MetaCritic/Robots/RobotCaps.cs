namespace MetaCritic.Robots;

/// <summary>
/// How large a robot description may be. They lie far above any machine and keep the cost of a hostile file small:
/// the largest accepted file is read and checked in well under a second and 256 MiB.
/// </summary>
internal static class RobotCaps
{
    /// <summary>Links, and likewise joints.</summary>
    public const int Links = 5_000;

    /// <summary>Joints that move, of a robot some of whose joints follow others: its joint-space inertia is a full matrix.</summary>
    public const int CoupledJoints = 200;

    /// <summary>Characters of a name.</summary>
    public const int NameLength = 256;

    /// <summary>Characters of a URDF document.</summary>
    public const int UrdfCharacters = 16 * 1024 * 1024;

    /// <summary>Elements of an MJCF document, with those of the files that it includes.</summary>
    public const int MjcfElements = 200_000;

    /// <summary>Levels of nested elements in a URDF document, the root included.</summary>
    public const int UrdfDepth = 64;
}
