using MetaCritic.Networks;

namespace MetaCritic.Tests.Networks;

[TestClass]
public sealed unsafe class MatrixProductTests
{
    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(1, 64, 64)]
    [DataRow(1, 100, 300)]
    [DataRow(5, 7, 3)]
    [DataRow(6, 16, 257)]
    [DataRow(7, 33, 512)]
    [DataRow(13, 48, 600)]
    [DataRow(50, 400, 28)]
    [DataRow(2, 40, 9)]
    [DataRow(3, 40, 9)]
    [DataRow(4, 40, 9)]
    [DataRow(8, 40, 9)]
    [DataRow(9, 40, 9)]
    [DataRow(10, 40, 9)]
    [DataRow(110, 40, 9)]
    public void EqualsTheDefinition(int m, int n, int k)
    {
        Compare<double>(m, n, k, 1e-14);
        Compare<float>(m, n, k, 1e-5);
    }

    [TestMethod]
    public void RowsDoNotDependOnTheOthers()
    {
        const int M = 29, N = 70, K = 300;
        using Operands<float> whole = new(M, N, K);
        whole.Multiply(0, M);
        using Operands<float> single = new(M, N, K);
        for (int i = 0; i < M; i++)
        {
            single.Multiply(i, 1);
        }

        CollectionAssert.AreEqual(whole.C.Span.ToArray(), single.C.Span.ToArray());
    }

    [TestMethod]
    public void TransposedOperandsAndAccumulationGiveTheSameBits()
    {
        const int M = 20, N = 40, K = 90;
        using Operands<double> x = new(M, N, K);
        x.Multiply(0, M);
        double[] once = x.C.Span.ToArray();

        using AlignedBuffer<double> transposed = new((long)K * M);
        for (int i = 0; i < M; i++)
        {
            for (int p = 0; p < K; p++)
            {
                transposed.Pointer[(p * M) + i] = x.A.Pointer[(i * K) + p];
            }
        }

        x.C.Clear();
        MatrixProduct<double>.Multiply(M, N, K, transposed.Pointer, 1, M, x.Packed.Pointer, x.C.Pointer, x.Ldc);
        CollectionAssert.AreEqual(once, x.C.Span.ToArray());

        // Bᵀ packed by swapping its strides.
        using AlignedBuffer<double> bTransposed = new((long)K * N);
        for (int p = 0; p < K; p++)
        {
            for (int j = 0; j < N; j++)
            {
                bTransposed.Pointer[(j * K) + p] = x.B.Pointer[(p * N) + j];
            }
        }

        MatrixProduct<double>.Pack(bTransposed.Pointer, 1, K, K, N, x.Packed.Pointer);
        x.Multiply(0, M);
        CollectionAssert.AreEqual(once, x.C.Span.ToArray());

        MatrixProduct<double>.Multiply(M, N, K, x.A.Pointer, K, 1, x.Packed.Pointer, x.C.Pointer, x.Ldc, null, accumulate: true);
        double[] twice = [.. once.Select(value => 2 * value)];
        Assert.IsLessThan(1e-14, Numbers.RelativeError(x.C.Span, twice));
    }

    [TestMethod]
    public void WidthsOfVectorsAgreeToTheBit()
    {
        const int M = 13, N = 80, K = 300;
        using Operands<float> wide = new(M, N, K);
        using Operands<float> narrow = new(M, N, K);

        // Each kernel reads panels of its own width, so each packs for itself.
        Pack(wide, 2 * Simd512<float>.Count);
        MatrixKernel<float, Simd512<float>>.Multiply(M, N, K, wide.A.Pointer, K, 1, wide.Packed.Pointer, wide.C.Pointer, wide.Ldc, null, false);
        Pack(narrow, 2 * Simd256<float>.Count);
        MatrixKernel<float, Simd256<float>>.Multiply(M, N, K, narrow.A.Pointer, K, 1, narrow.Packed.Pointer, narrow.C.Pointer, narrow.Ldc, null, false);
        CollectionAssert.AreEqual(wide.C.Span.ToArray(), narrow.C.Span.ToArray());

        static void Pack(Operands<float> x, int panel)
        {
            int written = 0;
            for (int j = 0; j < N; j += panel)
            {
                for (int p = 0; p < K; p++)
                {
                    for (int c = 0; c < Math.Min(panel, N - j); c++)
                    {
                        x.Packed.Pointer[written++] = x.B.Pointer[(p * N) + j + c];
                    }
                }
            }
        }
    }

    private static void Compare<T>(int m, int n, int k, double tolerance)
        where T : unmanaged
    {
        using Operands<T> x = new(m, n, k);
        double[] init = Numbers.Uniform(3, n);
        using AlignedBuffer<T> bias = new(MatrixProduct<T>.Padded(n));
        for (int j = 0; j < n; j++)
        {
            bias.Pointer[j] = Element<T>.From(init[j]);
        }

        MatrixProduct<T>.Multiply(m, n, k, x.A.Pointer, k, 1, x.Packed.Pointer, x.C.Pointer, x.Ldc, bias.Pointer);
        double[] actual = new double[m * n];
        double[] expected = new double[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = Element<T>.ToDouble(bias.Pointer[j]);
                for (int p = 0; p < k; p++)
                {
                    sum += Element<T>.ToDouble(x.A.Pointer[(i * k) + p]) * Element<T>.ToDouble(x.B.Pointer[(p * n) + j]);
                }

                actual[(i * n) + j] = Element<T>.ToDouble(x.C.Pointer[(i * x.Ldc) + j]);
                expected[(i * n) + j] = sum;
            }
        }

        Assert.IsLessThan(tolerance, Numbers.RelativeError(actual, expected));
    }

    private sealed class Operands<T> : IDisposable
        where T : unmanaged
    {
        private readonly int _n;
        private readonly int _k;

        public Operands(int m, int n, int k)
        {
            _n = n;
            _k = k;
            Ldc = MatrixProduct<T>.Padded(n);
            A = Filled(1, m * k);
            B = Filled(2, k * n);
            C = new((long)m * Ldc);
            Packed = new(MatrixProduct<T>.PackedLength(k, n));
            MatrixProduct<T>.Pack(B.Pointer, n, 1, k, n, Packed.Pointer);
        }

        public AlignedBuffer<T> A { get; }

        public AlignedBuffer<T> B { get; }

        public AlignedBuffer<T> C { get; }

        public AlignedBuffer<T> Packed { get; }

        public int Ldc { get; }

        public void Multiply(int first, int rows) =>
            MatrixProduct<T>.Multiply(rows, _n, _k, A.Pointer + ((long)first * _k), _k, 1, Packed.Pointer, C.Pointer + ((long)first * Ldc), Ldc);

        public void Dispose()
        {
            A.Dispose();
            B.Dispose();
            C.Dispose();
            Packed.Dispose();
        }

        private static AlignedBuffer<T> Filled(ulong key, int length)
        {
            AlignedBuffer<T> buffer = new(length);
            double[] values = Numbers.Uniform(key, length);
            for (int i = 0; i < length; i++)
            {
                buffer.Pointer[i] = Element<T>.From(values[i]);
            }

            return buffer;
        }
    }
}
