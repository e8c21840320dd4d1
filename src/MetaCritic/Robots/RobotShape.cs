namespace MetaCritic.Robots;

/// <summary>The form of a <see cref="RobotVisual"/>.</summary>
public enum RobotShape
{
    /// <summary>A box; its extents are the lengths of its edges.</summary>
    Box,

    /// <summary>A cylinder along z; its extents are diameter, diameter, length.</summary>
    Cylinder,

    /// <summary>A ball; its extents are its diameter, three times.</summary>
    Sphere,

    /// <summary>A cylinder along z with half a ball at each end; its extents are diameter, diameter, length with the half balls.</summary>
    Capsule,

    /// <summary>An ellipsoid; its extents are its diameters.</summary>
    Ellipsoid,
}
