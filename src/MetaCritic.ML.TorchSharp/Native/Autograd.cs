using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Native;

/// <summary>Gradients in a way that throws where torch's own <c>autograd.grad</c> ends the process.</summary>
internal static class Autograd
{
    /// <summary>Pulls cotangents back to leaves.</summary>
    /// <param name="outputs">What is differentiated.</param>
    /// <param name="cotangents">One for each output, of its shape; null for scalars.</param>
    /// <param name="leaves">With respect to what; leaves of the graph.</param>
    /// <param name="createGraph">Whether the gradients can be differentiated once more.</param>
    /// <returns>A gradient for each leaf; zeros for those that the outputs do not depend on.</returns>
    public static Tensor[] Gradient(Tensor[] outputs, Tensor[]? cotangents, Tensor[] leaves, bool createGraph = false)
    {
        if (!Array.Exists(outputs, output => output.requires_grad))
        {
            return Array.ConvertAll(leaves, leaf => zeros_like(leaf));
        }

        if (!Array.TrueForAll(outputs, output => output.requires_grad))
        {
            (outputs, cotangents) = ([.. outputs.Where(output => output.requires_grad)], cotangents is null ? null : [.. cotangents.Where((_, i) => outputs[i].requires_grad)]);
        }

        _ = BackwardGuard.Take();
        try
        {
            autograd.backward(outputs, cotangents, retain_graph: createGraph, create_graph: createGraph, inputs: leaves);
        }
        catch (ExternalException) when (BackwardGuard.Take() is { } thrown)
        {
            ExceptionDispatchInfo.Throw(thrown); // torch says only that there is no gradient
        }

        return Array.ConvertAll(leaves, leaf =>
        {
            Tensor? gradient = leaf.grad;
            leaf.grad = null; // with a graph it would close a circle
            return gradient ?? zeros_like(leaf);
        });
    }
}
