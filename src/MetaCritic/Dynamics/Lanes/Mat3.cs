using System.Runtime.CompilerServices;

namespace MetaCritic.Dynamics.Lanes;

/// <summary>A 3×3 matrix for each lane.</summary>
internal unsafe struct Mat3<T>
    where T : unmanaged, ILane<T>
{
    public T Xx;
    public T Xy;
    public T Xz;
    public T Yx;
    public T Yy;
    public T Yz;
    public T Zx;
    public T Zy;
    public T Zz;

    /// <summary>Reads nine components, row-major, <paramref name="stride"/> doubles apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mat3<T> Load(double* source, int stride)
    {
        Mat3<T> m;
        m.Xx = T.Load(source);
        m.Xy = T.Load(source + stride);
        m.Xz = T.Load(source + (2 * stride));
        m.Yx = T.Load(source + (3 * stride));
        m.Yy = T.Load(source + (4 * stride));
        m.Yz = T.Load(source + (5 * stride));
        m.Zx = T.Load(source + (6 * stride));
        m.Zy = T.Load(source + (7 * stride));
        m.Zz = T.Load(source + (8 * stride));
        return m;
    }

    /// <summary>Writes nine components, row-major, one lane width apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(double* destination)
    {
        T.Store(Xx, destination);
        T.Store(Xy, destination + T.Width);
        T.Store(Xz, destination + (2 * T.Width));
        T.Store(Yx, destination + (3 * T.Width));
        T.Store(Yy, destination + (4 * T.Width));
        T.Store(Yz, destination + (5 * T.Width));
        T.Store(Zx, destination + (6 * T.Width));
        T.Store(Zy, destination + (7 * T.Width));
        T.Store(Zz, destination + (8 * T.Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mat3<T> operator +(Mat3<T> a, Mat3<T> b)
    {
        Mat3<T> m;
        m.Xx = a.Xx + b.Xx;
        m.Xy = a.Xy + b.Xy;
        m.Xz = a.Xz + b.Xz;
        m.Yx = a.Yx + b.Yx;
        m.Yy = a.Yy + b.Yy;
        m.Yz = a.Yz + b.Yz;
        m.Zx = a.Zx + b.Zx;
        m.Zy = a.Zy + b.Zy;
        m.Zz = a.Zz + b.Zz;
        return m;
    }

    /// <summary>The matrix of v ↦ a × v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mat3<T> CrossMatrix(Vec3<T> a)
    {
        Mat3<T> m;
        m.Xx = T.Zero;
        m.Xy = -a.Z;
        m.Xz = a.Y;
        m.Yx = a.Z;
        m.Yy = T.Zero;
        m.Yz = -a.X;
        m.Zx = -a.Y;
        m.Zy = a.X;
        m.Zz = T.Zero;
        return m;
    }

    /// <summary>M + [a]×.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Mat3<T> PlusCrossMatrix(Vec3<T> a)
    {
        Mat3<T> m = this;
        m.Xy = Xy - a.Z;
        m.Xz = Xz + a.Y;
        m.Yx = Yx + a.Z;
        m.Yz = Yz - a.X;
        m.Zx = Zx - a.Y;
        m.Zy = Zy + a.X;
        return m;
    }

    /// <summary>c + M·v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vec3<T> AddProduct(Vec3<T> c, Vec3<T> v) => new(
        T.MulAdd(Xz, v.Z, T.MulAdd(Xy, v.Y, T.MulAdd(Xx, v.X, c.X))),
        T.MulAdd(Yz, v.Z, T.MulAdd(Yy, v.Y, T.MulAdd(Yx, v.X, c.Y))),
        T.MulAdd(Zz, v.Z, T.MulAdd(Zy, v.Y, T.MulAdd(Zx, v.X, c.Z))));

    /// <summary>c + Mᵀ·v for a v whose last component is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vec3<T> AddTransposedProduct(Vec3<T> c, T vx, T vy) => new(
        T.MulAdd(Yx, vy, T.MulAdd(Xx, vx, c.X)),
        T.MulAdd(Yy, vy, T.MulAdd(Xy, vx, c.Y)),
        T.MulAdd(Yz, vy, T.MulAdd(Xz, vx, c.Z)));

    /// <summary>R·M·Rᵀ with R the turn about z by the angle of the given cosine and sine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Mat3<T> TurnedZ(T cos, T sin)
    {
        // With e = sin·(xx − yy) + cos·(xy + yx), the turned block is (xx − sin·e, cos·e − yx; cos·e − xy, yy + sin·e).
        T e = T.MulAdd(cos, Xy + Yx, sin * (Xx - Yy));
        Mat3<T> m;
        m.Xx = T.NegMulAdd(sin, e, Xx);
        m.Xy = T.MulSub(cos, e, Yx);
        m.Yx = T.MulSub(cos, e, Xy);
        m.Yy = T.MulAdd(sin, e, Yy);
        m.Xz = T.MulSub(cos, Xz, sin * Yz);
        m.Yz = T.MulAdd(cos, Yz, sin * Xz);
        m.Zx = T.MulSub(cos, Zx, sin * Zy);
        m.Zy = T.MulAdd(cos, Zy, sin * Zx);
        m.Zz = Zz;
        return m;
    }

    /// <summary>R·M·Rᵀ with R the turn about x by the angle of the given cosine and sine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Mat3<T> TurnedX(T cos, T sin)
    {
        T e = T.MulAdd(cos, Yz + Zy, sin * (Yy - Zz));
        Mat3<T> m;
        m.Yy = T.NegMulAdd(sin, e, Yy);
        m.Yz = T.MulSub(cos, e, Zy);
        m.Zy = T.MulSub(cos, e, Yz);
        m.Zz = T.MulAdd(sin, e, Zz);
        m.Xy = T.MulSub(cos, Xy, sin * Xz);
        m.Xz = T.MulAdd(cos, Xz, sin * Xy);
        m.Yx = T.MulSub(cos, Yx, sin * Zx);
        m.Zx = T.MulAdd(cos, Zx, sin * Yx);
        m.Xx = Xx;
        return m;
    }
}
