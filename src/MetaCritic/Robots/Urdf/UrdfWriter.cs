using System.Globalization;
using System.Text;
using System.Xml;

namespace MetaCritic.Robots;

/// <summary>Writes robots as URDF documents that are read back to the last bit.</summary>
internal static class UrdfWriter
{
    // Stands where other readers ask for a limit and there is none.
    private const string Unlimited = "1E+16";

    // What an origin without rpy is read as: one of its zeros is negative.
    private static Rotation3d Unturned => Rotation3d.FromRollPitchYaw(0, 0, 0);

    /// <summary>Writes a robot.</summary>
    /// <exception cref="InvalidInputException">A name has characters that XML cannot hold.</exception>
    public static void Write(RobotModel robot, Stream stream)
    {
        foreach (string name in robot.Links.Select(link => link.Name).Concat(robot.Joints.Select(joint => joint.Name)).Append(robot.Name))
        {
            if (!name.All(c => char.IsSurrogate(c) || XmlConvert.IsXmlChar(c)))
            {
                throw new InvalidInputException($"robot {Quoted.Text(robot.Name)}, {Quoted.Text(name)}", "the name has a character that XML cannot hold", "Save the robot as JSON, or rename it");
            }
        }

        using XmlWriter xml = XmlWriter.Create(stream, new() { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), NewLineChars = "\n", CloseOutput = false });
        xml.WriteStartElement("robot");
        xml.WriteAttributeString("xmlns", UrdfExtension.Prefix, null, UrdfExtension.Namespace);
        xml.WriteAttributeString("name", robot.Name);
        Own(xml, UrdfExtension.Gravity, Text(robot.Gravity));
        Own(xml, UrdfExtension.EndEffector, robot.EndEffector);
        Own(xml, UrdfExtension.PayloadMass, Text(robot.Payload.Mass));
        Own(xml, UrdfExtension.PayloadOffset, Text(robot.Payload.Offset));
        ILookup<string, RobotVisual> visuals = robot.Visuals.ToLookup(visual => visual.Link, StringComparer.Ordinal);
        foreach (RobotLink link in robot.BareLinks)
        {
            WriteLink(xml, link, visuals[link.Name]);
        }

        foreach (RobotJoint joint in robot.Joints)
        {
            WriteJoint(xml, joint);
        }

