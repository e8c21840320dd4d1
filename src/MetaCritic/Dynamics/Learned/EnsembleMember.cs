using MetaCritic.Networks;

namespace MetaCritic.Dynamics;

/// <summary>One network of learned dynamics while it is trained.</summary>
internal sealed unsafe class EnsembleMember : IDisposable
{
    private const double FinalLearningRate = 0.01;

    private readonly MlpLayout _layout;
    private readonly MlpBatch<float> _batch;
    private readonly PackedWeights<float> _weights;
    private readonly AlignedBuffer<float> _parameters;
    private readonly AlignedBuffer<float> _gradient;
    private readonly AdamOptimizer<float> _adam;

    public EnsembleMember(MlpLayout layout, int batchSize, KeyedRandom random)
    {
        _layout = layout;
        _batch = new(layout, batchSize, MlpPasses.Reverse);
        _weights = new(layout);
        _parameters = new(layout.Length);
        _gradient = new(layout.Length);
        _adam = new(layout.Length);
        Initialization.Uniform(layout, random, _parameters.Pointer);
    }

    /// <summary>Trains with early stopping.</summary>
    /// <param name="inputs">Normalised inputs, [rows × padded width].</param>
    /// <param name="targets">Normalised targets, [rows × padded width].</param>
    /// <param name="training">Rows to learn from; their order is changed.</param>
    /// <param name="heldOut">Rows to stop by.</param>
    /// <param name="options">Settings.</param>
    /// <param name="order">Random numbers for the order of the rows in a pass.</param>
    /// <param name="report">Is told of passes done and the error on the rows held out.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The best parameters found.</returns>
    public float[] Train(
        float[] inputs, float[] targets, int[] training, int[] heldOut, DynamicsLearnerOptions options, Func<int, KeyedRandom> order, Action<int, double> report, CancellationToken cancellationToken)
    {
        float[] best = new float[_layout.Shape.ParameterCount];
        double least = double.PositiveInfinity;
        int since = 0;
        int epoch = 0;
        for (; epoch < options.Epochs && since < options.Patience; epoch++)
        {
            double rate = options.LearningRate
                * (FinalLearningRate + ((1 - FinalLearningRate) * 0.5 * (1 + Math.Cos(Math.PI * epoch / options.Epochs))));
            KeyedRandom random = order(epoch);
            Shuffle(training, ref random);
            for (int first = 0; first < training.Length; first += _batch.Rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Step(inputs, targets, training.AsSpan(first, Math.Min(_batch.Rows, training.Length - first)), rate);
            }

            double error = Error(inputs, targets, heldOut);
            since++;
            if (error < least)
            {
                least = error;
                since = 0;
                _layout.Export(_parameters.Pointer, best.AsSpan());
            }

            report(1, Math.Sqrt(least));
        }

        if (!double.IsFinite(least))
        {
            throw new MetaCriticException("The dynamics could not be learned: the networks diverged. Lower the learning rate, and check the transitions for outliers.");
        }

        if (epoch < options.Epochs)
        {
            report(options.Epochs - epoch, Math.Sqrt(least)); // those that need not be done
        }

        return best;
    }

    /// <summary>Fisher and Yates.</summary>
    public static void Shuffle(int[] items, ref KeyedRandom random)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = random.NextIndex(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    public void Dispose()
    {
        _batch.Dispose();
        _weights.Dispose();
        _parameters.Dispose();
        _gradient.Dispose();
        _adam.Dispose();
    }

    private void Step(float[] inputs, float[] targets, ReadOnlySpan<int> rows, double rate)
    {
        _weights.PackForward(_parameters.Pointer);
        _weights.PackBackward(_parameters.Pointer);
        _ = Forward(inputs, targets, rows);
        Mlp<float>.Reverse(_batch, _weights, 0, rows.Length);
        Mlp<float>.Gradient(_batch, 0, rows.Length, _gradient.Pointer);
        _adam.Step(_gradient.Pointer, 1, rate, _parameters.Pointer);
    }

    private double Error(float[] inputs, float[] targets, ReadOnlySpan<int> rows)
    {
        _weights.PackForward(_parameters.Pointer);
        double sum = 0;
        for (int first = 0; first < rows.Length; first += _batch.Rows)
        {
            sum += Forward(inputs, targets, rows.Slice(first, Math.Min(_batch.Rows, rows.Length - first)));
        }

        return sum / ((double)rows.Length * _layout.Size(_layout.LayerCount));
    }

    // Leaves 2(y − target)/(rows·outputs) as the output's cotangent, and gives the sum of squares.
    private double Forward(float[] inputs, float[] targets, ReadOnlySpan<int> rows)
    {
        int inputWidth = _layout.Width(0);
        int outputWidth = _layout.Width(_layout.LayerCount);
        int outputs = _layout.Size(_layout.LayerCount);
        for (int i = 0; i < rows.Length; i++)
        {
            inputs.AsSpan(rows[i] * inputWidth, inputWidth).CopyTo(new Span<float>(_batch.Input + (i * inputWidth), inputWidth));
        }

        Mlp<float>.Forward(_batch, _weights, 0, rows.Length);
        float scale = 2f / (rows.Length * outputs);
        double sum = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            float* output = _batch.Output + (i * outputWidth);
            float* cotangent = _batch.OutputCotangent + (i * outputWidth);
            for (int j = 0; j < outputs; j++)
            {
                float difference = output[j] - targets[(rows[i] * outputWidth) + j];
                cotangent[j] = scale * difference;
                sum += (double)difference * difference;
            }
        }

        return sum;
    }
}
