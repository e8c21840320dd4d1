using System.Runtime.CompilerServices;

namespace MetaCritic.Dynamics.Lanes;

/// <summary>Elementary functions of lanes, each lane's bits independent of the width and of the other lanes.</summary>
internal static unsafe class LaneMath
{
    /// <summary>Up to here π/2 can be taken off with the three-part constant; beyond, lanes are computed one by one.</summary>
    internal const double ReducibleAngle = 1e5;

    // 2^52 + 2^51: adding it rounds to an integer, which then stands in the low bits.
    private const double RoundingShift = 6755399441055744.0;

    private const double TwoOverPi = 0.63661977236758134308;

    // π/2 = HalfPi1 + HalfPi2 + HalfPi3, each the nearest double to what is left.
    private const double HalfPi1 = 1.5707963267948966;
    private const double HalfPi2 = 6.123233995736766E-17;
    private const double HalfPi3 = -1.4973849048591698E-33;

    /// <summary>
    /// Sine and cosine, error below one unit in the last place up to <see cref="ReducibleAngle"/>; beyond, and for
    /// infinities and NaN, what <see cref="Math.SinCos"/> gives.
    /// </summary>
    /// <param name="x">Angles, rad.</param>
    /// <param name="sin">Receives the sines.</param>
    /// <param name="cos">Receives the cosines.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos<T>(T x, out T sin, out T cos)
        where T : unmanaged, ILane<T>
    {
        // x = k·π/2 + (r + tail), |r| ≤ π/4 (Cody and Waite 1980, chapter 8, with fused products). Taking off the first
        // part is exact, since nothing stands below 2^-53; product and difference of the second keep their rounding errors
        // in the tail (the two-sum of Knuth), because r may be tiny.
        T shift = T.Create(RoundingShift);
        T shifted = T.MulAdd(x, T.Create(TwoOverPi), shift);
        T k = shifted - shift;
        T part2 = T.Create(HalfPi2);
        T r0 = T.NegMulAdd(k, T.Create(HalfPi1), x);
        T taken = k * part2;
        T r1 = r0 - taken;
        T restored = r1 + taken;
        T low = (r0 - restored) - (taken + (r1 - restored));
        low -= T.MulAdd(k, T.Create(HalfPi3), T.MulSub(k, part2, taken));
        T r = r1 + low;
        T tail = low - (r - r1);

        // Minimax polynomials of the degrees that double precision needs on |r| ≤ π/4.
        T z = r * r;
        T p = T.MulAdd(z, T.Create(1.58969099521155010221e-10), T.Create(-2.50507602534068634195e-08));
        p = T.MulAdd(z, p, T.Create(2.75573137070700676789e-06));
        p = T.MulAdd(z, p, T.Create(-1.98412698298579493134e-04));
        p = T.MulAdd(z, p, T.Create(8.33333333332248946124e-03));
        p = T.MulAdd(z, p, T.Create(-1.66666666666666324348e-01));
        T half = T.Create(0.5);
        T zr = z * r;

        // sin(r + tail) = r + [p·r³ + tail·(1 − r²/2)]
        sin = r + T.MulAdd(p, zr, T.NegMulAdd(half * z, tail, tail));

        T c = T.MulAdd(z, T.Create(-1.13596475577881948265e-11), T.Create(2.08757232129817482790e-09));
        c = T.MulAdd(z, c, T.Create(-2.75573143513906633035e-07));
        c = T.MulAdd(z, c, T.Create(2.48015872894767294178e-05));
        c = T.MulAdd(z, c, T.Create(-1.38888888888741095749e-03));
        c = T.MulAdd(z, c, T.Create(4.16666666666666019037e-02));

        // cos(r + tail) = 1 − r²/2 + [c·r⁴ − tail·r], with the rounding error of 1 − r²/2 added back.
        T one = T.Create(1);
        T head = T.NegMulAdd(half, z, one);
        T error = T.NegMulAdd(half, z, one - head);
        cos = head + (error + T.MulAdd(z * z, c, -(tail * r)));

        T.TurnBack(shifted, ref sin, ref cos);
        if (T.AnyBeyondOrNaN(x, ReducibleAngle))
        {
            ReplaceUnreducible(x, ref sin, ref cos);
        }
    }

    /// <summary>tanh(x) / x, see <see cref="Lanes.TanhQuotient"/>.</summary>
    /// <param name="x">Any numbers.</param>
    public static T TanhQuotient<T>(T x)
        where T : unmanaged, ILane<T>
    {
        double* lanes = stackalloc double[T.Width];
        T.Store(x, lanes);
        for (int lane = 0; lane < T.Width; lane++)
        {
            lanes[lane] = Lanes.TanhQuotient.Of(lanes[lane]).Value;
        }

        return T.Load(lanes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReplaceUnreducible<T>(T x, ref T sin, ref T cos)
        where T : unmanaged, ILane<T>
    {
        double* angles = stackalloc double[T.Width];
        double* sines = stackalloc double[T.Width];
        double* cosines = stackalloc double[T.Width];
        T.Store(x, angles);
        T.Store(sin, sines);
        T.Store(cos, cosines);
        for (int i = 0; i < T.Width; i++)
        {
            if (!(Math.Abs(angles[i]) <= ReducibleAngle))
            {
                (sines[i], cosines[i]) = Math.SinCos(angles[i]);
            }
        }

        sin = T.Load(sines);
        cos = T.Load(cosines);
    }
}
