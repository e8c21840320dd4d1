using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics.Learned;

/// <summary>Small logs of transitions, and dynamics learned from them.</summary>
internal static class Logs
{
    public static RigidBodyOptions Stepping { get; } = new() { TimeStep = 0.05, ImplicitDamping = true, TorqueScale = [0.1] };

    public static RobotModel WrongArm { get; } = RobotModel.Reacher.With([new("arm1.mass_scale", 1.3), new("shoulder.damping", 0)]);

    public static DynamicsLearnerOptions Quick { get; } = new() { Members = 3, Hidden = [7, 6], Epochs = 4, BatchSize = 32 };

    /// <summary>Random roll-outs of the 2-joint arm.</summary>
    public static Transitions Arm(int episodes = 12, ulong seed = 0) =>
        TransitionCollector.Collect(new SimulatedRobot(RobotModel.Reacher, episodes, Stepping), new() { Horizon = 20, Seed = seed });

    /// <summary>Learns from <see cref="Arm"/>.</summary>
    /// <param name="options">Settings; null for <see cref="Quick"/>.</param>
    /// <param name="prior">Whether the wrong arm is corrected.</param>
    public static LearnedDynamics Learn(DynamicsLearnerOptions? options = null, bool prior = false) =>
        new DynamicsLearner(2, options ?? Quick, prior ? new RigidBodyDynamics(WrongArm, Stepping) : null).Learn(Arm());

    public static byte[] Bytes(this LearnedDynamics dynamics)
    {
        using MemoryStream stream = new();
        dynamics.Save(stream);
        return stream.ToArray();
    }
}
