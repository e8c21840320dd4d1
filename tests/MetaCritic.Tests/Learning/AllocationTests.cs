using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Learning;

/// <summary>Loops allocate nothing in steady state.</summary>
[TestClass]
[DoNotParallelize]
public sealed class AllocationTests
{
    private static readonly double[][] Goals = GoalSampling.Uniform(7, 2, -1, 1, 1);

    // By all threads. The metrics that a meta-iteration returns are objects that remain. The least of several rounds counts: what
    // the runtime and other tests' threads allocate on a busy machine comes in some, what a meta-iteration allocates in all.
    [TestMethod]
    [DataRow(1, false)]
    [DataRow(2, false)]
    [DataRow(2, true)]
    public void AMetaIterationAllocatesLessThanAKibibyte(int threads, bool computed)
    {
        const int Iterations = 20, Rounds = 8;
        using MetaTrainer trainer = Trainer(threads, Iterations * (1 + Rounds), computed);
        Run(trainer, Iterations);
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least >= 1024; round++)
        {
            long start = GC.GetTotalAllocatedBytes(precise: true);
            Run(trainer, Iterations);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - start) / Iterations);
        }

        Assert.IsLessThan(1024, least);
    }

    // Two fits that differ in their steps only, and in the entries of the learning curve that belong to the result. Of each the least
    // of several rounds counts: what the runtime allocates when it compiles a method again comes in some, what a step allocates in all.
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AnInnerStepAllocatesNothing(bool computed)
    {
        const int Few = 10, Many = 50, Rounds = 4;
        using MetaTrainer trainer = Trainer(1, 1, computed);
        CriticModel critic = trainer.CreateCritic();
        FittingTask[] tasks = [.. Goals.Select(goal => new FittingTask { Goal = goal })];
        long difference = Least(Many) - Least(Few);
        long curves = 2 * sizeof(double) * (Many - Few) * tasks.Length; // the list that grows and the array made of it

        Assert.AreEqual(curves, difference);

        long Least(int steps) => Enumerable.Range(0, Rounds).Min(_ => Allocated(steps));

        long Allocated(int steps)
        {
            using PolicyLearner learner = new(critic, new() { Steps = steps, Threads = 1, Optimizer = computed ? OptimizerKind.Adam : OptimizerKind.Sgd });
            learner.Fit(tasks);
            long start = GC.GetAllocatedBytesForCurrentThread();
            learner.Fit(tasks);
            return GC.GetAllocatedBytesForCurrentThread() - start;
        }
    }

    // With the settings of the paper, or those computed from the robot: a speed loop, limits and a centred critic.
    private static MetaTrainer Trainer(int threads, int iterations, bool computed)
    {
        TaskPreset preset = computed ? TaskPreset.For(RobotModel.KukaIiwa7) : TaskPreset.Kuka;
        return new(
            RobotModel.KukaIiwa7,
            preset.Dynamics,
            new() { Goals = Goals },
            preset.Training with { Iterations = iterations, Horizon = 10, CriticHidden = [20, 20], Threads = threads });
    }

    private static void Run(MetaTrainer trainer, int iterations)
    {
        for (int i = 0; i < iterations; i++)
        {
            trainer.Step();
        }
    }
}
