using MetaCritic.Networks;

namespace MetaCritic.Tests.Networks;

[TestClass]
public sealed unsafe class AdamTests
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8, Eta = 0.01, Scale = 0.5;

    [TestMethod]
    public void Steps_are_those_of_the_published_algorithm()
    {
        using AdamOptimizer<double> adam = new(16);
        using AlignedBuffer<double> theta = new(16), gradient = new(16);
        double[] expected = new double[16], m = new double[16], v = new double[16];
        for (int i = 0; i < 16; i++)
        {
            theta.Pointer[i] = expected[i] = i - 8;
        }

        for (int t = 1; t <= 5; t++)
        {
            for (int i = 0; i < 16; i++)
            {
                double g = gradient.Pointer[i] = Math.Sin(t + i) * Math.Pow(10, i - 8);
                g *= Scale;

                // Kingma and Ba 2015, Algorithm 1.
                m[i] = (Beta1 * m[i]) + ((1 - Beta1) * g);
                v[i] = (Beta2 * v[i]) + ((1 - Beta2) * g * g);
                expected[i] -= Eta * (m[i] / (1 - Math.Pow(Beta1, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(Beta2, t))) + Epsilon);
            }

            adam.Step(gradient.Pointer, Scale, Eta, theta.Pointer);
            for (int i = 0; i < 16; i++)
            {
                Assert.AreEqual(expected[i], theta.Pointer[i], 1e-13 * Math.Abs(expected[i]), $"step {t}, parameter {i}");
            }
        }

        Assert.AreEqual(5, adam.Steps);
    }

    [TestMethod]
    public void Norms_are_summed_in_the_order_they_always_were()
    {
        // 1 + (2⁻⁵³ + 2⁻⁵³) is more than 1; (1 + 2⁻⁵³) + 2⁻⁵³ is 1.
        double half = Math.Sqrt(Math.ScaleB(1, -53));
        using AlignedBuffer<double> x = new(16);
        x.Pointer[0] = 1;
        x.Pointer[2] = x.Pointer[3] = half;
        Assert.AreEqual(1 + ((half * half) + (half * half)), VectorLoops<double>.SquaredNorm(x.Pointer, 16));
        Assert.AreNotEqual(1, VectorLoops<double>.SquaredNorm(x.Pointer, 16));
    }
}
