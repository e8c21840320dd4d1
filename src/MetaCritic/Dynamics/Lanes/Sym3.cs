using System.Runtime.CompilerServices;

namespace MetaCritic.Dynamics.Lanes;

/// <summary>A symmetric 3×3 matrix for each lane.</summary>
internal unsafe struct Sym3<T>
    where T : unmanaged, ILane<T>
{
    public T Xx;
    public T Xy;
    public T Xz;
    public T Yy;
    public T Yz;
    public T Zz;

    /// <summary>Reads six components, <paramref name="stride"/> doubles apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sym3<T> Load(double* source, int stride)
    {
        Sym3<T> m;
        m.Xx = T.Load(source);
        m.Xy = T.Load(source + stride);
        m.Xz = T.Load(source + (2 * stride));
        m.Yy = T.Load(source + (3 * stride));
        m.Yz = T.Load(source + (4 * stride));
        m.Zz = T.Load(source + (5 * stride));
        return m;
    }

    /// <summary>Writes six components, one lane width apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(double* destination)
    {
        T.Store(Xx, destination);
        T.Store(Xy, destination + T.Width);
        T.Store(Xz, destination + (2 * T.Width));
        T.Store(Yy, destination + (3 * T.Width));
        T.Store(Yz, destination + (4 * T.Width));
        T.Store(Zz, destination + (5 * T.Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sym3<T> operator +(Sym3<T> a, Sym3<T> b)
    {
        Sym3<T> m;
        m.Xx = a.Xx + b.Xx;
        m.Xy = a.Xy + b.Xy;
        m.Xz = a.Xz + b.Xz;
        m.Yy = a.Yy + b.Yy;
        m.Yz = a.Yz + b.Yz;
        m.Zz = a.Zz + b.Zz;
        return m;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3<T> operator *(Sym3<T> m, Vec3<T> v) => new(
        T.MulAdd(m.Xz, v.Z, T.MulAdd(m.Xy, v.Y, m.Xx * v.X)),
        T.MulAdd(m.Yz, v.Z, T.MulAdd(m.Yy, v.Y, m.Xy * v.X)),
        T.MulAdd(m.Zz, v.Z, T.MulAdd(m.Yz, v.Y, m.Xz * v.X)));

    /// <summary>c + M·v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vec3<T> AddProduct(Vec3<T> c, Vec3<T> v) => new(
        T.MulAdd(Xz, v.Z, T.MulAdd(Xy, v.Y, T.MulAdd(Xx, v.X, c.X))),
        T.MulAdd(Yz, v.Z, T.MulAdd(Yy, v.Y, T.MulAdd(Xy, v.X, c.Y))),
        T.MulAdd(Zz, v.Z, T.MulAdd(Yz, v.Y, T.MulAdd(Xz, v.X, c.Z))));

    /// <summary>R·M·Rᵀ with R the turn about z by the angle of the given cosine and sine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Sym3<T> TurnedZ(T cos, T sin)
    {
        // With e = sin·(xx − yy) + 2·cos·xy, the turned block is (xx − sin·e, cos·e − xy, yy + sin·e).
        T e = T.MulAdd(cos + cos, Xy, sin * (Xx - Yy));
        Sym3<T> m;
        m.Xx = T.NegMulAdd(sin, e, Xx);
        m.Xy = T.MulSub(cos, e, Xy);
        m.Yy = T.MulAdd(sin, e, Yy);
        m.Xz = T.MulSub(cos, Xz, sin * Yz);
        m.Yz = T.MulAdd(cos, Yz, sin * Xz);
        m.Zz = Zz;
        return m;
    }

    /// <summary>R·M·Rᵀ with R the turn about x by the angle of the given cosine and sine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Sym3<T> TurnedX(T cos, T sin)
    {
        T e = T.MulAdd(cos + cos, Yz, sin * (Yy - Zz));
        Sym3<T> m;
        m.Yy = T.NegMulAdd(sin, e, Yy);
        m.Yz = T.MulSub(cos, e, Yz);
        m.Zz = T.MulAdd(sin, e, Zz);
        m.Xy = T.MulSub(cos, Xy, sin * Xz);
        m.Xz = T.MulAdd(cos, Xz, sin * Xy);
        m.Xx = Xx;
        return m;
    }
}
