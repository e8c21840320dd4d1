using System.Runtime.CompilerServices;

namespace MetaCritic.Networks;

/// <summary>
/// The loops around the register tiles, behind <see cref="MatrixProduct{T}"/>. Methods are compiled with all optimisations at
/// once: waiting for the runtime to find them hot costs more than that.
/// </summary>
internal static unsafe class MatrixKernel<T, TSimd>
    where T : unmanaged
    where TSimd : unmanaged, ISimd<TSimd, T>
{
    // Columns of A that are taken at a time: the rows of a panel that they meet come from the second-level cache at worst, and
    // the tiles of C are seldom loaded and stored in between.
    private const int DepthBlock = 400;

    // So many rows of A stay in the second-level cache while all panels pass.
    private const int RowBlock = 96;

    // The same where the block is copied first, and the room of a copied column.
    private const int LeftRowBlock = 48;
    private const int LeftWidth = 64;
    private const int CacheLine = 64;

    // Below this, rows are taken one by one.
    private const int SmallestTile = 4;

    /// <summary>Columns of a packed panel: two vectors.</summary>
    public static int PanelWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TSimd.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    /// <summary>See <see cref="MatrixProduct{T}.Multiply"/>; <paramref name="n"/> is padded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int m, int n, int k, T* a, int rowStride, int columnStride, T* packed, T* c, int ldc, T* init, bool accumulate)
    {
        // Any even number of rows from four on is a sum of tiles.
        int tiled = m < SmallestTile ? 0 : m - (m % 2);
        if (rowStride == 1 && columnStride > LeftWidth && n > PanelWidth)
        {
            MultiplyColumns(tiled, n, k, a, columnStride, packed, c, ldc, init, accumulate);
        }
        else
        {
            MultiplyTiled(tiled, n, k, a, rowStride, columnStride, packed, c, ldc, init, accumulate);
        }

        for (int i = tiled; i < m; i++)
        {
            MultiplyRow(n, k, a + ((long)i * rowStride), columnStride, packed, c + ((long)i * ldc), init, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTiled(int m, int n, int k, T* a, int rowStride, int columnStride, T* packed, T* c, int ldc, T* init, bool accumulate)
    {
        int depthBlock = DepthBlockFor(k);
        for (int p = 0; p < k || p == 0; p += depthBlock)
        {
            int depth = Math.Min(depthBlock, k - p);
            for (int first = 0, rows; first < m; first += rows)
            {
                rows = RowsFrom(first, m, RowBlock);
                T* left = a + ((long)first * rowStride) + ((long)p * columnStride);
                MultiplyBlock(rows, n, k, p, depth, left, rowStride, columnStride, packed, c + ((long)first * ldc), ldc, init, accumulate);
            }
        }
    }

    // A stands transposed, its columns far apart: every panel would fetch them anew through several cache lines and pages, so a
    // block is copied together first.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyColumns(int m, int n, int k, T* a, int columnStride, T* packed, T* c, int ldc, T* init, bool accumulate)
    {
        byte* memory = stackalloc byte[(LeftWidth * DepthBlock * sizeof(T)) + CacheLine];
        T* left = (T*)(((nuint)memory + CacheLine - 1) / CacheLine * CacheLine);
        int depthBlock = DepthBlockFor(k);
        for (int p = 0; p < k || p == 0; p += depthBlock)
        {
            int depth = Math.Min(depthBlock, k - p);
            for (int first = 0, rows; first < m; first += rows)
            {
                rows = RowsFrom(first, m, LeftRowBlock);
                CopyColumns(a + first + ((long)p * columnStride), columnStride, depth, rows, left);
                MultiplyBlock(rows, n, k, p, depth, left, 1, LeftWidth, packed, c + ((long)first * ldc), ldc, init, accumulate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyColumns(T* source, int columnStride, int columns, int rows, T* target)
    {
        int whole = rows - (rows % TSimd.Count);
        for (int p = 0; p < columns; p++, source += columnStride, target += LeftWidth)
        {
            for (int i = 0; i < whole; i += TSimd.Count)
            {
                TSimd.Store(TSimd.Load(source + i), target + i);
            }

            for (int i = whole; i < rows; i++)
            {
                target[i] = source[i];
            }
        }
    }

    // The last block takes a remainder that is too small for a tile.
    private static int RowsFrom(int first, int m, int block) => m - first < block + SmallestTile ? m - first : block;

    // Blocks of equal depth.
    private static int DepthBlockFor(int k)
    {
        int blocks = Math.Max(1, (k + DepthBlock - 1) / DepthBlock);
        return Math.Max(1, (k + blocks - 1) / blocks);
    }

    // Columns [p, p + depth) of A times the same rows of all panels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyBlock(
        int m, int n, int k, int p, int depth, T* a, int rowStride, int columnStride, T* packed, T* c, int ldc, T* init, bool accumulate)
    {
        accumulate |= p > 0;
        int j = 0;
        for (; j + PanelWidth <= n; j += PanelWidth)
        {
            T* panel = packed + ((long)j * k) + ((long)p * PanelWidth);
            MultiplyPanel<SecondVector<T, TSimd>>(m, depth, a, rowStride, columnStride, panel, c + j, ldc, init == null ? null : init + j, accumulate);
        }

        if (j < n)
        {
            T* panel = packed + ((long)j * k) + ((long)p * TSimd.Count);
            MultiplyPanel<NoSecondVector<T, TSimd>>(m, depth, a, rowStride, columnStride, panel, c + j, ldc, init == null ? null : init + j, accumulate);
        }
    }

    // As many of the large tiles as leave a sum of the small ones.
    private static void MultiplyPanel<TSecond>(int m, int k, T* a, int rowStride, int columnStride, T* panel, T* c, int ldc, T* init, bool accumulate)
        where TSecond : struct, ISecondVector<TSimd, T>
    {
        int fours = (m % 6) switch
        {
            2 => 2,
            4 => 1,
            _ => 0,
        };
        int sixes = (m - (4 * fours)) / 6;
        if (TSimd.Registers >= 32)
        {
            for (; sixes >= 2; sixes -= 2)
            {
                MatrixTile12<T, TSimd, TSecond>.Multiply(k, a, rowStride, columnStride, panel, c, ldc, init, accumulate);
                a += 12L * rowStride;
                c += 12L * ldc;
            }
        }

        for (; sixes > 0; sixes--)
        {
            MatrixTile6<T, TSimd, TSecond>.Multiply(k, a, rowStride, columnStride, panel, c, ldc, init, accumulate);
            a += 6L * rowStride;
            c += 6L * ldc;
        }

        for (; fours > 0; fours--)
        {
            MatrixTile4<T, TSimd, TSecond>.Multiply(k, a, rowStride, columnStride, panel, c, ldc, init, accumulate);
            a += 4L * rowStride;
            c += 4L * ldc;
        }
    }

    // One row: several panels at a time, so that enough sums hide the latency of the multiply-adds.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRow(int n, int k, T* a, int columnStride, T* packed, T* c, T* init, bool accumulate)
    {
        int width = PanelWidth;
        int j = 0;
        for (; j + (4 * width) <= n; j += 4 * width)
        {
            MatrixRow<T, TSimd>.FourPanels(k, a, columnStride, packed + ((long)j * k), c + j, init == null ? null : init + j, accumulate);
        }

        for (; j + (2 * width) <= n; j += 2 * width)
        {
            MatrixRow<T, TSimd>.TwoPanels(k, a, columnStride, packed + ((long)j * k), c + j, init == null ? null : init + j, accumulate);
        }

        for (; j + width <= n; j += width)
        {
            MatrixRow<T, TSimd>.Panel<SecondVector<T, TSimd>>(k, a, columnStride, packed + ((long)j * k), c + j, init == null ? null : init + j, accumulate);
        }

        if (j < n)
        {
            MatrixRow<T, TSimd>.Panel<NoSecondVector<T, TSimd>>(k, a, columnStride, packed + ((long)j * k), c + j, init == null ? null : init + j, accumulate);
        }
    }
}
