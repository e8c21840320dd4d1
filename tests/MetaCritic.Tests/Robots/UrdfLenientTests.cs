using System.Text;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Robots;

/// <summary>URDF files as they are found: what means nothing to dynamics is passed over and named, and all errors come at once.</summary>
[TestClass]
public sealed class UrdfLenientTests
{
    [TestMethod]
    [DataRow(10, "<link name='tip'><origin xyz='0 0 0'/></link>", "<origin> in <link name=\"tip\">")]
    [DataRow(10, "<link name='tip'><gravity>0</gravity></link>", "<gravity> in <link name=\"tip\">")]
    [DataRow(10, "<link name='tip'/><velocity>1</velocity>", "<velocity> in <robot name=\"r\">")]
    [DataRow(17, "<dynamics D='1'/>", "'D' is unknown")]
    [DataRow(6, "<mass value='1' unit='kg'/>", "'unit' is unknown")]
    [DataRow(10, "<link name='tip' type='lamp'/>", "'type' is unknown")]
    [DataRow(11, "<joint name='hinge' type='revolute' role='elbow'>", "'role' is unknown")]
    [DataRow(1, "<robot>", "the attribute name is missing or empty; the robot is called robot")]
    [DataRow(16, "<limit lower='-1' upper='1' effort='-5' velocity='2'/>", "the effort limit is -5; there is no such limit")]
    [DataRow(16, "<limit lower='-1' upper='1' effort='5' velocity='-2'/>", "the velocity limit is -2; there is no such limit")]
    [DataRow(16, "<limit lower='-1' upper='1' velocity='2'/>", "the attribute effort is missing or empty; there is no such limit")]
    [DataRow(16, "<limit lower='-1' upper='1' effort='5'/>", "the attribute velocity is missing or empty; there is no such limit")]
    public void What_is_passed_over_is_a_warning_and_an_error_if_strict(int line, string text, string found)
    {
        string document = SmallUrdf.With((line, text));
        RobotModel robot = RobotModel.ParseUrdf(document, "small.urdf");
        string warning = robot.Warnings.Single();
        Assert.StartsWith($"small.urdf, line {line}, ", warning);
        Assert.Contains(found, warning);
        Assert.AreEqual(warning, robot.With("arm.mass", 3).Warnings.Single());
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(document, "small.urdf", new() { Strict = true }));
        Assert.Contains($"small.urdf, line {line}, ", error.Message);
    }

    [TestMethod]
    public void Each_kind_is_named_once()
    {
        RobotModel robot = RobotModel.ParseUrdf(SmallUrdf.With(
            (2, "<link name='base'><gravity/><gravity/></link>"),
            (10, "<link name='tip'><gravity/><visual><geometry><mesh filename='a'/></geometry></visual><collision/><collision/></link>"),
            (23, "<calibration/></joint><drake:joint/>")));
        Assert.EndsWith("(3 times)", robot.Warnings.Single());
        CollectionAssert.AreEqual(new[] { "<calibration>", "<collision> (2)", "<drake:joint>", "<visual>" }, robot.PassedOver.ToArray());
    }

    [TestMethod]
    [DataRow("<?xml version='0.0'?>")]
    [DataRow("<?xml version=\"1.1\" encoding=\"utf-8\"?>")]
    [DataRow("<!-- a licence\n of two lines -->\n<?xml version='1.0'?>")]
    [DataRow("\n\n<!-- é --> <!-- b --><?xml version=\"0.0\" ?>\n")]
    public void Prologs_as_people_write_them_are_read(string prolog)
    {
        string text = prolog + SmallUrdf.Text;
        Assert.AreEqual(1, RobotModel.ParseUrdf(text).DegreesOfFreedom);
        foreach (byte[] bytes in new[] { Encoding.UTF8.GetBytes(text), [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)] })
        {
            using MemoryStream stream = new(bytes);
            Assert.AreEqual(1, UrdfReader.Read(stream, "bytes").DegreesOfFreedom);
        }

        // Errors point at the line all the same.
        int lines = prolog.Count(c => c == '\n');
        Assert.Contains($"line {6 + lines},", Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(prolog + SmallUrdf.With((6, "<mass value='-1'/>")))).Message);
    }

    [TestMethod]
    [DataRow("xmlns='http://www.ros.org'")]
    [DataRow("xmlns='http://a' xmlns:xacro='http://b' version='2'")]
    public void A_default_namespace_makes_no_difference(string attributes) =>
        Assert.AreEqual(1, RobotModel.ParseUrdf(SmallUrdf.With((1, $"<robot name='r' {attributes}>"), (10, "<link name='tip' xmlns='urn:x'/>"))).DegreesOfFreedom);

    [TestMethod]
    [DataRow("<limit effort='5'/>", 5.0, double.PositiveInfinity)]
    [DataRow("<limit velocity='2'/>", double.PositiveInfinity, 2.0)]
    public void Half_a_limit_of_a_continuous_joint_is_no_other_limit(string limit, double effort, double velocity)
    {
        RobotModel robot = RobotModel.ParseUrdf(SmallUrdf.With((11, "<joint name='hinge' type='continuous'>"), (16, limit)));
        Assert.AreEqual((effort, velocity), (robot.Joints[0].EffortLimit, robot.Joints[0].VelocityLimit));
        Assert.IsEmpty(robot.Warnings);
    }

    [TestMethod]
    [DataRow("<mass value='0'/><inertia ixx='0.05' ixy='0' ixz='0' iyy='0.05' iyz='0' izz='0.05'/>")]
    [DataRow("<mass value='3'/><inertia ixx='-1' ixy='5' ixz='0' iyy='0.05' iyz='0' izz='9'/>")]
    public void A_link_that_is_fixed_to_the_world_may_have_any_inertia(string inertial)
    {
        string link = $"<link name='base'><inertial>{inertial}</inertial></link>";
        Assert.AreEqual(1, RobotModel.ParseUrdf(SmallUrdf.With((2, link))).DegreesOfFreedom);
        Assert.AreEqual(1, RobotModel.ParseUrdf(SmallUrdf.With(
            (2, "<link name='world'/>" + link), (11, "<joint name='w' type='fixed'><parent link='world'/><child link='base'/></joint><joint name='hinge' type='revolute'>"))).DegreesOfFreedom);
    }

    [TestMethod]
    public void An_inertia_without_mass_counts_as_it_stands_with_a_warning()
    {
        string document = SmallUrdf.With((10, "<link name='tip'><inertial><mass value='0'/><inertia ixx='0.1' ixy='0' ixz='0' iyy='0.1' iyz='0' izz='0.1'/></inertial></link>"));
        RobotModel robot = RobotModel.ParseUrdf(document);
        Assert.Contains("although the mass is 0; it counts as it stands", robot.Warnings.Single());
        Assert.AreEqual(0.1, robot.Links[2].Inertia.Xx);
        Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(document, options: new() { Strict = true }));
    }

    [TestMethod]
    public void A_joint_that_follows_a_fixed_one_is_fixed_at_its_offset()
    {
        RobotModel robot = RobotModel.ParseUrdf(SmallUrdf.With((17, "<mimic joint='end' offset='0.5'/>")));
        Assert.AreEqual(0, robot.DegreesOfFreedom);
        Assert.AreEqual(Math.Cos(0.5), robot.Joints[0].Origin.Rotation.Xx, 1e-15);
        Assert.Contains("'end' is fixed, so that this joint is fixed too", robot.Warnings.Single());
    }

    [TestMethod]
    public void All_errors_of_a_file_come_at_once_with_their_lines()
    {
        string document = SmallUrdf.With(
            (2, "<link name='base'/><lnik/>"),
            (6, "<mass value='two'/>"),
            (7, "<inertia ixx='0.1' ixz='0' iyy='0.1' iyz='x' izz='0.1'/>"),
            (15, "<axis xyz='0 0 0'/>"),
            (16, "<limit lower='1' upper='-1' effort='-5' velocity='2'/>"),
            (17, "<dynamics damping='-1' friction='-1'/><mimic joint='nobody'/>"),
            (21, "<child link='tipp'/>"),
            (22, "<origin xyz='1 0'/>"));
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(document, "small.urdf"));
        string[] lines = error.Message.Split('\n');
        foreach (string expected in new[]
        {
            "small.urdf, line 2, <lnik> in", "small.urdf, line 6, <mass>", "the attribute ixy is missing", "iyz is 'x'", "small.urdf, line 15, <axis>", "the lower limit 1 exceeds",
            "the damping is -1", "the friction is -1", "it follows, 'nobody', is unknown", "the child link 'tipp' is unknown", "small.urdf, line 22, <origin>",
        })
        {
            Assert.IsTrue(lines.Any(line => line.Contains(expected, StringComparison.Ordinal)), $"{expected} in\n{error.Message}");
        }

        Assert.AreEqual(lines.Length, lines.Distinct().Count());
    }

    [TestMethod]
    public void Of_thousands_of_errors_the_first_are_shown()
    {
        StringBuilder text = new("<robot name='r'>");
        for (int i = 0; i < 3000; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n<link name='l{i}'><inertial><mass value='-1'/></inertial></link>");
        }

        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(text.Append("</robot>").ToString()));
        Assert.EndsWith("more errors.", error.Message);
        Assert.IsLessThan(3000, error.Message.Length);
    }

    // As public descriptions have it at frames: no body has these moments, and nothing depends on them.
    [TestMethod]
    [DataRow("1e-8", "1e-8", true)]
    [DataRow("1e-8", "1e-5", false)]
    [DataRow("1e-3", "1e-8", false)]
    public void A_frame_of_nearly_no_mass_may_have_six_equal_moments(string mass, string moment, bool read)
    {
        string tip = $"<link name='tip'><inertial><mass value='{mass}'/><inertia ixx='{moment}' ixy='{moment}' ixz='{moment}' iyy='{moment}' iyz='{moment}' izz='{moment}'/></inertial></link>";
        if (read)
        {
            Assert.AreEqual(1e-8, RobotModel.ParseUrdf(SmallUrdf.With((10, tip))).Links[2].Inertia.Xy);
        }
        else
        {
            Assert.Contains("exceeds the sum", Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(SmallUrdf.With((10, tip)))).Message);
        }
    }
}
