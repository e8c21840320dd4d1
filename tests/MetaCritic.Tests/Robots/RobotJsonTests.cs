using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Robots;

/// <summary>The JSON object in which model files carry a robot.</summary>
[TestClass]
public sealed class RobotJsonTests
{
    private static string Written(RobotModel robot)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            robot.WriteJson(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static RobotModel Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return RobotModel.ReadJson(document.RootElement, "model");
    }

    private static IEnumerable<RobotModel> Robots()
    {
        yield return RobotModel.TwoLink;
        yield return RobotModel.Reacher;
        yield return RobotModel.KukaIiwa7.With([new("payload.mass", 0.1), new("payload.z", 1 / 3.0), new("gravity.x", 1e-300), new("iiwa_joint_1.armature", 0.7), new("iiwa_joint_2.stiffness", 1 / 7.0), new("iiwa_joint_2.spring_reference", -1 / 9.0), new("iiwa_joint_4.spring_reference", 5e-324)]);
        yield return RobotModel.FromUrdf(RobotFiles.Urdf("jaco")).WithEndEffector("j2n6s300_link_ee");
        Random random = new(7);
        for (int i = 0; i < 50; i++)
        {
            // Normalised axes must come back to the last bit.
            Vector3d axis = new(random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5);
            yield return new(
                "Käfer 🤖 \"q\"",
                [new RobotLink { Name = "a" }, new RobotLink { Name = "b", Mass = random.NextDouble(), CenterOfMass = new(1, -0.0, 3e-310) }],
                [new RobotJoint { Name = "j", Type = i % 2 == 0 ? JointType.Prismatic : JointType.Continuous, Parent = "a", Child = "b", Axis = axis, Armature = 1, Damping = random.NextDouble() }]);
        }
    }

    [TestMethod]
    public void A_robot_comes_back_exactly()
    {
        foreach (RobotModel robot in Robots())
        {
            string json = Written(robot);
            RobotModel back = Read(json);
            Assert.AreEqual(robot.Name, back.Name);
            Assert.AreEqual(robot.Gravity, back.Gravity);
            Assert.AreEqual(robot.EndEffector, back.EndEffector);
            Assert.AreEqual(robot.Payload, back.Payload);
            CollectionAssert.AreEqual(robot.Links.ToArray(), back.Links.ToArray());
            CollectionAssert.AreEqual(robot.Joints.ToArray(), back.Joints.ToArray());
            CollectionAssert.AreEqual(robot.ParentIndices.ToArray(), back.ParentIndices.ToArray());
            CollectionAssert.AreEqual(robot.Parameters.ToArray(), back.Parameters.ToArray());
            Assert.AreEqual(json, Written(back));
        }
    }

    /// <param name="path">Which node is replaced.</param>
    /// <param name="json">By what; empty to remove it.</param>
    /// <param name="place">The JSON path that the error must name.</param>
    /// <param name="found">What it must say.</param>
    [TestMethod]
    [DataRow("name", "", "$", "the field name is missing")]
    [DataRow("name", "3", "$.name", "Give a string")]
    [DataRow("name", "\"\"", "$", "the name is missing")]
    [DataRow("name", "\"\\ud800\"", "$.name", "half a character")]
    [DataRow("extra", "1", "$.extra", "the field is unknown")]
    [DataRow("gravity", "[0,0]", "$.gravity", "there are 2 items")]
    [DataRow("gravity", "[0,0,0,0]", "$.gravity", "there are 4 items")]
    [DataRow("gravity", "[0,0,\"1\"]", "$.gravity[2]", "Give a number")]
    [DataRow("gravity", "[0,0,1e999]", "$.gravity[2]", "too large")]
    [DataRow("gravity", "null", "$.gravity", "Give an array")]
    [DataRow("payload", "[]", "$.payload", "Give an object")]
    [DataRow("payload.mass", "-1", "$.payload", "its mass is -1")]
    [DataRow("payload.offset", "", "$.payload", "the field offset is missing")]
    [DataRow("endEffector", "\"hand\"", "$.endEffector", "there is no link 'hand'")]
    [DataRow("links", "[]", "$", "no link")]
    [DataRow("links.1.mass", "\"1\"", "$.links[1].mass", "Give a number")]
    [DataRow("links.1.mass", "-1", "$.links[1].mass", "the mass is -1")]
    [DataRow("links.1.inertia", "[1,0,0,1,0,3]", "$.links[1].inertia", "exceeds the sum")]
    [DataRow("links.1.name", "\"base\"", "$.links[1].name", "a link named 'base' already")]
    [DataRow("links.1.centerOfMass", "", "$.links[1]", "the field centerOfMass is missing")]
    [DataRow("joints.0.type", "\"planar\"", "$.joints[0].type", "'planar' is unknown")]
    [DataRow("joints.0.parent", "\"x\"", "$.joints[0].parent", "the parent link 'x' is unknown")]
    [DataRow("joints.0.axis", "", "$.joints[0]", "the field axis is missing")]
    [DataRow("joints.0.axis", "[0,0,0]", "$.joints[0].axis", "the axis is zero")]
    [DataRow("joints.0.limits.lower", "5", "$.joints[0].limits", "exceeds the upper limit")]
    [DataRow("joints.0.limits.lwer", "5", "$.joints[0].limits.lwer", "the field is unknown")]
    [DataRow("joints.0.dynamics.damping", "-1", "$.joints[0].dynamics", "the damping is -1")]
    [DataRow("joints.0.origin.rotation", "[1,0,0,0,1,0,0,0,2]", "$.joints[0].origin", "no rotation")]
    [DataRow("joints.2.axis", "[0,0,1]", "$.joints[2].axis", "the field is unknown")]
    public void A_damaged_object_gives_an_error_with_its_path(string path, string json, string place, string found)
    {
        JsonNode root = JsonNode.Parse(Written(RobotModel.TwoLink))!;
        string[] steps = path.Split('.');
        JsonNode parent = steps[..^1].Aggregate(root, (node, step) => int.TryParse(step, out int index) ? node[index]! : node[step]!);
        const string Mark = "replaced here";
        if (json.Length == 0)
        {
            parent.AsObject().Remove(steps[^1]);
        }
        else
        {
            parent[steps[^1]] = Mark;
        }

        // As text, because a JsonNode holds neither 1e999 nor half characters.
        string text = root.ToJsonString().Replace($"\"{Mark}\"", json, StringComparison.Ordinal);
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => Read(text));
        Assert.StartsWith($"model, {place}: ", error.Message);
        Assert.Contains(found, error.Message);
    }

    [TestMethod]
    [DataRow("[]", "$: ")]
    [DataRow("null", "$: ")]
    [DataRow("{}", "$: ")]
    [DataRow("{\"name\":\"a\",\"name\":\"b\"}", "$.name: the field is given twice")]
    [DataRow("{\"\\ud800\":1}", "$: ")]
    public void What_is_no_robot_is_an_error(string json, string message)
    {
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => Read(json));
        Assert.StartsWith("model, " + message, error.Message);
    }

    [TestMethod]
    public void The_number_of_links_is_capped()
    {
        string links = string.Join(',', Enumerable.Repeat("{}", 5001));
        string json = $$$"""{"name":"a","gravity":[0,0,0],"endEffector":"a","payload":{"mass":0,"offset":[0,0,0]},"joints":[],"links":[{{{links}}}]}""";
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => Read(json));
        Assert.StartsWith("model, $.links: there are 5001 items", error.Message);
    }
}
