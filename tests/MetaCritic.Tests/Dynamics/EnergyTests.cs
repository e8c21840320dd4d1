using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>What a simulation over many steps does to the energy.</summary>
[TestClass]
public sealed class EnergyTests
{
    [TestMethod]
    [DataRow("two_link", 0.5)]
    [DataRow("iiwa7", 0.2)]
    [DataRow("tree-3-4", 0.2)]
    [DataRow("tree-12-1", 0.2)]
    [DataRow("sprung-3-4", 0.2)]
    public void Drift_without_damping_falls_in_proportion_to_the_step(string name, double duration)
    {
        RobotModel robot = TestRobots.Named(name);
        double coarse = Drift(robot, duration, 400);
        double fine = Drift(robot, duration, 800);
        double finer = Drift(robot, duration, 1600);
        Assert.AreNotEqual(0, finer);
        Assert.AreEqual(2, coarse / fine, 0.2, $"drifts {coarse:e3}, {fine:e3}, {finer:e3}");
        Assert.AreEqual(2, fine / finer, 0.2, $"drifts {coarse:e3}, {fine:e3}, {finer:e3}");
    }

    [TestMethod]
    public void Substeps_are_shorter_steps()
    {
        RobotModel robot = TestRobots.Named("iiwa7");
        RigidBodyOptions options = new() { JointDamping = false, TimeStep = 0.02 };
        double[] state = TestRobots.Numbers(new(2), 14, 1);
        double[] action = TestRobots.Numbers(new(3), 7, 5);
        double[] expected = state;
        for (int k = 0; k < 4; k++)
        {
            expected = TestRobots.Step(new(robot, options with { TimeStep = 0.005 }), expected, action);
        }

        Errors.AssertSameBits(TestRobots.Step(new(robot, options with { Substeps = 4 }), state, action), expected, "four substeps");
    }

    [TestMethod]
    public void Implicit_damping_of_any_strength_only_takes_energy()
    {
        RobotModel robot = TestRobots.WithJoints(TestRobots.Named("iiwa7"), j => j with { Damping = 1e4 });
        RigidBodyOptions options = new() { ImplicitDamping = true, GravityCompensation = true, TimeStep = 0.1 };
        RigidBodyDynamics dynamics = new(robot, options);
        RigidBodyAlgorithms algorithms = new(robot);
        double[] state = TestRobots.Numbers(new(2), 14, 1);
        double before = algorithms.KineticEnergy(state.AsSpan(0, 7), state.AsSpan(7));
        for (int step = 0; step < 20; step++)
        {
            state = TestRobots.Step(dynamics, state, new double[7]);
            double after = algorithms.KineticEnergy(state.AsSpan(0, 7), state.AsSpan(7));
            Assert.IsTrue(after < before, $"step {step}: {after} from {before}");
            before = after;
        }

        double[] exploded = TestRobots.Step(new(robot, options with { ImplicitDamping = false }), TestRobots.Numbers(new(2), 14, 1), new double[7]);
        Assert.IsTrue(exploded.Max(Math.Abs) > 1e3, "explicit damping of this strength does not hold still");
    }

    [TestMethod]
    public void Implicit_damping_solves_the_stated_equation()
    {
        RobotModel robot = TestRobots.Named("iiwa7");
        const double H = 0.05;
        double[] state = TestRobots.Numbers(new(2), 14, 1);
        double[] action = TestRobots.Numbers(new(3), 7, 5);
        double[] next = TestRobots.Step(new(robot, new() { ImplicitDamping = true, TimeStep = H }), state, action);

        // M·(q̇' − q̇)/h + c = u − D·q̇'
        double[] qdd = [.. next.Skip(7).Zip(state.Skip(7), (a, b) => (a - b) / H)];
        double[] force = new double[7];
        new RigidBodyAlgorithms(robot).InverseDynamics(state.AsSpan(0, 7), state.AsSpan(7), qdd, force);
        double[] expected = [.. action.Select((u, i) => u - (robot.MovableJoints[i].Damping * next[7 + i]))];
        Assert.IsTrue(robot.MovableJoints.Any(j => j.Damping > 0));
        Errors.AssertRelative(force, expected, 1e-11, "forces");
    }

    [TestMethod]
    public void Compensated_gravity_leaves_a_resting_robot_at_rest()
    {
        double[] state = [.. TestRobots.Numbers(new(2), 7, 1), .. new double[7]];
        RobotModel robot = TestRobots.Named("iiwa7");
        Errors.AssertSameBits(TestRobots.Step(new(robot, new() { GravityCompensation = true }), state, new double[7]), state, "at rest");
        Assert.IsTrue(TestRobots.Step(new(robot), state, new double[7]).Skip(7).Any(v => v != 0), "gravity acts otherwise");
    }

    private static double Drift(RobotModel robot, double duration, int steps)
    {
        RigidBodyDynamics dynamics = new(robot, new() { JointDamping = false, TimeStep = duration / steps });
        RigidBodyAlgorithms algorithms = new(robot);
        int n = robot.DegreesOfFreedom;
        double[] state = TestRobots.Numbers(new(8), 2 * n, 1);
        double Energy() => algorithms.KineticEnergy(state.AsSpan(0, n), state.AsSpan(n)) + algorithms.PotentialEnergy(state.AsSpan(0, n));
        double start = Energy();
        for (int step = 0; step < steps; step++)
        {
            state = TestRobots.Step(dynamics, state, new double[n]);
        }

        return Energy() - start;
    }
}
