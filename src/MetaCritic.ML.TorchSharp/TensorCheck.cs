using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>Checks of tensors, before torch sees them.</summary>
internal static class TensorCheck
{
    /// <summary>Shape and type, as errors show them: <c>float32 [4, 2]</c>.</summary>
    public static string Describe(Tensor x) => $"{x.dtype.ToString().ToLowerInvariant()} [{string.Join(", ", x.shape.Select(n => n.ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>Whether a type is one that networks and dynamics compute in.</summary>
    public static bool IsReal(ScalarType type) => type is ScalarType.Float32 or ScalarType.Float64;

    /// <summary>Checks a matrix that the caller gave.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="columns">Columns that it must have.</param>
    /// <param name="place">What errors call it.</param>
    /// <param name="rows">Rows that it must have; null for any number from 1.</param>
    /// <exception cref="InvalidInputException">It is none of these.</exception>
    public static void Matrix(Tensor x, int columns, string place, long? rows = null)
    {
        if (x.IsInvalid)
        {
            throw new InvalidInputException(place, "the tensor is disposed of", "Keep it until the call ends");
        }

        if (!IsReal(x.dtype) || x.dim() != 2 || x.shape[1] != columns || x.shape[0] < 1 || (rows is { } n && x.shape[0] != n))
        {
            string wanted = rows is { } count ? count.ToString(CultureInfo.InvariantCulture) : "rows";
            throw new InvalidInputException(place, $"the tensor is {Describe(x)}", string.Create(CultureInfo.InvariantCulture, $"Give float32 or float64 [{wanted}, {columns}]"));
        }
    }

    /// <summary>Checks what code of the user's own gave back.</summary>
    /// <param name="x">The tensor; null if it gave none.</param>
    /// <param name="shape">The shape that it must have.</param>
    /// <param name="type">The type that it must have.</param>
    /// <param name="place">What gave it.</param>
    /// <exception cref="InvalidInputException">It has another.</exception>
    public static Tensor Result(Tensor? x, ReadOnlySpan<long> shape, ScalarType type, string place)
    {
        string wanted = $"Return {type.ToString().ToLowerInvariant()} [{string.Join(", ", shape.ToArray())}]";
        return x is null ? throw new InvalidInputException(place, "it returned null", wanted)
            : x.IsInvalid ? throw new InvalidInputException(place, "it returned a tensor that is disposed of", wanted)
            : x.dtype != type || !x.shape.AsSpan().SequenceEqual(shape) ? throw new InvalidInputException(place, $"it returned {Describe(x)}", wanted)
            : x;
    }
}
