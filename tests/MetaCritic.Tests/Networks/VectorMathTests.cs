using MetaCritic.Networks;

namespace MetaCritic.Tests.Networks;

[TestClass]
public sealed unsafe class VectorMathTests
{
    [TestMethod]
    [DataRow(Activation.Tanh)]
    [DataRow(Activation.Elu)]
    [DataRow(Activation.Softplus)]
    [DataRow(Activation.Relu)]
    public void ActivationsAreAccurate(Activation activation)
    {
        List<double> points = [0, -0.0, 1e-12, -1e-12, 1e-5, -1e-5, 30, -30, 87, -87, 800, -800, double.PositiveInfinity, double.NegativeInfinity];
        for (double x = -12; x <= 12; x += 0.0137)
        {
            points.Add(x);
        }

        double[] x64 = Padded(points);
        double[] y64 = [.. x64];
        fixed (double* p = y64)
        {
            ActivationFunctions<double>.Apply(activation, p, y64.Length);
        }

        float[] x32 = [.. x64.Select(x => (float)x)];
        float[] y32 = [.. x32];
        fixed (float* p = y32)
        {
            ActivationFunctions<float>.Apply(activation, p, y32.Length);
        }

        for (int i = 0; i < x64.Length; i++)
        {
            double expected = Reference(activation, x64[i]);
            Assert.AreEqual(expected, y64[i], Math.Max(Math.Abs(expected) * 1e-15, 1e-300), $"{activation}({x64[i]})");
            expected = Reference(activation, x32[i]);
            Assert.AreEqual(expected, y32[i], Math.Max(Math.Abs(expected) * 4e-7, 1e-37), $"{activation}({x32[i]}) in float");
        }
    }

    [TestMethod]
    [DataRow(Activation.Tanh)]
    [DataRow(Activation.Elu)]
    [DataRow(Activation.Softplus)]
    [DataRow(Activation.Relu)]
    [DataRow(Activation.Linear)]
    public void NaNStaysNaN(Activation activation)
    {
        double[] x = Padded([double.NaN, 1]);
        fixed (double* p = x)
        {
            ActivationFunctions<double>.Apply(activation, p, x.Length);
        }

        Assert.IsTrue(double.IsNaN(x[0]));
        Assert.IsFalse(double.IsNaN(x[1]));
    }

    private static double[] Padded(List<double> points)
    {
        double[] padded = new double[MatrixProduct<double>.Padded(points.Count)];
        points.CopyTo(padded);
        return padded;
    }

    private static double Reference(Activation activation, double x) => activation switch
    {
        Activation.Tanh => Math.Tanh(x),
        Activation.Elu => x > 0 ? x : Expm1(x),
        Activation.Softplus => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))),
        _ => Math.Max(x, 0),
    };

    // Kahan's correction keeps eˣ − 1 exact near 0.
    private static double Expm1(double x)
    {
        double u = Math.Exp(x);
        return u == 1 ? x : u < 0.4 ? u - 1 : (u - 1) * x / Math.Log(u);
    }
}
