using MetaCritic.Baselines;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Experiments;

/// <summary>The experiments with the 2-joint arm: training goals and critics.</summary>
internal static class ReacherTask
{
    /// <summary>Policy updates of meta-testing.</summary>
    public const int Steps = 100;

    /// <summary>The four training goals; those of examples/goals/reacher.csv.</summary>
    public static TrainingGoals Goals { get; } = new() { Goals = [[0.8, 0.8], [0.8, -0.8], [-0.8, 0.8], [-0.8, -0.8]] };

    /// <summary>The learned critic.</summary>
    public static CriticMethod Learned { get; } = new("learned critic", (context, seed, progress) => context.Critics.Train(
        "reacher", TaskPreset.Reacher.Robot, TaskPreset.Reacher.Dynamics, Goals, Options(context, seed), progress, context.CancellationToken));

    /// <summary>The learned critic with start positions drawn with each policy and a larger weight of velocities in the task loss.</summary>
    public static CriticMethod Staying { get; } = new("learned critic, staying", (context, seed, progress) => context.Critics.Train(
        "reacher-staying", TaskPreset.Reacher.Robot, TaskPreset.Reacher.Dynamics, Goals, Options(context, seed) with { StartSpread = 0.2, VelocityWeight = 0.2 }, progress, context.CancellationToken));

    /// <summary>The methods that the figures compare.</summary>
    public static IReadOnlyList<CriticMethod> Methods { get; } =
    [
        Learned,
        BaselineMethods.Ddpg(BaselinePreset.Reacher, TaskPreset.Reacher.Dynamics, Goals),
        BaselineMethods.MetaCritic(BaselinePreset.Reacher, TaskPreset.Reacher.Dynamics, Goals),
    ];

    /// <summary>Settings of meta-training: the preset's, shortened if little work is wanted.</summary>
    /// <param name="context">Effort.</param>
    /// <param name="seed">The seed.</param>
    public static MetaTrainingOptions Options(PaperContext context, int seed) => TaskPreset.Reacher.Training with
    {
        Seed = (ulong)seed,
        Threads = context.Threads,
        Iterations = context.Pick(TaskPreset.Reacher.Training.Iterations, 40),
        CriticHidden = context.Pick(TaskPreset.Reacher.Training.CriticHidden, [64, 64]),
    };
}
