using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>One action of a policy and one score of a critic.</summary>
internal static class CallRatios
{
    public static Table Measure(Effort effort)
    {
        CriticModel critic = FittingRatios.Critic();
        using PolicyLearner learner = new(critic, new() { Steps = 0, Threads = 1 });
        FittingTask task = FittingRatios.Tasks(1)[0];
        PolicyModel policy = learner.Fit([task])[0].Policy;
        double[] state = new double[critic.StateSize], action = new double[critic.ActionSize], goal = [.. task.Goal];
        float score = 0;
        Contender[] contenders =
        [
            new("an action, PolicyModel.Act", () => policy.Act(state, action)),
            new("a score, CriticModel.Score", () => score += critic.Score(state, action, goal)),
        ];
        Timing[] timings = Paired.Measure(effort, contenders);
        return new(
            "calls",
            "One row, one thread",
            [.. contenders.Zip(timings, (contender, timing) => new Row(contender.Name, [new("time", "ns", 1e9 * timing.Time), new("allocated", "bytes", Allocated(contender.Run))]))],
            []);
    }

    private static double Allocated(Action run)
    {
        const int Calls = 1000;
        long start = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Calls; i++)
        {
            run();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - start) / (double)Calls;
    }
}
