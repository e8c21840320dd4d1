namespace MetaCritic.Tests.Dynamics;

/// <summary>Measures of difference.</summary>
internal static class Errors
{
    /// <summary>Largest absolute difference over largest absolute reference value; NaN if anything is.</summary>
    /// <param name="found">What was computed.</param>
    /// <param name="expected">The reference.</param>
    /// <param name="floor">Reference values that are smaller than this throughout count as this large.</param>
    public static double Relative(ReadOnlySpan<double> found, ReadOnlySpan<double> expected, double floor = 0)
    {
        Assert.AreEqual(expected.Length, found.Length);
        double difference = 0;
        double largest = floor;
        for (int i = 0; i < expected.Length; i++)
        {
            difference = Math.Max(difference, Math.Abs(found[i] - expected[i]));
            largest = Math.Max(largest, Math.Abs(expected[i]));
        }

        return difference == 0 ? 0 : difference / largest;
    }

    /// <summary>Fails unless the relative error is at most the bound; NaN fails.</summary>
    public static void AssertRelative(ReadOnlySpan<double> found, ReadOnlySpan<double> expected, double bound, string what, double floor = 0)
    {
        double error = Relative(found, expected, floor);
        Assert.IsTrue(error <= bound, $"{what}: relative error {error:e2}, allowed {bound:e2}");
    }

    /// <summary>Fails unless all bits agree.</summary>
    public static void AssertSameBits(ReadOnlySpan<double> found, ReadOnlySpan<double> expected, string what)
    {
        Assert.AreEqual(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(BitConverter.DoubleToInt64Bits(expected[i]), BitConverter.DoubleToInt64Bits(found[i]), $"{what}, component {i}");
        }
    }
}
