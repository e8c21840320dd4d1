using System.Text;
using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Robots;

/// <summary>What the MJCF reader reads, what it refuses, and where its errors point.</summary>
[TestClass]
public sealed class MjcfReaderTests
{
    [TestMethod]
    public void Every_figure_is_read()
    {
        RobotModel robot = RobotModel.ParseMjcf(SmallMjcf.Text);
        Assert.AreEqual("m", robot.Name);
        Assert.AreEqual(new Vector3d(0, 0, -10), robot.Gravity);
        Assert.AreEqual("world arm left right", string.Join(' ', robot.Links.Select(link => link.Name)));
        Assert.AreEqual("hinge left", string.Join(' ', robot.MovableJoints.Select(joint => joint.Name)));
        RobotLink arm = robot.Links[1];
        Assert.AreEqual((2.0, new Vector3d(0.5, 0, 0), new InertiaTensor(0.1, 0, 0, 0.2, 0, 0.15)), (arm.Mass, arm.CenterOfMass, arm.Inertia));

        RobotJoint hinge = robot.Joints[0];
        Assert.AreEqual((JointType.Revolute, new Vector3d(0, 1, 0), new Vector3d(0, 0, 1)), (hinge.Type, hinge.Axis, hinge.Origin.Position));
        Assert.AreEqual((-1.0, 1.0, 6.0, double.PositiveInfinity, 0.1, 0.02, 0.0), (hinge.LowerLimit, hinge.UpperLimit, hinge.EffortLimit, hinge.VelocityLimit, hinge.Damping, hinge.Armature, hinge.Friction));
        RobotJoint left = robot.Joints[1];
        Assert.AreEqual((JointType.Prismatic, 0.0, 0.04, 5.0, 0.3), (left.Type, left.LowerLimit, left.UpperLimit, left.EffortLimit, left.Friction));
        Assert.AreEqual(new JointMimic("left"), robot.Joints[2].Mimic);

        // A box of 0.5 kg with half edges 0.1, 0.2, 0.3, and a ball of radius 0.1 of half the density of water.
        InertiaTensor box = robot.Links[2].Inertia;
        Assert.AreEqual(0.5 / 3 * 0.13, box.Xx, 1e-15);
        Assert.AreEqual(0.5 / 3 * 0.10, box.Yy, 1e-15);
        Assert.AreEqual(0.5 / 3 * 0.05, box.Zz, 1e-15);
        Assert.AreEqual(500 * 4.0 / 3 * Math.PI * 0.001, robot.Links[3].Mass, 1e-12);
        Assert.AreEqual(RobotShape.Capsule, robot.Visuals[0].Shape);
        Assert.AreEqual(new Vector3d(0.1, 0.1, 1.1), robot.Visuals[0].Extents);
        Assert.IsEmpty(robot.Warnings);
    }

    [TestMethod]
    public void Degrees_are_the_default_and_euler_angles_follow_their_sequence()
    {
        RobotModel robot = RobotModel.ParseMjcf(SmallMjcf.With((2, "<compiler eulerseq='zyx'/>"), (10, "<body name='arm' pos='0 0 1' euler='90 0 0'>"), (11, "<joint name='hinge' range='-90 45'/>")));
        Assert.AreEqual(-Math.PI / 2, robot.Joints[0].LowerLimit, 1e-15);
        Assert.AreEqual(Math.PI / 4, robot.Joints[0].UpperLimit, 1e-15);
        Assert.AreEqual(1, robot.Joints[0].Origin.Rotation.Yx, 1e-15);
    }

    [TestMethod]
    public void Springs_are_read_with_their_classes_and_in_degrees()
    {
        RobotModel robot = RobotModel.ParseMjcf(SmallMjcf.With(
            (2, "<compiler angle='degree'/>"),
            (6, "<default class='finger'><joint type='slide' axis='1 0 0' range='0 0.04' stiffness='180' springref='0.06'/></default>"),
            (11, "<joint name='hinge' axis='0 1 0' range='-90 90' stiffness='12' springref='-180' springdamper='0 0'/>")));
        Assert.AreEqual((12.0, -Math.PI), (robot.Joints[0].Stiffness, robot.Joints[0].SpringReference), "slack outside the range: a preload");
        Assert.AreEqual((180.0, 0.06), (robot.Joints[1].Stiffness, robot.Joints[1].SpringReference), "metres");
        Assert.AreEqual((180.0, 0.06), (robot.Joints[2].Stiffness, robot.Joints[2].SpringReference), "a follower has its own");
        Assert.IsEmpty(robot.Warnings);
    }

