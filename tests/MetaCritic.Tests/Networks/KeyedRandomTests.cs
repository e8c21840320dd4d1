using MathNet.Numerics.Statistics;
using MetaCritic.Networks;

namespace MetaCritic.Tests.Networks;

[TestClass]
public sealed class KeyedRandomTests
{
    private const int Draws = 100_000;

    [TestMethod]
    public void Uniform_numbers_fill_the_unit_interval()
    {
        KeyedRandom random = KeyedRandom.Create(1, 2);
        double[] x = [.. Enumerable.Range(0, Draws).Select(_ => random.NextDouble())];
        Assert.IsTrue(x.All(u => u is >= 0 and < 1));
        Assert.AreEqual(0.5, x.Mean(), 5 * Math.Sqrt(1.0 / 12 / Draws));
        Assert.AreEqual(1.0 / 12, x.Variance(), 0.002);
    }

    [TestMethod]
    public void Normal_numbers_have_mean_0_and_variance_1()
    {
        KeyedRandom random = KeyedRandom.Create(3);
        double[] x = [.. Enumerable.Range(0, Draws).Select(_ => random.NextNormal())];
        Assert.AreEqual(0, x.Mean(), 5 / Math.Sqrt(Draws));
        Assert.AreEqual(1, x.Variance(), 5 * Math.Sqrt(2.0 / Draws));
        Assert.AreEqual(0.6827, x.Count(z => Math.Abs(z) < 1) / (double)Draws, 0.01);
    }

    [TestMethod]
    public void Every_key_gives_a_stream_of_its_own()
    {
        ulong First(params ulong[] keys) => KeyedRandom.Create(keys).NextBits();
        ulong[] firsts = [First(1, 2, 3), First(3, 2, 1), First(1, 2), First(2, 3), First(0, 2, 3), First(1, 0, 3), First(1, 2, 0), First()];
        Assert.HasCount(firsts.Length, firsts.Distinct());
        Assert.AreEqual(firsts[0], First(1, 2, 3));
    }

    [TestMethod]
    public void Minus_zero_is_the_same_key_as_zero()
    {
        Assert.AreEqual(KeyedRandom.Hash([0, 1]), KeyedRandom.Hash([-0.0, 1]));
        Assert.AreNotEqual(KeyedRandom.Hash([0, 1]), KeyedRandom.Hash([1, 0]));
        Assert.AreNotEqual(KeyedRandom.Hash([0]), KeyedRandom.Hash([0, 0]));
    }
}
