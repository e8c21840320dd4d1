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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(T* b, int rowStride, int columnStride, int k, int n, T* packed) => PackRows(b, rowStride, columnStride, 0, k, k, n, packed);

    /// <summary>The same for rows [first, first + count) only, the first of which <paramref name="b"/> points at; the others are packed by further calls.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRows(T* b, int rowStride, int columnStride, int first, int count, int k, int n, T* packed)
    {
        int padded = Padded(n);
        int panelWidth = PanelWidth;
        for (int j = 0; j < padded; j += panelWidth)
        {
            int width = Math.Min(panelWidth, padded - j);
            T* source = b + ((long)j * columnStride);
            T* target = packed + ((long)j * k) + ((long)first * width);
            if (columnStride == 1 && j + width <= n)
            {
                CopyPanel(source, rowStride, count, width, target);
            }
            else
            {
                GatherPanel(source, rowStride, columnStride, count, Math.Clamp(n - j, 0, width), width, target);
            }
        }
    }

    /// <summary>Makes rows [first, first + count) of a packed B [k × n] 0.</summary>
    public static void ClearRows(int first, int count, int k, int n, T* packed)
    {
        int padded = Padded(n);
        for (int j = 0; j < padded; j += PanelWidth)
        {
            int width = Math.Min(PanelWidth, padded - j);
            new Span<T>(packed + ((long)j * k) + ((long)first * width), count * width).Clear();
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
