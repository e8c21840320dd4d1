using System.Diagnostics;
using System.Globalization;
using System.Text;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Robots;

/// <summary>What the URDF reader refuses, and that each error points at the line and the element.</summary>
[TestClass]
public sealed class UrdfErrorTests
{
    [TestMethod]
    public void The_unchanged_document_is_accepted() => Assert.AreEqual(1, RobotModel.ParseUrdf(SmallUrdf.Text).DegreesOfFreedom);

    /// <param name="replaced">The line that is replaced.</param>
    /// <param name="text">Its new text.</param>
    /// <param name="line">The line that the error must name.</param>
    /// <param name="element">The element that it must name.</param>
    /// <param name="found">What it must say.</param>
    [TestMethod]

    // Robot.
    [DataRow(10, "<lnik name='tip'/>", 10, "<lnik> in <robot name=\"r\">", "unknown")]
    [DataRow(10, "<x:macro xmlns:x='urn:x'/>", 21, "<child> of <joint name=\"end\">", "the child link 'tip' is unknown")]
    [DataRow(10, "<xacro:macro xmlns:xacro='urn:x'/>", 10, "<xacro:macro>", "xacro")]

    // Links.
    [DataRow(2, "<link/>", 2, "<link>", "the attribute name is missing")]
    [DataRow(10, "<link name=''/>", 10, "<link name=\"\">", "the attribute name is missing")]
    [DataRow(10, "<link name='arm'/>", 10, "<link name=\"arm\">", "there is a link named 'arm' already")]
    [DataRow(10, "<link name='tip'/><link name='loose'/>", 10, "<link name=\"loose\">", "there are 2 roots")]
    [DataRow(10, "<link name='tip'/>\n<link name='loose'/>", 11, "<link name=\"loose\">", "'base', 'loose'")]
    [DataRow(10, "<link name='tip'><inertal/></link>", 10, "<inertal> in <link name=\"tip\">", "unknown")]
    [DataRow(10, "<link name='tip'><link name='in'/></link>", 10, "<link> in <link name=\"tip\">", "unknown")]

    // Inertial.
    [DataRow(9, "<inertial/></link>", 9, "<inertial> in <link name=\"arm\">", "one already, in line 4")]
    [DataRow(5, "<origin xyz='0 0 0'/>\n<origin xyz='0 0 0'/>", 6, "<origin> in <link name=\"arm\">", "one already, in line 5")]
    [DataRow(5, "<orgin xyz='0 0 0'/>", 5, "<orgin> in <inertial>", "unknown")]
    [DataRow(5, "<origin xzy='0 0 0'/>", 5, "<origin> of <link name=\"arm\">", "'xzy' is unknown")]
    [DataRow(5, "<origin xyz='0 0'/>", 5, "<origin> of <link name=\"arm\">", "xyz is '0 0'")]
    [DataRow(5, "<origin xyz='0 0 0 0'/>", 5, "<origin> of <link name=\"arm\">", "xyz is '0 0 0 0'")]
    [DataRow(5, "<origin xyz='0 a 0'/>", 5, "<origin> of <link name=\"arm\">", "xyz is '0 a 0'")]
    [DataRow(5, "<origin xyz='0 0,5 0'/>", 5, "<origin> of <link name=\"arm\">", "xyz is '0 0,5 0'")]
    [DataRow(5, "<origin xyz='0 NaN 0'/>", 5, "<origin> of <link name=\"arm\">", "xyz is '0 NaN 0'")]
    [DataRow(5, "<origin rpy='0 1e999 0'/>", 5, "<origin> of <link name=\"arm\">", "rpy is '0 1e999 0'")]
    [DataRow(6, "", 4, "<inertial> of <link name=\"arm\">", "<mass> is missing")]
    [DataRow(6, "<mass/>", 6, "<mass> of <link name=\"arm\">", "the attribute value is missing")]
    [DataRow(6, "<mass value=''/>", 6, "<mass> of <link name=\"arm\">", "value is ''")]
    [DataRow(6, "<mass value='-2'/>", 6, "<mass> of <link name=\"arm\">", "the mass is -2")]
    [DataRow(6, "<mass value='Infinity'/>", 6, "<mass> of <link name=\"arm\">", "value is 'Infinity'")]
    [DataRow(6, "<mass value='2 kg'/>", 6, "<mass> of <link name=\"arm\">", "value is '2 kg'")]
    [DataRow(6, "<mass value='0x2'/>", 6, "<mass> of <link name=\"arm\">", "value is '0x2'")]
    [DataRow(7, "", 4, "<inertial> of <link name=\"arm\">", "<inertia> is missing")]
    [DataRow(7, "<inertia ixx='1' ixy='0' ixz='0' iyy='1' iyz='0'/>", 7, "<inertia> of <link name=\"arm\">", "the attribute izz is missing")]
    [DataRow(7, "<inertia ixx='1' ixy='0' ixz='0' iyy='1' iyz='NaN' izz='1'/>", 7, "<inertia> of <link name=\"arm\">", "iyz is 'NaN'")]
    [DataRow(7, "<inertia ixx='1' ixy='0' ixz='0' iyy='1' iyz='0' izz='3'/>", 7, "<inertia> of <link name=\"arm\">", "exceeds the sum")]
    [DataRow(7, "<inertia ixx='1' ixy='0' ixz='0' iyy='1' iyz='0' izz='2.0001'/>", 7, "<inertia> of <link name=\"arm\">", "exceeds the sum")]
    [DataRow(7, "<inertia ixx='1' ixy='0' ixz='0' iyy='-1' iyz='0' izz='1'/>", 7, "<inertia> of <link name=\"arm\">", "none can be negative")]
    [DataRow(7, "<inertia ixx='1' ixy='2' ixz='0' iyy='1' iyz='0' izz='1'/>", 7, "<inertia> of <link name=\"arm\">", "none can be negative")]

