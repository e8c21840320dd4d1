using MetaCritic.Dynamics;
using MetaCritic.Dynamics.Lanes;
using MetaCritic.Dynamics.RigidBody;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>Dry friction: its size, its sign, its switch, and that it stops motions without turning them round.</summary>
[TestClass]
public sealed class DryFrictionTests
{
    [TestMethod]
    public void It_is_the_hyperbolic_tangent_of_the_speed()
    {
        RobotModel robot = Rod(friction: 0.3);
        double[] found = new double[1];
        foreach (double speed in new[] { -2, -0.05, 0, 1e-9, 0.1, 3 })
        {
            new RigidBodyAlgorithms(robot, [0.2]).ForwardDynamics([0.4], [speed], [0], found, Vector3d.Zero);
            Assert.AreEqual(-0.3 * Math.Tanh(speed / 0.2), found[0], 1e-14);
        }
    }

    [TestMethod]
    [DataRow(0.01)]
    [DataRow(0.05)]
    [DataRow(0.5)]
    public void It_brings_a_joint_to_rest_for_any_step(double timeStep)
    {
        RigidBodyDynamics dynamics = new(Rod(friction: 5), new() { TimeStep = timeStep, GravityCompensation = true });
        double[] state = [0, 2];
        for (int step = 0; step < 200; step++)
        {
            double before = state[1];
            state = TestRobots.Step(dynamics, state, [0]);
            Assert.IsTrue(state[1] >= 0 && state[1] <= before, $"step {step}: {before} → {state[1]}");
        }

        Assert.IsLessThan(1e-6, state[1]);
    }

    [TestMethod]
    public void What_it_holds_creeps_and_what_exceeds_it_moves()
    {
        RigidBodyDynamics dynamics = new(Rod(friction: 1), new() { TimeStep = 0.01, GravityCompensation = true, FrictionSpeed = [0.01] });
        double Speed(double torque)
        {
            double[] state = [0, 0];
            for (int step = 0; step < 300; step++)
            {
                state = TestRobots.Step(dynamics, state, [torque]);
            }

            return state[1];
        }

        Assert.AreEqual(0.01 * Math.Atanh(0.5), Speed(0.5), 1e-9);
        Assert.IsGreaterThan(1.0, Speed(2));
    }

    [TestMethod]
    public void The_option_switches_it_off_to_the_bit()
    {
        RobotModel rough = TestRobots.Named("rough-3-5");
        RobotModel smooth = TestRobots.WithJoints(rough, joint => joint with { Friction = 0 });
        Random random = new(4);
        double[] state = TestRobots.Numbers(random, 10, 1);
        double[] action = TestRobots.Numbers(random, 5, 1);
        double[] expected = TestRobots.Step(new RigidBodyDynamics(smooth), state, action);
        Errors.AssertSameBits(TestRobots.Step(new RigidBodyDynamics(rough, new() { JointFriction = false }), state, action), expected, "switched off");
        CollectionAssert.AreNotEqual(expected, TestRobots.Step(new RigidBodyDynamics(rough), state, action));

        // A neighbour with friction takes the other path through the kernel; the bits are the same.
        RigidBodyDynamics both = new([rough, smooth]);
        Errors.AssertSameBits(TestRobots.Step(both, state, action, rollout: 1), expected, "beside a rough one");
    }

    [TestMethod]
    public void The_quotient_and_its_derivative_are_exact_to_rounding()
    {
        foreach (double x in new[] { 0, 1e-9, -0.01, 0.0499999, 0.05, 0.0500001, -0.3, 2, -40, 800 })
        {
            (double value, double derivative) = TanhQuotient.Of(x);
            Assert.AreEqual(x == 0 ? 1 : Math.Tanh(x) / x, value, 1e-15);
            double expected = Ridders.Derivative(d => x + d == 0 ? 1 : Math.Tanh(x + d) / (x + d), 0.01);
            Assert.AreEqual(expected, derivative, 1e-11);
        }

        Assert.AreEqual((0, 0), TanhQuotient.Of(double.NegativeInfinity));
        Assert.IsTrue(double.IsNaN(TanhQuotient.Of(double.NaN).Value));
    }

    private static RobotModel Rod(double friction) => new(
        "rod",
        [new() { Name = "base" }, new() { Name = "rod", Mass = 1, Inertia = new(1, 0, 0, 1, 0, 1) }],
        [new() { Name = "hinge", Type = JointType.Continuous, Parent = "base", Child = "rod", Axis = new(0, 0, 1), Friction = friction }]);
}
