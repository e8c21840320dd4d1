using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MetaCritic.Networks;

/// <summary>
/// Dense matrix products C = init + A·B with a packed right-hand side. Each element of C is one chain of fused
/// multiply-adds over k in ascending order, whatever the number of rows, the blocking, the vector width and the number
/// of threads: results are bit-identical between row-wise and batched use.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal static unsafe class MatrixProduct<T>
    where T : unmanaged
{
    /// <summary>Columns are padded to a multiple of this many elements, so that every row starts on a vector.</summary>
    public const int Padding = 16;

    /// <summary>Columns of a packed panel: two vectors.</summary>
    public static int PanelWidth => Vector512.IsHardwareAccelerated
        ? MatrixKernel<T, Simd512<T>>.PanelWidth
        : MatrixKernel<T, Simd256<T>>.PanelWidth;

    public static int Padded(int columns) => (columns + Padding - 1) / Padding * Padding;

    /// <summary>Elements of a packed right-hand side.</summary>
    public static long PackedLength(int k, int n) => (long)k * Padded(n);

    /// <summary>
    /// Packs B [k × n], element (i, j) at <c>b[i * rowStride + j * columnStride]</c>, into panels; columns up to the
    /// padding become 0.
    /// </summary>
    public static void Pack(T* b, int rowStride, int columnStride, int k, int n, T* packed)
    {
        int padded = Padded(n);
        int panelWidth = PanelWidth;
        for (int j = 0; j < padded; j += panelWidth)
        {
            int width = Math.Min(panelWidth, padded - j);
            T* source = b + ((long)j * columnStride);
            T* target = packed + ((long)j * k);
            if (columnStride == 1 && j + width <= n)
            {
                CopyPanel(source, rowStride, k, width, target);
            }
            else
            {
                GatherPanel(source, rowStride, columnStride, k, Math.Clamp(n - j, 0, width), width, target);
            }
        }
    }

    /// <summary>C [m × n] = init + A [m × k] · B, or C + A · B.</summary>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="k">Columns of A.</param>
    /// <param name="a">A, element (i, p) at <c>a[i * rowStride + p * columnStride]</c>.</param>
    /// <param name="rowStride">Distance of A's rows.</param>
    /// <param name="columnStride">Distance of A's columns.</param>
    /// <param name="packed">B as <see cref="Pack"/> wrote it.</param>
    /// <param name="c">C, rows <paramref name="ldc"/> apart; written up to the padding.</param>
    /// <param name="ldc">Distance of C's rows, at least the padded n.</param>
    /// <param name="init">Added to every row, [padded n]; null for 0. Not used if <paramref name="accumulate"/>.</param>
    /// <param name="accumulate">Whether C's present content is added instead.</param>
    public static void Multiply(int m, int n, int k, T* a, int rowStride, int columnStride, T* packed, T* c, int ldc, T* init = null, bool accumulate = false)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            MatrixKernel<T, Simd512<T>>.Multiply(m, Padded(n), k, a, rowStride, columnStride, packed, c, ldc, init, accumulate);
        }
        else
        {
            MatrixKernel<T, Simd256<T>>.Multiply(m, Padded(n), k, a, rowStride, columnStride, packed, c, ldc, init, accumulate);
        }
    }

    private static void CopyPanel(T* source, int rowStride, int k, int width, T* target)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            MatrixKernel<T, Simd512<T>>.CopyPanel(source, rowStride, k, width, target);
        }
        else
        {
            MatrixKernel<T, Simd256<T>>.CopyPanel(source, rowStride, k, width, target);
        }
    }

    private static void GatherPanel(T* source, int rowStride, int columnStride, int k, int present, int width, T* target)
    {
        for (int i = 0; i < k; i++, target += width)
        {
            T* row = source + ((long)i * rowStride);
            for (int c = 0; c < present; c++)
            {
                target[c] = row[(long)c * columnStride];
            }

            for (int c = present; c < width; c++)
            {
                target[c] = default;
            }
        }
    }
}

