using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>Limits act on the motion, and let what is beyond them come back.</summary>
[TestClass]
public sealed class LimitTests
{
    private const double H = 0.05;

    [TestMethod]
    [DataRow(1.0, 2.0)]
    [DataRow(-0.5, -1.0)]
    public void A_unit_of_action_holds_the_speed_of_the_loop(double action, double speed)
    {
        RigidBodyDynamics dynamics = new(Rotor(), new() { TimeStep = H, Actuator = Actuator.SpeedLoop, TorqueScale = [1.5], SpeedScale = [2] });
        double[] state = [0, 0];
        for (int t = 0; t < 400; t++)
        {
            state = TestRobots.Step(dynamics, state, [action]);
        }

        Assert.AreEqual(speed, state[1], 1e-9);
    }

    [TestMethod]
    public void The_speed_loop_is_damping_that_is_always_implicit()
    {
        RobotModel arm = TestRobots.Named("iiwa7");
        RigidBodyOptions loop = new() { TimeStep = H, Actuator = Actuator.SpeedLoop, TorqueScale = [30], SpeedScale = [3], ImplicitDamping = true };
        RobotModel damped = TestRobots.WithJoints(arm, j => j with { Damping = j.Damping + 10 });
        Random random = new(1);
        double[] state = TestRobots.Numbers(random, 14, 1);
        double[] action = TestRobots.Numbers(random, 7, 1);
        double[] expected = TestRobots.Step(new(damped, new() { TimeStep = H, TorqueScale = [30], ImplicitDamping = true }), state, action);
        Errors.AssertRelative(TestRobots.Step(new(arm, loop), state, action), expected, 1e-12, "state");

        // Any gain is stable.
        RigidBodyDynamics stiff = new(arm, loop with { TorqueScale = [1e6], SpeedScale = [0.1], GravityCompensation = true });
        for (int t = 0; t < 100; t++)
        {
            state = TestRobots.Step(stiff, state, new double[7]);
        }

        Assert.IsLessThan(1e-3, state.Skip(7).Max(Math.Abs));
    }

    [TestMethod]
    public void A_drive_gives_no_more_than_its_effort_limit()
    {
        // A rotor of inertia 0.5 under torque τ gains 2·τ rad/s in a second.
        RobotModel rotor = Rotor(effort: 0.2);
        RigidBodyDynamics dynamics = new(rotor, new() { TimeStep = H, Actuator = Actuator.SpeedLoop, TorqueScale = [10], SpeedScale = [1], TorqueLimits = true });
        Assert.AreEqual(2 * 0.2 * H, TestRobots.Step(dynamics, [0, 0], [1])[1], 1e-12, "speeding up");
        Assert.AreEqual(3 - (2 * 0.2 * H), TestRobots.Step(dynamics, [0, 3], [-1])[1], 1e-12, "braking");

        // Where the loop asks for less it has its way: v' = (v + 2·h·k·a) / (1 + 2·h·k/v₁).
        Assert.AreEqual((0.999 + (2 * H * 10)) / (1 + (2 * H * 10)), TestRobots.Step(dynamics, [0, 0.999], [1])[1], 1e-12, "holding");
        Assert.AreEqual(0, TestRobots.Step(new(Rotor(effort: 0), new() { TorqueLimits = true, GravityCompensation = true }), [0, 0], [0])[1]);
        Assert.AreNotEqual(0, TestRobots.Step(new(Rotor(effort: 0), new() { TorqueLimits = true }), [0, 0], [1])[1], "an effort limit of 0 is none");
        Assert.AreNotEqual(0, TestRobots.Step(new(Rotor(velocity: 0), new() { VelocityLimits = true }), [0, 0], [1])[1], "nor is a velocity limit of 0");
    }

