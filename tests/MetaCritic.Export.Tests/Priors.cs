using System.Collections.Concurrent;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics;
using MetaCritic.Tests.Dynamics.Learned;

namespace MetaCritic.Export.Tests;

/// <summary>Learned dynamics that correct a robot: among them, every property of a robot and every option of a step acts.</summary>
internal static class Priors
{
    private static readonly ConcurrentDictionary<string, Lazy<LearnedDynamics>> Learned = [];

    public static string[] Names { get; } = ["reacher", "kuka", "kuka-all", "jaco", "rough-3-6", "coupled-3-7", "coupled-111-11", "tied-104-6", "tree-5-5"];

    /// <summary>How the robot is stepped.</summary>
    public static RigidBodyOptions Stepping(string name) => name switch
    {
        "reacher" => Logs.Stepping,
        "kuka" => TaskPreset.Kuka.Dynamics,
        "kuka-all" => new()
        {
            TimeStep = 0.04,
            Substeps = 4,
            Actuator = Actuator.SpeedLoop,
            TorqueScale = [60],
            SpeedScale = [0.8],
            TorqueLimits = true,
            VelocityLimits = true,
            PositionLimits = true,
        },
        "jaco" => new() { TimeStep = 0.02, ImplicitDamping = true, GravityCompensation = true, Actuator = Actuator.SpeedLoop, TorqueScale = [5], SpeedScale = [1] },
        "rough-3-6" => new() { TimeStep = 0.02, Substeps = 2, ImplicitDamping = true, FrictionSpeed = [0.3] },
        "coupled-3-7" => new() { TimeStep = 0.02, ImplicitDamping = true, TorqueLimits = true, TorqueScale = [2] },
        "coupled-111-11" => new() { TimeStep = 0.02, Substeps = 3, Actuator = Actuator.SpeedLoop, TorqueScale = [2], SpeedScale = [0.7], TorqueLimits = true },
        "tied-104-6" => new() { TimeStep = 0.05, ImplicitDamping = true, VelocityLimits = true },
        _ => new() { TimeStep = 0.02, JointDamping = false, PositionLimits = true, VelocityLimits = true, TorqueScale = [4] },
    };

    /// <summary>The robot that is corrected.</summary>
    public static RobotModel Robot(string name) => name switch
    {
        "reacher" => Logs.WrongArm,
        "kuka" => RobotModel.KukaIiwa7,
        "kuka-all" => TestRobots.WithJoints(RobotModel.KukaIiwa7, joint => joint with { EffortLimit = 50, VelocityLimit = 1.2, LowerLimit = -0.6, UpperLimit = 0.6, Friction = 0.5 })
            .With([new("payload.mass", 1.5), new("payload.z", 0.1)]),
        "tree-5-5" => TestRobots.WithLimits(TestRobots.Named(name), -0.3, 0.3),
        _ => TestRobots.Named(name),
    };

    public static LearnedDynamics Learn(string name) => Learned.GetOrAdd(name, _ => new(() =>
    {
        if (name == "reacher")
        {
            return Logs.Learn(prior: true);
        }

        // The other robot is heavier. Learning is short: what counts is that the correction is not nothing.
        RobotModel robot = Robot(name);
        RobotModel other = new(robot.Name, [.. robot.Links.Select(link => link with { Mass = 1.1 * link.Mass })], robot.Joints, robot.Gravity);
        int number = Array.IndexOf(Names, name);
        Transitions log = TransitionCollector.Collect(new SimulatedRobot(other, 10, Stepping(name)), new() { Horizon = 20, Seed = 3, Amplitude = name == "jaco" ? 0.1 : 2 });
        DynamicsLearnerOptions options = Logs.Quick with { Angles = number % 2 == 0, TimeStep = number % 3 == 0 ? Stepping(name).TimeStep : null };
        return new DynamicsLearner(robot.DegreesOfFreedom, options, new RigidBodyDynamics(robot, Stepping(name))).Learn(log);
    })).Value;
}
