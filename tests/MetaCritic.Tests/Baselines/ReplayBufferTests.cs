using MetaCritic.Baselines;
using MetaCritic.Networks;

namespace MetaCritic.Tests.Baselines;

[TestClass]
public sealed unsafe class ReplayBufferTests
{
    [TestMethod]
    [DataRow(5, 3)]
    [DataRow(5, 5)]
    [DataRow(5, 13)]
    [DataRow(40_000, 40_000)] // several pages
    [DataRow(40_000, 90_001)]
    public void ItHoldsTheLatestRows(int capacity, int added)
    {
        using ReplayBuffer replay = new(capacity, 3);
        for (int i = 0; i < added; i++)
        {
            new ReadOnlySpan<float>([i, i + 0.5f, -i]).CopyTo(new Span<float>(replay.Add(), 3));
        }

        Assert.AreEqual(Math.Min(capacity, added), replay.Count);
        List<float> first = [];
        for (int i = 0; i < replay.Count; i++)
        {
            float* row = replay.Row(i);
            Assert.AreEqual(row[0] + 0.5f, row[1]);
            Assert.AreEqual(-row[0], row[2]);
            first.Add(row[0]);
        }

        first.Sort();
        CollectionAssert.AreEqual(Enumerable.Range(added - replay.Count, replay.Count).Select(i => (float)i).ToArray(), first);
    }

    [TestMethod]
    public void EveryRowIsDrawnEquallyOften()
    {
        const int Rows = 8;
        const int Draws = 80_000;
        using ReplayBuffer replay = new(100, 1);
        for (int i = 0; i < Rows; i++)
        {
            replay.Add()[0] = i;
        }

        KeyedRandom random = KeyedRandom.Create(3);
        int[] counts = new int[Rows];
        for (int i = 0; i < Draws; i++)
        {
            counts[(int)replay.Draw(ref random)[0]]++;
        }

        // Five standard deviations of a binomial count.
        double expected = (double)Draws / Rows;
        Assert.IsTrue(counts.All(count => Math.Abs(count - expected) < 5 * Math.Sqrt(expected)), string.Join(" ", counts));
    }
}
