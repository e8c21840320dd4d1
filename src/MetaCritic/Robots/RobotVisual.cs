namespace MetaCritic.Robots;

/// <summary>
/// What a part of a link looks like: a simple body that its description draws the link with. It has no part in dynamics.
/// Meshes are not read.
/// </summary>
/// <param name="Link">The link's name.</param>
/// <param name="Origin">The middle of the body, and its axes, in the link's frame.</param>
/// <param name="Shape">Its form.</param>
/// <param name="Extents">Its size along its axes, m; see <see cref="RobotShape"/>.</param>
public sealed record RobotVisual(string Link, Pose Origin, RobotShape Shape, Vector3d Extents);
