using System.Runtime.CompilerServices;

namespace MetaCritic.Networks;

/// <summary>
/// A tile of four rows by one panel, for what larger tiles leave over. Written out for the reason given at
/// <see cref="MatrixTile12{T, TSimd, TSecond}"/>.
/// </summary>
internal static unsafe class MatrixTile4<T, TSimd, TSecond>
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
        T* init1 = init + v;
        bool zero = init == null;
        TSimd x0 = MatrixTile<T, TSimd>.Start(t0, init, zero, accumulate), y0 = TSecond.Start(t0 + v, init1, zero, accumulate);
        TSimd x1 = MatrixTile<T, TSimd>.Start(t1, init, zero, accumulate), y1 = TSecond.Start(t1 + v, init1, zero, accumulate);
        TSimd x2 = MatrixTile<T, TSimd>.Start(t2, init, zero, accumulate), y2 = TSecond.Start(t2 + v, init1, zero, accumulate);
        TSimd x3 = MatrixTile<T, TSimd>.Start(t3, init, zero, accumulate), y3 = TSecond.Start(t3 + v, init1, zero, accumulate);
        long r = rowStride;
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
            s = TSimd.Broadcast(a[3 * r]);
            x3 = TSimd.MultiplyAdd(s, b0, x3);
            y3 = TSecond.MultiplyAdd(s, b1, y3);
            a += columnStride;
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
    }
}
