namespace MetaCritic.Networks;

/// <summary>
/// A hardware vector of floats or doubles. Kernels are written once against this and compiled for each width; every
/// operation acts on each lane alone and in the same way, so results do not depend on the width.
/// </summary>
/// <typeparam name="TSelf">The vector.</typeparam>
/// <typeparam name="T">Its elements: float or double.</typeparam>
internal unsafe interface ISimd<TSelf, T>
    where TSelf : unmanaged, ISimd<TSelf, T>
    where T : unmanaged
{
    public static abstract int Count { get; }

    /// <summary>How many of them the processor names.</summary>
    public static abstract int Registers { get; }

    public static abstract TSelf Zero { get; }

    public static abstract TSelf Broadcast(T value);

    public static abstract TSelf Load(T* source);

    public static abstract void Store(TSelf value, T* target);

    public static abstract TSelf operator +(TSelf a, TSelf b);

    public static abstract TSelf operator -(TSelf a, TSelf b);

    public static abstract TSelf operator *(TSelf a, TSelf b);

    public static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a · b + c, rounded once.</summary>
    public static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    public static abstract TSelf Sqrt(TSelf a);

    /// <summary>Per lane: <paramref name="x"/> &gt; <paramref name="y"/> ? <paramref name="a"/> : <paramref name="b"/>; NaN compares false.</summary>
    public static abstract TSelf SelectGreater(TSelf x, TSelf y, TSelf a, TSelf b);

    /// <summary>2ⁿ for lanes that hold <c>RoundingShift + n</c> with an integer n in the exponent's range.</summary>
    public static abstract TSelf PowerOfTwo(TSelf shifted);
}
