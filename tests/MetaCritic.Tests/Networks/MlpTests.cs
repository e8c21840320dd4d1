using MetaCritic.Networks;

namespace MetaCritic.Tests.Networks;

/// <summary>Every pass of the network against central differences, in double.</summary>
[TestClass]
public sealed unsafe class MlpTests
{
    private const double Tolerance = 1e-6;
    private const int Rows = 9;

    public static IEnumerable<object[]> Shapes =>
        from hidden in new[] { Activation.Tanh, Activation.Elu, Activation.Softplus, Activation.Linear, Activation.Relu }
        from output in new[] { Activation.Linear, Activation.Softplus }
        from sizes in new int[][] { [5, 7, 3], [4, 20, 17, 2], [3, 1] }
        select new object[] { sizes, hidden, output };

    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void ReverseIsTheGradient(int[] sizes, Activation hidden, Activation output)
    {
        using Network net = new(new MlpShape(sizes, hidden, output));
        double[] cotangents = Numbers.Uniform(9, Rows * net.Shape.OutputSize);
        double Value(double[] theta, double[] x)
        {
            net.Forward(theta, x);
            return Dot(net.Outputs(), cotangents);
        }

        net.Forward(net.Theta, net.X);
        net.Reverse(cotangents);
        double[] gradient = new double[net.Shape.ParameterCount];
        net.Gradient(gradient, ofTangent: false);
        double[] input = net.Read(net.Batch.InputCotangent, net.Shape.InputSize);
        AssertSame(gradient, Numbers.Gradient(theta => Value(theta, net.X), net.Theta, StepFor(hidden)));
        AssertSame(input, Numbers.Gradient(x => Value(net.Theta, x), net.X, StepFor(hidden)));
    }

    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void TangentIsTheDirectionalDerivative(int[] sizes, Activation hidden, Activation output)
    {
        using Network net = new(new MlpShape(sizes, hidden, output));
        double[] direction = Numbers.Uniform(5, net.Theta.Length);
        double[] inputDirection = Numbers.Uniform(6, net.X.Length);
        double[] weights = Numbers.Uniform(9, Rows * net.Shape.OutputSize);

        double along = Numbers.Gradient(e => Value(e[0], 0), [0.0], StepFor(hidden))[0];
        double alongInput = Numbers.Gradient(e => Value(0, e[0]), [0.0], StepFor(hidden))[0];
        net.Forward(net.Theta, net.X);
        net.Tangent(direction, null);
        Assert.AreEqual(along, Dot(net.Read(net.Batch.OutputTangent, net.Shape.OutputSize), weights), Tolerance * Math.Max(1, Math.Abs(along)));
        net.Tangent(null, inputDirection);
        Assert.AreEqual(alongInput, Dot(net.Read(net.Batch.OutputTangent, net.Shape.OutputSize), weights), Tolerance * Math.Max(1, Math.Abs(alongInput)));

        double Value(double e, double f)
        {
            net.Forward([.. net.Theta.Zip(direction, (t, d) => t + (e * d))], [.. net.X.Zip(inputDirection, (x, d) => x + (f * d))]);
            return Dot(net.Outputs(), weights);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void ReverseOfTangentIsTheGradientOfTheDirectionalDerivative(int[] sizes, Activation hidden, Activation output)
    {
        using Network net = new(new MlpShape(sizes, hidden, output));
        double[] direction = Numbers.Uniform(5, net.Theta.Length);
        double[] inputDirection = Numbers.Uniform(6, net.X.Length);
        double[] cotangents = Numbers.Uniform(9, Rows * net.Shape.OutputSize);
        double[] second = Numbers.Uniform(10, Rows * net.Shape.OutputSize);

        // Along a direction in parameter space, with a cotangent of the output itself beside it.
        Evaluate(net.Theta, net.X, direction, null);
        net.ReverseOfTangent(direction, second);
        double[] gradient = new double[net.Theta.Length];
        net.Gradient(gradient, ofTangent: true);
        AssertSame(gradient, Numbers.Gradient(theta => Evaluate(theta, net.X, direction, null) + Plain(), net.Theta, StepFor(hidden)));
        Evaluate(net.Theta, net.X, direction, null);
        net.ReverseOfTangent(direction, second);
        AssertSame(
            net.Read(net.Batch.InputSecondCotangent, net.Shape.InputSize),
            Numbers.Gradient(x => Evaluate(net.Theta, x, direction, null) + Plain(), net.X, StepFor(hidden)));

        // Along a direction of the input: cotangents of the input.
        Evaluate(net.Theta, net.X, null, inputDirection);
        net.ReverseOfTangent(null, null);
        AssertSame(
            net.Read(net.Batch.InputSecondCotangent, net.Shape.InputSize),
            Numbers.Gradient(x => Evaluate(net.Theta, x, null, inputDirection), net.X, StepFor(hidden)));

        double Evaluate(double[] theta, double[] x, double[]? along, double[]? alongInput)
        {
            net.Forward(theta, x);
            net.Reverse(cotangents);
            net.Tangent(along, alongInput);
            return Dot(net.Read(net.Batch.OutputTangent, net.Shape.OutputSize), cotangents);
        }

        double Plain() => Dot(net.Outputs(), second);
    }

    [TestMethod]
    public void RowsOneByOneGiveTheSameBits()
    {
        MlpLayout layout = new(new MlpShape([28, 100, 100, 1], Activation.Elu));
        using AlignedBuffer<float> parameters = new(layout.Length);
        Initialization.Uniform(layout, KeyedRandom.Create(1), parameters.Pointer);
        using PackedWeights<float> weights = new(layout);
        weights.PackForward(parameters.Pointer);
        weights.PackBackward(parameters.Pointer);
        using MlpBatch<float> whole = new(layout, 31, MlpPasses.Reverse);
        using MlpBatch<float> single = new(layout, 31, MlpPasses.Reverse);
        double[] x = Numbers.Uniform(2, 31 * layout.Width(0), 3);
        for (int i = 0; i < x.Length; i++)
        {
            bool padding = i % layout.Width(0) >= 28;
            whole.Input[i] = single.Input[i] = padding ? 0 : (float)x[i];
        }

        Mlp<float>.Forward(whole, weights, 0, 31);
        Mlp<float>.Reverse(whole, weights, 0, 31);
        for (int i = 0; i < 31; i++)
        {
            Mlp<float>.Forward(single, weights, i, 1);
            Mlp<float>.Reverse(single, weights, i, 1);
        }

        Assert.IsTrue(new Span<float>(whole.Output, 31 * 16).SequenceEqual(new Span<float>(single.Output, 31 * 16)));
        Assert.IsTrue(new Span<float>(whole.InputCotangent, 31 * layout.Width(0)).SequenceEqual(new Span<float>(single.InputCotangent, 31 * layout.Width(0))));
    }

    [TestMethod]
    public void LayoutsRoundTrip()
    {
        MlpShape shape = new([3, 17, 2], Activation.Tanh);
        MlpLayout layout = new(shape);
        double[] flat = Numbers.Uniform(4, shape.ParameterCount);
        using AlignedBuffer<double> padded = new(layout.Length);
        layout.Import<double>(flat, padded.Pointer);
        double[] back = new double[flat.Length];
        layout.Export(padded.Pointer, back.AsSpan());
        CollectionAssert.AreEqual(flat, back);
    }

    // Steps that do not straddle the kinks of piecewise activations and of their derivatives.
    private static double StepFor(Activation hidden) => hidden is Activation.Relu or Activation.Elu ? 1e-6 : 1e-3;

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static void AssertSame(double[] actual, double[] expected)
    {
        // A gradient of zeros is compared absolutely.
        double scale = expected.Max(Math.Abs);
        double error = actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max();
        Assert.IsLessThanOrEqualTo(Tolerance * Math.Max(scale, 1e-3), error, $"largest difference {error}, largest value {scale}");
    }

    private sealed class Network : IDisposable
    {
        private readonly AlignedBuffer<double> _parameters;
        private readonly AlignedBuffer<double> _u;
        private readonly PackedWeights<double> _weights;
        private readonly PackedWeights<double> _direction;

        public Network(MlpShape shape)
        {
            Shape = shape;
            Layout = new(shape);
            Batch = new(Layout, Rows, MlpPasses.Tangent);
            _parameters = new(Layout.Length);
            _u = new(Layout.Length);
            _weights = new(Layout);
            _direction = new(Layout);
            Theta = Numbers.Uniform(1, shape.ParameterCount);
            X = Numbers.Uniform(2, Rows * shape.InputSize, 1.5);
        }

        public MlpShape Shape { get; }

        public MlpLayout Layout { get; }

        public MlpBatch<double> Batch { get; }

        public double[] Theta { get; }

        public double[] X { get; }

        public void Forward(double[] theta, double[] x)
        {
            Layout.Import<double>(theta, _parameters.Pointer);
            _weights.PackForward(_parameters.Pointer);
            _weights.PackBackward(_parameters.Pointer);
            Write(x, Batch.Input, Shape.InputSize);
            Mlp<double>.Forward(Batch, _weights, 0, Rows);
        }

        public void Reverse(double[] cotangents)
        {
            Write(cotangents, Batch.OutputCotangent, Shape.OutputSize);
            Mlp<double>.Reverse(Batch, _weights, 0, Rows);
        }

        public void Tangent(double[]? direction, double[]? inputDirection)
        {
            if (inputDirection is not null)
            {
                Write(inputDirection, Batch.InputTangent, Shape.InputSize);
            }

            if (direction is not null)
            {
                Layout.Import<double>(direction, _u.Pointer);
                _direction.PackForward(_u.Pointer);
                _direction.PackBackward(_u.Pointer);
            }

            Mlp<double>.Tangent(Batch, _weights, direction is null ? null : _direction, 0, Rows);
        }

        public void ReverseOfTangent(double[]? direction, double[]? second)
        {
            if (second is not null)
            {
                Write(second, Batch.OutputSecondCotangent, Shape.OutputSize);
            }

            Mlp<double>.ReverseOfTangent(Batch, _weights, direction is null ? null : _direction, 0, Rows, second is not null, inputCotangent: true);
        }

        public void Gradient(double[] gradient, bool ofTangent)
        {
            using AlignedBuffer<double> padded = new(Layout.Length);
            if (ofTangent)
            {
                Mlp<double>.AddGradientOfTangent(Batch, 0, Rows, padded.Pointer);
            }
            else
            {
                Mlp<double>.Gradient(Batch, 0, Rows, padded.Pointer);
            }

            Layout.Export(padded.Pointer, gradient.AsSpan());
        }

        public double[] Outputs() => Read(Batch.Output, Shape.OutputSize);

        public double[] Read(double* matrix, int columns)
        {
            double[] values = new double[Rows * columns];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = matrix[(i / columns * MatrixProduct<double>.Padded(columns)) + (i % columns)];
            }

            return values;
        }

        public void Dispose()
        {
            Batch.Dispose();
            _parameters.Dispose();
            _u.Dispose();
            _weights.Dispose();
            _direction.Dispose();
        }

        private static void Write(double[] values, double* matrix, int columns)
        {
            for (int i = 0; i < values.Length; i++)
            {
                matrix[(i / columns * MatrixProduct<double>.Padded(columns)) + (i % columns)] = values[i];
            }
        }
    }
}
