namespace MetaCritic.Robots;

/// <summary>Reads the joints of a URDF document: their types, links, origins, axes, limits, dampings, frictions and what they follow.</summary>
internal static class UrdfJoint
{
    /// <summary>Reads a joint.</summary>
    /// <param name="document">The document, at the joint.</param>
    /// <param name="element">The joint's element.</param>
    /// <param name="index">The joint's index.</param>
    /// <param name="unmodelled">Receives its type if it is one that is only read when locked.</param>
    /// <returns>The joint; what is wrong with it is among the document's faults.</returns>
    public static RobotJoint Read(UrdfDocument document, UrdfElement element, int index, Dictionary<int, string> unmodelled)
    {
        document.Places.SetJoint(index, RobotPart.Itself, element.Line, element.Label);
        RobotJoint joint = new() { Name = "", Type = JointType.Fixed, Parent = "", Child = "" };
        bool hasLimit = false;
        document.OnlyRequired(element, "name", "type");
        bool isComplete = document.Try(() => joint = joint with { Name = document.Required(element, "name") });
        bool hasType = document.Try(() => joint = joint with { Type = TypeOf(document, element, document.Required(element, "type"), index, unmodelled) });
        document.ReadChildren(
            element,
            Part("parent", RobotPart.Parent, child => joint with { Parent = LinkOf(document, child) }) with { IfMissing = "Add <parent link=\"…\"/>" },
            Part("child", RobotPart.Child, child => joint with { Child = LinkOf(document, child) }) with { IfMissing = "Add <child link=\"…\"/>" },
            Part("origin", RobotPart.Origin, child => joint with { Origin = document.Origin(child) }),
            Part("axis", RobotPart.Axis, child => WithAxis(document, child, joint)),
            Part("limit", RobotPart.Limits, child =>
            {
                hasLimit = true;
                return WithLimits(document, child, joint);
            }),
            Part("dynamics", RobotPart.Dynamics, child => WithDynamics(document, child, joint)),
            Part("mimic", RobotPart.Mimic, child => WithMimic(document, child, joint)));
        if (!hasLimit && joint.Type is (JointType.Revolute or JointType.Prismatic))
        {
            document.Warn(element, "limit missing", "<limit> is missing", "there are no limits", "Add <limit lower=\"…\" upper=\"…\" effort=\"…\" velocity=\"…\"/>, or make a turning joint continuous");
        }

        if (!isComplete || !hasType || joint.Parent.Length == 0 || joint.Child.Length == 0)
        {
            document.Places.Incomplete.Add(index);
        }

        return joint;

        UrdfChild Part(string child, RobotPart part, Func<UrdfElement, RobotJoint> read) => new(child, found =>
        {
            document.Places.SetJoint(index, part, found.Line, found.Label);
            joint = read(found);
        });
    }

    private static JointType TypeOf(UrdfDocument document, UrdfElement element, string type, int index, Dictionary<int, string> unmodelled)
    {
        if (type is "planar" or "floating" or "spherical")
        {
            unmodelled[index] = type;
        }

        return type switch
        {
            "revolute" => JointType.Revolute,
            "continuous" => JointType.Continuous,
            "prismatic" => JointType.Prismatic,
            "fixed" or "planar" or "floating" or "spherical" => JointType.Fixed,
            _ => throw document.Problem(element, $"joint type {Quoted.Text(type)} is not supported", "Use revolute, continuous, prismatic or fixed"),
        };
    }

    private static string LinkOf(UrdfDocument document, UrdfElement element)
    {
        document.OnlyRequired(element, "link");
        return document.Required(element, "link");
    }

    // Files often give a fixed joint the axis 0 0 0.
    private static RobotJoint WithAxis(UrdfDocument document, UrdfElement element, RobotJoint joint)
    {
        document.OnlyRequired(element, "xyz");
        return joint.Moves ? joint with { Axis = document.RequiredVector(element, "xyz") } : joint;
    }

    private static RobotJoint WithLimits(UrdfDocument document, UrdfElement element, RobotJoint joint)
    {
        if (!joint.Moves)
        {
            return joint;
        }

        document.OnlyAttributes(element, "lower", "upper", "effort", "velocity", "acceleration", "deceleration", "jerk");
        document.Try(() => joint = joint with { EffortLimit = Largest("effort") });
        document.Try(() => joint = joint with { VelocityLimit = Largest("velocity") });
        if (joint.Type != JointType.Continuous)
        {
            document.Try(() => joint = joint with { LowerLimit = document.Number(element, "lower") ?? 0 });
            document.Try(() => joint = joint with { UpperLimit = document.Number(element, "upper") ?? 0 });
        }

        string[] none = document.Own(UrdfExtension.None)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        joint = joint with
        {
            EffortLimit = none.Contains("effort") ? double.PositiveInfinity : joint.EffortLimit,
            VelocityLimit = none.Contains("velocity") ? double.PositiveInfinity : joint.VelocityLimit,
            LowerLimit = none.Contains("lower") ? double.NegativeInfinity : joint.LowerLimit,
            UpperLimit = none.Contains("upper") ? double.PositiveInfinity : joint.UpperLimit,
        };

        return joint;

        double Largest(string attribute)
        {
            double? given = document.Number(element, attribute);
            if (given is null && joint.Type != JointType.Continuous)
            {
                document.Warn(element, $"limit/{attribute} missing", $"the attribute {attribute} is missing or empty", "there is no such limit", $"Add {attribute}=\"…\"");
            }

            if (given < 0)
            {
                document.Warn(element, $"limit/{attribute} negative", $"the {attribute} limit is {Quoted.Number(given.Value)}", "there is no such limit", "Give a number of at least 0");
                return double.PositiveInfinity;
            }

            return given ?? double.PositiveInfinity;
        }
    }

    private static RobotJoint WithDynamics(UrdfDocument document, UrdfElement element, RobotJoint joint)
    {
        if (!joint.Moves)
        {
            return joint;
        }

        document.OnlyAttributes(element, "damping", "friction");
        document.Try(() => joint = joint with { Damping = document.Number(element, "damping") ?? 0 });
        document.Try(() => joint = joint with { Armature = document.OwnNumber(element, UrdfExtension.Armature) });
        document.Try(() => joint = joint with { Stiffness = document.OwnNumber(element, UrdfExtension.Stiffness) });
        document.Try(() => joint = joint with { SpringReference = document.OwnNumber(element, UrdfExtension.SpringReference) });
        document.Try(() => joint = joint with { Friction = document.Number(element, "friction") ?? 0 });
        return joint;
    }

    private static RobotJoint WithMimic(UrdfDocument document, UrdfElement element, RobotJoint joint)
    {
        if (!joint.Moves)
        {
            return joint;
        }

        document.OnlyAttributes(element, "joint", "multiplier", "offset");
        return joint with
        {
            Mimic = new(document.Required(element, "joint"), document.Number(element, "multiplier") ?? 1, document.Number(element, "offset") ?? 0),
        };
    }
}
