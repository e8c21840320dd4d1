using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MetaCritic.Networks;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>
/// The machine's peak in single precision: fused multiply-adds on registers only, in more independent chains than hide their
/// latency, on the vectors that the kernels use.
/// </summary>
internal static class Peak
{
    /// <summary>Floating-point operations of one run.</summary>
    public static double Work => 2.0 * Rounds * Chains * (Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count);

    private const int Rounds = 20_000;
    private const int Chains = 12;

    /// <summary>Takes the result, so that no compiler leaves the loop out.</summary>
    private static float _sink;

    public static Contender Contender { get; } = new("peak", Run);

    public static void Run() => _sink = Vector512.IsHardwareAccelerated ? Loop<Simd512<float>>() : Loop<Simd256<float>>();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe float Loop<TSimd>()
        where TSimd : unmanaged, ISimd<TSimd, float>
    {
        TSimd a = TSimd.Broadcast(0.999f), b = TSimd.Broadcast(0.001f);
        TSimd c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < Rounds; i++)
        {
            c0 = TSimd.MultiplyAdd(c0, a, b);
            c1 = TSimd.MultiplyAdd(c1, a, b);
            c2 = TSimd.MultiplyAdd(c2, a, b);
            c3 = TSimd.MultiplyAdd(c3, a, b);
            c4 = TSimd.MultiplyAdd(c4, a, b);
            c5 = TSimd.MultiplyAdd(c5, a, b);
            c6 = TSimd.MultiplyAdd(c6, a, b);
            c7 = TSimd.MultiplyAdd(c7, a, b);
            c8 = TSimd.MultiplyAdd(c8, a, b);
            c9 = TSimd.MultiplyAdd(c9, a, b);
            c10 = TSimd.MultiplyAdd(c10, a, b);
            c11 = TSimd.MultiplyAdd(c11, a, b);
        }

        float* sum = stackalloc float[Vector512<float>.Count];
        TSimd.Store(c0 + c1 + c2 + c3 + c4 + c5 + (c6 + c7 + c8 + c9 + c10 + c11), sum);
        return *sum;
    }
}
