using MetaCritic.Dynamics.Lanes;

namespace MetaCritic.Tests.Dynamics;

/// <summary>Sine and cosine of lanes.</summary>
[TestClass]
public sealed unsafe class LaneMathTests
{
    [TestMethod]
    [DataRow(0.8, 200_000)]
    [DataRow(7.0, 200_000)]
    [DataRow(1000.0, 200_000)]
    [DataRow(1e5, 200_000)]
    [DataRow(1e-8, 1_000)]
    [DataRow(1e-300, 1_000)]
    public void Error_is_below_two_units_in_the_last_place(double range, int count)
    {
        double[] angles = TestRobots.Numbers(new(1), count, range);
        (double[] sines, double[] cosines) = Compute<Lane8>(angles);
        AssertClose(angles, sines, cosines);
    }

    [TestMethod]
    public void Error_is_below_two_units_beside_multiples_of_a_quarter_turn()
    {
        List<double> angles = [0, -0.0, double.Epsilon];
        for (int k = 1; k <= 63661; k += k < 1000 ? 1 : 97)
        {
            double multiple = k * (Math.PI / 2);
            angles.AddRange([multiple, -multiple, Math.BitIncrement(multiple), Math.BitDecrement(multiple), multiple / 2]);
        }

        (double[] sines, double[] cosines) = Compute<Lane8>([.. angles]);
        AssertClose([.. angles], sines, cosines);
    }

    [TestMethod]
    public void Angles_too_large_to_reduce_are_those_of_the_library()
    {
        double[] angles = [1.0000001e5, -123456.789, 1e9, -1e22, 1e300, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        (double[] sines, double[] cosines) = Compute<Lane8>(angles);
        for (int i = 0; i < angles.Length; i++)
        {
            (double s, double c) = Math.SinCos(angles[i]);
            Assert.AreEqual(s, sines[i]);
            Assert.AreEqual(c, cosines[i]);
        }
    }

    [TestMethod]
    public void Every_width_gives_the_same_bits_whatever_the_neighbours()
    {
        double[] angles = TestRobots.Numbers(new(2), 4096, 50);
        for (int i = 0; i < angles.Length; i += 5)
        {
            angles[i] *= 1e5;
        }

        angles[17] = double.NaN;
        angles[18] = double.PositiveInfinity;
        (double[] sines, double[] cosines) = Compute<Lane1>(angles);
        foreach ((double[] s, double[] c) in new[] { Compute<Lane2>(angles), Compute<Lane4>(angles), Compute<Lane8>(angles) })
        {
            Errors.AssertSameBits(s, sines, "sine");
            Errors.AssertSameBits(c, cosines, "cosine");
        }
    }

    private static void AssertClose(double[] angles, double[] sines, double[] cosines)
    {
        for (int i = 0; i < angles.Length; i++)
        {
            (double s, double c) = Math.SinCos(angles[i]);

            // The library is within one unit itself.
            Assert.IsTrue(Math.Abs(sines[i] - s) <= 2 * Unit(s), $"sin {angles[i]:R} is {sines[i]:R}, not {s:R}");
            Assert.IsTrue(Math.Abs(cosines[i] - c) <= 2 * Unit(c), $"cos {angles[i]:R} is {cosines[i]:R}, not {c:R}");
        }
    }

    private static double Unit(double x) => Math.BitIncrement(Math.Abs(x)) - Math.Abs(x);

    private static (double[] Sines, double[] Cosines) Compute<T>(double[] angles)
        where T : unmanaged, ILane<T>
    {
        int padded = (angles.Length + T.Width - 1) / T.Width * T.Width;
        double[] x = new double[padded];
        angles.CopyTo(x, 0);
        double[] sines = new double[padded];
        double[] cosines = new double[padded];
        fixed (double* a = x, s = sines, c = cosines)
        {
            for (int i = 0; i < padded; i += T.Width)
            {
                LaneMath.SinCos(T.Load(a + i), out T sin, out T cos);
                T.Store(sin, s + i);
                T.Store(cos, c + i);
            }
        }

        return (sines[..angles.Length], cosines[..angles.Length]);
    }
}