    [TestMethod]
    [DataRow("passive", 0.0, 0.0, 0.3, true)]
    [DataRow("spring", 0.0, 0.1, 0.3, true)]
    [DataRow("damper", 5.0, 0.0, 0.3, true)]
    [DataRow("frictionloss", 5.0, 0.1, 0.0, true)]
    [DataRow("constraint", 5.0, 0.1, 0.0, false)]
    [DataRow("equality", 5.0, 0.1, 0.3, false)]
    [DataRow("contact", 5.0, 0.1, 0.3, true)]
    public void What_flags_switch_off_does_not_act(string flag, double stiffness, double damping, double friction, bool follows)
    {
        string document = SmallMjcf.With((3, $"<option><flag {flag}='disable'/></option>"), (6, "<default class='finger'><joint type='slide' stiffness='5' frictionloss='0.3'/></default>"));
        RobotJoint joint = RobotModel.ParseMjcf(document).Joints[2];
        Assert.AreEqual((stiffness, damping, friction, follows), (joint.Stiffness, joint.Damping, joint.Friction, joint.Mimic is not null));
    }

    /// <summary>Two joints in one body, of which the second does not pass through the body's origin, with a position that the body is written in.</summary>
    [TestMethod]
    public void Several_joints_of_a_body_act_one_after_the_other_about_their_anchors()
    {
        RobotModel robot = RobotModel.ParseMjcf(SmallMjcf.With((11, "<joint name='hinge' axis='0 0 1'/><joint name='second' axis='0 0 1' pos='1 0 0' ref='0.25'/>")));
        Assert.AreEqual("hinge second left", string.Join(' ', robot.MovableJoints.Select(joint => joint.Name)));
        Pose[] poses = new Pose[robot.Links.Count];
        new RigidBodyAlgorithms(robot).ForwardKinematics([0.5, 0.25 + 0.75, 0.01], poses);
        Pose arm = poses[robot.Links.ToList().FindIndex(link => link.Name == "arm")];

        // Rz(0.5) about 0, then Rz(0.75) about (1, 0, 0): the origin goes to Rz(0.5)·((1,0) − Rz(0.75)·(1,0)).
        (double x, double y) = (1 - Math.Cos(0.75), -Math.Sin(0.75));
        Assert.AreEqual((Math.Cos(0.5) * x) - (Math.Sin(0.5) * y), arm.Position.X, 1e-14);
        Assert.AreEqual((Math.Sin(0.5) * x) + (Math.Cos(0.5) * y), arm.Position.Y, 1e-14);
        Assert.AreEqual(Math.Cos(1.25), arm.Rotation.Xx, 1e-14);
    }

