using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>The vector-Jacobian product of a step against central differences, at every trial.</summary>
[TestClass]
public sealed class StepVjpTests
{
    private const double Bound = 1e-6;

    public static IEnumerable<object[]> Cases()
    {
        string[] robots = ["iiwa7", "two_link", "jaco", .. Enumerable.Range(100, 12).Select(seed => $"tree-{seed}-{1 + (seed % 12)}"),
            "rough-103-4", "rough-110-9", "coupled-104-6", "coupled-111-11", "sprung-105-5", "sprung-108-9", "tied-104-6", "tied-111-11"];
        string[] options = ["plain", "undamped", "implicit", "substeps", "implicit-substeps", "scale", "compensated", "limits", "limits-substeps",
            "loop", "loop-limits", "loop-stops", "stops", "loop-all-substeps"];
        return from robot in robots from option in options select new object[] { robot, option };
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void It_agrees_with_central_differences(string robotName, string optionName)
    {
        RobotModel robot = TestRobots.Named(robotName);
        int n = robot.DegreesOfFreedom;
        RigidBodyOptions options = Options(optionName, n);
        for (int trial = 0; trial < 3; trial++)
        {
            Random random = new(1000 + trial);
            double[] state = TestRobots.Numbers(random, 2 * n, 1.5);
            double[] action = TestRobots.Numbers(random, n, robotName == "jaco" ? 0.01 : 3);
            double[] cotangent = TestRobots.Numbers(random, 2 * n, 1);
            AssertGradient(new RigidBodyDynamics(WithActingLimits(robot, options, state, action), options), 0, state, action, cotangent, $"trial {trial}", options.PositionLimits ? 5e-4 : 0.02);
        }
    }

    [TestMethod]
    [DataRow("iiwa7")]
    [DataRow("tree-104-9")]
    public void It_agrees_for_every_robot_of_a_batch(string name)
    {
        RobotModel[] robots = [.. Enumerable.Range(0, 11).Select(i => TestRobots.Varied(TestRobots.Named(name), i))];
        RigidBodyDynamics dynamics = new(robots);
        int n = dynamics.ActionSize;
        for (int rollout = 0; rollout < robots.Length; rollout++)
        {
            Random random = new(rollout);
            double[] state = TestRobots.Numbers(random, 2 * n, 1.5);
            AssertGradient(dynamics, rollout, state, TestRobots.Numbers(random, n, 3), TestRobots.Numbers(random, 2 * n, 1), $"roll-out {rollout}");
        }
    }

    [TestMethod]
    public void Where_all_is_clamped_only_positions_carry_a_gradient()
    {
        RobotModel robot = TestRobots.WithJoints(TestRobots.Named("iiwa7"), j => j with { EffortLimit = 1e-3, VelocityLimit = 1e-3 });
        RigidBodyDynamics dynamics = new(robot, new() { TorqueLimits = true, VelocityLimits = true });
        Random random = new(1);
        double[] state = TestRobots.Numbers(random, 14, 1);
        double[] action = TestRobots.Numbers(random, 7, 10);
        double[] cotangent = TestRobots.Numbers(random, 14, 1);
        double[] next = TestRobots.Step(dynamics, state, action);
        Assert.IsTrue(next.Skip(7).All(v => Math.Abs(v) == 1e-3), "every velocity is at its limit");
        double[] stateBar = new double[14];
        double[] actionBar = new double[7];
        dynamics.StepVjp(0, 1, state, action, cotangent, stateBar, actionBar);
        Errors.AssertSameBits(stateBar.AsSpan(0, 7), cotangent.AsSpan(0, 7), "positions");
        Assert.AreEqual(0, stateBar.Skip(7).Max(Math.Abs));
        Assert.AreEqual(0, actionBar.Max(Math.Abs));
    }

    private static void AssertGradient(
        RigidBodyDynamics dynamics, int rollout, double[] state, double[] action, double[] cotangent, string what, double step = 0.02)
    {
        double[] stateBar = new double[state.Length];
        double[] actionBar = new double[action.Length];
        dynamics.StepVjp(rollout, 1, state, action, cotangent, stateBar, actionBar);
        double Value(double[] s, double[] a) => TestRobots.Step(dynamics, s, a, rollout).Zip(cotangent, (x, y) => x * y).Sum();
        double[] byState = Ridders.Gradient(0, state, (_, s) => Value(s, action), step);
        double[] byAction = Ridders.Gradient(0, action, (_, a) => Value(state, a));
        Errors.AssertRelative(stateBar, byState, Bound, $"{what}: state");
        Errors.AssertRelative(actionBar, byAction, Bound, $"{what}: action");
    }

    internal static RigidBodyOptions Options(string name, int n) => name switch
    {
        "plain" => new(),
        "undamped" => new() { JointDamping = false },
        "implicit" => new() { ImplicitDamping = true, TimeStep = 0.05 },
        "substeps" => new() { Substeps = 3 },
        "implicit-substeps" => new() { ImplicitDamping = true, Substeps = 4, TimeStep = 0.02 },
        "scale" => new() { TorqueScale = [.. Enumerable.Range(0, n).Select(i => (i % 2 == 0 ? 1 : -1) * (0.3 + i))] },
        "compensated" => new() { GravityCompensation = true, TorqueScale = [0.7] },
        "limits" => new() { TorqueLimits = true, VelocityLimits = true, TorqueScale = [1.5] },
        "limits-substeps" => new() { TorqueLimits = true, VelocityLimits = true, Substeps = 2 },
        "loop" => new() { Actuator = Actuator.SpeedLoop, TorqueScale = [2], SpeedScale = [.. Enumerable.Range(0, n).Select(i => 0.5 + i)], TimeStep = 0.05 },
        "loop-limits" => new() { Actuator = Actuator.SpeedLoop, TorqueScale = [2], SpeedScale = [0.7], TimeStep = 0.05, TorqueLimits = true, ImplicitDamping = true },
        "loop-stops" => new() { Actuator = Actuator.SpeedLoop, TorqueScale = [2], SpeedScale = [0.7], TimeStep = 0.05, PositionLimits = true },
        "stops" => new() { TorqueScale = [2], TimeStep = 0.01, PositionLimits = true },
        "loop-all-substeps" => new()
        {
            Actuator = Actuator.SpeedLoop,
            TorqueScale = [2],
            SpeedScale = [0.7],
            TimeStep = 0.03,
            Substeps = 2,
            TorqueLimits = true,
            PositionLimits = true,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>The robot with limits that act in a step from the state, as far as the options have any.</summary>
    internal static RobotModel WithActingLimits(RobotModel robot, RigidBodyOptions options, double[] state, double[] action) =>
        options.Actuator == Actuator.SpeedLoop || options.PositionLimits ? Loaded(robot, options, state, action)
        : options.TorqueLimits ? Limited(robot, options, state, action) : robot;

    /// <summary>
    /// The robot with effort limits that saturate every other drive, and end stops that some joints are on the brink of, some half and
    /// some deep in; far from where any of that changes.
    /// </summary>
    private static RobotModel Loaded(RobotModel robot, RigidBodyOptions options, double[] state, double[] action)
    {
        int n = robot.DegreesOfFreedom;
        double h = options.TimeStep / options.Substeps;
        Dictionary<string, int> index = robot.MovableJoints.Select((j, i) => (j.Name, i)).ToDictionary(p => p.Name, p => p.i);
        RobotModel free = TestRobots.WithJoints(robot, j => j with { EffortLimit = double.PositiveInfinity, LowerLimit = double.NegativeInfinity, UpperLimit = double.PositiveInfinity });
        double[] next = TestRobots.Step(new(free, options with { Substeps = 1, TimeStep = h }), state, action);
        return TestRobots.WithJoints(free, j =>
        {
            if (!index.TryGetValue(j.Name, out int i))
            {
                return j;
            }

            double ahead = state[i] + (h * state[n + i]);
            double inside = RigidBodyOptions.EndStopGive * (i % 3) switch { 0 => -3, 1 => 0.5, _ => 4 };
            double gain = options.Actuator == Actuator.SpeedLoop ? 2 / (options.SpeedScale.Count > 1 ? options.SpeedScale[i] : options.SpeedScale[0]) : 0;
            double drive = Math.Abs((2 * action[i]) - (gain * next[n + i]));
            return j.Type == JointType.Continuous ? j : j with
            {
                EffortLimit = drive * (i % 2 == 0 ? 0.1 : 100),
                LowerLimit = i % 4 < 2 ? -1e3 : ahead + inside,
                UpperLimit = i % 4 < 2 ? ahead - inside : 1e3,
            };
        });
    }

    /// <summary>The robot with limits that clamp about half of the torques and velocities, and stay far from all of them.</summary>
    private static RobotModel Limited(RobotModel robot, RigidBodyOptions options, double[] state, double[] action)
    {
        int n = robot.DegreesOfFreedom;
        double scale = options.TorqueScale.Count > 0 ? options.TorqueScale[0] : 1;
        double[] torque = [.. action.Select(a => Math.Abs(scale * a))];
        Dictionary<string, int> index = robot.MovableJoints.Select((j, i) => (j.Name, i)).ToDictionary(p => p.Name, p => p.i);
        RobotModel slow = TestRobots.WithJoints(robot, j => index.TryGetValue(j.Name, out int i)
            ? j with { EffortLimit = torque[i] * (i % 2 == 0 ? 0.5 : 2) }
            : j);
        double[] next = TestRobots.Step(new(slow, options with { VelocityLimits = false, Substeps = 1, TimeStep = options.TimeStep / options.Substeps }), state, action);
        return TestRobots.WithJoints(slow, j => index.TryGetValue(j.Name, out int i)
            ? j with { VelocityLimit = Math.Abs(next[n + i]) * (i % 3 == 0 ? 0.3 : 10) }
            : j);
    }
}
