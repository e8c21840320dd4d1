using System.Text.Json;

namespace MetaCritic.Robots;

/// <summary>The JSON object in which model files carry a robot.</summary>
/// <remarks>
/// Numbers are written in the shortest form that reads back to the same bits. A limit that there is not is left out,
/// and so are the figures of motion of a fixed joint.
/// </remarks>
internal static class RobotJson
{
    /// <summary>Writes a robot.</summary>
    public static void Write(RobotModel robot, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", robot.Name);
        WriteVector(writer, "gravity", robot.Gravity);
        writer.WriteString("endEffector", robot.EndEffector);
        writer.WriteStartObject("payload");
        writer.WriteNumber("mass", robot.Payload.Mass);
        WriteVector(writer, "offset", robot.Payload.Offset);
        writer.WriteEndObject();

        writer.WriteStartArray("links");
        foreach (RobotLink link in robot.BareLinks)
        {
            writer.WriteStartObject();
            writer.WriteString("name", link.Name);
            writer.WriteNumber("mass", link.Mass);
            WriteVector(writer, "centerOfMass", link.CenterOfMass);
            InertiaTensor i = link.Inertia;
            WriteNumbers(writer, "inertia", [i.Xx, i.Xy, i.Xz, i.Yy, i.Yz, i.Zz]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("joints");
        foreach (RobotJoint joint in robot.Joints)
        {
            WriteJoint(joint, writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Reads and checks a robot.</summary>
    /// <exception cref="InvalidInputException">The object is not what <see cref="Write"/> writes, or not a usable robot.</exception>
    public static RobotModel Read(JsonElement element, string source)
    {
        StrictJsonObject o = new(new(element, source, "$"), ["name", "gravity", "endEffector", "payload", "links", "joints"]);
        StrictJsonObject payload = new(o["payload"], ["mass", "offset"]);
        RobotLink[] links = [.. o["links"].Items(RobotCaps.Links).Select(ReadLink)];
        RobotJoint[] joints = [.. o["joints"].Items(RobotCaps.Links).Select(ReadJoint)];
        return new(
            o["name"].Text(),
            links,
            joints,
            o["gravity"].Vector(),
            new Payload(payload["mass"].Number(), payload["offset"].Vector()),
            o["endEffector"].Text(),
            new JsonPlaces(source));
    }

    private static void WriteJoint(RobotJoint joint, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", joint.Name);
        writer.WriteString("type", NameOf(joint.Type));
        writer.WriteString("parent", joint.Parent);
        writer.WriteString("child", joint.Child);
        writer.WriteStartObject("origin");
        WriteVector(writer, "position", joint.Origin.Position);
        Rotation3d r = joint.Origin.Rotation;
        WriteNumbers(writer, "rotation", [r.Xx, r.Xy, r.Xz, r.Yx, r.Yy, r.Yz, r.Zx, r.Zy, r.Zz]);
        writer.WriteEndObject();
        if (joint.Moves)
        {
            WriteVector(writer, "axis", joint.Axis);
            writer.WriteStartObject("limits");
            WriteLimit(writer, "lower", joint.LowerLimit);
            WriteLimit(writer, "upper", joint.UpperLimit);
            WriteLimit(writer, "velocity", joint.VelocityLimit);
            WriteLimit(writer, "effort", joint.EffortLimit);
            writer.WriteEndObject();
            writer.WriteStartObject("dynamics");
            writer.WriteNumber("damping", joint.Damping);
            writer.WriteNumber("armature", joint.Armature);
            WriteUnlessZero(writer, "friction", joint.Friction);
            WriteUnlessZero(writer, "stiffness", joint.Stiffness);
            WriteUnlessZero(writer, "springReference", joint.SpringReference);
            writer.WriteEndObject();
            WriteMimic(joint, writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteMimic(RobotJoint joint, Utf8JsonWriter writer)
    {
        if (joint.Mimic is { } mimic)
        {
            writer.WriteStartObject("mimic");
            writer.WriteString("joint", mimic.Joint);
            writer.WriteNumber("multiplier", mimic.Multiplier);
            writer.WriteNumber("offset", mimic.Offset);
            writer.WriteEndObject();
        }
    }

    private static JointMimic ReadMimic(JsonValue value)
    {
        StrictJsonObject o = new(value, ["joint", "multiplier", "offset"]);
        return new(o["joint"].Text(), o["multiplier"].Number(), o["offset"].Number());
    }

    private static RobotLink ReadLink(JsonValue value)
    {
        StrictJsonObject o = new(value, ["name", "mass", "centerOfMass", "inertia"]);
        double[] i = o["inertia"].Numbers(6);
        return new RobotLink
        {
            Name = o["name"].Text(),
            Mass = o["mass"].Number(),
            CenterOfMass = o["centerOfMass"].Vector(),
            Inertia = new(i[0], i[1], i[2], i[3], i[4], i[5]),
        };
    }

    private static RobotJoint ReadJoint(JsonValue value)
    {
        string[] always = ["name", "type", "parent", "child", "origin"];
        string[] motion = ["axis", "limits", "dynamics"];
        StrictJsonObject o = new(value, always, [.. motion, "mimic"]);
        StrictJsonObject origin = new(o["origin"], ["position", "rotation"]);
        double[] r = origin["rotation"].Numbers(9);
        RobotJoint joint = new()
        {
            Name = o["name"].Text(),
            Type = TypeOf(o["type"]),
            Parent = o["parent"].Text(),
            Child = o["child"].Text(),
            Origin = new(new(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8]), origin["position"].Vector()),
        };
        o = new(value, joint.Moves ? [.. always, .. motion] : always, joint.Moves ? ["mimic"] : []);
        if (!joint.Moves)
        {
            return joint;
        }

        StrictJsonObject limits = new(o["limits"], [], ["lower", "upper", "velocity", "effort"]);
        StrictJsonObject dynamics = new(o["dynamics"], ["damping", "armature"], ["friction", "stiffness", "springReference"]);
        return joint with
        {
            Axis = o["axis"].Vector(),
            LowerLimit = limits.Find("lower")?.Number() ?? double.NegativeInfinity,
            UpperLimit = limits.Find("upper")?.Number() ?? double.PositiveInfinity,
            VelocityLimit = limits.Find("velocity")?.Number() ?? double.PositiveInfinity,
            EffortLimit = limits.Find("effort")?.Number() ?? double.PositiveInfinity,
            Damping = dynamics["damping"].Number(),
            Armature = dynamics["armature"].Number(),
            Friction = dynamics.Find("friction")?.Number() ?? 0,
            Stiffness = dynamics.Find("stiffness")?.Number() ?? 0,
            SpringReference = dynamics.Find("springReference")?.Number() ?? 0,
            Mimic = o.Find("mimic") is { } mimic ? ReadMimic(mimic) : null,
        };
    }

    private static string NameOf(JointType type) => type switch
    {
        JointType.Revolute => "revolute",
        JointType.Continuous => "continuous",
        JointType.Prismatic => "prismatic",
        _ => "fixed",
    };

    private static JointType TypeOf(JsonValue value) => value.Text() switch
    {
        "revolute" => JointType.Revolute,
        "continuous" => JointType.Continuous,
        "prismatic" => JointType.Prismatic,
        "fixed" => JointType.Fixed,
        string other => throw value.Problem($"joint type {Quoted.Text(other)} is unknown", "Use revolute, continuous, prismatic or fixed"),
    };

    private static void WriteVector(Utf8JsonWriter writer, string name, Vector3d v) => WriteNumbers(writer, name, [v.X, v.Y, v.Z]);

    private static void WriteNumbers(Utf8JsonWriter writer, string name, ReadOnlySpan<double> values)
    {
        writer.WriteStartArray(name);
        foreach (double value in values)
        {
            writer.WriteNumberValue(value);
        }

        writer.WriteEndArray();
    }

    private static void WriteUnlessZero(Utf8JsonWriter writer, string name, double value)
    {
        if (value != 0)
        {
            writer.WriteNumber(name, value);
        }
    }

    private static void WriteLimit(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
    }
}
