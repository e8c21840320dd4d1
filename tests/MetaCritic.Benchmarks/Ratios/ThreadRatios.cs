using System.Globalization;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>Two threads against one.</summary>
internal static class ThreadRatios
{
    public static Table Measure(Effort effort)
    {
        List<Row> rows = [];
        using WorkerTeam team = new(2);
        Action<int> peak = _ => Peak.Run();
        rows.Add(Compare(effort, "peak: multiply-adds on registers", new("1", Peak.Run), new("2", () => team.Run(2, peak)), 2));

        foreach (ProductShape shape in (ProductShape[])[new("", 800, 400, 400), new("weights: ", 400, 800, 400, true)])
        {
            using ProductOperands x = new(shape);
            int half = shape.M / 2;
            Action<int> part = block => x.Multiply(block * half, half);
            rows.Add(Compare(effort, "product " + shape.Name, new("1", x.Multiply), new("2", () => team.Run(2, part)), 1));
        }

        foreach (int rollouts in effort.IsQuick ? (int[])[2] : [4, 16, 64])
        {
            using MetaTrainer one = KukaTask.Trainer(rollouts, 50, 1), two = KukaTask.Trainer(rollouts, 50, 2);
            rows.Add(Compare(
                effort,
                string.Create(CultureInfo.InvariantCulture, $"meta-iteration, B = {rollouts}, T = 50"),
                new("1", () => one.Step()),
                new("2", () => two.Step()),
                1));
        }

        CriticModel critic = FittingRatios.Critic();
        FittingTask[] tasks = FittingRatios.Tasks(effort.IsQuick ? 2 : 64);
        using PolicyLearner single = new(critic, new() { Steps = 4, Threads = 1 }), both = new(critic, new() { Steps = 4, Threads = 2 });
        rows.Add(Compare(
            effort,
            string.Create(CultureInfo.InvariantCulture, $"fitting, {tasks.Length} goals, 4 updates"),
            new("1", () => single.Fit(tasks)),
            new("2", () => both.Fit(tasks)),
            1));
        return new("threads", "Two threads against one", rows, ["2 / 1: work done per time, as a multiple. The machine's own limit is the first row."]);
    }

    // Work per time with two threads, as a multiple of that with one.
    private static Row Compare(Effort effort, string name, Contender one, Contender two, double work)
    {
        Timing[] timings = Paired.Measure(effort, one, two);
        return new(name, [new("1 thread", "ms", 1e3 * timings[0].Time), new("2 threads", "ms", 1e3 * timings[1].Time), new("2 / 1", "", work * timings[0].Over(timings[1]))]);
    }
}
