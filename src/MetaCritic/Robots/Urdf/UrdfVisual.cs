namespace MetaCritic.Robots;

/// <summary>Reads what the links of a URDF document look like, as far as it consists of boxes, cylinders and spheres.</summary>
internal static class UrdfVisual
{
    /// <summary>Reads a visual of a link.</summary>
    /// <param name="document">The document, at the visual.</param>
    /// <param name="element">The visual's element.</param>
    /// <param name="link">The link's name.</param>
    /// <returns>The visual; null if it is a mesh, or cannot be used: nothing depends on it.</returns>
    public static RobotVisual? Read(UrdfDocument document, UrdfElement element, string link)
    {
        Pose? origin = Pose.Identity;
        (RobotShape Shape, Vector3d Extents)? body = null;
        document.ReadWhatIsKnown(
            element,
            new("origin", child => origin = Origin(document, child)),
            new("geometry", geometry => document.ReadWhatIsKnown(
                geometry,
                new("box", child => body = Found(RobotShape.Box, document.VectorOrNone(child, "size"))),
                new("cylinder", child => body = Found(
                    RobotShape.Cylinder, Extents(2 * document.NumberOrNone(child, "radius"), document.NumberOrNone(child, "length")))),
                new("capsule", child => body = Found(
                    RobotShape.Capsule,
                    Extents(2 * document.NumberOrNone(child, "radius"), document.NumberOrNone(child, "length") + (2 * document.NumberOrNone(child, "radius"))))),
                new("sphere", child => body = Found(
                    RobotShape.Sphere, Extents(2 * document.NumberOrNone(child, "radius"), 2 * document.NumberOrNone(child, "radius")))))));
        return origin is { } pose && body is { } found ? new(link, pose, found.Shape, found.Extents) : null;
    }

    private static Pose? Origin(UrdfDocument document, UrdfElement element) =>
        document.VectorOrNone(element, "xyz", Vector3d.Zero) is { } position && document.VectorOrNone(element, "rpy", Vector3d.Zero) is { } angles
            ? new(Rotation3d.FromRollPitchYaw(angles.X, angles.Y, angles.Z), position)
            : null;

    private static Vector3d? Extents(double? across, double? along) => across is { } a && along is { } l ? new(a, a, l) : null;

    private static (RobotShape Shape, Vector3d Extents)? Found(RobotShape shape, Vector3d? extents) =>
        extents is { X: > 0, Y: > 0, Z: > 0 } size && size.IsFinite ? (shape, size) : null;
}
