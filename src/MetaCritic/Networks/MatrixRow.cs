using System.Runtime.CompilerServices;

namespace MetaCritic.Networks;

/// <summary>One row of A by one, two or four panels. Written out for the reason given at <see cref="MatrixTile12{T, TSimd, TSecond}"/>.</summary>
internal static unsafe class MatrixRow<T, TSimd>
    where T : unmanaged
    where TSimd : unmanaged, ISimd<TSimd, T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panel<TSecond>(int k, T* a, int columnStride, T* panel, T* c, T* init, bool accumulate)
        where TSecond : struct, ISecondVector<TSimd, T>
    {
        int v = TSimd.Count;
        bool zero = init == null;
        TSimd x = MatrixTile<T, TSimd>.Start(c, init, zero, accumulate), y = TSecond.Start(c + v, init + v, zero, accumulate);
        for (int p = 0; p < k; p++)
        {
            TSimd s = TSimd.Broadcast(*a);
            x = TSimd.MultiplyAdd(s, TSimd.Load(panel), x);
            y = TSecond.MultiplyAdd(s, TSecond.Load(panel + v), y);
            a += columnStride;
            panel += TSecond.PanelVectors * v;
        }

        TSimd.Store(x, c);
        TSecond.Store(y, c + v);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoPanels(int k, T* a, int columnStride, T* panels, T* c, T* init, bool accumulate)
    {
        int v = TSimd.Count;
        int width = 2 * v;
        bool zero = init == null;
        TSimd x0 = MatrixTile<T, TSimd>.Start(c, init, zero, accumulate), y0 = MatrixTile<T, TSimd>.Start(c + v, init + v, zero, accumulate);
        TSimd x1 = MatrixTile<T, TSimd>.Start(c + (2 * v), init + (2 * v), zero, accumulate), y1 = MatrixTile<T, TSimd>.Start(c + (3 * v), init + (3 * v), zero, accumulate);
        T* b0 = panels;
        T* b1 = b0 + ((long)width * k);
        for (int p = 0; p < k; p++)
        {
            TSimd s = TSimd.Broadcast(*a);
            x0 = TSimd.MultiplyAdd(s, TSimd.Load(b0), x0);
            y0 = TSimd.MultiplyAdd(s, TSimd.Load(b0 + v), y0);
            x1 = TSimd.MultiplyAdd(s, TSimd.Load(b1), x1);
            y1 = TSimd.MultiplyAdd(s, TSimd.Load(b1 + v), y1);
            a += columnStride;
            b0 += width;
            b1 += width;
        }

        TSimd.Store(x0, c);
        TSimd.Store(y0, c + v);
        TSimd.Store(x1, c + (2 * v));
        TSimd.Store(y1, c + (3 * v));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourPanels(int k, T* a, int columnStride, T* panels, T* c, T* init, bool accumulate)
    {
        int v = TSimd.Count;
        int width = 2 * v;
        bool zero = init == null;
        TSimd x0 = MatrixTile<T, TSimd>.Start(c, init, zero, accumulate), y0 = MatrixTile<T, TSimd>.Start(c + v, init + v, zero, accumulate);
        TSimd x1 = MatrixTile<T, TSimd>.Start(c + (2 * v), init + (2 * v), zero, accumulate), y1 = MatrixTile<T, TSimd>.Start(c + (3 * v), init + (3 * v), zero, accumulate);
        TSimd x2 = MatrixTile<T, TSimd>.Start(c + (4 * v), init + (4 * v), zero, accumulate), y2 = MatrixTile<T, TSimd>.Start(c + (5 * v), init + (5 * v), zero, accumulate);
        TSimd x3 = MatrixTile<T, TSimd>.Start(c + (6 * v), init + (6 * v), zero, accumulate), y3 = MatrixTile<T, TSimd>.Start(c + (7 * v), init + (7 * v), zero, accumulate);
        long panel = (long)width * k;
        T* b0 = panels;
        T* b1 = b0 + panel;
        T* b2 = b1 + panel;
        T* b3 = b2 + panel;
        for (int p = 0; p < k; p++)
        {
            TSimd s = TSimd.Broadcast(*a);
            x0 = TSimd.MultiplyAdd(s, TSimd.Load(b0), x0);
            y0 = TSimd.MultiplyAdd(s, TSimd.Load(b0 + v), y0);
            x1 = TSimd.MultiplyAdd(s, TSimd.Load(b1), x1);
            y1 = TSimd.MultiplyAdd(s, TSimd.Load(b1 + v), y1);
            x2 = TSimd.MultiplyAdd(s, TSimd.Load(b2), x2);
            y2 = TSimd.MultiplyAdd(s, TSimd.Load(b2 + v), y2);
            x3 = TSimd.MultiplyAdd(s, TSimd.Load(b3), x3);
            y3 = TSimd.MultiplyAdd(s, TSimd.Load(b3 + v), y3);
            a += columnStride;
            b0 += width;
            b1 += width;
            b2 += width;
            b3 += width;
        }

        TSimd.Store(x0, c);
        TSimd.Store(y0, c + v);
        TSimd.Store(x1, c + (2 * v));
        TSimd.Store(y1, c + (3 * v));
        TSimd.Store(x2, c + (4 * v));
        TSimd.Store(y2, c + (5 * v));
        TSimd.Store(x3, c + (6 * v));
        TSimd.Store(y3, c + (7 * v));
    }
}
