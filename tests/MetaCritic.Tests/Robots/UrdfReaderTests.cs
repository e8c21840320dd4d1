using System.Globalization;
using System.Text;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Robots;

/// <summary>What the URDF reader reads, and the defaults that the format defines.</summary>
[TestClass]
public sealed class UrdfReaderTests
{
    [TestMethod]
    public void Every_figure_is_read()
    {
        RobotModel robot = RobotModel.ParseUrdf(SmallUrdf.With(
            (5, "<origin xyz='0.5 0.25 -1' rpy='0 0 1.5707963267948966'/>"),
            (7, "<inertia ixx='0.1' ixy='0.01' ixz='0.02' iyy='0.2' iyz='0.03' izz='0.15'/>"),
            (15, "<axis xyz='0 3 4'/>")));
        Assert.AreEqual("r", robot.Name);
        RobotLink arm = robot.Links[1];
        Assert.AreEqual(2, arm.Mass);
        Assert.AreEqual(new Vector3d(0.5, 0.25, -1), arm.CenterOfMass);

        // A quarter turn about z exchanges x and y: x' = y, y' = -x in the tensor's own axes.
        Assert.AreEqual(0.2, arm.Inertia.Xx, 1e-15);
        Assert.AreEqual(-0.01, arm.Inertia.Xy, 1e-15);
        Assert.AreEqual(-0.03, arm.Inertia.Xz, 1e-15);
        Assert.AreEqual(0.1, arm.Inertia.Yy, 1e-15);
        Assert.AreEqual(0.02, arm.Inertia.Yz, 1e-15);
        Assert.AreEqual(0.15, arm.Inertia.Zz, 1e-15);

        RobotJoint hinge = robot.Joints[0];
        Assert.AreEqual(("hinge", JointType.Revolute, "base", "arm"), (hinge.Name, hinge.Type, hinge.Parent, hinge.Child));
        Assert.AreEqual(new Vector3d(0, 0, 1), hinge.Origin.Position);
        Assert.AreEqual(new Vector3d(0, 0.6, 0.8), hinge.Axis);
        Assert.AreEqual((-1.0, 1.0, 2.0, 5.0), (hinge.LowerLimit, hinge.UpperLimit, hinge.VelocityLimit, hinge.EffortLimit));
        Assert.AreEqual((0.1, 0.0), (hinge.Damping, hinge.Armature));
        Assert.AreEqual(new Vector3d(0, 0, -9.81), robot.Gravity);
    }

    [TestMethod]
    public void The_defaults_are_those_of_the_format()
    {
        RobotModel robot = RobotModel.ParseUrdf(SmallUrdf.With((5, ""), (14, ""), (15, ""), (16, "<limit effort='5' velocity='2'/>"), (17, "")));
        Assert.AreEqual(Vector3d.Zero, robot.Links[1].CenterOfMass);
        RobotJoint hinge = robot.Joints[0];
        Assert.AreEqual(Pose.Identity, hinge.Origin);
        Assert.AreEqual(new Vector3d(1, 0, 0), hinge.Axis);
        Assert.AreEqual((0.0, 0.0, 0.0), (hinge.LowerLimit, hinge.UpperLimit, hinge.Damping));
        Assert.AreEqual(0, robot.Links[0].Mass);
    }

    [TestMethod]
    public void A_continuous_joint_needs_no_limit_and_has_none()
    {
        foreach (string limit in new[] { "", "<limit lower='-1' upper='1' effort='5' velocity='2'/>" })
        {
            RobotJoint joint = RobotModel.ParseUrdf(SmallUrdf.With((11, "<joint name='hinge' type='continuous'>"), (16, limit))).Joints[0];
            Assert.AreEqual((double.NegativeInfinity, double.PositiveInfinity), (joint.LowerLimit, joint.UpperLimit));
            Assert.AreEqual(limit.Length == 0 ? double.PositiveInfinity : 5, joint.EffortLimit);
            Assert.AreEqual(limit.Length == 0 ? double.PositiveInfinity : 2, joint.VelocityLimit);
        }
    }

    [TestMethod]
    public void What_has_no_part_in_the_dynamics_is_passed_over()
    {
        RobotModel plain = RobotModel.ParseUrdf(SmallUrdf.Text);
        RobotModel decorated = RobotModel.ParseUrdf(SmallUrdf.With(
            (1, "<?xml version='1.0'?><!-- c --><robot name='r' version='1.0' xmlns:drake='http://drake.mit.edu'><material name='m'><color rgba='1 0 0 1'/></material><mujoco><compiler fusestatic='false'/></mujoco>"),
            (10, "<link name='tip'><visual><geometry><box size='1 1 1'/></geometry></visual><collision/><gazebo/><drake:inertial/><sensor/></link><drake:joint name='hinge'/>"),
            (18, "<safety_controller k_velocity='1'/><calibration rising='0'/></joint>"),
            (22, "<origin xyz='1 0 0'/><axis xyz='0 0 0'/><limit effort='0'/><dynamics friction='1'/>"),
            (24, "<transmission name='t'><joint name='hinge'/></transmission><gazebo reference='arm'><mass value='9'/><sensor:camera name='c' body:kind='undeclared prefixes'/></gazebo><ros2_control/></robot>")));
        CollectionAssert.AreEqual(plain.Links.ToArray(), decorated.Links.ToArray());
        CollectionAssert.AreEqual(plain.Joints.ToArray(), decorated.Joints.ToArray());
    }

    [TestMethod]
    [DataRow("tr-TR")]
    [DataRow("de-DE")]
    [DataRow("ar-SA")]
    public void The_culture_makes_no_difference(string culture)
    {
        RobotModel expected = RobotModel.FromUrdf(RobotFiles.Urdf("iiwa7"));
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            RobotModel robot = RobotModel.FromUrdf(RobotFiles.Urdf("iiwa7"));
            CollectionAssert.AreEqual(expected.Links.ToArray(), robot.Links.ToArray());
            CollectionAssert.AreEqual(expected.Joints.ToArray(), robot.Joints.ToArray());
            InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => robot.With("iiwa_link_1.mass", -1.5));
            Assert.Contains("-1.5", error.Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    [DataRow("utf-8")]
    [DataRow("utf-16")]
    [DataRow("utf-16BE")]
    [DataRow("iso-8859-1")]
    public void Encodings_and_byte_order_marks_are_understood(string name)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        string text = $"<?xml version='1.0' encoding='{name}'?>\n" + SmallUrdf.With((1, "<robot name='Käfer'>"));
        using MemoryStream stream = new([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);
        Assert.AreEqual("Käfer", UrdfReader.Read(stream, "stream").Name);
        Assert.AreEqual("Käfer", RobotModel.ParseUrdf('\uFEFF' + text).Name);
    }

    [TestMethod]
    public void The_order_is_that_of_the_reference_numbers()
    {
        int files = 0;
        foreach ((string name, string urdf, string golden) in RobotFiles.WithGolden())
        {
            files++;
            RobotModel robot = RobotModel.FromUrdf(urdf);
            (string[] joints, string[] links, double mass) = RobotFiles.Structure(golden);
            CollectionAssert.AreEqual(joints, robot.MovableJoints.Select(joint => joint.Name).ToArray(), name);
            CollectionAssert.AreEqual(links, robot.Links.Select(link => link.Name).ToArray(), name);
            Assert.AreEqual(mass, robot.Links.Sum(link => link.Mass), 1e-9, name);
        }

        Assert.IsGreaterThan(0, files);
    }
}
