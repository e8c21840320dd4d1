namespace MetaCritic.Robots;

/// <summary>The length of a link, from its frame to its only child joint, and what changing it does to its mass.</summary>
internal static class LinkStretch
{
    /// <summary>Why a link has no length; null if it has one.</summary>
    public static string? WhyNone(RobotFigures figures, int link)
    {
        int children = figures.Tree.ChildJointCounts[link];
        return children switch
        {
            0 => "the link has no child joint to measure its length to",
            1 when Length(figures, link) is > 0 and < double.PositiveInfinity => null,
            1 => "the link's only child joint lies in the link's own origin",
            _ => $"the link has {children} child joints, so that its length is not defined",
        };
    }

    /// <summary>Distance from the link's frame to its only child joint's origin, m.</summary>
    public static double Length(RobotFigures figures, int link) => ChildOrigin(figures, link).Length;

    /// <summary>
    /// Stretches a link along the direction u of its child joint by k: x ↦ A·x with A = 1 + (k − 1)·u·uᵀ. The mass stays,
    /// the centre of mass c moves to A·c, the second moment of mass about it, Σ = ½tr(I)·1 − I, becomes A·Σ·A.
    /// </summary>
    public static void SetLength(RobotFigures figures, int link, double length)
    {
        Vector3d origin = ChildOrigin(figures, link);
        Vector3d u = (1 / origin.Length) * origin;
        double k = length / origin.Length;
        int joint = figures.Tree.LastChildJoints[link];
        RobotJoint child = figures.Joints[joint];
        figures.Joints[joint] = child with { Origin = child.Origin with { Position = k * origin } };

        RobotLink l = figures.Links[link];
        figures.Links[link] = l with
        {
            CenterOfMass = l.CenterOfMass + ((k - 1) * Vector3d.Dot(u, l.CenterOfMass) * u),
            Inertia = Stretched(l.Inertia, u, k),
        };
    }

    private static Vector3d ChildOrigin(RobotFigures figures, int link) =>
        figures.Joints[figures.Tree.LastChildJoints[link]].Origin.Position;

    private static InertiaTensor Stretched(InertiaTensor i, Vector3d u, double k)
    {
        double half = (i.Xx + i.Yy + i.Zz) / 2;
        Rotation3d a = new(
            1 + ((k - 1) * u.X * u.X), (k - 1) * u.X * u.Y, (k - 1) * u.X * u.Z,
            (k - 1) * u.X * u.Y, 1 + ((k - 1) * u.Y * u.Y), (k - 1) * u.Y * u.Z,
            (k - 1) * u.X * u.Z, (k - 1) * u.Y * u.Z, 1 + ((k - 1) * u.Z * u.Z));

        // The type is a 3×3 matrix with a product; nothing in it needs A to be a rotation.
        Rotation3d s = a * new Rotation3d(half - i.Xx, -i.Xy, -i.Xz, -i.Xy, half - i.Yy, -i.Yz, -i.Xz, -i.Yz, half - i.Zz) * a;
        return new(s.Yy + s.Zz, -s.Xy, -s.Xz, s.Xx + s.Zz, -s.Yz, s.Xx + s.Yy);
    }
}
