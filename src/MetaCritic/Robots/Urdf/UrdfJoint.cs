namespace MetaCritic.Robots;

/// <summary>Reads the joints of a URDF document: their types, links, origins, axes, limits and dampings.</summary>
internal static class UrdfJoint
{
    /// <summary>Reads a joint.</summary>
    /// <param name="document">The document, at the joint.</param>
    /// <param name="element">The joint's element.</param>
    /// <param name="index">The joint's index.</param>
    /// <exception cref="InvalidInputException">It cannot be used.</exception>
    public static RobotJoint Read(UrdfDocument document, UrdfElement element, int index)
    {
        document.Places.SetJoint(index, RobotPart.Itself, element.Line, element.Label);
        string name = document.Required(element, "name");
        JointType type = TypeOf(document, element, document.Required(element, "type"));
        RobotJoint joint = new() { Name = name, Type = type, Parent = "", Child = "" };
        document.ReadChildren(
            element,
            Part("parent", RobotPart.Parent, child => joint with { Parent = document.Required(child, "link") }) with { IfMissing = "Add <parent link=\"…\"/>" },
            Part("child", RobotPart.Child, child => joint with { Child = document.Required(child, "link") }) with { IfMissing = "Add <child link=\"…\"/>" },
            Part("origin", RobotPart.Origin, child => joint with { Origin = document.Origin(child) }),
            Part("axis", RobotPart.Axis, child => WithAxis(document, child, joint)),
            Part("limit", RobotPart.Limits, child => WithLimits(document, child, joint)) with
            {
                IfMissing = type is JointType.Revolute or JointType.Prismatic
                    ? "Add <limit lower=\"…\" upper=\"…\" effort=\"…\" velocity=\"…\"/>, or make a turning joint continuous"
                    : null,
            },
            Part("dynamics", RobotPart.Dynamics, child => WithDamping(document, child, joint)),
            new("mimic", child => throw document.Problem(
                child, "the joint follows another joint, which is not supported", "Make the joint fixed, or remove <mimic> to let it move by itself")));
        return joint;

        UrdfChild Part(string child, RobotPart part, Func<UrdfElement, RobotJoint> read) => new(child, found =>
        {
            document.Places.SetJoint(index, part, found.Line, found.Label);
            joint = read(found);
        });
    }

    private static JointType TypeOf(UrdfDocument document, UrdfElement element, string type) => type switch
    {
        "revolute" => JointType.Revolute,
        "continuous" => JointType.Continuous,
        "prismatic" => JointType.Prismatic,
        "fixed" => JointType.Fixed,
        _ => throw document.Problem(
            element,
            $"joint type {Quoted.Text(type)} is not supported",
            type is "planar" or "floating" or "spherical"
                ? "Replace it by joints of the types revolute, continuous and prismatic, or by fixed"
                : "Use revolute, continuous, prismatic or fixed"),
    };

    // Files often give a fixed joint the axis 0 0 0.
    private static RobotJoint WithAxis(UrdfDocument document, UrdfElement element, RobotJoint joint) =>
        joint.IsMovable ? joint with { Axis = document.RequiredVector(element, "xyz") } : joint;

    private static RobotJoint WithLimits(UrdfDocument document, UrdfElement element, RobotJoint joint)
    {
        if (!joint.IsMovable)
        {
            return joint;
        }

        document.OnlyAttributes(element, "lower", "upper", "effort", "velocity", "acceleration", "deceleration", "jerk");
        (double lower, double upper) = (document.Number(element, "lower") ?? 0, document.Number(element, "upper") ?? 0);
        joint = joint with { EffortLimit = document.RequiredNumber(element, "effort"), VelocityLimit = document.RequiredNumber(element, "velocity") };
        return joint.Type == JointType.Continuous ? joint : joint with { LowerLimit = lower, UpperLimit = upper };
    }

    private static RobotJoint WithDamping(UrdfDocument document, UrdfElement element, RobotJoint joint)
    {
        if (!joint.IsMovable)
        {
            return joint;
        }

        document.OnlyAttributes(element, "damping", "friction");
        double friction = document.Number(element, "friction") ?? 0;
        return friction == 0
            ? joint with { Damping = document.Number(element, "damping") ?? 0 }
            : throw document.Problem(
                element, $"the joint has dry friction of {Quoted.Number(friction)}, which is not modelled", "Set friction to 0, or stand in for it by damping");
    }
}
