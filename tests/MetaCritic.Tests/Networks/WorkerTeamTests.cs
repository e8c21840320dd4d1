using MetaCritic.Networks;

namespace MetaCritic.Tests.Networks;

[TestClass]
public sealed class WorkerTeamTests
{
    // Runs that follow at once, and runs that find the threads asleep.
    [TestMethod]
    [DataRow(1, 5)]
    [DataRow(2, 2)]
    [DataRow(3, 7)]
    [DataRow(9, 4)]
    public void EveryBlockRunsOncePerRun(int threads, int blocks)
    {
        using WorkerTeam team = new(threads);
        int[] counts = new int[blocks];
        Action<int> body = block => Interlocked.Increment(ref counts[block]);
        const int Runs = 2000;
        for (int run = 0; run < Runs; run++)
        {
            if (run % 400 == 0)
            {
                Thread.Sleep(2);
            }

            team.Run(blocks, body);
            Assert.IsTrue(counts.All(count => count == run + 1), $"after run {run}: {string.Join(' ', counts)}");
        }
    }

    [TestMethod]
    public void TheFirstFailureIsRethrownAndTheTeamGoesOn()
    {
        using WorkerTeam team = new(3);
        for (int run = 0; run < 100; run++)
        {
            InvalidOperationException failure = Assert.ThrowsExactly<InvalidOperationException>(() => team.Run(20, block => throw new InvalidOperationException("block")));
            Assert.AreEqual("block", failure.Message);
            int done = 0;
            team.Run(20, _ => Interlocked.Increment(ref done));
            Assert.AreEqual(20, done);
        }
    }

    [TestMethod]
    public void NothingRunsAfterTheEnd()
    {
        WorkerTeam team = new(2);
        team.Dispose();
        team.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => team.Run(1, _ => { }));
    }
}
