using System.Runtime.CompilerServices;

namespace MetaCritic.Networks;

/// <summary>What all tiles share: where the sums start.</summary>
internal static unsafe class MatrixTile<T, TSimd>
    where T : unmanaged
    where TSimd : unmanaged, ISimd<TSimd, T>
{
    /// <summary>The present content of C, 0, or the initial row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Start(T* c, T* init, bool zero, bool accumulate) =>
        accumulate ? TSimd.Load(c) : zero ? TSimd.Zero : TSimd.Load(init);
}

/// <summary>
/// The second vector of a panel, there or not: the last panel of a matrix may be one vector wide. Tiles are written once and
/// compiled for both; without it, its operations vanish.
/// </summary>
internal unsafe interface ISecondVector<TSimd, T>
    where T : unmanaged
    where TSimd : unmanaged, ISimd<TSimd, T>
{
    /// <summary>Vectors of the panel.</summary>
    public static abstract int PanelVectors { get; }

    public static abstract TSimd Start(T* c, T* init, bool zero, bool accumulate);

    public static abstract TSimd Load(T* source);

    public static abstract TSimd MultiplyAdd(TSimd a, TSimd b, TSimd c);

    public static abstract void Store(TSimd value, T* target);
}

/// <summary>A panel of two vectors.</summary>
internal readonly unsafe struct SecondVector<T, TSimd> : ISecondVector<TSimd, T>
    where T : unmanaged
    where TSimd : unmanaged, ISimd<TSimd, T>
{
    public static int PanelVectors => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Start(T* c, T* init, bool zero, bool accumulate) => MatrixTile<T, TSimd>.Start(c, init, zero, accumulate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Load(T* source) => TSimd.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd MultiplyAdd(TSimd a, TSimd b, TSimd c) => TSimd.MultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TSimd value, T* target) => TSimd.Store(value, target);
}

/// <summary>A panel of one vector.</summary>
internal readonly unsafe struct NoSecondVector<T, TSimd> : ISecondVector<TSimd, T>
    where T : unmanaged
    where TSimd : unmanaged, ISimd<TSimd, T>
{
    public static int PanelVectors => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Start(T* c, T* init, bool zero, bool accumulate) => TSimd.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Load(T* source) => TSimd.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd MultiplyAdd(TSimd a, TSimd b, TSimd c) => c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TSimd value, T* target)
    {
    }
}
