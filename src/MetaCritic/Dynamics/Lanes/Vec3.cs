using System.Runtime.CompilerServices;

namespace MetaCritic.Dynamics.Lanes;

/// <summary>A 3-vector for each lane.</summary>
internal unsafe struct Vec3<T>
    where T : unmanaged, ILane<T>
{
    public T X;
    public T Y;
    public T Z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3(T x, T y, T z)
    {
        X = x;
        Y = y;
        Z = z;
    }

    public static Vec3<T> Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3<T> operator +(Vec3<T> a, Vec3<T> b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3<T> operator *(T s, Vec3<T> a) => new(s * a.X, s * a.Y, s * a.Z);

    /// <summary>Reads three components, <paramref name="stride"/> doubles apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3<T> Load(double* source, int stride) =>
        new(T.Load(source), T.Load(source + stride), T.Load(source + (2 * stride)));

    /// <summary>Writes three components, one lane width apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(double* destination)
    {
        T.Store(X, destination);
        T.Store(Y, destination + T.Width);
        T.Store(Z, destination + (2 * T.Width));
    }

    /// <summary>a·b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Dot(Vec3<T> a, Vec3<T> b) => T.MulAdd(a.Z, b.Z, T.MulAdd(a.Y, b.Y, a.X * b.X));

    /// <summary>a × b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3<T> Cross(Vec3<T> a, Vec3<T> b) => new(
        T.MulSub(a.Y, b.Z, a.Z * b.Y),
        T.MulSub(a.Z, b.X, a.X * b.Z),
        T.MulSub(a.X, b.Y, a.Y * b.X));

    /// <summary>c + a × b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3<T> AddCross(Vec3<T> c, Vec3<T> a, Vec3<T> b) => new(
        T.NegMulAdd(a.Z, b.Y, T.MulAdd(a.Y, b.Z, c.X)),
        T.NegMulAdd(a.X, b.Z, T.MulAdd(a.Z, b.X, c.Y)),
        T.NegMulAdd(a.Y, b.X, T.MulAdd(a.X, b.Y, c.Z)));

    /// <summary>c + s·a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3<T> AddScaled(Vec3<T> c, T s, Vec3<T> a) => new(
        T.MulAdd(s, a.X, c.X), T.MulAdd(s, a.Y, c.Y), T.MulAdd(s, a.Z, c.Z));

    /// <summary>c − s·a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3<T> SubScaled(Vec3<T> c, T s, Vec3<T> a) => new(
        T.NegMulAdd(s, a.X, c.X), T.NegMulAdd(s, a.Y, c.Y), T.NegMulAdd(s, a.Z, c.Z));

    /// <summary>Turned about z by the angle of the given cosine and sine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vec3<T> TurnedZ(T cos, T sin) => new(
        T.MulSub(cos, X, sin * Y), T.MulAdd(cos, Y, sin * X), Z);

    /// <summary>Turned about z by minus the angle of the given cosine and sine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vec3<T> TurnedBackZ(T cos, T sin) => new(
        T.MulAdd(cos, X, sin * Y), T.MulSub(cos, Y, sin * X), Z);

    /// <summary>Turned about x by the angle of the given cosine and sine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vec3<T> TurnedX(T cos, T sin) => new(
        X, T.MulSub(cos, Y, sin * Z), T.MulAdd(cos, Z, sin * Y));

    /// <summary>Turned about x by minus the angle of the given cosine and sine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vec3<T> TurnedBackX(T cos, T sin) => new(
        X, T.MulAdd(cos, Y, sin * Z), T.MulSub(cos, Z, sin * Y));
}
