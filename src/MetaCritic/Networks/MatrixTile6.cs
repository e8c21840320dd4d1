using System.Runtime.CompilerServices;

namespace MetaCritic.Networks;

/// <summary>
/// A tile of six rows by one panel: 12 sums, two vectors of B and one of A in the 16 registers of AVX2, and what twelve rows
/// leave over. Written out for the reason given at <see cref="MatrixTile12{T, TSimd, TSecond}"/>.
/// </summary>
internal static unsafe class MatrixTile6<T, TSimd, TSecond>
    where T : unmanaged
    where TSimd : unmanaged, ISimd<TSimd, T>
    where TSecond : struct, ISecondVector<TSimd, T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int k, T* a, int rowStride, int columnStride, T* panel, T* c, int ldc, T* init, bool accumulate)
    {
        int v = TSimd.Count;
        T* t0 = c;
        T* t1 = t0 + ldc;
        T* t2 = t1 + ldc;
        T* t3 = t2 + ldc;
        T* t4 = t3 + ldc;
        T* t5 = t4 + ldc;
        T* init1 = init + v;
        bool zero = init == null;
        TSimd x0 = MatrixTile<T, TSimd>.Start(t0, init, zero, accumulate), y0 = TSecond.Start(t0 + v, init1, zero, accumulate);
        TSimd x1 = MatrixTile<T, TSimd>.Start(t1, init, zero, accumulate), y1 = TSecond.Start(t1 + v, init1, zero, accumulate);
        TSimd x2 = MatrixTile<T, TSimd>.Start(t2, init, zero, accumulate), y2 = TSecond.Start(t2 + v, init1, zero, accumulate);
        TSimd x3 = MatrixTile<T, TSimd>.Start(t3, init, zero, accumulate), y3 = TSecond.Start(t3 + v, init1, zero, accumulate);
        TSimd x4 = MatrixTile<T, TSimd>.Start(t4, init, zero, accumulate), y4 = TSecond.Start(t4 + v, init1, zero, accumulate);
        TSimd x5 = MatrixTile<T, TSimd>.Start(t5, init, zero, accumulate), y5 = TSecond.Start(t5 + v, init1, zero, accumulate);
        long r = rowStride;
        T* a3 = a + (3 * r);
        for (int p = 0; p < k; p++)
        {
            TSimd b0 = TSimd.Load(panel);
            TSimd b1 = TSecond.Load(panel + v);
            TSimd s = TSimd.Broadcast(a[0]);
            x0 = TSimd.MultiplyAdd(s, b0, x0);
            y0 = TSecond.MultiplyAdd(s, b1, y0);
            s = TSimd.Broadcast(a[r]);
            x1 = TSimd.MultiplyAdd(s, b0, x1);
            y1 = TSecond.MultiplyAdd(s, b1, y1);
            s = TSimd.Broadcast(a[2 * r]);
            x2 = TSimd.MultiplyAdd(s, b0, x2);
            y2 = TSecond.MultiplyAdd(s, b1, y2);
            s = TSimd.Broadcast(a3[0]);
            x3 = TSimd.MultiplyAdd(s, b0, x3);
            y3 = TSecond.MultiplyAdd(s, b1, y3);
            s = TSimd.Broadcast(a3[r]);
            x4 = TSimd.MultiplyAdd(s, b0, x4);
            y4 = TSecond.MultiplyAdd(s, b1, y4);
            s = TSimd.Broadcast(a3[2 * r]);
            x5 = TSimd.MultiplyAdd(s, b0, x5);
            y5 = TSecond.MultiplyAdd(s, b1, y5);
            a += columnStride;
            a3 += columnStride;
            panel += TSecond.PanelVectors * v;
        }

        TSimd.Store(x0, t0);
        TSecond.Store(y0, t0 + v);
        TSimd.Store(x1, t1);
        TSecond.Store(y1, t1 + v);
        TSimd.Store(x2, t2);
        TSecond.Store(y2, t2 + v);
        TSimd.Store(x3, t3);
        TSecond.Store(y3, t3 + v);
        TSimd.Store(x4, t4);
        TSecond.Store(y4, t4 + v);
        TSimd.Store(x5, t5);
        TSecond.Store(y5, t5 + v);
    }
}
