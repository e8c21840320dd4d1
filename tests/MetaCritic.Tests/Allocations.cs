namespace MetaCritic.Tests;

/// <summary>Counts what a thread allocates.</summary>
internal static class Allocations
{
    private const int Rounds = 10;
    private const int Steps = 20;

    /// <summary>
    /// Bytes that 20 steps allocate on this thread once warm: the least of up to 10 rounds. Code that is compiled again on the way, which
    /// a busy machine puts off, may allocate in a round or two; a step that allocates does so in every round.
    /// </summary>
    public static long InSteadyState(Action step)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Steps; i++)
            {
                step();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
