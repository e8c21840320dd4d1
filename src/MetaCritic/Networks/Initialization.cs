namespace MetaCritic.Networks;

/// <summary>Initial parameters: weights and biases uniform in ±1/√(inputs of the layer).</summary>
internal static unsafe class Initialization
{
    /// <summary>Fills padded parameters.</summary>
    public static void Uniform<T>(MlpLayout layout, KeyedRandom random, T* parameters)
        where T : unmanaged
    {
        for (int l = 0; l < layout.LayerCount; l++)
        {
            double bound = 1 / Math.Sqrt(layout.Size(l));
            for (int i = 0; i <= layout.Size(l); i++) // the last row is the biases
            {
                T* row = parameters + layout.WeightOffset(l) + ((long)i * layout.Width(l + 1));
                for (int j = 0; j < layout.Size(l + 1); j++)
                {
                    // Rounded to float in both precisions, so that both start from the same network.
                    row[j] = Element<T>.From((float)(bound * ((2 * random.NextDouble()) - 1)));
                }
            }
        }
    }
}
