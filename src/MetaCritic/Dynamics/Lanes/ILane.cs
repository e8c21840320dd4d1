namespace MetaCritic.Dynamics.Lanes;

/// <summary>
/// One double for each of <see cref="Width"/> roll-outs. Algorithms written over this type are specialised by the JIT for
/// every width, and run the same IEEE operations in the same order in each: a roll-out's bits depend neither on the width
/// nor on its neighbours.
/// </summary>
/// <typeparam name="T">The implementing type.</typeparam>
internal unsafe interface ILane<T>
    where T : unmanaged, ILane<T>
{
    /// <summary>Number of roll-outs.</summary>
    public static abstract int Width { get; }

    /// <summary>Zero everywhere.</summary>
    public static abstract T Zero { get; }

    public static abstract T operator +(T a, T b);

    public static abstract T operator -(T a, T b);

    public static abstract T operator -(T a);

    public static abstract T operator *(T a, T b);

    public static abstract T operator /(T a, T b);

    /// <summary>The same value everywhere.</summary>
    public static abstract T Create(double value);

    /// <summary>Reads <see cref="Width"/> doubles.</summary>
    public static abstract T Load(double* source);

    /// <summary>Writes <see cref="Width"/> doubles.</summary>
    public static abstract void Store(T value, double* destination);

    /// <summary>a·b + c, rounded once.</summary>
    public static abstract T MulAdd(T a, T b, T c);

    /// <summary>a·b − c, rounded once.</summary>
    public static abstract T MulSub(T a, T b, T c);

    /// <summary>c − a·b, rounded once.</summary>
    public static abstract T NegMulAdd(T a, T b, T c);

    /// <summary>x limited to [−limit, limit]; NaN stays NaN.</summary>
    public static abstract T Clamp(T x, T limit);

    /// <summary>0 where |x| exceeds the limit, elsewhere the value: what <see cref="Clamp"/> does to a cotangent.</summary>
    public static abstract T ZeroWhereBeyond(T value, T x, T limit);

    /// <summary>0 where |x| exceeds the limit and the value does not have the sign of x, elsewhere the value: a cotangent that leads back inside.</summary>
    public static abstract T ZeroWhereOutward(T value, T x, T limit);

    /// <summary>Whether any |x| exceeds the limit or is not a number.</summary>
    public static abstract bool AnyBeyondOrNaN(T x, double limit);

    /// <summary>
    /// Turns sine and cosine of a reduced angle into those of the angle itself.
    /// </summary>
    /// <param name="shifted">2^52 + 2^51 + k, where k counts the quarter turns taken off.</param>
    /// <param name="sin">Sine of the reduced angle; becomes the sine of the angle.</param>
    /// <param name="cos">Cosine of the reduced angle; becomes the cosine of the angle.</param>
    public static abstract void TurnBack(T shifted, ref T sin, ref T cos);

    /// <summary>Sine and cosine, see <see cref="LaneMath.SinCos"/>.</summary>
    public static abstract void SinCos(T x, out T sin, out T cos);

    /// <summary>tanh(x) / x, see <see cref="Lanes.TanhQuotient"/>.</summary>
    public static abstract T TanhQuotient(T x);
}
