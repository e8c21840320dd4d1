using MetaCritic.Networks;

namespace MetaCritic.Tests.Networks;

/// <summary>
/// The contract of the products, to the bit: every element is one chain of fused multiply-adds in ascending order, whichever
/// tiles, blocks and vectors compute it.
/// </summary>
[TestClass]
public sealed unsafe class MatrixKernelTests
{
    // All sums of tiles, with and without an odd row; panels of two and of one vector, one, two and four at a time for single rows.
    [TestMethod]
    public void EveryTileIsAChainOfFusedMultiplyAdds()
    {
        for (int m = 1; m <= 27; m++)
        {
            foreach (int n in (int[])[7, 16, 48])
            {
                CompareAll(m, n, 5);
            }
        }

        foreach (int n in (int[])[64, 96, 144, 176, 208])
        {
            CompareAll(1, n, 3);
            CompareAll(7, n, 3);
        }
    }

    // Around the blocks of rows and of depth, and of copied columns.
    [TestMethod]
    [DataRow(95, 33, 3)]
    [DataRow(98, 16, 2)]
    [DataRow(99, 16, 2)]
    [DataRow(101, 33, 401)]
    [DataRow(50, 40, 399)]
    [DataRow(52, 40, 400)]
    [DataRow(14, 80, 1203)]
    [DataRow(4, 40, 0)]
    [DataRow(1, 40, 0)]
    public void EveryBlockIsAChainOfFusedMultiplyAdds(int m, int n, int k) => CompareAll(m, n, k);

    private static void CompareAll(int m, int n, int k)
    {
        Compare<float, Simd512<float>>(m, n, k, MathF.FusedMultiplyAdd);
        Compare<float, Simd256<float>>(m, n, k, MathF.FusedMultiplyAdd);
        Compare<double, Simd512<double>>(m, n, k, Math.FusedMultiplyAdd);
        Compare<double, Simd256<double>>(m, n, k, Math.FusedMultiplyAdd);
    }

    private static void Compare<T, TSimd>(int m, int n, int k, Func<T, T, T, T> multiplyAdd)
        where T : unmanaged
        where TSimd : unmanaged, ISimd<TSimd, T>
    {
        const int Guard = 16; // behind the rows of A: what a kernel must not use
        int padded = MatrixProduct<T>.Padded(n);
        using AlignedBuffer<T> a = new((long)m * (k + Guard));
        using AlignedBuffer<T> columns = new((long)k * (m + Guard + 64));
        using AlignedBuffer<T> packed = new((long)k * padded);
        using AlignedBuffer<T> init = new(padded);
        using AlignedBuffer<T> c = new((long)m * padded);
        double[] left = Numbers.Uniform(1, m * k), right = Numbers.Uniform(2, k * n), start = Numbers.Uniform(3, (m + 1) * n);
        a.Span.Fill(Element<T>.From(double.NaN));
        columns.Span.Fill(Element<T>.From(double.NaN));
        for (int p = 0; p < k; p++)
        {
            for (int i = 0; i < m; i++)
            {
                a.Pointer[(i * (k + Guard)) + p] = columns.Pointer[(p * (m + Guard + 64)) + i] = Element<T>.From(left[(i * k) + p]);
            }

            for (int j = 0; j < n; j++)
            {
                int panel = j / MatrixKernel<T, TSimd>.PanelWidth * MatrixKernel<T, TSimd>.PanelWidth;
                int width = Math.Min(MatrixKernel<T, TSimd>.PanelWidth, padded - panel);
                packed.Pointer[(panel * k) + (p * width) + j - panel] = Element<T>.From(right[(p * n) + j]);
            }
        }

        for (int j = 0; j < n; j++)
        {
            init.Pointer[j] = Element<T>.From(start[j]);
        }

        string what = $"{m} x {n} x {k}, {typeof(TSimd).Name} of {typeof(T).Name}";
        MatrixKernel<T, TSimd>.Multiply(m, padded, k, a.Pointer, k + Guard, 1, packed.Pointer, c.Pointer, padded, null, false);
        Check((i, j) => default, "from 0: " + what);
        MatrixKernel<T, TSimd>.Multiply(m, padded, k, a.Pointer, k + Guard, 1, packed.Pointer, c.Pointer, padded, init.Pointer, false);
        Check((i, j) => init.Pointer[j], "from a row: " + what);
        SetC();
        MatrixKernel<T, TSimd>.Multiply(m, padded, k, columns.Pointer, 1, m + Guard + 64, packed.Pointer, c.Pointer, padded, null, true);
        Check((i, j) => Element<T>.From(start[((i + 1) * n) + j]), "accumulated, A transposed: " + what);

        void SetC()
        {
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    c.Pointer[(i * padded) + j] = Element<T>.From(start[((i + 1) * n) + j]);
                }
            }
        }

        void Check(Func<int, int, T> first, string what)
        {
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    T sum = first(i, j);
                    for (int p = 0; p < k; p++)
                    {
                        sum = multiplyAdd(Element<T>.From(left[(i * k) + p]), Element<T>.From(right[(p * n) + j]), sum);
                    }

                    if (!c.Pointer[(i * padded) + j].Equals(sum))
                    {
                        Assert.Fail($"{what}: element ({i}, {j}) is {c.Pointer[(i * padded) + j]}, not {sum}");
                    }
                }
            }
        }
    }
}
