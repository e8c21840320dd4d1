using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MetaCritic.Networks;

/// <summary>
/// One network, ready to be evaluated row by row from any number of threads, without allocation: intermediate values lie
/// on the stack. Same bits as in batches.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Belongs to immutable models that many threads share; the finaliser frees the memory.")]
internal sealed unsafe class MlpEvaluator
{
    private readonly MlpLayout _layout;
    private readonly PackedWeights<float> _weights;
    private readonly int _stack;

    public MlpEvaluator(MlpShape shape, ReadOnlySpan<float> parameters)
    {
        _layout = new(shape);
        _weights = new(_layout);
        using AlignedBuffer<float> padded = new(_layout.Length);
        _layout.Import(parameters, padded.Pointer);
        _weights.PackForward(padded.Pointer);
        _weights.PackBackward(padded.Pointer);
        for (int l = 0; l <= _layout.LayerCount; l++)
        {
            _stack += _layout.Width(l);
        }

        _stack += 2 * _layout.MaxWidth;
    }

    /// <summary>Padded width of the input.</summary>
    public int InputWidth => _layout.Width(0);

    /// <summary>The outputs for one input.</summary>
    /// <param name="input">Input, padded with zeros to <see cref="InputWidth"/>.</param>
    /// <param name="output">Receives the outputs.</param>
    /// <param name="inputGradient">Receives the gradient of the first output with respect to the inputs, [inputs]; empty if not wanted.</param>
    [SkipLocalsInit]
    public void Evaluate(ReadOnlySpan<float> input, Span<float> output, Span<float> inputGradient)
    {
        // Networks beyond this are evaluated on the heap.
        const int StackLimit = 16 * 1024;
        if (_stack <= StackLimit)
        {
            float* scratch = stackalloc float[_stack];
            Evaluate(input, output, inputGradient, scratch);
        }
        else
        {
            using AlignedBuffer<float> scratch = new(_stack);
            Evaluate(input, output, inputGradient, scratch.Pointer);
        }
    }

    /// <summary>Floats of scratch memory that <see cref="Evaluate(int, float*, bool, out float*, out float*)"/> needs.</summary>
    public int ScratchLength(int rows) => checked(rows * _stack);

    /// <summary>The outputs for several inputs.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="scratch">
    /// Scratch memory, [<see cref="ScratchLength"/>], aligned to 64 bytes. The inputs, padded with zeros, stand at its beginning, <see cref="InputWidth"/> apart.
    /// </param>
    /// <param name="gradient">Whether the gradients are wanted.</param>
    /// <param name="outputs">The outputs, in the scratch memory, rows at the output's padded width.</param>
    /// <param name="inputGradients">The gradients of each row's first output with respect to its inputs, rows <see cref="InputWidth"/> apart; null if not wanted.</param>
    public void Evaluate(int rows, float* scratch, bool gradient, out float* outputs, out float* inputGradients)
    {
        int layers = _layout.LayerCount;
        float* h = scratch;
        for (int l = 0; l < layers; l++)
        {
            float* next = h + (rows * _layout.Width(l));
            MatrixProduct<float>.Multiply(
                rows, _layout.Size(l + 1), _layout.Size(l), h, _layout.Width(l), 1, _weights.Forward(l), next, _layout.Width(l + 1), _weights.Bias(l));
            ActivationFunctions<float>.Apply(_layout.Shape.ActivationOf(l), next, rows * _layout.Width(l + 1));
            h = next;
        }

        outputs = h;
        inputGradients = null;
        if (gradient)
        {
            int outputWidth = _layout.Width(layers);
            float* adjoint = h + (rows * outputWidth);
            float* delta = adjoint + (rows * _layout.MaxWidth);
            new Span<float>(adjoint, rows * outputWidth).Clear();
            for (int row = 0; row < rows; row++)
            {
                adjoint[row * outputWidth] = 1;
            }

            for (int l = layers - 1; l >= 0; l--)
            {
                ActivationFunctions<float>.MultiplyByDerivative(_layout.Shape.ActivationOf(l), h, adjoint, delta, rows * _layout.Width(l + 1));
                MatrixProduct<float>.Multiply(rows, _layout.Size(l), _layout.Size(l + 1), delta, _layout.Width(l + 1), 1, _weights.Backward(l), adjoint, _layout.Width(l));
                h -= rows * _layout.Width(l);
            }

            inputGradients = adjoint;
        }

        GC.KeepAlive(this); // the weights are native memory that the finaliser frees
    }

    private void Evaluate(ReadOnlySpan<float> input, Span<float> output, Span<float> inputGradient, float* scratch)
    {
        input.CopyTo(new Span<float>(scratch, InputWidth));
        Evaluate(1, scratch, !inputGradient.IsEmpty, out float* outputs, out float* inputGradients);
        new ReadOnlySpan<float>(outputs, _layout.Size(_layout.LayerCount)).CopyTo(output);
        if (!inputGradient.IsEmpty)
        {
            new ReadOnlySpan<float>(inputGradients, _layout.Size(0)).CopyTo(inputGradient);
        }
    }
}
