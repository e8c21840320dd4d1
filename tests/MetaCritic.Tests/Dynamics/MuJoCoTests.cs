using System.Text.Json;
using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>Joints that follow others, dry friction, springs, armature and MJCF against numbers by MuJoCo; TestData/mujoco/README.md tells how they were made.</summary>
[TestClass]
public sealed class MuJoCoTests
{
    private const double Bound = 1e-8;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "TestData", "mujoco");

    [TestMethod]
    [DataRow("gripper.urdf", 2)]
    [DataRow("classes.xml", 1)]
    [DataRow("rough.xml", 0)]
    [DataRow("springs.xml", 0)]
    [DataRow("tied.xml", 1)]
    public void Numbers_by_MuJoCo_are_reproduced(string file, int followers)
    {
        RobotModel robot = RobotModel.Load(Path.Combine(Folder, file));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, Path.ChangeExtension(file, ".json"))));
        string[] joints = [.. document.RootElement.GetProperty("joints").EnumerateArray().Select(name => name.GetString()!)];
        CollectionAssert.AreEqual(joints, robot.MovableJoints.Select(joint => joint.Name).ToArray(), "order of q");
        Assert.AreEqual(followers, robot.Joints.Count(joint => joint.Mimic is not null));
        Assert.IsTrue(robot.MovableJoints.All(joint => joint.Friction > 0 || joint.Armature > 0), "something to compare at each joint");

        int n = robot.DegreesOfFreedom;
        RigidBodyAlgorithms algorithms = new(robot);
        Pose[] poses = new Pose[robot.Links.Count];
        JsonElement[] cases = [.. document.RootElement.GetProperty("cases").EnumerateArray()];
        Assert.HasCount(8, cases);
        foreach ((int number, JsonElement expected) in cases.Index())
        {
            string where = $"{file}, case {number}";
            double[] q = expected.GetProperty("q").Flat();
            double[] qd = expected.GetProperty("qd").Flat();
            double[] found = new double[n];
            algorithms.ForwardDynamics(q, qd, expected.GetProperty("tau").Flat(), found);
            Errors.AssertRelative(found, expected.GetProperty("qdd").Flat(), Bound, $"{where}: accelerations");
            algorithms.InverseDynamics(q, qd, new double[n], found);
            Errors.AssertRelative(found, expected.GetProperty("bias").Flat(), Bound, $"{where}: bias forces");
            double[] matrix = new double[n * n];
            algorithms.InertiaMatrix(q, matrix);
            Errors.AssertRelative(matrix, expected.GetProperty("M").Flat(), Bound, $"{where}: M");

            algorithms.ForwardKinematics(q, poses);
            Dictionary<string, Vector3d> positions = robot.Links.Zip(poses).ToDictionary(pair => pair.First.Name, pair => pair.Second.Position);
            foreach (JsonProperty body in expected.GetProperty("bodies").EnumerateObject())
            {
                Vector3d position = positions[body.Name];
                Errors.AssertRelative([position.X, position.Y, position.Z], body.Value.Flat(), Bound, $"{where}: position of {body.Name}");
            }
        }
    }
}
