using System.Globalization;
using MetaCritic.Networks;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>Matrix products of all shapes that occur, against the machine's peak and OpenBLAS.</summary>
internal static unsafe class ProductRatios
{
    public static Table Measure(Effort effort)
    {
        List<Row> rows = [];
        OpenBlas? blas = OpenBlas.Find();
        foreach (ProductShape shape in ProductShape.All(effort))
        {
            using ProductOperands x = new(shape);
            Contender[] contenders = [Peak.Contender, new("kernel", x.Multiply), .. blas is null ? Array.Empty<Contender>() : [new("OpenBLAS", () => x.Multiply(blas))]];
            Timing[] timings = Paired.Measure(effort, contenders);
            List<Figure> figures =
            [
                new("speed", "GFLOP/s", 1e-9 * timings[1].Rate(shape.Work)),
                new("of peak", "%", 100 * timings[1].RateOver(shape.Work, timings[0], Peak.Work)),
            ];
            if (blas is not null)
            {
                figures.Add(new("OpenBLAS", "GFLOP/s", 1e-9 * timings[2].Rate(shape.Work)));
                figures.Add(new("× OpenBLAS", "", timings[2].Over(timings[1])));
            }

            rows.Add(new(shape.Name, figures));
        }

        Timing peak = Paired.Measure(effort, Peak.Contender)[0];
        rows.Insert(0, new("peak: multiply-adds on registers", [new("speed", "GFLOP/s", 1e-9 * peak.Rate(Peak.Work))]));
        return new(
            "products",
            "Matrix products, single precision, one thread",
            rows,
            [
                "Rows × depth × columns; \"weights\": the left-hand side stands transposed. The right-hand side is packed beforehand for the kernel, not for OpenBLAS.",
                "One column is padded to 16; one row is bound by the latency of a multiply-add, as a chain per column fixes the order of the sums.",
                blas is null ? "OpenBLAS: not found on this system." : $"OpenBLAS: {blas.Version}, one thread.",
            ]);
    }
}

/// <summary>C [m × n] = A [m × k] · B, or with A transposed.</summary>
internal sealed record ProductShape(string Layer, int M, int K, int N, bool Transposed = false)
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Layer}{M} × {K} × {N}");

    public double Work => 2.0 * M * K * N;

    public static IEnumerable<ProductShape> All(Effort effort)
    {
        foreach (int rows in effort.IsQuick ? (int[])[48] : [48, 260, 800, 3200])
        {
            yield return new("critic, hidden: ", rows, 400, 400);
        }

        yield return new("critic, input: ", 800, 28, 400);
        yield return new("critic, to input: ", 800, 400, 28);
        yield return new("critic, output: ", 800, 400, 1);
        yield return new("critic, weights: ", 400, 260, 400, true);
        yield return new("critic, weights: ", 400, 800, 400, true);
        yield return new("critic, input weights: ", 28, 800, 400, true);
        yield return new("policy, hidden: ", 65, 64, 64);
        yield return new("policy, input: ", 65, 14, 64);
        yield return new("policy, weights: ", 64, 65, 64, true);
        yield return new("policy, input weights: ", 14, 65, 64, true);
        yield return new("policy, one row: ", 1, 64, 64);
        yield return new("policy, one row: ", 1, 14, 64);
        yield return new("policy, one row: ", 1, 64, 7);
    }
}

/// <summary>Random matrices of a shape.</summary>
internal sealed unsafe class ProductOperands : IDisposable
{
    private readonly ProductShape _shape;
    private readonly int _width;
    private readonly int _leftWidth;
    private readonly AlignedBuffer<float> _a;
    private readonly AlignedBuffer<float> _b;
    private readonly AlignedBuffer<float> _packed;
    private readonly AlignedBuffer<float> _c;

    public ProductOperands(ProductShape shape)
    {
        _shape = shape;
        _width = MatrixProduct<float>.Padded(shape.N);
        _leftWidth = MatrixProduct<float>.Padded(shape.Transposed ? shape.M : shape.K);
        _a = Random((long)(shape.Transposed ? shape.K : shape.M) * _leftWidth);
        _b = Random((long)shape.K * _width);
        _c = new((long)shape.M * _width);
        _packed = new(MatrixProduct<float>.PackedLength(shape.K, shape.N));
        MatrixProduct<float>.Pack(_b.Pointer, _width, 1, shape.K, shape.N, _packed.Pointer);
    }

    public void Multiply() => Multiply(0, _shape.M);

    /// <summary>Some rows of the product.</summary>
    public void Multiply(int first, int rows)
    {
        (int rowStride, int columnStride) = _shape.Transposed ? (1, _leftWidth) : (_leftWidth, 1);
        MatrixProduct<float>.Multiply(
            rows, _shape.N, _shape.K, _a.Pointer + ((long)first * rowStride), rowStride, columnStride, _packed.Pointer, _c.Pointer + ((long)first * _width), _width);
    }

    public void Multiply(OpenBlas blas) =>
        blas.Multiply(_shape.M, _shape.N, _shape.K, _a.Pointer, _leftWidth, _shape.Transposed, _b.Pointer, _width, _c.Pointer, _width);

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _packed.Dispose();
        _c.Dispose();
    }

    private static AlignedBuffer<float> Random(long length)
    {
        AlignedBuffer<float> buffer = new(length);
        Random random = new(1);
        foreach (ref float x in buffer.Span)
        {
            x = random.NextSingle() - 0.5f;
        }

        return buffer;
    }
}
