using System.Globalization;

namespace MetaCritic.Robots;

/// <summary>A rotation as a 3×3 matrix, row-major: <c>R * v</c> turns a vector of the child frame into the parent frame.</summary>
public readonly record struct Rotation3d(
    double Xx, double Xy, double Xz,
    double Yx, double Yy, double Yz,
    double Zx, double Zy, double Zz)
{
    /// <summary>No rotation.</summary>
    public static Rotation3d Identity => new(1, 0, 0, 0, 1, 0, 0, 0, 1);

    /// <summary>The inverse rotation.</summary>
    public Rotation3d Transposed => new(Xx, Yx, Zx, Xy, Yy, Zy, Xz, Yz, Zz);

    /// <summary>Fixed-axis roll, pitch, yaw in radians, as URDF defines them: Rz(yaw)·Ry(pitch)·Rx(roll).</summary>
    public static Rotation3d FromRollPitchYaw(double roll, double pitch, double yaw)
    {
        (double sr, double cr) = Math.SinCos(roll);
        (double sp, double cp) = Math.SinCos(pitch);
        (double sy, double cy) = Math.SinCos(yaw);
        return new(
            cy * cp, (cy * sp * sr) - (sy * cr), (cy * sp * cr) + (sy * sr),
            sy * cp, (sy * sp * sr) + (cy * cr), (sy * sp * cr) - (cy * sr),
            -sp, cp * sr, cp * cr);
    }

    /// <summary>The rotation by an angle about a unit axis (Rodrigues).</summary>
    internal static Rotation3d FromAxis(Vector3d axis, double angle)
    {
        (double s, double c) = Math.SinCos(angle);
        Vector3d v = (1 - c) * axis;
        return new(
            (v.X * axis.X) + c, (v.X * axis.Y) - (s * axis.Z), (v.X * axis.Z) + (s * axis.Y),
            (v.Y * axis.X) + (s * axis.Z), (v.Y * axis.Y) + c, (v.Y * axis.Z) - (s * axis.X),
            (v.Z * axis.X) - (s * axis.Y), (v.Z * axis.Y) + (s * axis.X), (v.Z * axis.Z) + c);
    }

    /// <summary>The turned vector.</summary>
    public static Vector3d operator *(Rotation3d r, Vector3d v) => new(
        (r.Xx * v.X) + (r.Xy * v.Y) + (r.Xz * v.Z),
        (r.Yx * v.X) + (r.Yy * v.Y) + (r.Yz * v.Z),
        (r.Zx * v.X) + (r.Zy * v.Y) + (r.Zz * v.Z));

    /// <summary>One rotation after another.</summary>
    public static Rotation3d operator *(Rotation3d a, Rotation3d b)
    {
        Rotation3d t = b.Transposed;
        Vector3d x = a * new Vector3d(t.Xx, t.Xy, t.Xz);
        Vector3d y = a * new Vector3d(t.Yx, t.Yy, t.Yz);
        Vector3d z = a * new Vector3d(t.Zx, t.Zy, t.Zz);
        return new(x.X, y.X, z.X, x.Y, y.Y, z.Y, x.Z, y.Z, z.Z);
    }

    /// <summary>The rows, as invariant text.</summary>
    /// <remarks>A record's own text shows every property; that of <see cref="Transposed"/> shows its own in turn, without end.</remarks>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"[{Xx} {Xy} {Xz}; {Yx} {Yy} {Yz}; {Zx} {Zy} {Zz}]");
}
