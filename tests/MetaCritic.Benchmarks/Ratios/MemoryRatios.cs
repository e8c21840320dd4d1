using System.Globalization;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>Allocation in steady state, and peak memory against the number of rows.</summary>
internal static class MemoryRatios
{
    private const double Megabyte = 1 << 20;

    public static IEnumerable<Table> Measure(Effort effort)
    {
        List<Row> rows = [];
        foreach ((int rollouts, int horizon) in effort.IsQuick ? (IEnumerable<(int, int)>)[(2, 5)] : [(4, 50), (16, 50), (64, 50), (64, 200)])
        {
            MemoryWatch watch = new();
            using MetaTrainer trainer = KukaTask.Trainer(rollouts, horizon, 1, 1000);
            trainer.Step();
            double peak = watch.Growth;
            watch.Dispose(); // its thread allocates
            rows.Add(new(
                string.Create(CultureInfo.InvariantCulture, $"B = {rollouts}, T = {horizon}"),
                [
                    new("allocated per meta-iteration", "bytes", AllocatedPerIteration(trainer, 20)),
                    new("peak memory", "MiB", peak / Megabyte),
                    new("per row", "KiB", peak / 1024 / (rollouts * horizon)),
                ]));
        }

        yield return new(
            "memory",
            "Memory of meta-training on the Kuka iiwa 7",
            rows,
            ["Allocated: on the managed heap by all threads, in steady state. Peak memory: growth of the process's resident memory from before the trainer is made; what earlier tables left is used first, so take this table alone for it."]);
        yield return new(
            "memory",
            "Memory of policy fitting",
            [new("an inner step", [new("allocated", "bytes", AllocatedPerInnerStep())])],
            ["The difference between fits of 60 and of 20 inner steps, by the 40 steps between, less the 8 bytes that each adds to the learning curve, its result."]);
    }

    /// <summary>Bytes that a meta-iteration in steady state allocates, on all threads.</summary>
    public static double AllocatedPerIteration(MetaTrainer trainer, int iterations)
    {
        trainer.Step();
        long start = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < iterations; i++)
        {
            trainer.Step();
        }

        return (GC.GetTotalAllocatedBytes(precise: true) - start) / (double)iterations;
    }

    /// <summary>Bytes that an inner step of policy fitting allocates, without its entry in the learning curve.</summary>
    public static double AllocatedPerInnerStep()
    {
        CriticModel critic = FittingRatios.Critic();
        FittingTask[] tasks = FittingRatios.Tasks(1);
        long few = Allocated(20), many = Allocated(60);
        const int CurveBytes = 2 * sizeof(double); // the list and the array made of it
        return ((many - few) / 40.0) - CurveBytes;

        long Allocated(int steps)
        {
            using PolicyLearner learner = new(critic, new() { Steps = steps, Horizon = 5, Threads = 1 });
            learner.Fit(tasks);
            long start = GC.GetAllocatedBytesForCurrentThread();
            learner.Fit(tasks);
            return GC.GetAllocatedBytesForCurrentThread() - start;
        }
    }
}
