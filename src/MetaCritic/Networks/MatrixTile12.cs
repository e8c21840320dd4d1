using System.Runtime.CompilerServices;

namespace MetaCritic.Networks;

/// <summary>
/// A tile of twelve rows by one panel: 24 sums, two vectors of B and one of A in the 32 registers of AVX-512. Written out row by
/// row because only local variables stay in registers; an array of sums, or a loop over them, would go through memory.
/// </summary>
internal static unsafe class MatrixTile12<T, TSimd, TSecond>
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
        T* t6 = t5 + ldc;
        T* t7 = t6 + ldc;
        T* t8 = t7 + ldc;
        T* t9 = t8 + ldc;
        T* t10 = t9 + ldc;
        T* t11 = t10 + ldc;
        T* init1 = init + v;
        bool zero = init == null;
        TSimd x0 = MatrixTile<T, TSimd>.Start(t0, init, zero, accumulate), y0 = TSecond.Start(t0 + v, init1, zero, accumulate);
        TSimd x1 = MatrixTile<T, TSimd>.Start(t1, init, zero, accumulate), y1 = TSecond.Start(t1 + v, init1, zero, accumulate);
        TSimd x2 = MatrixTile<T, TSimd>.Start(t2, init, zero, accumulate), y2 = TSecond.Start(t2 + v, init1, zero, accumulate);
        TSimd x3 = MatrixTile<T, TSimd>.Start(t3, init, zero, accumulate), y3 = TSecond.Start(t3 + v, init1, zero, accumulate);
        TSimd x4 = MatrixTile<T, TSimd>.Start(t4, init, zero, accumulate), y4 = TSecond.Start(t4 + v, init1, zero, accumulate);
        TSimd x5 = MatrixTile<T, TSimd>.Start(t5, init, zero, accumulate), y5 = TSecond.Start(t5 + v, init1, zero, accumulate);
        TSimd x6 = MatrixTile<T, TSimd>.Start(t6, init, zero, accumulate), y6 = TSecond.Start(t6 + v, init1, zero, accumulate);
        TSimd x7 = MatrixTile<T, TSimd>.Start(t7, init, zero, accumulate), y7 = TSecond.Start(t7 + v, init1, zero, accumulate);
        TSimd x8 = MatrixTile<T, TSimd>.Start(t8, init, zero, accumulate), y8 = TSecond.Start(t8 + v, init1, zero, accumulate);
        TSimd x9 = MatrixTile<T, TSimd>.Start(t9, init, zero, accumulate), y9 = TSecond.Start(t9 + v, init1, zero, accumulate);
        TSimd x10 = MatrixTile<T, TSimd>.Start(t10, init, zero, accumulate), y10 = TSecond.Start(t10 + v, init1, zero, accumulate);
        TSimd x11 = MatrixTile<T, TSimd>.Start(t11, init, zero, accumulate), y11 = TSecond.Start(t11 + v, init1, zero, accumulate);
        long r = rowStride;
        T* a3 = a + (3 * r);
        T* a6 = a + (6 * r);
        T* a9 = a + (9 * r);
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
            s = TSimd.Broadcast(a6[0]);
            x6 = TSimd.MultiplyAdd(s, b0, x6);
            y6 = TSecond.MultiplyAdd(s, b1, y6);
            s = TSimd.Broadcast(a6[r]);
            x7 = TSimd.MultiplyAdd(s, b0, x7);
            y7 = TSecond.MultiplyAdd(s, b1, y7);
            s = TSimd.Broadcast(a6[2 * r]);
            x8 = TSimd.MultiplyAdd(s, b0, x8);
            y8 = TSecond.MultiplyAdd(s, b1, y8);
            s = TSimd.Broadcast(a9[0]);
            x9 = TSimd.MultiplyAdd(s, b0, x9);
            y9 = TSecond.MultiplyAdd(s, b1, y9);
            s = TSimd.Broadcast(a9[r]);
            x10 = TSimd.MultiplyAdd(s, b0, x10);
            y10 = TSecond.MultiplyAdd(s, b1, y10);
            s = TSimd.Broadcast(a9[2 * r]);
            x11 = TSimd.MultiplyAdd(s, b0, x11);
            y11 = TSecond.MultiplyAdd(s, b1, y11);
            a += columnStride;
            a3 += columnStride;
            a6 += columnStride;
            a9 += columnStride;
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
        TSimd.Store(x6, t6);
        TSecond.Store(y6, t6 + v);
        TSimd.Store(x7, t7);
        TSecond.Store(y7, t7 + v);
        TSimd.Store(x8, t8);
        TSecond.Store(y8, t8 + v);
        TSimd.Store(x9, t9);
        TSecond.Store(y9, t9 + v);
        TSimd.Store(x10, t10);
        TSecond.Store(y10, t10 + v);
        TSimd.Store(x11, t11);
        TSecond.Store(y11, t11 + v);
    }
}