    // Joints.
    [DataRow(11, "<joint type='revolute'>", 11, "<joint>", "the attribute name is missing")]
    [DataRow(11, "<joint name='hinge'>", 11, "<joint name=\"hinge\">", "the attribute type is missing")]
    [DataRow(11, "<joint name='hinge' type='planar'>", 11, "<joint name=\"hinge\">", "'planar' is not supported")]
    [DataRow(11, "<joint name='hinge' type='floating'>", 11, "<joint name=\"hinge\">", "'floating' is not supported")]
    [DataRow(11, "<joint name='hinge' type='Revolute'>", 11, "<joint name=\"hinge\">", "Use revolute, continuous, prismatic or fixed")]
    [DataRow(19, "<joint name='hinge' type='fixed'>", 19, "<joint name=\"hinge\">", "there is a joint named 'hinge' already")]
    [DataRow(12, "", 11, "<joint name=\"hinge\">", "<parent> is missing")]
    [DataRow(12, "<parent/>", 12, "<parent> of <joint name=\"hinge\">", "the attribute link is missing")]
    [DataRow(12, "<parent link='bass'/>", 12, "<parent> of <joint name=\"hinge\">", "Perhaps 'base' is meant")]
    [DataRow(12, "<parent link='base'/>\n<parent link='tip'/>", 13, "<parent> in <joint name=\"hinge\">", "one already, in line 12")]
    [DataRow(13, "", 11, "<joint name=\"hinge\">", "<child> is missing")]
    [DataRow(13, "<child/>", 13, "<child> of <joint name=\"hinge\">", "the attribute link is missing")]
    [DataRow(13, "<child link='nowhere'/>", 13, "<child> of <joint name=\"hinge\">", "the child link 'nowhere' is unknown")]
    [DataRow(13, "<child link='base'/>", 11, "<joint name=\"hinge\">", "a cycle")]
    [DataRow(21, "<child link='arm'/>", 19, "<joint name=\"end\">", "a cycle")]
    [DataRow(12, "<parent link='tip'/>", 19, "<joint name=\"end\">", "form a cycle")]
    [DataRow(23, "</joint><joint name='two' type='fixed'>\n<parent link='base'/><child link='tip'/></joint>", 24, "<child> of <joint name=\"two\">", "two parents")]
    [DataRow(14, "<origin xyz='0 0 one'/>", 14, "<origin> of <joint name=\"hinge\">", "xyz is '0 0 one'")]
    [DataRow(14, "<origin xyz='0 0 1' ryp='0 0 0'/>", 14, "<origin> of <joint name=\"hinge\">", "'ryp' is unknown")]
    [DataRow(15, "<axis xyz='0 0 0'/>", 15, "<axis> of <joint name=\"hinge\">", "the axis is zero")]
    [DataRow(15, "<axis/>", 15, "<axis> of <joint name=\"hinge\">", "the attribute xyz is missing")]
    [DataRow(15, "<axis xyz='0 0 1'/>\n<axis xyz='0 1 0'/>", 16, "<axis> in <joint name=\"hinge\">", "one already, in line 15")]
    [DataRow(15, "<axes xyz='0 0 1'/>", 15, "<axes> in <joint name=\"hinge\">", "unknown")]
    [DataRow(16, "<limit lower='1' upper='-1' effort='5' velocity='2'/>", 16, "<limit> of <joint name=\"hinge\">", "the lower limit 1 exceeds the upper limit -1")]
    [DataRow(16, "<limit lwer='-1' upper='1' effort='5' velocity='2'/>", 16, "<limit> of <joint name=\"hinge\">", "'lwer' is unknown")]
    [DataRow(16, "<limit lower='-inf' upper='1' effort='5' velocity='2'/>", 16, "<limit> of <joint name=\"hinge\">", "lower is '-inf'")]
    [DataRow(17, "<dynamics damping='-0.1'/>", 17, "<dynamics> of <joint name=\"hinge\">", "the damping is -0.1")]
    [DataRow(17, "<dynamics friction='-0.5'/>", 17, "<dynamics> of <joint name=\"hinge\">", "the friction is -0.5")]
    [DataRow(17, "<dynamics dampng='0.5'/>", 17, "<dynamics> of <joint name=\"hinge\">", "'dampng' is unknown")]
    [DataRow(17, "<dynamics/>\n<dynamics/>", 18, "<dynamics> in <joint name=\"hinge\">", "one already, in line 17")]
    [DataRow(17, "<mimic joint='hing'/>", 17, "<mimic> of <joint name=\"hinge\">", "Perhaps 'hinge' is meant")]
    [DataRow(17, "<mimic joint='hinge'/>", 17, "<mimic> of <joint name=\"hinge\">", "follows itself")]
    [DataRow(17, "<mimic/>", 17, "<mimic> of <joint name=\"hinge\">", "the attribute joint is missing")]
    [DataRow(17, "<mimic joint='end' multipler='2'/>", 17, "<mimic> of <joint name=\"hinge\">", "'multipler' is unknown")]
    [DataRow(17, "<mimic joint='end' offset='a'/>", 17, "<mimic> of <joint name=\"hinge\">", "offset is 'a'")]

