using MathNet.Numerics.LinearAlgebra;
using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>Joints that follow others: the same robot without the couplings, projected, is the reference.</summary>
[TestClass]
public sealed class CoupledJointTests
{
    private const double Bound = 1e-10;

    public static IEnumerable<object[]> Robots() => Enumerable.Range(0, 20).Select(seed => new object[] { $"{(seed % 2 == 0 ? "coupled" : "tied")}-{seed}-{3 + (seed % 10)}" });

    [TestMethod]
    [DynamicData(nameof(Robots))]
    public void All_algorithms_are_those_of_the_free_robot_projected(string name)
    {
        RobotModel robot = TestRobots.Named(name);
        RobotModel free = TestRobots.WithJoints(robot, joint => joint with { Mimic = null });
        int n = robot.DegreesOfFreedom;
        int m = free.DegreesOfFreedom;
        Assert.IsLessThan(m, n);
        (Matrix<double> g, Vector<double> offset) = Couplings(robot, free);
        Random random = new(3);
        double[] q = TestRobots.Numbers(random, n, 2);
        double[] qd = TestRobots.Numbers(random, n, 2);
        double[] tau = TestRobots.Numbers(random, n, 5);
        double[] all = [.. (g * Vector<double>.Build.Dense(q)) + offset];
        double[] speeds = [.. g * Vector<double>.Build.Dense(qd)];
        RigidBodyAlgorithms coupled = new(robot);
        RigidBodyAlgorithms reference = new(free);

        double[] full = new double[m * m];
        reference.InertiaMatrix(all, full);
        Matrix<double> inertia = g.Transpose() * Matrix<double>.Build.DenseOfRowMajor(m, m, full) * g;
        double[] found = new double[n * n];
        coupled.InertiaMatrix(q, found);
        Errors.AssertRelative(found, inertia.ToRowMajorArray(), Bound, "inertia");

        double[] forces = new double[m];
        reference.InverseDynamics(all, speeds, new double[m], forces);
        Vector<double> bias = g.TransposeThisAndMultiply(Vector<double>.Build.Dense(forces));
        double[] foundBias = new double[n];
        coupled.InverseDynamics(q, qd, new double[n], foundBias);
        Errors.AssertRelative(foundBias, [.. bias], Bound, "bias", floor: 1);

        double[] passive = [.. free.MovableJoints.Select((joint, i) =>
            (joint.Damping * speeds[i]) + (joint.Friction * Math.Tanh(speeds[i] / (joint.Type == JointType.Prismatic ? 0.01 : 0.1))) + (joint.Stiffness * (all[i] - joint.SpringReference)))];
        Vector<double> right = Vector<double>.Build.Dense(tau) - bias - g.TransposeThisAndMultiply(Vector<double>.Build.Dense(passive));
        double[] accelerations = new double[n];
        coupled.ForwardDynamics(q, qd, tau, accelerations);
        Errors.AssertRelative(accelerations, [.. inertia.Solve(right)], 1e-8, "accelerations");

        Pose[] poses = new Pose[robot.Links.Count];
        Pose[] expected = new Pose[robot.Links.Count];
        coupled.ForwardKinematics(q, poses);
        reference.ForwardKinematics(all, expected);
        for (int i = 0; i < poses.Length; i++)
        {
            Assert.IsLessThan(1e-12, (poses[i].Position - expected[i].Position).Length);
        }

        Assert.AreEqual(0.5 * Vector<double>.Build.Dense(qd).DotProduct(inertia * Vector<double>.Build.Dense(qd)), coupled.KineticEnergy(q, qd), 1e-9 * (1 + coupled.KineticEnergy(q, qd)));
        Assert.AreEqual(reference.PotentialEnergy(all), coupled.PotentialEnergy(q), 1e-9);
    }

    [TestMethod]
    public void A_step_of_small_length_is_the_forward_dynamics()
    {
        RobotModel robot = TestRobots.Named("coupled-5-9");
        int n = robot.DegreesOfFreedom;
        Random random = new(1);
        double[] state = TestRobots.Numbers(random, 2 * n, 1);
        double[] action = TestRobots.Numbers(random, n, 3);
        double[] accelerations = new double[n];
        new RigidBodyAlgorithms(robot).ForwardDynamics(state.AsSpan(0, n), state.AsSpan(n), action, accelerations);
        double[] next = TestRobots.Step(new RigidBodyDynamics(robot, new() { TimeStep = 1e-7 }), state, action);
        Errors.AssertRelative([.. Enumerable.Range(0, n).Select(i => (next[n + i] - state[n + i]) / 1e-7)], accelerations, 1e-3, "accelerations");
    }

    [TestMethod]
    public void Circles_are_refused_with_their_joints()
    {
        RobotModel robot = TestRobots.Named("tree-1-5");
        string[] names = [.. robot.MovableJoints.Select(joint => joint.Name)];
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => TestRobots.WithJoints(robot, joint => joint with
        {
            Mimic = joint.Name == names[1] ? new(names[2]) : joint.Name == names[2] ? new(names[1]) : null,
        }));
        Assert.Contains("follows itself", error.Message);
        Assert.Contains(names[1], error.Message);
    }

    [TestMethod]
    public void A_joint_whose_followers_undo_its_motion_moves_nothing()
    {
        RobotLink[] links = [new() { Name = "base" }, new() { Name = "a" }, new() { Name = "b", Mass = 1 }];
        RobotJoint[] joints =
        [
            new() { Name = "there", Type = JointType.Prismatic, Parent = "base", Child = "a" },
            new() { Name = "back", Type = JointType.Prismatic, Parent = "a", Child = "b", Mimic = new("there", -1) },
        ];
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => new RobotModel("r", links, joints));
        Assert.Contains("joint 'there'", error.Message);
        Assert.Contains("moves no inertia of its own", error.Message);
    }

    [TestMethod]
    public void A_batch_needs_the_same_couplings()
    {
        RobotModel robot = TestRobots.Named("coupled-2-6");
        RobotModel other = TestRobots.WithJoints(robot, joint => joint with { Mimic = joint.Mimic is { } mimic ? mimic with { Multiplier = 2 } : null });
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => new RigidBodyDynamics([robot, other]));
        Assert.Contains("follow each other otherwise", error.Message);
    }

    private static (Matrix<double> G, Vector<double> Offset) Couplings(RobotModel robot, RobotModel free)
    {
        string[] own = [.. robot.MovableJoints.Select(joint => joint.Name)];
        Dictionary<string, RobotJoint> joints = robot.Joints.ToDictionary(joint => joint.Name);
        Matrix<double> g = Matrix<double>.Build.Dense(free.DegreesOfFreedom, own.Length);
        Vector<double> offset = Vector<double>.Build.Dense(free.DegreesOfFreedom);
        for (int i = 0; i < free.DegreesOfFreedom; i++)
        {
            RobotJoint joint = joints[free.MovableJoints[i].Name];
            (double factor, double rest) = (1, 0);
            for (; joint.Mimic is { } mimic; joint = joints[mimic.Joint])
            {
                rest += factor * mimic.Offset;
                factor *= mimic.Multiplier;
            }

            g[i, Array.IndexOf(own, joint.Name)] = factor;
            offset[i] = rest;
        }

        return (g, offset);
    }
}
