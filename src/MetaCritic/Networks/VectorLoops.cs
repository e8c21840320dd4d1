using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MetaCritic.Networks;

/// <summary>Loops over padded vectors (lengths are multiples of <see cref="MatrixProduct{T}.Padding"/>).</summary>
internal static unsafe class VectorLoops<T>
    where T : unmanaged
{
    /// <summary>y += x.</summary>
    public static void Add(T* x, T* y, long length)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            VectorKernel<T, Simd512<T>>.Add(x, y, length);
        }
        else
        {
            VectorKernel<T, Simd256<T>>.Add(x, y, length);
        }
    }

    /// <summary>y += a·x.</summary>
    public static void AddScaled(double a, T* x, T* y, long length)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            VectorKernel<T, Simd512<T>>.AddScaled(Element<T>.From(a), x, y, length);
        }
        else
        {
            VectorKernel<T, Simd256<T>>.AddScaled(Element<T>.From(a), x, y, length);
        }
    }

    /// <summary>y = a·x; <paramref name="y"/> may be <paramref name="x"/>.</summary>
    public static void Scale(double a, T* x, T* y, long length)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            VectorKernel<T, Simd512<T>>.Scale(Element<T>.From(a), x, y, length);
        }
        else
        {
            VectorKernel<T, Simd256<T>>.Scale(Element<T>.From(a), x, y, length);
        }
    }

    /// <summary>One step of Adam; see <see cref="AdamOptimizer{T}"/>.</summary>
    public static void Adam(T* gradient, T* first, T* second, T* parameters, long length, in AdamCoefficients c)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            VectorKernel<T, Simd512<T>>.Adam(gradient, first, second, parameters, length, c);
        }
        else
        {
            VectorKernel<T, Simd256<T>>.Adam(gradient, first, second, parameters, length, c);
        }
    }

    /// <summary>Σ x², summed in double in a fixed order; NaN and infinities carry over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SquaredNorm(T* x, long length)
    {
        // Four sums hide the latency of the additions.
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (long i = 0; i < length; i += 4)
        {
            double x0 = Element<T>.ToDouble(x[i]), x1 = Element<T>.ToDouble(x[i + 1]);
            double x2 = Element<T>.ToDouble(x[i + 2]), x3 = Element<T>.ToDouble(x[i + 3]);
            s0 += x0 * x0;
            s1 += x1 * x1;
            s2 += x2 * x2;
            s3 += x3 * x3;
        }

        return s0 + s1 + (s2 + s3);
    }
}

/// <summary>The factors of one step of Adam.</summary>
/// <param name="Gradient">Factor on the gradient (clipping).</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="StepSize">η / (1 − β₁ᵗ).</param>
/// <param name="SecondScale">1 / √(1 − β₂ᵗ).</param>
/// <param name="Epsilon">ε.</param>
internal readonly record struct AdamCoefficients(double Gradient, double Beta1, double Beta2, double StepSize, double SecondScale, double Epsilon);

/// <summary>The loops behind <see cref="VectorLoops{T}"/>.</summary>
internal static unsafe class VectorKernel<T, TSimd>
    where T : unmanaged
    where TSimd : unmanaged, ISimd<TSimd, T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(T* x, T* y, long length)
    {
        for (long i = 0; i < length; i += TSimd.Count)
        {
            TSimd.Store(TSimd.Load(y + i) + TSimd.Load(x + i), y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(T a, T* x, T* y, long length)
    {
        TSimd factor = TSimd.Broadcast(a);
        for (long i = 0; i < length; i += TSimd.Count)
        {
            TSimd.Store(TSimd.MultiplyAdd(factor, TSimd.Load(x + i), TSimd.Load(y + i)), y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(T a, T* x, T* y, long length)
    {
        TSimd factor = TSimd.Broadcast(a);
        for (long i = 0; i < length; i += TSimd.Count)
        {
            TSimd.Store(factor * TSimd.Load(x + i), y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Adam(T* gradient, T* first, T* second, T* parameters, long length, in AdamCoefficients c)
    {
        TSimd scale = Number(c.Gradient);
        TSimd beta1 = Number(c.Beta1), rest1 = Number(1 - c.Beta1);
        TSimd beta2 = Number(c.Beta2), rest2 = Number(1 - c.Beta2);
        TSimd step = Number(-c.StepSize), secondScale = Number(c.SecondScale), epsilon = Number(c.Epsilon);
        for (long i = 0; i < length; i += TSimd.Count)
        {
            TSimd g = scale * TSimd.Load(gradient + i);
            TSimd m = TSimd.MultiplyAdd(beta1, TSimd.Load(first + i), rest1 * g);
            TSimd v = TSimd.MultiplyAdd(beta2, TSimd.Load(second + i), rest2 * g * g);
            TSimd.Store(m, first + i);
            TSimd.Store(v, second + i);
            TSimd denominator = TSimd.MultiplyAdd(TSimd.Sqrt(v), secondScale, epsilon);
            TSimd.Store(TSimd.MultiplyAdd(step, m / denominator, TSimd.Load(parameters + i)), parameters + i);
        }
    }

    private static TSimd Number(double value) => VectorMath<T, TSimd>.Constant((float)value, value);
}
