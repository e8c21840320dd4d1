using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MetaCritic.Networks;

/// <summary>
/// Activations h = σ(z) and their derivatives, as functions of h: σ'(z) and σ''(z) follow from the output alone for every
/// activation here, so z need not be kept. Lengths are multiples of <see cref="MatrixProduct{T}.Padding"/>.
/// </summary>
internal static unsafe class ActivationFunctions<T>
    where T : unmanaged
{
    /// <summary>h = σ(h), in place.</summary>
    public static void Apply(Activation activation, T* h, long length)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            ActivationKernel<T, Simd512<T>>.Apply(activation, h, length);
        }
        else
        {
            ActivationKernel<T, Simd256<T>>.Apply(activation, h, length);
        }
    }

    /// <summary>result = σ'(z) · x; <paramref name="result"/> may be <paramref name="x"/>.</summary>
    public static void MultiplyByDerivative(Activation activation, T* h, T* x, T* result, long length)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            ActivationKernel<T, Simd512<T>>.MultiplyByDerivative(activation, h, x, result, length);
        }
        else
        {
            ActivationKernel<T, Simd256<T>>.MultiplyByDerivative(activation, h, x, result, length);
        }
    }

    /// <summary>result = σ''(z) · ż · x + σ'(z) · y, the reverse of a tangent; <paramref name="y"/> may be null for 0, and may be <paramref name="result"/>.</summary>
    public static void ReverseOfTangent(Activation activation, T* h, T* zTangent, T* x, T* y, T* result, long length)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            ActivationKernel<T, Simd512<T>>.ReverseOfTangent(activation, h, zTangent, x, y, result, length);
        }
        else
        {
            ActivationKernel<T, Simd256<T>>.ReverseOfTangent(activation, h, zTangent, x, y, result, length);
        }
    }
}

