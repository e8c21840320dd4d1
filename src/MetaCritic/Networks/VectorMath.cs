using System.Runtime.CompilerServices;

namespace MetaCritic.Networks;

/// <summary>
/// Elementary functions on hardware vectors, lane by lane: the same bits for a value wherever it stands. Within 2 units in
/// the last place over the range that networks use; NaN stays NaN, infinities go to the limits.
/// </summary>
internal static unsafe class VectorMath<T, TSimd>
    where T : unmanaged
    where TSimd : unmanaged, ISimd<TSimd, T>
{
    /// <summary>eˣ − 1, without cancellation near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Expm1(TSimd x)
    {
        TSimd p = ReducedExpm1(x, out TSimd scale);
        return TSimd.MultiplyAdd(scale, p, scale - One); // 2ⁿ(1 + p) − 1
    }

    /// <summary>eˣ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Exp(TSimd x)
    {
        TSimd p = ReducedExpm1(x, out TSimd scale);
        return TSimd.MultiplyAdd(scale, p, scale);
    }

    /// <summary>Hyperbolic tangent, as (e²ˣ − 1) / (e²ˣ + 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Tanh(TSimd x)
    {
        // Beyond this, tanh rounds to ±1.
        TSimd limit = Constant(10f, 20.0);
        TSimd minus = TSimd.Zero - limit;
        x = TSimd.SelectGreater(x, limit, limit, x);
        x = TSimd.SelectGreater(minus, x, minus, x);
        TSimd e = Expm1(x + x);
        return e / (e + Constant(2f, 2.0));
    }

    private static TSimd One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Constant(1f, 1.0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Constant(float single, double value)
    {
        if (typeof(T) == typeof(float))
        {
            return TSimd.Broadcast(Unsafe.BitCast<float, T>(single));
        }

        return TSimd.Broadcast(Unsafe.BitCast<double, T>(value));
    }

    // x = n·ln 2 + r with |r| ≤ ln 2 / 2; returns eʳ − 1 and 2ⁿ.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd ReducedExpm1(TSimd x, out TSimd scale)
    {
        // The range in which 2ⁿ is a normal number.
        TSimd high = Constant(88f, 709.0);
        TSimd low = Constant(-87f, -708.0);
        x = TSimd.SelectGreater(x, high, high, x);
        x = TSimd.SelectGreater(low, x, low, x);

        // Adding 1.5·2^(mantissa bits) rounds to an integer in the low bits.
        TSimd shift = Constant(12582912f, 6755399441055744.0);
        TSimd shifted = TSimd.MultiplyAdd(x, Constant(1.44269504f, 1.4426950408889634), shift);
        TSimd n = shifted - shift;
        scale = TSimd.PowerOfTwo(shifted);

        // ln 2 in two parts (Cody and Waite 1980).
        TSimd r = TSimd.MultiplyAdd(n, Constant(-0.693145752f, -0.69314718036912382), x);
        r = TSimd.MultiplyAdd(n, Constant(-1.42860677e-6f, -1.9082149292705877e-10), r);

        // Taylor series of (eʳ − 1 − r) / r²; the remainder is below the rounding for |r| ≤ 0.35.
        TSimd p;
        if (typeof(T) == typeof(float))
        {
            p = Constant(1f / 5040, 0);
            p = TSimd.MultiplyAdd(p, r, Constant(1f / 720, 0));
        }
        else
        {
            p = Constant(0, 1.0 / 6227020800);
            p = TSimd.MultiplyAdd(p, r, Constant(0, 1.0 / 479001600));
            p = TSimd.MultiplyAdd(p, r, Constant(0, 1.0 / 39916800));
            p = TSimd.MultiplyAdd(p, r, Constant(0, 1.0 / 3628800));
            p = TSimd.MultiplyAdd(p, r, Constant(0, 1.0 / 362880));
            p = TSimd.MultiplyAdd(p, r, Constant(0, 1.0 / 40320));
            p = TSimd.MultiplyAdd(p, r, Constant(0, 1.0 / 5040));
            p = TSimd.MultiplyAdd(p, r, Constant(0, 1.0 / 720));
        }

        p = TSimd.MultiplyAdd(p, r, Constant(1f / 120, 1.0 / 120));
        p = TSimd.MultiplyAdd(p, r, Constant(1f / 24, 1.0 / 24));
        p = TSimd.MultiplyAdd(p, r, Constant(1f / 6, 1.0 / 6));
        p = TSimd.MultiplyAdd(p, r, Constant(0.5f, 0.5));
        return TSimd.MultiplyAdd(p, r * r, r);
    }
}
