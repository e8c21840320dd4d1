using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tasks;

/// <summary>A built-in robot with settings that were found to work for it.</summary>
/// <param name="Name">Name, as the command line takes it.</param>
/// <param name="Robot">The robot.</param>
/// <param name="Dynamics">How its dynamics are stepped.</param>
/// <param name="Training">Settings of meta-training.</param>
/// <param name="Fitting">Settings of policy fitting.</param>
public sealed partial record TaskPreset(
    string Name, RobotModel Robot, RigidBodyOptions Dynamics, MetaTrainingOptions Training, PolicyLearnerOptions Fitting)
{
    /// <summary>
    /// The arm with two links of 1 m and 1 kg, in the horizontal plane. The elbow moves less mass than the shoulder and gets
    /// less torque.
    /// </summary>
    public static TaskPreset TwoLink { get; } = new(
        "two-link",
        RobotModel.TwoLink,
        new RigidBodyOptions { TimeStep = 0.05, ImplicitDamping = true, TorqueScale = [10, 2] },
        new MetaTrainingOptions { PolicyLearningRate = 0.01 },
        new PolicyLearnerOptions { Steps = 60 });

    /// <summary>The small arm of gym's reacher, with the inertia of its links only.</summary>
    public static TaskPreset Reacher { get; } = new(
        "reacher",
        RobotModel.Reacher,
        new RigidBodyOptions { TimeStep = 0.05, ImplicitDamping = true, TorqueScale = [0.1] },
        new MetaTrainingOptions(),
        new PolicyLearnerOptions());

    /// <summary>
    /// The seven joints of the Kuka iiwa 7. The torque of each joint is scaled to about 30 / diag(M⁻¹), so that a unit of
    /// action accelerates each joint alike.
    /// </summary>
    public static TaskPreset Kuka { get; } = new(
        "kuka",
        RobotModel.KukaIiwa7,
        new RigidBodyOptions
        {
            TimeStep = 0.01,
            JointDamping = false,
            VelocityLimits = true,
            TorqueScale = [6, 42, 2.4, 7.2, 0.66, 0.87, 0.078],
        },
        new MetaTrainingOptions
        {
            Iterations = 2000,
            Horizon = 65,
            PolicyLearningRate = 0.002,
            PoliciesPerGoal = 1,
            PolicyLifetime = 20,
            PolicyRestart = PolicyRestart.Random,
            TaskLossLimit = 1e6,
            RestartError = 5,
            TaskLoss = TaskLossKind.FinalState,
            VelocityWeight = 0,
            TaskGradientClip = 1,
            CriticGradientClip = 0,
            LearningRateSchedule = LearningRateSchedule.Cosine,
            CriticInput = CriticInput.RelativeAndGoal,
            VelocityScale = 1,
        },
        new PolicyLearnerOptions { Steps = 40 });

    /// <summary>All presets.</summary>
    public static IReadOnlyList<TaskPreset> All { get; } = [TwoLink, Reacher, Kuka];
}