        xml.WriteEndElement();
    }

    private static void WriteLink(XmlWriter xml, RobotLink link, IEnumerable<RobotVisual> visuals)
    {
        xml.WriteStartElement("link");
        xml.WriteAttributeString("name", link.Name);
        if (link.Mass != 0 || link.Inertia != default || link.CenterOfMass != default)
        {
            xml.WriteStartElement("inertial");
            WriteOrigin(xml, new(Unturned, link.CenterOfMass));
            Element(xml, "mass", ("value", Text(link.Mass)));
            InertiaTensor i = link.Inertia;
            Element(xml, "inertia", ("ixx", Text(i.Xx)), ("ixy", Text(i.Xy)), ("ixz", Text(i.Xz)), ("iyy", Text(i.Yy)), ("iyz", Text(i.Yz)), ("izz", Text(i.Zz)));
            xml.WriteEndElement();
        }

        foreach (RobotVisual visual in visuals.Where(visual => visual.Shape != RobotShape.Ellipsoid)) // which URDF does not have
        {
            xml.WriteStartElement("visual");
            WriteOrigin(xml, visual.Origin);
            xml.WriteStartElement("geometry");
            Vector3d size = visual.Extents;
            string radius = Text(size.X / 2);
            switch (visual.Shape)
            {
                case RobotShape.Box:
                    Element(xml, "box", ("size", Text(size)));
                    break;
                case RobotShape.Sphere:
                    Element(xml, "sphere", ("radius", radius));
                    break;
                case RobotShape.Cylinder:
                    Element(xml, "cylinder", ("radius", radius), ("length", Text(size.Z)));
                    break;
                default:
                    Element(xml, "capsule", ("radius", radius), ("length", Text(Math.Max(size.Z - size.X, 0))));
                    break;
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteJoint(XmlWriter xml, RobotJoint joint)
    {
        xml.WriteStartElement("joint");
        xml.WriteAttributeString("name", joint.Name);
        xml.WriteAttributeString("type", joint.Type switch
        {
            JointType.Revolute => "revolute",
            JointType.Continuous => "continuous",
            JointType.Prismatic => "prismatic",
            _ => "fixed",
        });
        Element(xml, "parent", ("link", joint.Parent));
        Element(xml, "child", ("link", joint.Child));
        WriteOrigin(xml, joint.Origin);
        if (joint.Moves)
        {
            Element(xml, "axis", ("xyz", Text(joint.Axis)));
            WriteLimits(xml, joint);
            xml.WriteStartElement("dynamics");
            xml.WriteAttributeString("damping", Text(joint.Damping));
            xml.WriteAttributeString("friction", Text(joint.Friction));
            Own(xml, UrdfExtension.Armature, Text(joint.Armature));
            if (joint.Stiffness != 0 || joint.SpringReference != 0)
            {
                Own(xml, UrdfExtension.Stiffness, Text(joint.Stiffness));
                Own(xml, UrdfExtension.SpringReference, Text(joint.SpringReference));
            }

            xml.WriteEndElement();
            if (joint.Mimic is { } mimic)
            {
                Element(xml, "mimic", ("joint", mimic.Joint), ("multiplier", Text(mimic.Multiplier)), ("offset", Text(mimic.Offset)));
            }
        }

        xml.WriteEndElement();
    }

    private static void WriteLimits(XmlWriter xml, RobotJoint joint)
    {
        xml.WriteStartElement("limit");
        List<string> none = [];
        if (joint.Type != JointType.Continuous)
        {
            Limit("lower", joint.LowerLimit, "-" + Unlimited);
            Limit("upper", joint.UpperLimit, Unlimited);
        }

        Limit("effort", joint.EffortLimit, Unlimited);
        Limit("velocity", joint.VelocityLimit, Unlimited);
        if (none.Count > 0)
        {
            Own(xml, UrdfExtension.None, string.Join(' ', none));
        }

        xml.WriteEndElement();

        void Limit(string name, double value, string ifNone)
        {
            if (!double.IsFinite(value))
            {
                none.Add(name);
            }

            xml.WriteAttributeString(name, double.IsFinite(value) ? Text(value) : ifNone);
        }
    }

    private static void WriteOrigin(XmlWriter xml, Pose pose)
    {
        // Compared as they are written: −0 is not 0.
        if (Text(pose.Rotation) == Text(Rotation3d.Identity) && Text(pose.Position) == Text(Vector3d.Zero))
        {
            return;
        }

        bool turned = Text(pose.Rotation) != Text(Unturned);

        xml.WriteStartElement("origin");
        xml.WriteAttributeString("xyz", Text(pose.Position));
        if (turned)
        {
            xml.WriteAttributeString("rpy", Text(RollPitchYaw(pose.Rotation)));
            Own(xml, UrdfExtension.Rotation, Text(pose.Rotation));
        }

        xml.WriteEndElement();
    }

    private static Vector3d RollPitchYaw(Rotation3d r)
    {
        double level = Math.Sqrt((r.Xx * r.Xx) + (r.Yx * r.Yx));
        double pitch = Math.Atan2(-r.Zx, level);

        // Where x points straight up or down, roll and yaw turn about the same axis.
        return level > 1e-9
            ? new(Math.Atan2(r.Zy, r.Zz), pitch, Math.Atan2(r.Yx, r.Xx))
            : new(0, pitch, Math.Atan2(-r.Xy, r.Yy));
    }

    private static void Element(XmlWriter xml, string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        xml.WriteStartElement(name);
        foreach ((string attribute, string value) in attributes)
        {
            xml.WriteAttributeString(attribute, value);
        }

        xml.WriteEndElement();
    }

    private static void Own(XmlWriter xml, string name, string value) => xml.WriteAttributeString(UrdfExtension.Prefix, name, UrdfExtension.Namespace, value);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(Rotation3d r) => string.Join(' ', new[] { r.Xx, r.Xy, r.Xz, r.Yx, r.Yy, r.Yz, r.Zx, r.Zy, r.Zz }.Select(Text));

    private static string Text(Vector3d v) => $"{Text(v.X)} {Text(v.Y)} {Text(v.Z)}";
}
