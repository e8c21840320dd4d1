using System.Text;
using System.Text.Json;
using MetaCritic.Dynamics;
using MetaCritic.Robots;
using MetaCritic.Tests.Dynamics;

namespace MetaCritic.Tests.Robots;

/// <summary>Robots that are saved are read with the same dynamics, to the last bit.</summary>
[TestClass]
public sealed class RobotSaveTests
{
    public static IEnumerable<object[]> Cases() =>
        from name in new[] { "iiwa7", "jaco", "tree-3-7", "rough-4-6", "coupled-5-9", "sprung-3-7", "tied-5-9", "mjcf" }
        from extension in new[] { ".urdf", ".json" }
        select new object[] { name, extension };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void What_was_locked_and_changed_comes_back_to_the_bit(string name, string extension)
    {
        RobotModel robot = name == "mjcf" ? RobotModel.ParseMjcf(SmallMjcf.Text) : TestRobots.Named(name);
        RobotJoint first = robot.MovableJoints[0];
        robot = robot.DegreesOfFreedom > 3 ? robot.Lock(first.Name, Math.Clamp(0.3, first.LowerLimit, first.UpperLimit)) : robot;
        string link = robot.Links.Last(l => l.Mass > 0).Name;
        robot = robot.With(
        [
            new("payload.mass", 0.7), new("payload.z", 0.05), new("gravity.x", 0.3), new(robot.MovableJoints[^1].Name + ".armature", 0.25),
            new(robot.MovableJoints[^1].Name + ".velocity_limit", double.PositiveInfinity), new(link + ".mass", 1.0 / 3),
        ]);
        string path = Path.Combine(Directory.CreateTempSubdirectory("metacritic").FullName, "robot" + extension);
        try
        {
            robot.Save(path);
            RobotModel read = RobotModel.Load(path, new() { Strict = true });
            Assert.AreEqual(Json(robot), Json(read));
            Assert.IsEmpty(read.Warnings);
            int n = robot.DegreesOfFreedom;
            Random random = new(1);
            double[] state = TestRobots.Numbers(random, 2 * n, 1);
            double[] action = TestRobots.Numbers(random, n, 1);
            Errors.AssertSameBits(TestRobots.Step(new RigidBodyDynamics(read), state, action), TestRobots.Step(new RigidBodyDynamics(robot), state, action), "step");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [TestMethod]
    public void A_name_that_tells_no_format_is_an_error_and_nothing_is_written()
    {
        string path = Path.Combine(Path.GetTempPath(), "metacritic-robot.sdf");
        Assert.Contains("ends with .urdf or .json", Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.TwoLink.Save(path)).Message);
        Assert.IsFalse(File.Exists(path));
    }

    [TestMethod]
    [DataRow("rpy=\"1.5707963267948966 0 0", "rpy=\"1 0 0", "another rotation than rpy")]
    [DataRow("metacritic:rotation=\"", "metacritic:rotation=\"x ", "metacritic:rotation is 'x ")]
    [DataRow("metacritic:payloadMass=\"0", "metacritic:payloadMass=\"-1", "its mass is -1")]
    [DataRow("metacritic:stiffness=\"3", "metacritic:stiffness=\"-3", "the stiffness is -3")]
    [DataRow("metacritic:stiffness=\"3", "metacritic:stiffness=\"1e999", "metacritic:stiffness is '1e999'")]
    [DataRow("metacritic:springReference=\"0.25", "metacritic:springReference=\"NaN", "metacritic:springReference is 'NaN'")]
    public void Figures_of_our_own_are_checked(string text, string replacement, string found)
    {
        RobotModel robot = RobotModel.KukaIiwa7.With([new("iiwa_joint_3.stiffness", 3), new("iiwa_joint_3.spring_reference", 0.25)]);
        string path = Path.Combine(Directory.CreateTempSubdirectory("metacritic").FullName, "robot.urdf");
        try
        {
            robot.Save(path);
            string saved = File.ReadAllText(path);
            Assert.Contains(text, saved);
            Assert.Contains(found, Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(saved.Replace(text, replacement, StringComparison.Ordinal))).Message);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static string Json(RobotModel robot)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            robot.WriteJson(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
