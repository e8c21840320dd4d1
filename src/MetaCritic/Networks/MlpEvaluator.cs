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

        GC.KeepAlive(this); // the weights are native memory that the finaliser frees
    }

    private void Evaluate(ReadOnlySpan<float> input, Span<float> output, Span<float> inputGradient, float* scratch)
    {
        int layers = _layout.LayerCount;
        float* h = scratch;
        input.CopyTo(new Span<float>(h, InputWidth));
        for (int l = 0; l < layers; l++)
        {
            float* next = h + _layout.Width(l);
            MatrixProduct<float>.Multiply(1, _layout.Size(l + 1), _layout.Size(l), h, 1, 1, _weights.Forward(l), next, _layout.Width(l + 1), _weights.Bias(l));
            ActivationFunctions<float>.Apply(_layout.Shape.ActivationOf(l), next, _layout.Width(l + 1));
            h = next;
        }

        new ReadOnlySpan<float>(h, _layout.Size(layers)).CopyTo(output);
        if (inputGradient.IsEmpty)
        {
            return;
        }

        float* adjoint = h + _layout.Width(layers);
        float* delta = adjoint + _layout.MaxWidth;
        new Span<float>(adjoint, _layout.Width(layers)).Clear();
        adjoint[0] = 1;
        for (int l = layers - 1; l >= 0; l--)
        {
            ActivationFunctions<float>.MultiplyByDerivative(_layout.Shape.ActivationOf(l), h, adjoint, delta, _layout.Width(l + 1));
            MatrixProduct<float>.Multiply(1, _layout.Size(l), _layout.Size(l + 1), delta, 1, 1, _weights.Backward(l), adjoint, _layout.Width(l));
            h -= _layout.Width(l);
        }

        new ReadOnlySpan<float>(adjoint, _layout.Size(0)).CopyTo(inputGradient);
    }
}
