using MathNet.Numerics.LinearAlgebra;
using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>The three algorithms and the energies agree with each other, although they share little.</summary>
[TestClass]
public sealed class RigidBodyAlgorithmsTests
{
    private const double Bound = 1e-10;

    public static IEnumerable<object[]> Trees() =>
        Enumerable.Range(0, 60).Select(seed => new object[] { $"tree-{seed}-{1 + (seed % 12)}" });

    [TestMethod]
    public void The_trees_cover_what_they_should()
    {
        RobotModel[] robots = [.. Trees().Select(t => TestRobots.Named((string)t[0]))];
        foreach (JointType type in Enum.GetValues<JointType>())
        {
            Assert.IsTrue(robots.Any(r => r.Joints.Any(j => j.Type == type)), $"{type}");
        }

        Assert.IsTrue(robots.Any(r => r.Links.Skip(1).Any(l => l.Mass == 0 && r.Joints.Any(j => j.IsMovable && j.Parent == l.Name))), "massless link between");
        Assert.IsTrue(robots.Any(r => r.ParentIndices.GroupBy(p => p).Any(g => g.Key > 0 && g.Count() > 2)), "branches");
        Assert.IsTrue(robots.Any(r => r.ParentIndices.Count(p => p == 0) > 1), "branches at the root");
    }

    [TestMethod]
    [DynamicData(nameof(Trees))]
    public void Forward_and_inverse_dynamics_and_inertia_agree(string name)
    {
        RobotModel robot = TestRobots.Named(name);
        Random random = new(17);
        int n = robot.DegreesOfFreedom;
        RigidBodyAlgorithms algorithms = new(robot);
        double[] q = TestRobots.Numbers(random, n, 3);
        double[] qd = TestRobots.Numbers(random, n, 2);
        double[] tau = TestRobots.Numbers(random, n, 5);

        // Inverse dynamics undoes forward dynamics.
        double[] qdd = new double[n];
        algorithms.ForwardDynamics(q, qd, tau, qdd);
        double[] force = new double[n];
        algorithms.InverseDynamics(q, qd, qdd, force);
        double[] damping = [.. robot.MovableJoints.Zip(qd, (j, v) => j.Damping * v)];
        double[] expected = [.. tau.Zip(damping, (t, d) => t - d)];
        double[] bias = new double[n];
        algorithms.InverseDynamics(q, qd, new double[n], bias);
        double scale = Math.Max(1, bias.Max(Math.Abs));
        double error = force.Zip(expected, (f, e) => Math.Abs(f - e)).Max() / scale;
        Assert.IsTrue(error <= Bound, $"τ of q̈: {error:e2}");

        // The inertia matrix is what inverse dynamics is linear by.
        double[] inertia = new double[n * n];
        algorithms.InertiaMatrix(q, inertia);
        double[] column = new double[n];
        double[] columns = new double[n * n];
        for (int j = 0; j < n; j++)
        {
            double[] unit = new double[n];
            unit[j] = 1;
            algorithms.InverseDynamics(q, new double[n], unit, column, Vector3d.Zero);
            for (int i = 0; i < n; i++)
            {
                columns[(i * n) + j] = column[i];
            }
        }

        Errors.AssertRelative(inertia, columns, Bound, "M");
        Matrix<double> m = Matrix<double>.Build.Dense(n, n, inertia);
        Assert.IsTrue(m.IsSymmetric(), "symmetry");
        Assert.IsTrue(m.Cholesky().Determinant > 0, "positive definite");

        // The energy does not know the matrix.
        Vector<double> v = Vector<double>.Build.Dense(qd);
        double energy = algorithms.KineticEnergy(q, qd);
        Assert.AreEqual(0.5 * v.DotProduct(m * v), energy, Bound * energy);
    }

    [TestMethod]
    [DynamicData(nameof(Trees))]
    public void Bias_forces_at_rest_are_the_slope_of_the_potential_energy(string name)
    {
        RobotModel robot = TestRobots.Named(name);
        int n = robot.DegreesOfFreedom;
        RigidBodyAlgorithms algorithms = new(robot);
        double[] q = TestRobots.Numbers(new(3), n, 3);
        double[] bias = new double[n];
        algorithms.InverseDynamics(q, new double[n], new double[n], bias);
        double[] slope = Ridders.Gradient(algorithms, q, static (a, x) => a.PotentialEnergy(x));
        Errors.AssertRelative(slope, bias, 1e-8, "gravity forces");
    }

