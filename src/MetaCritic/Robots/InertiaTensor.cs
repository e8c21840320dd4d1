namespace MetaCritic.Robots;

/// <summary>A symmetric rotational inertia in kg·m².</summary>
public readonly record struct InertiaTensor(double Xx, double Xy, double Xz, double Yy, double Yz, double Zz)
{
    /// <summary>The sum of two inertias about the same point and axes.</summary>
    public static InertiaTensor operator +(InertiaTensor a, InertiaTensor b) =>
        new(a.Xx + b.Xx, a.Xy + b.Xy, a.Xz + b.Xz, a.Yy + b.Yy, a.Yz + b.Yz, a.Zz + b.Zz);

    /// <summary>The inertia scaled by a factor.</summary>
    public static InertiaTensor operator *(double s, InertiaTensor a) =>
        new(s * a.Xx, s * a.Xy, s * a.Xz, s * a.Yy, s * a.Yz, s * a.Zz);

    /// <summary>What a point mass at <paramref name="r"/> adds (parallel-axis theorem).</summary>
    /// <param name="mass">Mass, kg.</param>
    /// <param name="r">Where it is, m.</param>
    public static InertiaTensor OfPointMass(double mass, Vector3d r) => new(
        mass * ((r.Y * r.Y) + (r.Z * r.Z)), -mass * r.X * r.Y, -mass * r.X * r.Z,
        mass * ((r.X * r.X) + (r.Z * r.Z)), -mass * r.Y * r.Z,
        mass * ((r.X * r.X) + (r.Y * r.Y)));

    /// <summary>The same inertia in other axes: R·I·Rᵀ.</summary>
    /// <param name="r">Turns vectors of the present axes into the new ones.</param>
    public InertiaTensor Rotated(Rotation3d r)
    {
        Rotation3d m = r * new Rotation3d(Xx, Xy, Xz, Xy, Yy, Yz, Xz, Yz, Zz) * r.Transposed;
        return new(m.Xx, m.Xy, m.Xz, m.Yy, m.Yz, m.Zz);
    }
}
