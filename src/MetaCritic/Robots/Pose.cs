namespace MetaCritic.Robots;

/// <summary>Where a frame lies in its parent's frame.</summary>
/// <param name="Rotation">Turns vectors of this frame into the parent's frame.</param>
/// <param name="Position">This frame's origin in the parent's frame, m.</param>
public readonly record struct Pose(Rotation3d Rotation, Vector3d Position)
{
    /// <summary>The parent's frame itself.</summary>
    public static Pose Identity => new(Rotation3d.Identity, Vector3d.Zero);

    /// <summary>A point of this frame, in the parent's frame, m.</summary>
    public static Vector3d operator *(Pose pose, Vector3d point) => (pose.Rotation * point) + pose.Position;

    /// <summary>The pose <paramref name="b"/>, given in the frame of <paramref name="a"/>, in the parent's frame of <paramref name="a"/>.</summary>
    public static Pose operator *(Pose a, Pose b) => new(a.Rotation * b.Rotation, a * b.Position);
}
