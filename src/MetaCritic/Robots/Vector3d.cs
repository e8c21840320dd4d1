namespace MetaCritic.Robots;

/// <summary>A vector of three doubles.</summary>
/// <param name="X">First component.</param>
/// <param name="Y">Second component.</param>
/// <param name="Z">Third component.</param>
public readonly record struct Vector3d(double X, double Y, double Z)
{
    /// <summary>The zero vector.</summary>
    public static Vector3d Zero => default;

    /// <summary>The Euclidean length.</summary>
    public double Length => Math.Sqrt(Dot(this, this));

    /// <summary>Whether all three components are finite.</summary>
    public bool IsFinite => double.IsFinite(X) && double.IsFinite(Y) && double.IsFinite(Z);

    /// <summary>The vector of length 1 in the same direction; not a number for the zero vector.</summary>
    internal Vector3d Unit
    {
        get
        {
            // A unit vector stays as it is to the last bit, so that a robot that was saved is read back exactly.
            const double AlreadyUnit = 4e-15;
            if (Math.Abs(Dot(this, this) - 1) <= AlreadyUnit)
            {
                return this;
            }

            // Divided by the largest component first: the square of 1e200 would overflow.
            double largest = Math.Max(Math.Abs(X), Math.Max(Math.Abs(Y), Math.Abs(Z)));
            Vector3d scaled = new(X / largest, Y / largest, Z / largest);
            double length = scaled.Length;
            return new(scaled.X / length, scaled.Y / length, scaled.Z / length);
        }
    }

    /// <summary>Sum of two vectors.</summary>
    public static Vector3d operator +(Vector3d a, Vector3d b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    /// <summary>Difference of two vectors.</summary>
    public static Vector3d operator -(Vector3d a, Vector3d b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    /// <summary>A vector times a number.</summary>
    public static Vector3d operator *(double s, Vector3d a) => new(s * a.X, s * a.Y, s * a.Z);

    /// <summary>The scalar product.</summary>
    public static double Dot(Vector3d a, Vector3d b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

    /// <summary>The vector product.</summary>
    public static Vector3d Cross(Vector3d a, Vector3d b) =>
        new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));
}
