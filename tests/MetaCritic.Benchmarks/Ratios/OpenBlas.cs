using System.Runtime.InteropServices;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>The system's OpenBLAS, on one thread, where there is one.</summary>
internal sealed unsafe class OpenBlas
{
    private const int RowMajor = 101;
    private const int Plain = 111;
    private const int Transposed = 112;

    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _sgemm;

    private OpenBlas(nint library)
    {
        _sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        var configuration = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "openblas_get_config");
        Version = Marshal.PtrToStringUTF8((nint)configuration())!.Trim();
    }

    /// <summary>Version and kernels, as the library names them.</summary>
    public string Version { get; }

    public static OpenBlas? Find() =>
        NativeLibrary.TryLoad("libopenblas.so.0", out nint library) || NativeLibrary.TryLoad("libopenblas", out library) ? new(library) : null;

    /// <summary>C [m × n] = A·B, or Aᵀ·B with A stored [k × m].</summary>
    public void Multiply(int m, int n, int k, float* a, int lda, bool transposed, float* b, int ldb, float* c, int ldc) =>
        _sgemm(RowMajor, transposed ? Transposed : Plain, Plain, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
}