/// <summary>The loops behind <see cref="ActivationFunctions{T}"/>.</summary>
internal static unsafe class ActivationKernel<T, TSimd>
    where T : unmanaged
    where TSimd : unmanaged, ISimd<TSimd, T>
{
    private interface IFunction
    {
        public static abstract TSimd Value(TSimd z);

        /// <summary>σ'(z) from h.</summary>
        public static abstract TSimd First(TSimd h);

        /// <summary>σ''(z) from h.</summary>
        public static abstract TSimd Second(TSimd h);
    }

    public static void Apply(Activation activation, T* h, long length)
    {
        switch (activation)
        {
            case Activation.Tanh:
                Apply<Tanh>(h, length);
                break;
            case Activation.Elu:
                Apply<Elu>(h, length);
                break;
            case Activation.Relu:
                Apply<Relu>(h, length);
                break;
            case Activation.Softplus:
                ApplySoftplus(h, length);
                break;
            default:
                break; // linear: h is z
        }
    }

    public static void MultiplyByDerivative(Activation activation, T* h, T* x, T* result, long length)
    {
        switch (activation)
        {
            case Activation.Tanh:
                MultiplyByDerivative<Tanh>(h, x, result, length);
                break;
            case Activation.Elu:
                MultiplyByDerivative<Elu>(h, x, result, length);
                break;
            case Activation.Relu:
                MultiplyByDerivative<Relu>(h, x, result, length);
                break;
            case Activation.Softplus:
                MultiplyByDerivative<Softplus>(h, x, result, length);
                break;
            default:
                MultiplyByDerivative<Linear>(h, x, result, length);
                break;
        }
    }

    public static void ReverseOfTangent(Activation activation, T* h, T* zTangent, T* x, T* y, T* result, long length)
    {
        switch (activation)
        {
            case Activation.Tanh:
                ReverseOfTangent<Tanh>(h, zTangent, x, y, result, length);
                break;
            case Activation.Elu:
                ReverseOfTangent<Elu>(h, zTangent, x, y, result, length);
                break;
            case Activation.Relu:
                ReverseOfTangent<Relu>(h, zTangent, x, y, result, length);
                break;
            case Activation.Softplus:
                ReverseOfTangent<Softplus>(h, zTangent, x, y, result, length);
                break;
            default:
                ReverseOfTangent<Linear>(h, zTangent, x, y, result, length);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply<TFunction>(T* h, long length)
        where TFunction : struct, IFunction
    {
        for (long i = 0; i < length; i += TSimd.Count)
        {
            TSimd.Store(TFunction.Value(TSimd.Load(h + i)), h + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyByDerivative<TFunction>(T* h, T* x, T* result, long length)
        where TFunction : struct, IFunction
    {
        for (long i = 0; i < length; i += TSimd.Count)
        {
            TSimd.Store(TFunction.First(TSimd.Load(h + i)) * TSimd.Load(x + i), result + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReverseOfTangent<TFunction>(T* h, T* zTangent, T* x, T* y, T* result, long length)
        where TFunction : struct, IFunction
    {
        for (long i = 0; i < length; i += TSimd.Count)
        {
            TSimd value = TSimd.Load(h + i);
            TSimd sum = TFunction.Second(value) * TSimd.Load(zTangent + i) * TSimd.Load(x + i);
            if (y != null)
            {
                sum = TSimd.MultiplyAdd(TFunction.First(value), TSimd.Load(y + i), sum);
            }

            TSimd.Store(sum, result + i);
        }
    }

    // max(z, 0) + log(1 + e^−|z|). Element by element: it is meant for heads of one output.
    private static void ApplySoftplus(T* h, long length)
    {
        for (long i = 0; i < length; i++)
        {
            double z = typeof(T) == typeof(float) ? *(float*)(h + i) : *(double*)(h + i);
            double value = Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)));
            if (typeof(T) == typeof(float))
            {
                *(float*)(h + i) = (float)value;
            }
            else
            {
                *(double*)(h + i) = value;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd Number(double value) => VectorMath<T, TSimd>.Constant((float)value, value);

    private readonly struct Linear : IFunction
    {
        public static TSimd Value(TSimd z) => z;

        public static TSimd First(TSimd h) => Number(1);

        public static TSimd Second(TSimd h) => TSimd.Zero;
    }

    private readonly struct Tanh : IFunction
    {
        public static TSimd Value(TSimd z) => VectorMath<T, TSimd>.Tanh(z);

        public static TSimd First(TSimd h) => Number(1) - (h * h);

        public static TSimd Second(TSimd h) => Number(-2) * h * First(h);
    }

    private readonly struct Elu : IFunction
    {
        public static TSimd Value(TSimd z) => TSimd.SelectGreater(z, TSimd.Zero, z, VectorMath<T, TSimd>.Expm1(z));

        public static TSimd First(TSimd h) => TSimd.SelectGreater(h, TSimd.Zero, Number(1), h + Number(1));

        public static TSimd Second(TSimd h) => TSimd.SelectGreater(h, TSimd.Zero, TSimd.Zero, h + Number(1));
    }

    private readonly struct Relu : IFunction
    {
        // Written so that NaN stays NaN.
        public static TSimd Value(TSimd z) => TSimd.SelectGreater(TSimd.Zero, z, TSimd.Zero, z);

        public static TSimd First(TSimd h) => TSimd.SelectGreater(h, TSimd.Zero, Number(1), TSimd.Zero);

        public static TSimd Second(TSimd h) => TSimd.Zero;
    }

    private readonly struct Softplus : IFunction
    {
        public static TSimd Value(TSimd z) => throw new NotSupportedException("Softplus is applied element by element.");

        // The logistic function of z is 1 − e^−h.
        public static TSimd First(TSimd h) => TSimd.Zero - VectorMath<T, TSimd>.Expm1(TSimd.Zero - h);

        public static TSimd Second(TSimd h)
        {
            TSimd first = First(h);
            return first * (Number(1) - first);
        }
    }
}
