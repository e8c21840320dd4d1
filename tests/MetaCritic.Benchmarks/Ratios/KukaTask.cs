using MetaCritic.Learning;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>Meta-training and fitting on the Kuka iiwa 7 as the preset has them, for numbers of roll-outs and steps.</summary>
internal static class KukaTask
{
    private const int Joints = 7;

    public static MetaTrainer Trainer(int rollouts, int horizon, int threads, int iterations = 1_000_000)
    {
        TaskPreset preset = TaskPreset.Kuka;
        MetaTrainingOptions options = preset.Training with { Iterations = iterations, Horizon = horizon, Threads = threads, PoliciesPerGoal = 1 };
        return new(RobotModel.KukaIiwa7, preset.Dynamics, new() { Goals = Goals(rollouts) }, options);
    }

    public static double[][] Goals(int count) => GoalSampling.Uniform(Joints, count, -1, 1, 1);
}