    [TestMethod]
    [DataRow(1, "<mujocco>", "line 1, <mujocco>", "the root element of an MJCF document is <mujoco>")]
    [DataRow(2, "<compiler angle='radian' coordinate='global'/>", "line 2, <compiler>", "global")]
    [DataRow(2, "<compiler angel='radian'/>", "line 2, <compiler>", "Perhaps 'angle' is meant")]
    [DataRow(2, "<compiler angle='rad'/>", "line 2, <compiler>", "angle is 'rad'")]
    [DataRow(2, "<compiler inertiafromgeom='maybe'/>", "line 2, <compiler>", "inertiafromgeom is 'maybe'")]
    [DataRow(2, "<compiler inertiagrouprange='a b'/>", "line 1, <mujoco>", "inertiagrouprange of <compiler> is 'a b'")]
    [DataRow(3, "<option><flag gravity='off'/></option>", "line 3, <flag>", "gravity is 'off'")]
    [DataRow(11, "<joint name='hinge' limited='yes'/>", "line 11, <joint name=\"hinge\">", "limited is 'yes'")]
    [DataRow(12, "<inertial pos='0 0 0' mass='2' diaginertia='-1 1 1'/>", "line 10, <body name=\"arm\">", "none can be negative")]
    [DataRow(10, "<bdy/><body name='arm'>", "line 10, <bdy>", "Perhaps 'body' is meant")]
    [DataRow(10, "<body name='arm' quat='0 0 0 0'>", "line 10, <body name=\"arm\">", "no length")]
    [DataRow(10, "<body name='arm' pos='0 0'>", "line 10, <body name=\"arm\">", "pos is '0 0'")]
    [DataRow(11, "<joint name='hinge' type='screw'/>", "line 11, <joint name=\"hinge\">", "'screw' is unknown")]
    [DataRow(11, "<joint name='hinge' axis='0 0 0'/>", "line 11, <joint name=\"hinge\">", "the axis is zero")]
    [DataRow(11, "<joint name='hinge' stiffness='-3'/>", "line 11, <joint name=\"hinge\">", "the stiffness is -3")]
    [DataRow(11, "<joint name='hinge' stiffness='nan'/>", "line 11, <joint name=\"hinge\">", "stiffness is 'nan'")]
    [DataRow(11, "<joint name='hinge' stiffness='1e999'/>", "line 11, <joint name=\"hinge\">", "stiffness is '1e999'")]
    [DataRow(11, "<joint name='hinge' springref='inf'/>", "line 11, <joint name=\"hinge\">", "springref is 'inf'")]
    [DataRow(11, "<joint name='hinge' springref='1 2'/>", "line 11, <joint name=\"hinge\">", "springref is '1 2'")]
    [DataRow(11, "<joint name='hinge' springdamper='0.1 1'/>", "line 11, <joint name=\"hinge\">", "springdamper makes stiffness")]
    [DataRow(11, "<joint name='hinge' type='ball'/>", "line 11, <joint name=\"hinge\">", "--lock hinge")]
    [DataRow(11, "<freejoint/><joint name='hinge'/>", "line 11, <freejoint>", "--lock arm_free")]
    [DataRow(11, "<joint name='hinge' class='none'/>", "line 11, <joint name=\"hinge\">", "the class 'none' is unknown")]
    [DataRow(11, "<joint name='left'/>", "line 14, <joint name=\"left\">", "there is a joint named 'left' already")]
    [DataRow(12, "<inertial pos='0 0 0' mass='-2' diaginertia='1 1 1'/>", "line 10, <body name=\"arm\">", "the mass is -2")]
    [DataRow(12, "<inertial pos='0 0 0' mass='2'/>", "line 12, <inertial>", "neither diaginertia nor fullinertia")]
    [DataRow(12, "<geom type='mesh' mesh='m'/>", "line 12, <geom>", "the inertia of a mesh")]
    [DataRow(12, "<replicate count='3'/><inertial mass='1' diaginertia='1 1 1'/>", "line 12, <replicate>", "not supported")]
    [DataRow(18, "<actuator><motor joint='hing'/></actuator>", "line 18, <motor>", "Perhaps 'hinge' is meant")]
    [DataRow(19, "<equality><weld body1='arm'/></equality>", "line 19, <weld>", "in a loop")]
    [DataRow(19, "<equality><joint joint1='right' joint2='left' polycoef='0 1 2 0 0'/></equality>", "line 19, <joint>", "higher degree")]
    [DataRow(19, "<include file='x.xml'/>", "line 19, <include>", "this document is no file")]
    [DataRow(20, "", "XML", "malformed")]
    [DataRow(1, "<!DOCTYPE mujoco [<!ENTITY x 'y'>]><mujoco>", "XML", "document type definition")]
    public void What_cannot_be_read_is_an_error_with_line_and_element(int line, string text, string place, string found)
    {
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseMjcf(SmallMjcf.With((line, text)), "small.xml"));
        Assert.StartsWith("small.xml, line ", error.Message);
        Assert.Contains(place, error.Message);
        Assert.Contains(found, error.Message);
    }

    [TestMethod]
    [DataRow(3, "<option gravity='0 0 -10' viscosity='1'/>", "fluid")]
    [DataRow(3, "<option gravity='0 0 -10'/><tendon><spatial/></tendon>", "tendons are not modelled")]
    [DataRow(10, "<body name='arm' pos='0 0 1' gravcomp='1'>", "gravity compensation")]
    [DataRow(11, "<joint name='hinge' unheard_of='1'/>", "'unheard_of' is unknown")]
    [DataRow(18, "<actuator><motor tendon='t'/></actuator>", "acts on no joint")]
    public void What_is_passed_over_is_a_warning_and_an_error_if_strict(int line, string text, string found)
    {
        string document = SmallMjcf.With((line, text));
        Assert.Contains(found, RobotModel.ParseMjcf(document, "small.xml").Warnings.Single());
        Assert.Contains(found, Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseMjcf(document, "small.xml", new() { Strict = true })).Message);
    }

    [TestMethod]
    public void All_errors_come_at_once()
    {
        string message = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseMjcf(SmallMjcf.With(
            (10, "<body name='arm' pos='a b c'>"), (11, "<joint name='hinge' damping='x' range='1'/>"), (12, "<inertial mass='y' diaginertia='1 1 1'/>")))).Message;
        foreach (string found in new[] { "pos is 'a b c'", "damping is 'x'", "range is '1'", "mass is 'y'" })
        {
            Assert.Contains(found, message);
        }
    }

    /// <summary>The outermost class may have any name: elements without a class, or outside of any, take it.</summary>
    [TestMethod]
    public void The_outermost_class_holds_for_all()
    {
        RobotModel robot = RobotModel.ParseMjcf(SmallMjcf.With((4, "<default class='all'>")));
        Assert.AreEqual((0.1, 0.02), (robot.Joints[0].Damping, robot.Joints[0].Armature));
        robot = RobotModel.ParseMjcf(SmallMjcf.With((4, "<default><joint stiffness='4'/></default><default>"), (11, "<joint name='hinge' class='main'/>")));
        Assert.AreEqual((4.0, 0.1, 4.0), (robot.Joints[0].Stiffness, robot.Joints[0].Damping, robot.Joints[1].Stiffness));
    }

    [TestMethod]
    [DataRow(9, "<geom type='plane' size='1 1 0.1'/></worldbody><worldbody childclass='no'>", "line 9, <worldbody>")]
    [DataRow(10, "<frame childclass='no'/><body name='arm' pos='0 0 1'>", "line 10, <frame>")]
    [DataRow(10, "<body name='arm' pos='0 0 1' childclass='no'>", "line 10, <body name=\"arm\">")]
    public void An_unknown_class_of_children_is_one_error_where_it_stands(int line, string text, string place)
    {
        string message = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseMjcf(SmallMjcf.With((line, text)), "small.xml")).Message;
        Assert.AreEqual($"small.xml, {place}: the class 'no' is unknown. Name a class of <default>.", message);
    }

    [TestMethod]
    public void Files_that_include_files_are_no_deeper_than_one()
    {
        string folder = Directory.CreateTempSubdirectory("metacritic").FullName;
        try
        {
            for (int i = 0; i < 300; i++)
            {
                File.WriteAllText(Path.Combine(folder, $"{i}.xml"), $"<mujoco><include file='{i + 1}.xml'/></mujoco>");
            }

            Assert.Contains("nested deeper than 64 levels", Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.Load(Path.Combine(folder, "0.xml"))).Message);
            File.WriteAllText(Path.Combine(folder, "0.xml"), "<mujoco><include file='300.xml'><body/></include></mujoco>");
            File.WriteAllText(Path.Combine(folder, "300.xml"), "<mujoco/>");
            Assert.Contains("there is nothing to be in <include>", Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.Load(Path.Combine(folder, "0.xml"))).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Included_files_are_read_from_below_the_folder_only()
    {
        string folder = Directory.CreateTempSubdirectory("metacritic").FullName;
        try
        {
            string part = Path.Combine(folder, "part.xml");
            string main = Path.Combine(folder, "main.xml");
            File.WriteAllText(part, "<mujoco><worldbody><body name='a'><joint name='j'/><geom size='0.1'/></body></worldbody></mujoco>");
            File.WriteAllText(main, "<mujoco><include file='part.xml'/></mujoco>");
            Assert.AreEqual("j", RobotModel.Load(main).MovableJoints.Single().Name);
            foreach ((string text, string found) in new[]
            {
                ("<mujoco><include file='../part.xml'/></mujoco>", "not below the folder"),
                ("<mujoco><include file='/etc/hostname'/></mujoco>", "not below the folder"),
                ("<mujoco><include file='part.xml'/><include file='part.xml'/></mujoco>", "included already"),
                ("<mujoco><include file='none.xml'/></mujoco>", "there is no such file"),
            })
            {
                File.WriteAllText(main, text);
                Assert.Contains(found, Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.Load(main)).Message);
            }

            File.WriteAllText(part, "<mujoco><include file='part.xml'/></mujoco>");
            File.WriteAllText(main, "<mujoco><include file='part.xml'/></mujoco>");
            Assert.Contains("included already", Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.Load(main)).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Depth_and_numbers_of_elements_are_capped()
    {
        string deep = "<mujoco><worldbody>" + string.Concat(Enumerable.Repeat("<body>", 100_000));
        Assert.Contains("nested deeper than 64 levels", Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseMjcf(deep)).Message);
        StringBuilder many = new("<mujoco><worldbody>");
        for (int i = 0; i < 300_000; i++)
        {
            many.Append("<body/>");
        }

        Assert.Contains("more than 200000 elements", Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseMjcf(many.Append("</worldbody></mujoco>").ToString())).Message);
        string bodies = "<mujoco><worldbody>" + string.Concat(Enumerable.Repeat("<body><joint/><geom size='1'/></body>", 6000)) + "</worldbody></mujoco>";
        Assert.Contains("more than 5000 links or joints", Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseMjcf(bodies)).Message);
        string unnamed = "<mujoco><worldbody>" + string.Concat(Enumerable.Repeat("<body><joint/><geom size='1'/></body>", 2000)) + "</worldbody></mujoco>";
        Assert.AreEqual(2000, RobotModel.ParseMjcf(unnamed).DegreesOfFreedom);
    }
}
