using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>What the batched dynamics accept, refuse, and need.</summary>
[TestClass]
public sealed class RigidBodyDynamicsTests
{
    public static IEnumerable<object[]> BadOptions() =>
    [
        [new RigidBodyOptions { TimeStep = 0 }, "options.timeStep", "0"],
        [new RigidBodyOptions { TimeStep = -0.01 }, "options.timeStep", "-0.01"],
        [new RigidBodyOptions { TimeStep = 1.5 }, "options.timeStep", "1.5"],
        [new RigidBodyOptions { TimeStep = double.NaN }, "options.timeStep", "NaN"],
        [new RigidBodyOptions { Substeps = 0 }, "options.substeps", "0"],
        [new RigidBodyOptions { Substeps = 1001 }, "options.substeps", "1001"],
        [new RigidBodyOptions { TorqueScale = [1, 2, 3] }, "options.torqueScale", "3"],
        [new RigidBodyOptions { TorqueScale = [1, 0] }, "options.torqueScale", "0"],
        [new RigidBodyOptions { TorqueScale = [double.PositiveInfinity] }, "options.torqueScale", "Infinity"],
        [new RigidBodyOptions { TorqueScale = null! }, "options.torqueScale", "null"],
        [new RigidBodyOptions { Actuator = (Actuator)2 }, "options.actuator", "2"],
        [new RigidBodyOptions { LimitGradient = (LimitGradient)2 }, "options.limitGradient", "2"],
        [new RigidBodyOptions { Actuator = Actuator.SpeedLoop }, "options.speedScale", "[]"],
        [new RigidBodyOptions { SpeedScale = [1, 2, 3] }, "options.speedScale", "3"],
        [new RigidBodyOptions { SpeedScale = [1, 0] }, "options.speedScale", "0"],
        [new RigidBodyOptions { SpeedScale = [-1] }, "options.speedScale", "-1"],
        [new RigidBodyOptions { SpeedScale = [double.NaN] }, "options.speedScale", "NaN"],
        [new RigidBodyOptions { SpeedScale = null! }, "options.speedScale", "null"],
    ];

