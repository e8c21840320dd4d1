namespace MetaCritic.Dynamics;

/// <summary>Mean and standard deviation of each column: (x − mean) / scale is what networks see.</summary>
/// <param name="Mean">Means.</param>
/// <param name="Scale">Standard deviations; of a column that does not vary 1 where it is read, 0 where it is predicted.</param>
internal sealed record Normalization(double[] Mean, double[] Scale)
{
    /// <summary>Of the given rows of a matrix.</summary>
    /// <param name="matrix">[rows × width].</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="rows">Which rows count.</param>
    /// <param name="constant">The scale of a column that does not vary.</param>
    public static Normalization Of(double[] matrix, int width, ReadOnlySpan<int> rows, double constant)
    {
        double[] mean = new double[width];
        double[] scale = new double[width];
        for (int j = 0; j < width; j++)
        {
            double sum = 0;
            foreach (int row in rows)
            {
                sum += matrix[(row * width) + j];
            }

            mean[j] = sum / rows.Length;
            double squares = 0;
            foreach (int row in rows)
            {
                double difference = matrix[(row * width) + j] - mean[j];
                squares += difference * difference;
            }

            double deviation = Math.Sqrt(squares / rows.Length);
            scale[j] = deviation > 1e-12 * Math.Max(1, Math.Abs(mean[j])) ? deviation : constant;
        }

        return new(mean, scale);
    }
}
