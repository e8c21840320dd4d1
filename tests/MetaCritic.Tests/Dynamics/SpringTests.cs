using MetaCritic.Dynamics;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics.Learned;

namespace MetaCritic.Tests.Dynamics;

/// <summary>Springs at joints: their force, their step, and what leaves them out.</summary>
[TestClass]
public sealed class SpringTests
{
    private const double K = 40;
    private const double Slack = 0.3;

    [TestMethod]
    public void The_force_grows_with_the_distance_from_where_it_is_slack()
    {
        double[] found = new double[1];
        foreach (double position in new[] { -2, 0, Slack, 1e3 })
        {
            new RigidBodyAlgorithms(Rod(K)).ForwardDynamics([position], [0], [0.7], found, Vector3d.Zero);
            Assert.AreEqual(0.7 - (K * (position - Slack)), found[0], 1e-12 * (1 + Math.Abs(found[0])));
        }

        Assert.AreEqual(0.5 * K * 0.25, new RigidBodyAlgorithms(Rod(K)).PotentialEnergy([Slack + 0.5], Vector3d.Zero), 1e-13);
    }

    /// <summary>(M + h²·k)·q̈ = u − k·(q + h·q̇ − reference): at the end of the step the force is that of the position there.</summary>
    [TestMethod]
    [DataRow(0.001)]
    [DataRow(0.05)]
    [DataRow(0.7)]
    public void A_step_takes_the_spring_where_it_ends(double h)
    {
        double[] state = [1.1, -0.4];
        double[] next = TestRobots.Step(new(Rod(K), new() { TimeStep = h }), state, [0.6]);
        double acceleration = (next[1] - state[1]) / h;
        Assert.AreEqual(0.6 - (K * (next[0] - Slack)), acceleration, 1e-12 * Math.Max(1, K));
    }

    [TestMethod]
    [DataRow(1e2)]
    [DataRow(1e6)]
    [DataRow(1e12)]
    public void It_comes_to_rest_for_any_stiffness_and_step(double stiffness)
    {
        RigidBodyDynamics dynamics = new(Rod(stiffness), new() { TimeStep = 0.1 });
        double[] state = [2, -3];
        double Energy() => (0.5 * stiffness * (state[0] - Slack) * (state[0] - Slack)) + (0.5 * state[1] * state[1]);
        for (int step = 0; step < 100; step++)
        {
            double before = Energy();
            state = TestRobots.Step(dynamics, state, [0]);
            Assert.IsLessThanOrEqualTo(before, Energy(), $"step {step}");
        }

        Assert.AreEqual(Slack, state[0], 1e-9);
    }

    [TestMethod]
    [DataRow("sprung-3-5")]
    [DataRow("tied-3-7")]
    public void Compensation_of_gravity_leaves_springs_out_to_the_bit(string name)
    {
        RobotModel robot = TestRobots.Named(name);
        RobotModel slack = Without(robot);
        Random random = new(4);
        double[] state = TestRobots.Numbers(random, 2 * robot.DegreesOfFreedom, 1);
        double[] action = TestRobots.Numbers(random, robot.DegreesOfFreedom, 1);
        RigidBodyOptions options = new() { GravityCompensation = true };
        Errors.AssertSameBits(TestRobots.Step(new(robot, options), state, action), TestRobots.Step(new(slack, options), state, action), "compensated");
        CollectionAssert.AreNotEqual(TestRobots.Step(new(slack), state, action), TestRobots.Step(new(robot), state, action));
    }

    /// <summary>A neighbour with springs takes the other path through the kernel; the bits are the same, those of the derivative too.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_robot_without_springs_is_not_disturbed_by_its_neighbours(bool limits)
    {
        RobotModel robot = TestRobots.Named("sprung-3-5");
        RobotModel slack = Without(robot);
        Random random = new(5);
        double[] state = TestRobots.Numbers(random, 10, 1);
        double[] action = TestRobots.Numbers(random, 5, 4);
        double[] cotangent = TestRobots.Numbers(random, 10, 1);
        RigidBodyOptions options = new() { TorqueLimits = limits, VelocityLimits = limits };
        RigidBodyDynamics alone = new(slack, options);
        RigidBodyDynamics both = new([robot, slack], options);
        Errors.AssertSameBits(TestRobots.Step(both, state, action, rollout: 1), TestRobots.Step(alone, state, action), "step");
        double[] expected = new double[15];
        double[] found = new double[15];
        alone.StepVjp(0, 1, state, action, cotangent, expected.AsSpan(0, 10), expected.AsSpan(10));
        both.StepVjp(1, 1, state, action, cotangent, found.AsSpan(0, 10), found.AsSpan(10));
        Errors.AssertSameBits(found, expected, "cotangents");
    }