    [TestMethod]
    [DynamicData(nameof(BadOptions))]
    public void Options_out_of_range_are_refused_by_name_and_value(RigidBodyOptions options, string place, string value)
    {
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => new RigidBodyDynamics(TestRobots.Named("two_link"), options));
        Assert.AreEqual(place, error.Place);
        StringAssert.Contains(error.Message, value);
        Assert.ThrowsExactly<InvalidInputException>(() => options.Validate(2));
    }

    [TestMethod]
    public void Options_in_range_are_accepted()
    {
        new RigidBodyOptions { TimeStep = 1, Substeps = 1000, TorqueScale = [-3] }.Validate(7);
        new RigidBodyOptions { TimeStep = 1e-9, TorqueScale = [1, 2, 3] }.Validate(3);
        new RigidBodyOptions { TorqueScale = [1, 2, 3] }.Validate();
    }

    [TestMethod]
    public void Torques_are_scaled_and_clamped()
    {
        RobotModel robot = TestRobots.WithJoints(TestRobots.Named("two_link"), j => j with { EffortLimit = 2 });
        double[] state = [0.3, -1, 0.5, 0.2];
        double[] expected = TestRobots.Step(new(robot), state, [1.5, -2]);
        Errors.AssertSameBits(TestRobots.Step(new(robot, new() { TorqueScale = [3, 0.5] }), state, [0.5, -4]), expected, "scaled");
        Errors.AssertSameBits(TestRobots.Step(new(robot, new() { TorqueLimits = true }), state, [1.5, -200]), expected, "clamped");
        Errors.AssertSameBits(
            TestRobots.Step(new(robot, new() { TorqueLimits = true, TorqueScale = [0.1] }), state, [15, -1e300]), expected, "scaled, then clamped");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Damping_takes_from_the_torque_and_if_implicit_adds_to_the_inertia(bool isImplicit)
    {
        const double Damping = 0.7, H = 0.02;
        RobotModel robot = TestRobots.WithJoints(TestRobots.Named("two_link"), j => j with { Damping = Damping });
        double[] q = [0.3, -1], qd = [0.5, 2], tau = [1.5, -2], bias = new double[2], m = new double[4];
        RigidBodyAlgorithms algorithms = new(robot);
        algorithms.InverseDynamics(q, qd, [0, 0], bias);
        algorithms.InertiaMatrix(q, m);
        double extra = isImplicit ? H * Damping : 0;
        (double a, double b, double d) = (m[0] + extra, m[1], m[3] + extra);
        (double f0, double f1) = (tau[0] - bias[0] - (Damping * qd[0]), tau[1] - bias[1] - (Damping * qd[1]));
        double determinant = (a * d) - (b * b);
        double[] velocity = [qd[0] + (H * ((d * f0) - (b * f1)) / determinant), qd[1] + (H * ((a * f1) - (b * f0)) / determinant)];
        double[] next = TestRobots.Step(new(robot, new() { TimeStep = H, ImplicitDamping = isImplicit }), [.. q, .. qd], tau);
        double[] expected = [q[0] + (H * velocity[0]), q[1] + (H * velocity[1]), .. velocity];
        for (int i = 0; i < 4; i++)
        {
            Assert.AreEqual(expected[i], next[i], 1e-12);
        }
    }

    [TestMethod]
    public void Velocities_are_clamped_before_they_move_the_joints()
    {
        RobotModel robot = TestRobots.WithJoints(TestRobots.Named("two_link"), j => j with { VelocityLimit = 0.25 });
        double[] next = TestRobots.Step(new(robot, new() { VelocityLimits = true, TimeStep = 0.5 }), [1, 2, 0, 0], [100, -100]);
        Errors.AssertSameBits(next, [1.125, 1.875, 0.25, -0.25], "next state");
    }

    [TestMethod]
    public void Robots_of_another_structure_are_refused_by_roll_out_and_difference()
    {
        RobotModel robot = TestRobots.Named("two_link");
        Check(TestRobots.Named("iiwa7"), "7 movable joints");
        Check(TestRobots.WithJoints(robot, j => j with { Name = j.Name + "X" }), "baseHingeX");
        Check(TestRobots.WithJoints(robot, j => j with { Type = j.Name == "interArm" ? JointType.Prismatic : j.Type }), "prismatic");
        Check(
            new("parallel", robot.Links, [.. robot.Joints.Select(j => j.Name == "interArm" ? j with { Parent = "base" } : j.Name == "ee_joint" ? j with { Parent = "arm1" } : j)]),
            "no movable joint");
        RobotModel endless = TestRobots.WithJoints(robot, j => j.IsMovable
            ? j with { Type = JointType.Continuous, LowerLimit = double.NegativeInfinity, UpperLimit = double.PositiveInfinity }
            : j);
        _ = new RigidBodyDynamics([robot, endless]);

        void Check(RobotModel other, string difference)
        {
            InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => new RigidBodyDynamics([robot, robot, other]));
            Assert.AreEqual("robots[2]", error.Place);
            StringAssert.Contains(error.Message, difference);
        }
    }

    [TestMethod]
    public void Robots_without_movable_joints_and_no_robots_are_refused()
    {
        RobotModel rock = new("rock", [new() { Name = "rock", Mass = 1 }], []);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => new RigidBodyDynamics(rock)).Message, "rock");
        Assert.ThrowsExactly<InvalidInputException>(() => new RigidBodyDynamics(Array.Empty<RobotModel>()));
        Assert.AreEqual("robots[1]", Assert.ThrowsExactly<InvalidInputException>(() => new RigidBodyDynamics([TestRobots.Named("two_link"), null!])).Place);
        Assert.ThrowsExactly<ArgumentNullException>(() => new RigidBodyDynamics((RobotModel)null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => new RigidBodyDynamics((IReadOnlyList<RobotModel>)null!));
    }

    [TestMethod]
    [DataRow(0, 4)]
    [DataRow(3, 1)]
    [DataRow(1, 3)]
    [DataRow(int.MaxValue, 1)]
    [DataRow(-1, 1)]
    [DataRow(0, 0)]
    public void Roll_outs_without_a_robot_are_refused(int first, int lanes)
    {
        RobotModel robot = TestRobots.Named("two_link");
        RigidBodyDynamics dynamics = new([robot, TestRobots.Varied(robot, 1), TestRobots.Varied(robot, 2)]);
        double[] states = new double[4 * lanes];
        double[] actions = new double[2 * lanes];
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => dynamics.Step(first, lanes, states, actions, new double[4 * lanes]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => dynamics.StepVjp(first, lanes, states, actions, states, new double[4 * lanes], new double[2 * lanes]));
    }

    [TestMethod]
    public void Spans_of_wrong_size_or_overlapping_are_refused()
    {
        RigidBodyDynamics dynamics = new(TestRobots.Named("two_link"));
        double[] s = new double[12];
        double[] a = new double[6];
        double[] wrong = new double[11];
        Check("states", () => dynamics.Step(0, 3, wrong, a, new double[12]));
        Check("actions", () => dynamics.Step(0, 3, s, wrong, new double[12]));
        Check("nextStates", () => dynamics.Step(0, 3, s, a, wrong));
        Check("nextStates", () => dynamics.Step(0, 3, s, a, s));
        Check("states", () => dynamics.StepVjp(0, 3, wrong, a, s, new double[12], new double[6]));
        Check("actions", () => dynamics.StepVjp(0, 3, s, wrong, s, new double[12], new double[6]));
        Check("nextCotangents", () => dynamics.StepVjp(0, 3, s, a, wrong, new double[12], new double[6]));
        Check("stateCotangents", () => dynamics.StepVjp(0, 3, s, a, s, wrong, new double[6]));
        Check("actionCotangents", () => dynamics.StepVjp(0, 3, s, a, s, new double[12], wrong));
        Check("stateCotangents", () => dynamics.StepVjp(0, 3, s, a, new double[12], s, new double[6]));
        Check("actionCotangents", () => dynamics.StepVjp(0, 3, s, a, s, new double[12], a));

        static void Check(string parameter, Action call)
        {
            ArgumentException error = Assert.ThrowsExactly<ArgumentException>(call);
            Assert.AreEqual(parameter, error.ParamName);
        }
    }

    [TestMethod]
    public void Size_errors_name_both_sizes()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => new RigidBodyDynamics(TestRobots.Named("two_link")).Step(0, 3, new double[12], new double[5], new double[12]));
        StringAssert.Contains(error.Message, "5");
        StringAssert.Contains(error.Message, "2 × 3");
    }

    [TestMethod]
    [DoNotParallelize]
    [DataRow("iiwa7", 1, 1)]
    [DataRow("iiwa7", 64, 1)]
    [DataRow("tree-1-30", 13, 10)]
    public void Calls_allocate_nothing(string name, int lanes, int substeps)
    {
        RobotModel robot = TestRobots.Named(name);
        RigidBodyDynamics dynamics = new([.. Enumerable.Range(0, lanes).Select(i => TestRobots.Varied(robot, i))], new() { Substeps = substeps });
        double[] states = TestRobots.Numbers(new(1), dynamics.StateSize * lanes, 1);
        double[] actions = TestRobots.Numbers(new(2), dynamics.ActionSize * lanes, 1);
        double[] next = new double[states.Length];
        double[] stateBar = new double[states.Length];
        double[] actionBar = new double[actions.Length];
        void Call()
        {
            dynamics.Step(0, lanes, states, actions, next);
            dynamics.StepVjp(0, lanes, states, actions, next, stateBar, actionBar);
        }

        Assert.AreEqual(0, Allocations.InSteadyState(Call));
    }
}
