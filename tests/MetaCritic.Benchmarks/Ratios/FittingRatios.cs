using System.Globalization;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>Policy fitting as the table of goals grows.</summary>
internal static class FittingRatios
{
    private const int Horizon = 50;
    private const int Steps = 4;
    private const double Megabyte = 1 << 20;

    public static Table Measure(Effort effort)
    {
        CriticModel critic = Critic();
        List<Row> rows = [];
        using PolicyLearner learner = new(critic, new() { Steps = Steps, Horizon = Horizon, Threads = 1 });
        learner.Fit(Tasks(effort.IsQuick ? 1 : 100)); // compiled, and blocks allocated once
        foreach (int goals in effort.IsQuick ? (int[])[1, 3] : [1, 10, 100, 1000, 10_000])
        {
            FittingTask[] tasks = Tasks(goals);
            long managed = GC.GetTotalMemory(forceFullCollection: true);
            using MemoryWatch watch = new();
            double start = effort.Now();
            IReadOnlyList<PolicyFit> fits = learner.Fit(tasks);
            double seconds = effort.Now() - start;
            double peak = watch.Growth;
            double output = GC.GetTotalMemory(forceFullCollection: true) - managed;
            GC.KeepAlive(fits);
            rows.Add(new(
                string.Create(CultureInfo.InvariantCulture, $"{goals} goal{(goals == 1 ? "" : "s")}"),
                [
                    new("goals", "1/s", goals / seconds),
                    new("policy updates", "1/s", goals * Steps / seconds),
                    new("per goal", "ms", 1e3 * seconds / goals),
                    new("peak memory", "MiB", peak / Megabyte),
                    new("of it output", "MiB", output / Megabyte),
                ]));
        }

        return new(
            "fitting",
            string.Create(CultureInfo.InvariantCulture, $"Policy fitting on the Kuka iiwa 7, one thread: {Steps} updates, roll-outs of {Horizon} steps"),
            rows,
            [
                "An update: a roll-out, the critic's gradient, and the step of the policy; a last roll-out per goal is included.",
                "Peak memory: growth of the process's resident memory while fitting, sampled every millisecond; blocks of 64 goals are fitted together.",
            ]);
    }

    public static CriticModel Critic()
    {
        using MetaTrainer trainer = KukaTask.Trainer(4, Horizon, 1);
        return trainer.CreateCritic();
    }

    public static FittingTask[] Tasks(int count) => [.. KukaTask.Goals(count).Select(goal => new FittingTask { Goal = goal })];
}