    [TestMethod]
    public void Gravity_can_be_overridden_and_comes_back()
    {
        RobotModel robot = TestRobots.Named("iiwa7");
        RigidBodyAlgorithms algorithms = new(robot);
        double[] q = TestRobots.Numbers(new(4), 7, 1);
        double[] own = new double[7];
        double[] other = new double[7];
        double[] again = new double[7];
        algorithms.InverseDynamics(q, new double[7], new double[7], own);
        algorithms.InverseDynamics(q, new double[7], new double[7], other, -2 * robot.Gravity);
        algorithms.InverseDynamics(q, new double[7], new double[7], again);
        Errors.AssertRelative(other, [.. own.Select(x => -2 * x)], 1e-12, "overridden");
        Errors.AssertSameBits(again, own, "own");
        algorithms.ForwardDynamics(q, new double[7], new double[7], other, Vector3d.Zero);
        Assert.AreEqual(0, other.Max(Math.Abs), "no gravity, no motion");
    }

    [TestMethod]
    public void Armature_is_on_the_diagonal()
    {
        RobotModel robot = TestRobots.Named("iiwa7");
        RobotModel geared = TestRobots.WithJoints(robot, j => j with { Armature = j.IsMovable ? 0.3 : 0 });
        double[] q = TestRobots.Numbers(new(4), 7, 1);
        double[] plain = new double[49];
        double[] found = new double[49];
        new RigidBodyAlgorithms(robot).InertiaMatrix(q, plain);
        new RigidBodyAlgorithms(geared).InertiaMatrix(q, found);
        for (int i = 0; i < 49; i++)
        {
            Assert.AreEqual(plain[i] + (i % 8 == 0 ? 0.3 : 0), found[i], 1e-14);
        }
    }

    [TestMethod]
    public void Nearly_parallel_axes_lose_no_accuracy()
    {
        foreach (double tilt in new[] { 0, 1e-17, 3e-16, 1e-14, 1e-9, 1e-5 })
        {
            RobotLink body = new() { Name = "a", Mass = 1, CenterOfMass = new(0.3, 0.1, 0.2), Inertia = new(0.1, 0, 0, 0.2, 0, 0.15) };
            RobotJoint joint = new() { Name = "a", Type = JointType.Revolute, Parent = "base", Child = "a", Axis = new(0, 0, 1) };
            RobotModel robot = new(
                "tilted",
                [new() { Name = "base" }, body, body with { Name = "b" }, body with { Name = "c" }],
                [
                    joint,
                    joint with { Name = "b", Parent = "a", Child = "b", Origin = new(Rotation3d.FromRollPitchYaw(tilt, tilt, 0.4), new(1, 0, 0)) },
                    joint with { Name = "c", Parent = "a", Child = "c", Origin = new(Rotation3d.FromRollPitchYaw(-tilt, tilt, 2), new(0, 1, 0)) },
                ]);
            double[] q = [0.3, -1.2, 2];
            double[] qd = [1, -2, 3];
            double[] inertia = new double[9];
            RigidBodyAlgorithms algorithms = new(robot);
            algorithms.InertiaMatrix(q, inertia);
            Vector<double> v = Vector<double>.Build.Dense(qd);
            double energy = 0.5 * v.DotProduct(Matrix<double>.Build.Dense(3, 3, inertia) * v);
            Assert.AreEqual(algorithms.KineticEnergy(q, qd), energy, 1e-14 * energy, $"tilt {tilt}");
        }
    }

    [TestMethod]
    public void Spans_of_wrong_size_are_refused()
    {
        RigidBodyAlgorithms algorithms = new(TestRobots.Named("two_link"));
        double[] two = new double[2];
        double[] three = new double[3];
        Check("q", () => algorithms.ForwardDynamics(three, two, two, two));
        Check("qd", () => algorithms.ForwardDynamics(two, three, two, two));
        Check("tau", () => algorithms.ForwardDynamics(two, two, three, two));
        Check("qdd", () => algorithms.ForwardDynamics(two, two, two, three));
        Check("q", () => algorithms.InverseDynamics(three, two, two, two));
        Check("tau", () => algorithms.InverseDynamics(two, two, two, three));
        Check("inertia", () => algorithms.InertiaMatrix(two, three));
        Check("links", () => algorithms.ForwardKinematics(two, new Pose[2]));
        Check("qd", () => algorithms.KineticEnergy(two, three));
        Check("q", () => algorithms.PotentialEnergy(three));

        static void Check(string parameter, Action call) =>
            Assert.AreEqual(parameter, Assert.ThrowsExactly<ArgumentException>(call).ParamName);
    }

    [TestMethod]
    public void Torque_scales_accelerate_each_joint_alike()
    {
        RobotModel robot = RobotModel.KukaIiwa7;
        RigidBodyAlgorithms algorithms = new(robot);
        double[] scale = algorithms.TorqueScale(30);
        double[] inertia = new double[49];
        algorithms.InertiaMatrix(new double[7], inertia);
        MathNet.Numerics.LinearAlgebra.Matrix<double> inverse = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(7, 7, inertia).Inverse();
        for (int i = 0; i < 7; i++)
        {
            Assert.AreEqual(30, scale[i] * inverse[i, i], 1e-9);
        }
    }
}
