using MetaCritic.Files;
using MetaCritic.Networks;

namespace MetaCritic.Models;

/// <summary>Parameters of networks and the moments of their optimisers as tensors of a file, without padding.</summary>
internal static unsafe class NetworkTensors
{
    /// <summary>A copy of padded parameters without their padding.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="padded">The parameters of one or more networks, one after the other.</param>
    /// <param name="rows">Number of networks.</param>
    public static float[] Export(MlpLayout layout, float* padded, int rows = 1)
    {
        int size = layout.Shape.ParameterCount;
        float[] flat = new float[checked(rows * size)];
        for (int i = 0; i < rows; i++)
        {
            layout.Export(padded + (i * layout.Length), flat.AsSpan(i * size, size));
        }

        return flat;
    }

    /// <summary>The way back from <see cref="Export"/>.</summary>
    public static void Import(MlpLayout layout, float[] flat, float* padded, int rows = 1)
    {
        int size = layout.Shape.ParameterCount;
        for (int i = 0; i < rows; i++)
        {
            layout.Import(flat.AsSpan(i * size, size), padded + (i * layout.Length));
        }
    }

    /// <summary>Adds the moments of an optimiser.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <param name="layout">The network.</param>
    /// <param name="adam">The optimiser.</param>
    public static void AddMoments(this TensorFile file, string prefix, MlpLayout layout, AdamOptimizer<float> adam)
    {
        int size = layout.Shape.ParameterCount;
        file.Add<float>(prefix + "adam.first", Export(layout, adam.First.Pointer), 1, size);
        file.Add<float>(prefix + "adam.second", Export(layout, adam.Second.Pointer), 1, size);
    }

    /// <summary>Reads what <see cref="AddMoments"/> wrote.</summary>
    /// <param name="file">The file.</param>
    /// <param name="source">What errors call it.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <param name="size">Number of the network's parameters.</param>
    /// <exception cref="InvalidInputException">They are missing, or no optimiser can have left them.</exception>
    public static (float[] First, float[] Second) GetMoments(this TensorFile file, string source, string prefix, int size)
    {
        float[] first = file.GetFinite(source, prefix + "adam.first", 1, size, "a first moment of the optimiser is not finite");
        float[] second = file.Get<float>(prefix + "adam.second", 1, size);
        Consistency.Require(second.All(value => value >= 0), source, "a second moment of the optimiser is negative or no number"); // squares may overflow
        return (first, second);
    }

    /// <summary>Sets an optimiser's moments.</summary>
    public static void Import(MlpLayout layout, (float[] First, float[] Second) moments, AdamOptimizer<float> adam)
    {
        Import(layout, moments.First, adam.First.Pointer);
        Import(layout, moments.Second, adam.Second.Pointer);
    }

    /// <summary>Reads numbers that must be finite.</summary>
    /// <param name="file">The file.</param>
    /// <param name="source">What errors call it.</param>
    /// <param name="name">The tensor.</param>
    /// <param name="rows">Its first dimension; −1 for any.</param>
    /// <param name="size">Its second dimension.</param>
    /// <param name="otherwise">What is wrong if one is not.</param>
    /// <exception cref="InvalidInputException">The tensor is missing, has another shape, or a number that is not finite.</exception>
    public static float[] GetFinite(this TensorFile file, string source, string name, long rows, long size, string otherwise)
    {
        float[] values = file.Get<float>(name, rows, size);
        Consistency.Require(values.All(float.IsFinite), source, otherwise);
        return values;
    }
}