    [TestMethod]
    [DataRow(Actuator.Torque)]
    [DataRow(Actuator.SpeedLoop)]
    public void End_stops_hold_against_a_unit_of_action_and_against_speed(Actuator actuator)
    {
        RobotModel rotor = Rotor(lower: -0.3, upper: 0.4);
        RigidBodyOptions options = new() { TimeStep = H, Actuator = actuator, TorqueScale = [10], SpeedScale = [2], PositionLimits = true };
        RigidBodyDynamics dynamics = new(rotor, options);
        double[] pressed = [0, 0];
        double furthest = 0;
        for (int t = 0; t < 200; t++)
        {
            pressed = TestRobots.Step(dynamics, pressed, [1]);
            furthest = Math.Max(furthest, pressed[0]);
        }

        Assert.AreEqual(0.4 + (1.5 * RigidBodyOptions.EndStopGive * 0.7), pressed[0], 1e-6, "half of the give to build up the stiffness, and the give");
        Assert.AreEqual(0, pressed[1], 1e-6);
        Assert.IsLessThan(0.45, furthest);

        double[] thrown = [0.3, 8];
        for (int t = 0; t < 3; t++)
        {
            thrown = TestRobots.Step(dynamics, thrown, [0]);
            Assert.IsLessThan(0.5, thrown[0], "in one step the rotor would be at 0.7");
        }

        Assert.IsGreaterThan(-0.35, TestRobots.Step(dynamics, [-0.29, -3], [0])[0], "the lower one too: the rotor would be at -0.44");
        Errors.AssertSameBits(
            TestRobots.Step(dynamics, [0.1, 0.5], [0.3]),
            TestRobots.Step(new(TestRobots.WithJoints(rotor, j => j with { LowerLimit = -100, UpperLimit = 100 }), options), [0.1, 0.5], [0.3]),
            "far from the stops they do nothing");
    }

    // A constant action, by gradient descent on where it leads, from far beyond the limit: the exact derivative of 0 leaves it there.
    [TestMethod]
    [DataRow(Actuator.Torque, LimitGradient.Zero, false)]
    [DataRow(Actuator.Torque, LimitGradient.Inward, true)]
    [DataRow(Actuator.SpeedLoop, LimitGradient.Zero, false)]
    [DataRow(Actuator.SpeedLoop, LimitGradient.Inward, true)]
    public void What_starts_saturated_still_learns(Actuator actuator, LimitGradient gradient, bool learns)
    {
        const int Steps = 20;
        const double Goal = -0.1;
        RobotModel rotor = Rotor(effort: 1, velocity: 2);
        RigidBodyDynamics dynamics = new(
            rotor,
            new() { TimeStep = H, Actuator = actuator, TorqueScale = [1], SpeedScale = [2], TorqueLimits = true, VelocityLimits = true, LimitGradient = gradient });
        double action = 40;
        double first = 0;
        double error = 0;
        for (int update = 0; update < 300; update++)
        {
            double[][] states = new double[Steps + 1][];
            states[0] = [0, 0];
            for (int t = 0; t < Steps; t++)
            {
                states[t + 1] = TestRobots.Step(dynamics, states[t], [action]);
            }

            error = states[^1][0] - Goal;
            first = update == 0 ? error : first;
            double[] bar = [2 * error, 0];
            double total = 0;
            for (int t = Steps - 1; t >= 0; t--)
            {
                double[] stateBar = new double[2];
                double[] actionBar = new double[1];
                dynamics.StepVjp(0, 1, states[t], [action], bar, stateBar, actionBar);
                (bar, total) = (stateBar, total + actionBar[0]);
            }

            action -= 0.3 * total;
        }

        if (learns)
        {
            Assert.IsLessThan(1e-3, Math.Abs(error));
        }
        else
        {
            Assert.AreEqual(first, error);
            Assert.AreEqual(40, action);
        }
    }

