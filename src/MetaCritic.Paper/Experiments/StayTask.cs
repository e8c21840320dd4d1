using MetaCritic.Dynamics;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Experiments;

/// <summary>A way of making policies that reach a goal and, perhaps, stay there.</summary>
/// <param name="Robot">The preset of the robot.</param>
/// <param name="Way">What tables and figures call the way.</param>
/// <param name="Critic">How the critic is learned.</param>
/// <param name="Dynamics">How the robot is stepped.</param>
/// <param name="Horizon">Control steps of meta-training, T.</param>
/// <param name="Goals">The training goals.</param>
/// <param name="Fitting">How policies are fitted.</param>
internal sealed record StayTask(TaskPreset Robot, string Way, CriticMethod Critic, RigidBodyOptions Dynamics, int Horizon, TrainingGoals Goals, PolicyLearnerOptions Fitting)
{
    /// <summary>The last step of the roll-outs that policies are fitted on.</summary>
    public int End => (Fitting.Horizon ?? Horizon) - 1;

    /// <summary>The ways that are compared: for each robot as in the other items, and a way that stays.</summary>
    public static IReadOnlyList<StayTask> All { get; } = [Reaching(TaskPreset.Reacher), Staying(TaskPreset.Reacher), Reaching(TaskPreset.Kuka), Staying(TaskPreset.Kuka)];

    private static StayTask Reaching(TaskPreset preset) => preset == TaskPreset.Kuka
        ? new(preset, "reaching", KukaTask.Compensated, KukaTask.Dynamics(compensated: true), preset.Training.Horizon, KukaTask.Goals, new() { Steps = KukaTask.Steps })
        : new(preset, "reaching", ReacherTask.Learned, preset.Dynamics, preset.Training.Horizon, ReacherTask.Goals, new() { Steps = ReacherTask.Steps });

    // Roll-outs of fitting are twice as long as those of meta-training; the step is half as long, since twice as many terms are summed.
    private static StayTask Staying(TaskPreset preset)
    {
        PolicyLearnerOptions fitting = new() { Horizon = 2 * preset.Training.Horizon, LearningRate = preset.Training.PolicyLearningRate / 2 };
        return preset == TaskPreset.Kuka
            ? new(preset, "staying", KukaTask.Staying, KukaTask.BeyondDynamics, preset.Training.Horizon, KukaTask.Goals, fitting with { Steps = 250 })
            : new(preset, "staying", ReacherTask.Staying, preset.Dynamics, preset.Training.Horizon, ReacherTask.Goals, fitting with { Steps = ReacherTask.Steps });
    }
}
