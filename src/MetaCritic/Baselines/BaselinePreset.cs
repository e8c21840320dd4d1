using MetaCritic.Tasks;

namespace MetaCritic.Baselines;

/// <summary>
/// Settings of the baselines for a built-in robot: networks, roll-outs and scales are those of its <see cref="TaskPreset"/>,
/// the rest was tuned on the training goals (docs/baselines.md says how).
/// </summary>
/// <param name="Task">Robot, dynamics and meta-training that the baselines are compared with.</param>
/// <param name="Ddpg">Settings of DDPG.</param>
/// <param name="MetaCritic">Settings of the online meta critic.</param>
public sealed record BaselinePreset(TaskPreset Task, DdpgOptions Ddpg, OnlineMetaCriticOptions MetaCritic)
{
    /// <summary>For <see cref="TaskPreset.TwoLink"/>.</summary>
    public static BaselinePreset TwoLink { get; } = Create(
        TaskPreset.TwoLink,
        SameAs(TaskPreset.TwoLink) with { Iterations = 300, RolloutsPerGoal = 4, PolicyLearningRate = 3e-4, TargetRate = 0.02, FittingLearningRate = 1e-3 });

    /// <summary>For <see cref="TaskPreset.Reacher"/>.</summary>
    public static BaselinePreset Reacher { get; } = Create(
        TaskPreset.Reacher,
        SameAs(TaskPreset.Reacher) with { Iterations = 300, ExplorationNoise = 1, PolicyLearningRate = 3e-4, TargetRate = 0.02, FittingLearningRate = 3e-3 });

    /// <summary>For <see cref="TaskPreset.Kuka"/>. The goal is an input too, as for its meta-learned critic: gravity acts on q, not on q − g.</summary>
    public static BaselinePreset Kuka { get; } = Create(
        TaskPreset.Kuka,
        SameAs(TaskPreset.Kuka) with
        {
            Iterations = 400,
            RolloutsPerGoal = 4,
            CriticInput = CriticInput.RelativeAndGoal,
            PolicyLearningRate = 1e-4,
            TargetRate = 0.05,
            FittingLearningRate = 1e-4,
        });

    /// <summary>All presets.</summary>
    public static IReadOnlyList<BaselinePreset> All { get; } = [TwoLink, Reacher, Kuka];

    // What a baseline shares with meta-training.
    private static DdpgOptions SameAs(TaskPreset task) => new()
    {
        Horizon = task.Training.Horizon,
        VelocityWeight = task.Training.VelocityWeight,
        CriticHidden = task.Training.CriticHidden,
        CriticActivation = task.Training.CriticActivation,
        PolicyHidden = task.Training.PolicyHidden,
        PolicyActivation = task.Training.PolicyActivation,
        PositionScale = task.Training.PositionScale,
        VelocityScale = task.Training.VelocityScale,
        ActionScale = task.Training.ActionScale,
    };

    private static BaselinePreset Create(TaskPreset task, DdpgOptions ddpg) => new(task, ddpg, new() { Ddpg = ddpg });
}
