using MetaCritic.Networks;

namespace MetaCritic.Baselines;

/// <summary>
/// The sum of two networks of the same inputs, number of layers and activations as one network: hidden layers stand side by
/// side, without weights between them, and the linear outputs are added.
/// </summary>
internal static class NetworkSum
{
    /// <summary>Joins two networks.</summary>
    /// <param name="a">Shape of the first; its output is linear.</param>
    /// <param name="aParameters">Its parameters, layout of <see cref="MlpShape"/>.</param>
    /// <param name="b">Shape of the second.</param>
    /// <param name="bParameters">Its parameters.</param>
    /// <param name="shape">Receives the shape of the sum.</param>
    /// <returns>The parameters of the sum.</returns>
    public static float[] Of(MlpShape a, ReadOnlySpan<float> aParameters, MlpShape b, ReadOnlySpan<float> bParameters, out MlpShape shape)
    {
        int[] sizes = [.. a.Sizes.Zip(b.Sizes, (m, n) => m + n)];
        sizes[0] = a.InputSize;
        sizes[^1] = a.OutputSize;
        shape = new(sizes, a.Hidden);
        float[] sum = new float[shape.ParameterCount];
        for (int l = 0; l < shape.LayerCount; l++)
        {
            bool first = l == 0;
            bool last = l == shape.LayerCount - 1;
            Add(a, aParameters, shape, l, 0, 0, sum);
            Add(b, bParameters, shape, l, first ? 0 : a.Sizes[l], last ? 0 : a.Sizes[l + 1], sum);
        }

        return sum;
    }

    // Adds a layer's weights at (row, column) of the sum's, and its biases.
    private static void Add(MlpShape part, ReadOnlySpan<float> parameters, MlpShape shape, int layer, int row, int column, Span<float> sum)
    {
        int width = part.Sizes[layer + 1];
        for (int i = 0; i <= part.Sizes[layer]; i++) // the last row is the biases
        {
            int target = i < part.Sizes[layer]
                ? shape.WeightOffset(layer) + ((row + i) * shape.Sizes[layer + 1])
                : shape.BiasOffset(layer);
            for (int j = 0; j < width; j++)
            {
                sum[target + column + j] += parameters[part.WeightOffset(layer) + (i * width) + j];
            }
        }
    }
}