    [TestMethod]
    public void Torques_worked_out_from_what_joints_move_know_no_springs()
    {
        RobotModel robot = TestRobots.Named("sprung-3-5");
        CollectionAssert.AreEqual(new RigidBodyAlgorithms(Without(robot)).TorqueScale(30), new RigidBodyAlgorithms(robot).TorqueScale(30));
        TaskPreset expected = TaskPreset.For(Without(robot));
        TaskPreset found = TaskPreset.For(robot);
        CollectionAssert.AreEqual(expected.Dynamics.TorqueScale.ToArray(), found.Dynamics.TorqueScale.ToArray());
        Assert.Contains("gravity and the joints' springs are compensated", string.Join('\n', found.Describe()));
        Assert.Contains("gravity and the joints' springs act", string.Join('\n', (found with { Dynamics = found.Dynamics with { GravityCompensation = false } }).Describe()));
        Assert.DoesNotContain("spring", string.Join('\n', expected.Describe()));
    }

    [TestMethod]
    public void A_locked_joint_has_no_spring()
    {
        RobotModel robot = TestRobots.Named("sprung-3-5");
        RobotJoint joint = robot.MovableJoints[0];
        RobotModel locked = robot.Lock(joint.Name, Math.Clamp(0.2, joint.LowerLimit, joint.UpperLimit));
        Assert.IsGreaterThan(0, joint.Stiffness);
        Assert.AreEqual((0.0, 0.0), locked.Joints.Where(other => other.Name == joint.Name).Select(other => (other.Stiffness, other.SpringReference)).Single());
    }

    [TestMethod]
    public void Learned_dynamics_correct_a_prior_with_springs_and_come_back_with_it()
    {
        RobotModel arm = Logs.WrongArm.With([new("shoulder.stiffness", 0.2), new("shoulder.spring_reference", 0.4), new("elbow.stiffness", 0.1)]);
        LearnedDynamics dynamics = new DynamicsLearner(2, Logs.Quick, new RigidBodyDynamics(arm, Logs.Stepping)).Learn(Logs.Arm());
        string path = Path.Combine(Directory.CreateTempSubdirectory("metacritic").FullName, "arm.dynamics");
        try
        {
            dynamics.Save(path);
            LearnedDynamics read = LearnedDynamics.Load(path);
            double[] state = [0.3, -0.2, 0.1, 0.5];
            double[] expected = new double[4];
            double[] found = new double[4];
            dynamics.Step(0, 1, state, [0.2, -0.1], expected);
            read.Step(0, 1, state, [0.2, -0.1], found);
            Errors.AssertSameBits(found, expected, "step");
            LearnedDynamics precise = read.InDouble();
            double[] cotangent = [0.7, -0.3, 0.2, 1];
            double[] bar = new double[4];
            precise.StepVjp(0, 1, state, [0.2, -0.1], cotangent, bar, new double[2]);
            double[] slopes = Ridders.Gradient(precise, state, (f, s) =>
            {
                double[] next = new double[4];
                f.Step(0, 1, s, [0.2, -0.1], next);
                return next.Zip(cotangent, (x, y) => x * y).Sum();
            });
            Errors.AssertRelative(bar, slopes, 1e-6, "cotangents");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static RobotModel Without(RobotModel robot) => TestRobots.WithJoints(robot, joint => joint with { Stiffness = 0, SpringReference = 0 });

    private static RobotModel Rod(double stiffness) => new(
        "rod",
        [new() { Name = "base" }, new() { Name = "rod", Mass = 1, Inertia = new(1, 0, 0, 1, 0, 1) }],
        [new() { Name = "hinge", Type = JointType.Continuous, Parent = "base", Child = "rod", Axis = new(0, 0, 1), Stiffness = stiffness, SpringReference = Slack }]);
}
