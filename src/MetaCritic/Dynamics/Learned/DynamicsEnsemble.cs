using System.Diagnostics.CodeAnalysis;
using MetaCritic.Networks;

namespace MetaCritic.Dynamics;

/// <summary>
/// The networks of learned dynamics, ready to be evaluated from any number of threads: mean prediction, its vector-Jacobian
/// product, and how far the networks differ. Allocates nothing in steady state; a lane's bits do not depend on the others.
/// </summary>
/// <typeparam name="T">Element type of the networks: float, or double for checks.</typeparam>
[SuppressMessage("Design", "CA1001", Justification = "Belongs to immutable dynamics that many threads share; the finaliser frees the memory.")]
internal sealed unsafe class DynamicsEnsemble<T>
    where T : unmanaged
{
    // Lanes that go through all layers together: they stay in the cache.
    private const int Block = 32;

    private readonly DynamicsFeatures _features;
    private readonly Normalization _input;
    private readonly Normalization _output;
    private readonly MlpLayout _layout;
    private readonly PackedWeights<T>[] _members;
    private readonly long[] _layers; // where the values of each layer begin in the scratch memory, elements
    private readonly WorkspacePool _pool;

    public DynamicsEnsemble(DynamicsFeatures features, Normalization input, Normalization output, MlpShape shape, IReadOnlyList<ReadOnlyMemory<float>> members)
    {
        _features = features;
        _input = input;
        _output = output;
        _layout = new(shape);
        _members = new PackedWeights<T>[members.Count];
        using AlignedBuffer<T> padded = new(_layout.Length);
        T[] flat = new T[shape.ParameterCount];
        for (int m = 0; m < _members.Length; m++)
        {
            for (int i = 0; i < flat.Length; i++)
            {
                flat[i] = Element<T>.From(members[m].Span[i]);
            }

            _layout.Import(flat, padded.Pointer);
            _members[m] = new(_layout);
            _members[m].PackForward(padded.Pointer);
            _members[m].PackBackward(padded.Pointer);
        }

        _layers = new long[_layout.LayerCount + 2];
        for (int l = 0; l <= _layout.LayerCount; l++)
        {
            _layers[l + 1] = _layers[l] + ((long)Block * _layout.Width(l));
        }

        // Layers, δ and h̄, features and sums of a block.
        int elements = checked((int)(_layers[^1] + (2L * Block * _layout.MaxWidth)));
        _pool = new(elements + _features.Count + (2 * Block * shape.OutputSize));
    }

    private int Outputs => _layout.Shape.OutputSize;

    /// <summary>Mean prediction of the networks and, if asked for, the root mean square over outputs of their standard deviation in units of the outputs' spread.</summary>
    /// <param name="lanes">Number of lanes.</param>
    /// <param name="states">[StateSize × lanes].</param>
    /// <param name="actions">[ActionSize × lanes].</param>
    /// <param name="mean">Receives the prediction, [outputs × lanes]; may be empty.</param>
    /// <param name="disagreements">Receives the disagreement, [lanes]; may be empty.</param>
    public void Predict(int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> mean, Span<double> disagreements)
    {
        Workspace workspace = _pool.Rent();
        T* layers = (T*)workspace.Pointer;
        Span<double> rest = workspace.Span[^(_features.Count + (2 * Block * Outputs))..];
        Span<double> features = rest[.._features.Count];
        Span<double> sums = rest.Slice(_features.Count, Block * Outputs);
        Span<double> squares = rest[(_features.Count + (Block * Outputs))..];
        int outputWidth = _layout.Width(_layout.LayerCount);
        for (int first = 0; first < lanes; first += Block)
        {
            int rows = Math.Min(Block, lanes - first);
            WriteInputs(first, rows, lanes, states, actions, features, layers);
            sums.Clear();
            squares.Clear();
            foreach (PackedWeights<T> member in _members)
            {
                T* outputs = Forward(member, rows, layers);
                for (int k = 0; k < rows * Outputs; k++)
                {
                    sums[k] += Element<T>.ToDouble(outputs[(k / Outputs * outputWidth) + (k % Outputs)]);
                }

                if (!disagreements.IsEmpty)
                {
                    for (int k = 0; k < rows * Outputs; k++)
                    {
                        double y = Element<T>.ToDouble(outputs[(k / Outputs * outputWidth) + (k % Outputs)]);
                        squares[k] += y * y;
                    }
                }
            }

            for (int row = 0; row < rows; row++)
            {
                double variance = 0;
                for (int j = 0; j < Outputs; j++)
                {
                    double y = sums[(row * Outputs) + j] / _members.Length;
                    variance += Math.Max(0, (squares[(row * Outputs) + j] / _members.Length) - (y * y));
                    if (!mean.IsEmpty)
                    {
                        mean[(j * lanes) + first + row] = _output.Mean[j] + (_output.Scale[j] * y);
                    }
                }

                if (!disagreements.IsEmpty)
                {
                    disagreements[first + row] = Math.Sqrt(variance / Outputs);
                }
            }
        }

        _pool.Return(workspace);
        GC.KeepAlive(this); // the weights are native memory that the finaliser frees
    }

    /// <summary>Adds the pull-back of a cotangent of the mean prediction to the cotangents of state and action.</summary>
    /// <param name="lanes">Number of lanes.</param>
    /// <param name="states">[StateSize × lanes].</param>
    /// <param name="actions">[ActionSize × lanes].</param>
    /// <param name="cotangents">Cotangent of the mean prediction, [outputs × lanes].</param>
    /// <param name="stateCotangents">Added to, [StateSize × lanes].</param>
    /// <param name="actionCotangents">Added to, [ActionSize × lanes].</param>
    public void AddVjp(
        int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, ReadOnlySpan<double> cotangents, Span<double> stateCotangents, Span<double> actionCotangents)
    {
        Workspace workspace = _pool.Rent();
        T* layers = (T*)workspace.Pointer;
        T* adjoint = layers + _layers[^1];
        T* delta = adjoint + ((long)Block * _layout.MaxWidth);
        Span<double> features = workspace.Span.Slice(workspace.Span.Length - _features.Count - (2 * Block * Outputs), _features.Count);
        int inputWidth = _layout.Width(0);
        int outputWidth = _layout.Width(_layout.LayerCount);
        for (int first = 0; first < lanes; first += Block)
        {
            int rows = Math.Min(Block, lanes - first);
            WriteInputs(first, rows, lanes, states, actions, features, layers);
            foreach (PackedWeights<T> member in _members)
            {
                Forward(member, rows, layers);
                new Span<T>(adjoint, rows * outputWidth).Clear();
                for (int row = 0; row < rows; row++)
                {
                    for (int j = 0; j < Outputs; j++)
                    {
                        adjoint[(row * outputWidth) + j] = Element<T>.From(_output.Scale[j] / _members.Length * cotangents[(j * lanes) + first + row]);
                    }
                }

                for (int l = _layout.LayerCount - 1; l >= 0; l--)
                {
                    int width = _layout.Width(l + 1);
                    ActivationFunctions<T>.MultiplyByDerivative(_layout.Shape.ActivationOf(l), layers + _layers[l + 1], adjoint, delta, (long)rows * width);
                    MatrixProduct<T>.Multiply(rows, _layout.Size(l), _layout.Size(l + 1), delta, width, 1, member.Backward(l), adjoint, _layout.Width(l));
                }

                for (int row = 0; row < rows; row++)
                {
                    for (int i = 0; i < features.Length; i++)
                    {
                        features[i] = Element<T>.ToDouble(adjoint[(row * inputWidth) + i]) / _input.Scale[i];
                    }

                    _features.AddVjp(states, lanes, first + row, features, stateCotangents, actionCotangents);
                }
            }
        }

        _pool.Return(workspace);
        GC.KeepAlive(this);
    }

    private void WriteInputs(int first, int rows, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> features, T* layers)
    {
        int width = _layout.Width(0);
        new Span<T>(layers, rows * width).Clear();
        for (int row = 0; row < rows; row++)
        {
            _features.Write(states, actions, lanes, first + row, features);
            for (int i = 0; i < features.Length; i++)
            {
                layers[(row * width) + i] = Element<T>.From((features[i] - _input.Mean[i]) / _input.Scale[i]);
            }
        }
    }

    private T* Forward(PackedWeights<T> weights, int rows, T* layers)
    {
        for (int l = 0; l < _layout.LayerCount; l++)
        {
            int width = _layout.Width(l + 1);
            T* next = layers + _layers[l + 1];
            MatrixProduct<T>.Multiply(rows, _layout.Size(l + 1), _layout.Size(l), layers + _layers[l], _layout.Width(l), 1, weights.Forward(l), next, width, weights.Bias(l));
            ActivationFunctions<T>.Apply(_layout.Shape.ActivationOf(l), next, (long)rows * width);
        }

        return layers + _layers[_layout.LayerCount];
    }
}