    // A joint that moves nothing.
    [DataRow(19, "<joint name='end' type='continuous'>", 19, "<joint name=\"end\">", "moves no mass")]

    // XML.
    [DataRow(17, "<dynamics", 18, "XML", "malformed")]
    [DataRow(11, "<joint name='hinge' name='hinge' type='revolute'>", 11, "XML", "malformed")]
    [DataRow(24, "", 24, "XML", "malformed")]
    [DataRow(24, "</robot>\n<robot name='s'/>", 25, "XML", "malformed")]
    [DataRow(10, "<link name='&amp;&unknown;'/>", 10, "XML", "malformed")]
    [DataRow(1, "<!DOCTYPE robot [<!ENTITY x 'y'>]>\n<robot name='r'>", 1, "start of the document", "document type definition")]
    [DataRow(1, "<?xml version='1.0'?>\n\n<!-- a\n b -->\n\n<!DOCTYPE robot [<!ENTITY x 'y'>]>\n<robot name='r'>", 6, "start of the document", "document type definition")]
    [DataRow(1, "<!DOCTYPE robot SYSTEM 'file:///etc/hostname'>\n<robot name='r'>", 1, "start of the document", "document type definition")]
    [DataRow(1, "<sdf>", 1, "<sdf>", "the root element of a URDF document is <robot>")]
    public void A_malformed_document_gives_an_error_with_line_and_element(int replaced, string text, int line, string element, string found)
    {
        string document = SmallUrdf.With((replaced, text));
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(document, "small.urdf"));
        Assert.Contains($"small.urdf, line {line}, {element}", error.Message);
        Assert.Contains(found, error.Message);
        Assert.StartsWith("small.urdf, line", error.Place);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("  \n ")]
    [DataRow("<!-- nothing -->")]
    [DataRow("no xml")]
    [DataRow("<robot name='r'/>")]
    [DataRow("<robot name='r'></robot>")]
    [DataRow("<robot name='r'><link name='a'/></robot>garbage")]
    public void A_document_without_robot_is_an_error(string text)
    {
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(text, "empty.urdf"));
        Assert.StartsWith("empty.urdf, line ", error.Message);
    }

    [TestMethod]
    public void Bytes_that_are_no_text_are_an_error()
    {
        byte[][] cases = [[], [0], [0xFE, 0xFF], [0xFF, 0xFE, 0], [0xEF, 0xBB, 0xBF], [0x3C, 0, 0, 0], [0x4C, 0x6F, 0xA7, 0x94], [0x3C, 0xFF, 0xFE],
            [.. Encoding.ASCII.GetBytes("<?xml version='1.0' encoding='no-such'?><robot name='r'/>")], [0x1F, 0x8B, 8, 0]];
        foreach (byte[] bytes in cases)
        {
            using MemoryStream stream = new(bytes);
            InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => UrdfReader.Read(stream, "bytes"));
            Assert.StartsWith("bytes, line 1, ", error.Message);
        }
    }

    [TestMethod]
    public void A_cycle_beside_a_tree_is_an_error()
    {
        const string Loop =
            """
            </joint>
            <link name="p"/><link name="q"/>
            <joint name="pq" type="fixed"><parent link="p"/><child link="q"/></joint>
            <joint name="qp" type="fixed"><parent link="q"/><child link="p"/></joint>
            """;
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(SmallUrdf.With((23, Loop))));
        Assert.Contains("line 26, <joint name=\"qp\">", error.Message);
        Assert.Contains("→", error.Message);
    }

    [TestMethod]
    [DataRow(100_000, false)]
    [DataRow(100_000, true)]
    public void Too_many_links_are_an_error_at_once(int count, bool nested)
    {
        StringBuilder text = new("<robot name=\"r\">\n");
        for (int i = 0; i < count; i++)
        {
            text.Append("<link name=\"l").Append(i).Append(nested ? "\">\n" : "\"/>\n");
        }

        string document = text.Append(nested ? string.Concat(Enumerable.Repeat("</link>", count)) : "").Append("</robot>").ToString();
        Stopwatch time = Stopwatch.StartNew();
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(document));
        Assert.IsLessThan(5.0, time.Elapsed.TotalSeconds);
        Assert.Contains(nested ? "line 3, <link> in <link name=\"l0\">" : "line 5002, <link name=\"l5000\">", error.Message);
    }

    [TestMethod]
    public void A_document_within_the_caps_is_read_whatever_its_depth()
    {
        StringBuilder text = new("<robot name=\"chain\">");
        for (int i = 0; i < 5000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"""<link name="l{i}"><inertial><mass value="1"/><inertia ixx="1" ixy="0" ixz="0" iyy="1" iyz="0" izz="1"/></inertial></link>""");
        }

        for (int i = 1; i < 5000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"""<joint name="j{i}" type="continuous"><parent link="l{i - 1}"/><child link="l{i}"/><origin xyz="0.1 0 0"/></joint>""");
        }

        RobotModel robot = RobotModel.ParseUrdf(text.Append("</robot>").ToString());
        Assert.AreEqual(4999, robot.DegreesOfFreedom);
        Assert.AreEqual("l4999", robot.EndEffector);
    }

    [TestMethod]
    public void Deep_nesting_is_an_error_in_skipped_elements_too()
    {
        string deep = string.Concat(Enumerable.Repeat("<a>", 100_000));
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(
            () => RobotModel.ParseUrdf(SmallUrdf.With((10, $"<link name='tip'><visual>{deep}"))));
        Assert.Contains("line 10, <a>", error.Message);
        Assert.Contains("nested deeper than 64 levels", error.Message);
    }

    [TestMethod]
    public void A_document_beyond_the_cap_on_characters_is_an_error()
    {
        string comment = "<!-- " + new string('x', 17 * 1024 * 1024) + " -->";
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(SmallUrdf.With((10, comment))));
        Assert.Contains("more than 16777216 characters", error.Message);
    }

    [TestMethod]
    public void Messages_stay_short_whatever_was_found()
    {
        string name = new('n', 100_000);
        foreach (string text in new[] { $"<link name='{name}'/>", $"<{name}/>", $"<link name='tip' {name}='1' {name}='1'/>", $"<!-- --><link name='t'><inertial><mass value='{name}'/></inertial></link>" })
        {
            InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(SmallUrdf.With((10, text)), options: new() { Strict = true }));
            Assert.IsLessThan(1000, error.Message.Length);
            Assert.Contains("line 10", error.Message);
        }
    }

    [TestMethod]
    public void Entities_are_never_expanded()
    {
        StringBuilder bomb = new("<!DOCTYPE robot [<!ENTITY a0 'aaaaaaaaaa'>");
        for (int i = 1; i < 20; i++)
        {
            bomb.Append(CultureInfo.InvariantCulture, $"<!ENTITY a{i} '{string.Concat(Enumerable.Repeat($"&a{i - 1};", 10))}'>");
        }

        string document = SmallUrdf.With((1, bomb + "]>\n<robot name='&a19;'>"));
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(document));
        Assert.Contains("document type definition", error.Message);
    }

    [TestMethod]
    public void An_unreadable_file_is_an_error()
    {
        string folder = Directory.CreateTempSubdirectory("metacritic").FullName;
        try
        {
            string empty = Path.Combine(folder, "empty.urdf");
            File.WriteAllText(empty, "");
            string missing = Path.Combine(folder, "missing.urdf");
            (string Path, string Found)[] cases =
            [
                (folder, "this is a folder"), (missing, "there is no such file"), (Path.Combine(missing, "x.urdf"), "there is no such file"),
                (empty, "the document is empty"), ("", "this is no file name"), ("a\0b", "this is no file name"),
            ];
            foreach ((string path, string found) in cases)
            {
                InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.FromUrdf(path));
                Assert.Contains(found, error.Message);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Copies of a good document with random damage: they are read or refused, nothing else.</summary>
    [TestMethod]
    public void Damaged_documents_are_read_or_refused()
    {
        Random random = new(20260101);
        string[] pieces = ["<", ">", "/", "\"", "'", "&", "0", "-", "1e400", "NaN", " ", "link", "joint", "<link name=\"x\"/>", "<!DOCTYPE x>", "\uFEFF", "\uD800", "]]>", "<!--", "\0"];
        int refused = 0;
        for (int trial = 0; trial < 3000; trial++)
        {
            StringBuilder text = new(SmallUrdf.Text);
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0:
                        text.Remove(at, Math.Min(random.Next(1, 40), text.Length - at));
                        break;
                    case 1:
                        text.Insert(at, pieces[random.Next(pieces.Length)]);
                        break;
                    case 2:
                        text[at] = (char)random.Next(32, 127);
                        break;
                    default:
                        string copy = text.ToString(at, Math.Min(random.Next(1, 200), text.Length - at));
                        text.Insert(random.Next(text.Length), copy);
                        break;
                }
            }

            string document = text.ToString();
            try
            {
                _ = RobotModel.ParseUrdf(document);
            }
            catch (InvalidInputException)
            {
                refused++;
            }

            // The same through bytes, which may break the encoding.
            byte[] bytes = Encoding.UTF8.GetBytes(document);
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                using MemoryStream stream = new(bytes);
                _ = UrdfReader.Read(stream, "bytes");
            }
            catch (InvalidInputException)
            {
                refused++;
            }
        }

        Assert.IsInRange(1000, 5990, refused);
    }
}
