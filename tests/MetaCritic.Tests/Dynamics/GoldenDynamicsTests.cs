using System.Text.Json;
using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>
/// Reference numbers computed by another system: every file with rigid-body cases (see <see cref="ReferenceFiles"/>).
/// </summary>
[TestClass]
public sealed class GoldenDynamicsTests
{
    private const double Bound = 1e-9;

    public static IEnumerable<object[]> Files => ReferenceFiles.With("cases").Select(path => new object[] { path });

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Reference_numbers_are_reproduced(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement root = document.RootElement;
        string fileName = Path.GetFileName(path);
        RobotModel robot = WithGravity(RobotModel.FromUrdf(ReferenceFiles.Robot(path)), Gravity(root));
        if (root.TryGetProperty("joints", out JsonElement joints))
        {
            CollectionAssert.AreEqual(
                joints.EnumerateArray().Select(j => j.GetString()).ToArray(), robot.MovableJoints.Select(j => j.Name).ToArray(), "order of q");
        }

        int n = robot.DegreesOfFreedom;
        RigidBodyAlgorithms algorithms = new(robot);
        JsonElement[] cases = [.. root.GetProperty("cases").EnumerateArray()];
        Assert.AreNotEqual(0, cases.Length);

        // A step of 1 s changes the velocity by the acceleration.
        RigidBodyDynamics dynamics = new(robot, new() { TimeStep = 1 });
        double[] states = new double[2 * n * cases.Length];
        double[] torques = new double[n * cases.Length];
        for (int c = 0; c < cases.Length; c++)
        {
            string where = $"{fileName}, case {c}";
            double[] q = cases[c].GetProperty("q").Flat();
            double[] qd = cases[c].GetProperty("qd").Flat();
            double[] tau = cases[c].GetProperty("tau").Flat();
            double[] found = new double[n];
            algorithms.ForwardDynamics(q, qd, tau, found);
            Errors.AssertRelative(found, cases[c].GetProperty("qdd").Flat(), Bound, $"{where}: qdd");
            algorithms.InverseDynamics(q, qd, new double[n], found);

            // Bias forces may vanish but for rounding: a joint whose axis is parallel to gravity, alone.
            Errors.AssertRelative(found, cases[c].GetProperty("bias").Flat(), Bound, $"{where}: bias", floor: 1e-6);
            double[] matrix = new double[n * n];
            algorithms.InertiaMatrix(q, matrix);
            Errors.AssertRelative(matrix, cases[c].GetProperty("M").Flat(), Bound, $"{where}: M");
            AssertPositions(robot, algorithms, q, cases[c], where);
            for (int i = 0; i < n; i++)
            {
                states[(i * cases.Length) + c] = q[i];
                states[((n + i) * cases.Length) + c] = qd[i];
                torques[(i * cases.Length) + c] = tau[i];
            }
        }

        double[] next = new double[states.Length];
        dynamics.Step(0, cases.Length, states, torques, next);
        for (int c = 0; c < cases.Length; c++)
        {
            double[] before = TestRobots.Lane(states, cases.Length, c);
            double[] after = TestRobots.Lane(next, cases.Length, c);
            double[] change = [.. after.Skip(n).Zip(before.Skip(n), (a, b) => a - b)];
            Errors.AssertRelative(change, cases[c].GetProperty("qdd").Flat(), Bound, $"{fileName}, case {c}: batched qdd");
        }
    }

    private static void AssertPositions(RobotModel robot, RigidBodyAlgorithms algorithms, double[] q, JsonElement golden, string where)
    {
        if (!golden.TryGetProperty("bodies", out JsonElement bodies))
        {
            return;
        }

        Pose[] poses = new Pose[robot.Links.Count];
        algorithms.ForwardKinematics(q, poses);
        Dictionary<string, Vector3d> positions = robot.Links.Zip(poses).ToDictionary(p => p.First.Name, p => p.Second.Position);
        List<double> found = [];
        List<double> expected = [];
        foreach (JsonProperty body in bodies.EnumerateObject())
        {
            Assert.IsTrue(positions.TryGetValue(body.Name, out Vector3d position), $"{where}: the robot has no link {body.Name}");
            found.AddRange([position.X, position.Y, position.Z]);
            expected.AddRange(body.Value.EnumerateArray().Select(x => x.GetDouble()));
        }

        Errors.AssertRelative(found.ToArray(), expected.ToArray(), Bound, $"{where}: positions");
    }

    private static Vector3d? Gravity(JsonElement root)
    {
        if (root.TryGetProperty("gravity", out JsonElement g))
        {
            return new(g[0].GetDouble(), g[1].GetDouble(), g[2].GetDouble());
        }

        return root.TryGetProperty("gravity_z", out JsonElement z) ? new(0, 0, z.GetDouble()) : null;
    }

    private static RobotModel WithGravity(RobotModel robot, Vector3d? gravity) =>
        gravity is null ? robot : new(robot.Name, robot.Links, robot.Joints, gravity);
}
