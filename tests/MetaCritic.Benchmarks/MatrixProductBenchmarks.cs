using BenchmarkDotNet.Attributes;
using MetaCritic.Networks;

namespace MetaCritic.Benchmarks;

/// <summary>The product that decides the speed: rows × 400 × 400 in single precision on one thread.</summary>
public unsafe class MatrixProductBenchmarks
{
    private const int Size = 400;
    private AlignedBuffer<float> _a = new(0);
    private AlignedBuffer<float> _packed = new(0);
    private AlignedBuffer<float> _c = new(0);

    /// <summary>Rows of the left-hand side.</summary>
    [Params(48, 260, 800)]
    public int Rows { get; set; }

    /// <summary>Random matrices.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        _a = new((long)Rows * Size);
        _c = new((long)Rows * Size);
        _packed = new(MatrixProduct<float>.PackedLength(Size, Size));
        foreach (ref float x in _a.Span)
        {
            x = random.NextSingle();
        }

        foreach (ref float x in _packed.Span)
        {
            x = random.NextSingle();
        }
    }

    /// <summary>C = A·B with B packed.</summary>
    [Benchmark]
    public void Multiply() => MatrixProduct<float>.Multiply(Rows, Size, Size, _a.Pointer, Size, 1, _packed.Pointer, _c.Pointer, Size);

    /// <summary>Frees the matrices.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _a.Dispose();
        _packed.Dispose();
        _c.Dispose();
    }
}