/// <summary>The register-tiled kernels behind <see cref="MatrixProduct{T}"/>: six rows by two vectors.</summary>
internal static unsafe class MatrixKernel<T, TSimd>
    where T : unmanaged
    where TSimd : unmanaged, ISimd<TSimd, T>
{
    private const int TileRows = 6;
    private const int SmallTileRows = 4;

    // A panel of this depth and two vectors stays in the first-level cache.
    private const int DepthBlock = 256;

    // So many rows of the left-hand side stay in the second-level cache.
    private const int RowBlock = 16 * TileRows;

    public static int PanelWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TSimd.Count;
    }

    public static void CopyPanel(T* source, int rowStride, int k, int width, T* target)
    {
        for (int i = 0; i < k; i++, source += rowStride, target += width)
        {
            for (int c = 0; c < width; c += TSimd.Count)
            {
                TSimd.Store(TSimd.Load(source + c), target + c);
            }
        }
    }

    public static void Multiply(int m, int n, int k, T* a, int rowStride, int columnStride, T* packed, T* c, int ldc, T* init, bool accumulate)
    {
        if (m == 1)
        {
            MultiplyRow(n, k, a, columnStride, packed, c, init, accumulate);
            return;
        }

        for (int first = 0; first < m; first += RowBlock)
        {
            int rows = Math.Min(RowBlock, m - first);
            for (int p = 0; p < k || p == 0; p += DepthBlock)
            {
                int depth = Math.Min(DepthBlock, k - p);
                T* left = a + ((long)first * rowStride) + ((long)p * columnStride);
                for (int j = 0; j < n; j += PanelWidth)
                {
                    int width = Math.Min(PanelWidth, n - j);
                    T* panel = packed + ((long)j * k) + ((long)p * width);
                    T* start = init == null || p > 0 ? null : init + j;
                    MultiplyPanel(rows, depth, left, rowStride, columnStride, panel, width, c + ((long)first * ldc) + j, ldc, start, accumulate || p > 0);
                }
            }
        }
    }

    private static void MultiplyPanel(int m, int k, T* a, int rowStride, int columnStride, T* panel, int width, T* c, int ldc, T* init, bool accumulate)
    {
        // Tiles of six rows and, for what is left, of four: any even number of rows from four on is a sum of these.
        int fours = width == PanelWidth ? FoursFor(m) : 0;
        int sixes = (m - (fours * SmallTileRows)) / TileRows;
        int i = 0;
        for (; i < sixes * TileRows; i += TileRows)
        {
            T* rows = a + ((long)i * rowStride);
            T* target = c + ((long)i * ldc);
            if (width == PanelWidth)
            {
                Tile2(k, rows, rowStride, columnStride, panel, target, ldc, init, accumulate);
            }
            else
            {
                Tile1(k, rows, rowStride, columnStride, panel, width, target, ldc, init, accumulate);
            }
        }

        for (; fours > 0; fours--, i += SmallTileRows)
        {
            SmallTile2(k, a + ((long)i * rowStride), rowStride, columnStride, panel, c + ((long)i * ldc), ldc, init, accumulate);
        }

        for (; i < m; i++)
        {
            Row(k, a + ((long)i * rowStride), columnStride, panel, width, c + ((long)i * ldc), init, accumulate);
        }
    }

    // One row: four accumulators at a time hide the latency of the multiply-adds.
    private static void MultiplyRow(int n, int k, T* a, int columnStride, T* packed, T* c, T* init, bool accumulate)
    {
        int j = 0;
        int width = PanelWidth;
        int v = TSimd.Count;
        for (; j + (2 * width) <= n; j += 2 * width)
        {
            T* b0 = packed + ((long)j * k);
            T* b1 = b0 + ((long)width * k);
            TSimd c0 = Start(c + j, init + j, init == null, accumulate);
            TSimd c1 = Start(c + j + v, init + j + v, init == null, accumulate);
            TSimd c2 = Start(c + j + (2 * v), init + j + (2 * v), init == null, accumulate);
            TSimd c3 = Start(c + j + (3 * v), init + j + (3 * v), init == null, accumulate);
            T* x = a;
            for (int p = 0; p < k; p++)
            {
                TSimd s = TSimd.Broadcast(*x);
                c0 = TSimd.MultiplyAdd(s, TSimd.Load(b0), c0);
                c1 = TSimd.MultiplyAdd(s, TSimd.Load(b0 + v), c1);
                c2 = TSimd.MultiplyAdd(s, TSimd.Load(b1), c2);
                c3 = TSimd.MultiplyAdd(s, TSimd.Load(b1 + v), c3);
                x += columnStride;
                b0 += width;
                b1 += width;
            }

            TSimd.Store(c0, c + j);
            TSimd.Store(c1, c + j + v);
            TSimd.Store(c2, c + j + (2 * v));
            TSimd.Store(c3, c + j + (3 * v));
        }

        for (; j < n; j += width)
        {
            int present = Math.Min(width, n - j);
            Row(k, a, columnStride, packed + ((long)j * k), present, c + j, init == null ? null : init + j, accumulate);
        }
    }

    private static void Row(int k, T* a, int columnStride, T* panel, int width, T* c, T* init, bool accumulate)
    {
        int v = TSimd.Count;
        if (width == 2 * v)
        {
            TSimd c0 = Start(c, init, init == null, accumulate);
            TSimd c1 = Start(c + v, init + v, init == null, accumulate);
            for (int p = 0; p < k; p++)
            {
                TSimd s = TSimd.Broadcast(*a);
                c0 = TSimd.MultiplyAdd(s, TSimd.Load(panel), c0);
                c1 = TSimd.MultiplyAdd(s, TSimd.Load(panel + v), c1);
                a += columnStride;
                panel += width;
            }

            TSimd.Store(c0, c);
            TSimd.Store(c1, c + v);
            return;
        }

        for (int q = 0; q < width; q += v)
        {
            TSimd c0 = Start(c + q, init + q, init == null, accumulate);
            T* x = a;
            T* b = panel + q;
            for (int p = 0; p < k; p++)
            {
                c0 = TSimd.MultiplyAdd(TSimd.Broadcast(*x), TSimd.Load(b), c0);
                x += columnStride;
                b += width;
            }

            TSimd.Store(c0, c + q);
        }
    }

    private static void Tile2(int k, T* a, int rowStride, int columnStride, T* panel, T* c, int ldc, T* init, bool accumulate)
    {
        int v = TSimd.Count;
        T* t0 = c;
        T* t1 = t0 + ldc;
        T* t2 = t1 + ldc;
        T* t3 = t2 + ldc;
        T* t4 = t3 + ldc;
        T* t5 = t4 + ldc;
        bool zero = init == null;
        TSimd c00 = Start(t0, init, zero, accumulate), c01 = Start(t0 + v, init + v, zero, accumulate);
        TSimd c10 = Start(t1, init, zero, accumulate), c11 = Start(t1 + v, init + v, zero, accumulate);
        TSimd c20 = Start(t2, init, zero, accumulate), c21 = Start(t2 + v, init + v, zero, accumulate);
        TSimd c30 = Start(t3, init, zero, accumulate), c31 = Start(t3 + v, init + v, zero, accumulate);
        TSimd c40 = Start(t4, init, zero, accumulate), c41 = Start(t4 + v, init + v, zero, accumulate);
        TSimd c50 = Start(t5, init, zero, accumulate), c51 = Start(t5 + v, init + v, zero, accumulate);
        long r = rowStride;
        T* a3 = a + (3 * r);
        for (int p = 0; p < k; p++)
        {
            TSimd b0 = TSimd.Load(panel);
            TSimd b1 = TSimd.Load(panel + v);
            TSimd s = TSimd.Broadcast(a[0]);
            c00 = TSimd.MultiplyAdd(s, b0, c00);
            c01 = TSimd.MultiplyAdd(s, b1, c01);
            s = TSimd.Broadcast(a[r]);
            c10 = TSimd.MultiplyAdd(s, b0, c10);
            c11 = TSimd.MultiplyAdd(s, b1, c11);
            s = TSimd.Broadcast(a[2 * r]);
            c20 = TSimd.MultiplyAdd(s, b0, c20);
            c21 = TSimd.MultiplyAdd(s, b1, c21);
            s = TSimd.Broadcast(a3[0]);
            c30 = TSimd.MultiplyAdd(s, b0, c30);
            c31 = TSimd.MultiplyAdd(s, b1, c31);
            s = TSimd.Broadcast(a3[r]);
            c40 = TSimd.MultiplyAdd(s, b0, c40);
            c41 = TSimd.MultiplyAdd(s, b1, c41);
            s = TSimd.Broadcast(a3[2 * r]);
            c50 = TSimd.MultiplyAdd(s, b0, c50);
            c51 = TSimd.MultiplyAdd(s, b1, c51);
            a += columnStride;
            a3 += columnStride;
            panel += 2 * v;
        }

        TSimd.Store(c00, t0);
        TSimd.Store(c01, t0 + v);
        TSimd.Store(c10, t1);
        TSimd.Store(c11, t1 + v);
        TSimd.Store(c20, t2);
        TSimd.Store(c21, t2 + v);
        TSimd.Store(c30, t3);
        TSimd.Store(c31, t3 + v);
        TSimd.Store(c40, t4);
        TSimd.Store(c41, t4 + v);
        TSimd.Store(c50, t5);
        TSimd.Store(c51, t5 + v);
    }

    private static int FoursFor(int m) => (m % TileRows) switch
    {
        4 or 5 => 1,
        2 or 3 when m >= 2 * SmallTileRows => 2,
        _ => 0,
    };

    private static void SmallTile2(int k, T* a, int rowStride, int columnStride, T* panel, T* c, int ldc, T* init, bool accumulate)
    {
        int v = TSimd.Count;
        T* t0 = c;
        T* t1 = t0 + ldc;
        T* t2 = t1 + ldc;
        T* t3 = t2 + ldc;
        bool zero = init == null;
        TSimd c00 = Start(t0, init, zero, accumulate), c01 = Start(t0 + v, init + v, zero, accumulate);
        TSimd c10 = Start(t1, init, zero, accumulate), c11 = Start(t1 + v, init + v, zero, accumulate);
        TSimd c20 = Start(t2, init, zero, accumulate), c21 = Start(t2 + v, init + v, zero, accumulate);
        TSimd c30 = Start(t3, init, zero, accumulate), c31 = Start(t3 + v, init + v, zero, accumulate);
        long r = rowStride;
        for (int p = 0; p < k; p++)
        {
            TSimd b0 = TSimd.Load(panel);
            TSimd b1 = TSimd.Load(panel + v);
            TSimd s = TSimd.Broadcast(a[0]);
            c00 = TSimd.MultiplyAdd(s, b0, c00);
            c01 = TSimd.MultiplyAdd(s, b1, c01);
            s = TSimd.Broadcast(a[r]);
            c10 = TSimd.MultiplyAdd(s, b0, c10);
            c11 = TSimd.MultiplyAdd(s, b1, c11);
            s = TSimd.Broadcast(a[2 * r]);
            c20 = TSimd.MultiplyAdd(s, b0, c20);
            c21 = TSimd.MultiplyAdd(s, b1, c21);
            s = TSimd.Broadcast(a[3 * r]);
            c30 = TSimd.MultiplyAdd(s, b0, c30);
            c31 = TSimd.MultiplyAdd(s, b1, c31);
            a += columnStride;
            panel += 2 * v;
        }

        TSimd.Store(c00, t0);
        TSimd.Store(c01, t0 + v);
        TSimd.Store(c10, t1);
        TSimd.Store(c11, t1 + v);
        TSimd.Store(c20, t2);
        TSimd.Store(c21, t2 + v);
        TSimd.Store(c30, t3);
        TSimd.Store(c31, t3 + v);
    }

    private static void Tile1(int k, T* a, int rowStride, int columnStride, T* panel, int width, T* c, int ldc, T* init, bool accumulate)
    {
        int v = TSimd.Count;
        bool zero = init == null;
        long r = rowStride;
        for (int q = 0; q < width; q += v)
        {
            T* t0 = c + q;
            T* t1 = t0 + ldc;
            T* t2 = t1 + ldc;
            T* t3 = t2 + ldc;
            T* t4 = t3 + ldc;
            T* t5 = t4 + ldc;
            TSimd c0 = Start(t0, init + q, zero, accumulate);
            TSimd c1 = Start(t1, init + q, zero, accumulate);
            TSimd c2 = Start(t2, init + q, zero, accumulate);
            TSimd c3 = Start(t3, init + q, zero, accumulate);
            TSimd c4 = Start(t4, init + q, zero, accumulate);
            TSimd c5 = Start(t5, init + q, zero, accumulate);
            T* x = a;
            T* x3 = a + (3 * r);
            T* b = panel + q;
            for (int p = 0; p < k; p++)
            {
                TSimd b0 = TSimd.Load(b);
                c0 = TSimd.MultiplyAdd(TSimd.Broadcast(x[0]), b0, c0);
                c1 = TSimd.MultiplyAdd(TSimd.Broadcast(x[r]), b0, c1);
                c2 = TSimd.MultiplyAdd(TSimd.Broadcast(x[2 * r]), b0, c2);
                c3 = TSimd.MultiplyAdd(TSimd.Broadcast(x3[0]), b0, c3);
                c4 = TSimd.MultiplyAdd(TSimd.Broadcast(x3[r]), b0, c4);
                c5 = TSimd.MultiplyAdd(TSimd.Broadcast(x3[2 * r]), b0, c5);
                x += columnStride;
                x3 += columnStride;
                b += width;
            }

            TSimd.Store(c0, t0);
            TSimd.Store(c1, t1);
            TSimd.Store(c2, t2);
            TSimd.Store(c3, t3);
            TSimd.Store(c4, t4);
            TSimd.Store(c5, t5);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd Start(T* c, T* init, bool zero, bool accumulate) =>
        accumulate ? TSimd.Load(c) : zero ? TSimd.Zero : TSimd.Load(init);
}