    // The same from far inside an end stop: what a unit of action does there is a hundredth of what it does in the open.
    [TestMethod]
    [DataRow(LimitGradient.Zero, false)]
    [DataRow(LimitGradient.Inward, true)]
    public void What_starts_pressed_into_an_end_stop_still_learns(LimitGradient gradient, bool learns)
    {
        const double Goal = 0.3;
        RigidBodyDynamics dynamics = new(
            Rotor(lower: -0.4, upper: 0.4),
            new() { TimeStep = H, Actuator = Actuator.SpeedLoop, TorqueScale = [10], SpeedScale = [2], PositionLimits = true, LimitGradient = gradient });
        double action = 3;
        double error = 0;
        for (int update = 0; update < 300; update++)
        {
            double[][] states = new double[21][];
            states[0] = [0, 0];
            for (int t = 0; t < 20; t++)
            {
                states[t + 1] = TestRobots.Step(dynamics, states[t], [action]);
            }

            error = states[^1][0] - Goal;
            double[] bar = [2 * error, 0];
            double total = 0;
            for (int t = 19; t >= 0; t--)
            {
                double[] stateBar = new double[2];
                double[] actionBar = new double[1];
                dynamics.StepVjp(0, 1, states[t], [action], bar, stateBar, actionBar);
                (bar, total) = (stateBar, total + actionBar[0]);
            }

            action -= 0.1 * total;
        }

        if (learns)
        {
            Assert.IsLessThan(1e-3, Math.Abs(error));
        }
        else
        {
            Assert.IsGreaterThan(0.1, error, "it is still beyond the stop");
        }
    }

    [TestMethod]
    [DataRow("iiwa7")]
    [DataRow("tree-7-8")]
    [DataRow("coupled-7-8")]
    public void The_way_back_from_an_end_stop_has_the_derivative_without_it(string name)
    {
        RobotModel arm = TestRobots.WithLimits(TestRobots.Named(name), -2, -1);
        int n = arm.DegreesOfFreedom;
        RigidBodyOptions stops = new() { TimeStep = H, Actuator = Actuator.SpeedLoop, TorqueScale = [3], SpeedScale = [2], PositionLimits = true };
        Random random = new(3);
        double[] state = [.. TestRobots.Numbers(random, n, 0.5), .. TestRobots.Numbers(random, n, 1)]; // beyond all upper stops
        double[] action = TestRobots.Numbers(random, n, 1);
        double[] back = [.. Enumerable.Range(0, n).Select(_ => 0.1 + random.NextDouble()), .. new double[n]];
        double[] further = [.. back.Select(x => -x)];

        double[] inward = ActionCotangent(stops with { LimitGradient = LimitGradient.Inward }, back);
        Errors.AssertRelative(inward, ActionCotangent(stops with { PositionLimits = false }, back), 1e-9, "back");
        Errors.AssertSameBits(
            ActionCotangent(stops with { LimitGradient = LimitGradient.Inward }, further), ActionCotangent(stops with { LimitGradient = LimitGradient.Zero }, further), "further in");
        Assert.IsGreaterThan(1.5, inward.Sum(Math.Abs) / ActionCotangent(stops, back).Sum(Math.Abs), "more than the exact one");

        double[] ActionCotangent(RigidBodyOptions options, double[] cotangent)
        {
            double[] actionBar = new double[n];
            new RigidBodyDynamics(arm, options).StepVjp(0, 1, state, action, cotangent, new double[2 * n], actionBar);
            return actionBar;
        }
    }

    // A flywheel of inertia 0.5 about a vertical axis.
    private static RobotModel Rotor(double effort = double.PositiveInfinity, double velocity = double.PositiveInfinity, double lower = -1e3, double upper = 1e3) => new(
        "rotor",
        [new() { Name = "base" }, new() { Name = "wheel", Mass = 1, Inertia = new(1, 0, 0, 1, 0, 0.5) }],
        [
            new()
            {
                Name = "axle", Type = JointType.Revolute, Parent = "base", Child = "wheel", Axis = new(0, 0, 1),
                EffortLimit = effort, VelocityLimit = velocity, LowerLimit = lower, UpperLimit = upper,
            },
        ]);
}
