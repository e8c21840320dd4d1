namespace MetaCritic.Robots;

/// <summary>A joint of MJCF.</summary>
/// <param name="Joint">The joint, without names, links and origin.</param>
/// <param name="Anchor">Where it is in its body's frame, m.</param>
/// <param name="Reference">Its position where the body lies as it is written, rad or m.</param>
/// <param name="Unmodelled">Its type, if it is one that is only read when locked.</param>
internal sealed record MjcfJoint(RobotJoint Joint, Vector3d Anchor, double Reference, string? Unmodelled)
{
    /// <summary>Reads a joint; what is wrong with it is among the faults.</summary>
    public static MjcfJoint Read(MjcfContext context, MjcfElement element, string? childClass, Pose frame)
    {
        MjcfJoint found = new(new() { Name = "", Type = JointType.Fixed, Parent = "", Child = "" }, Vector3d.Zero, 0, null);
        if (element.Name == "freejoint")
        {
            return found with { Unmodelled = "free" };
        }

        context.OnlyAttributes(element, MjcfVocabulary.Joint);
        string type = "hinge";
        context.Faults.Try(() => type = context.Defaults.Find(element, "type", childClass) ?? "hinge");
        if (type is "free" or "ball")
        {
            context.Faults.Try(() => found = found with { Anchor = type == "ball" ? frame * (context.Vector(element, "pos", childClass) ?? Vector3d.Zero) : Vector3d.Zero });
            return found with { Unmodelled = type };
        }

        if (type is not ("hinge" or "slide"))
        {
            context.Faults.Add(element.Problem($"joint type {Quoted.Text(type)} is unknown", "Use hinge, slide, ball or free"));
            return found;
        }

        bool turns = type == "hinge";
        double Turned(double value) => turns ? context.Angle(value) : value;
        RobotJoint joint = found.Joint with { Type = turns ? JointType.Continuous : JointType.Prismatic };
        context.Faults.Try(() => joint = joint with { Axis = frame.Rotation * (context.Vector(element, "axis", childClass) ?? new(0, 0, 1)) });
        context.Faults.Try(() => found = found with { Anchor = frame * (context.Vector(element, "pos", childClass) ?? Vector3d.Zero) });
        context.Faults.Try(() => found = found with { Reference = Turned(context.Number(element, "ref", childClass) ?? 0) });
        context.Faults.Try(() => joint = joint with { Damping = context.Number(element, "damping", childClass) ?? 0 });
        context.Faults.Try(() => joint = joint with { Stiffness = context.Number(element, "stiffness", childClass) ?? 0 });
        context.Faults.Try(() => joint = joint with { SpringReference = Turned(context.Number(element, "springref", childClass) ?? 0) });
        context.Faults.Try(() => joint = joint with { Armature = context.Number(element, "armature", childClass) ?? 0 });
        context.Faults.Try(() => joint = joint with { Friction = context.Number(element, "frictionloss", childClass) ?? 0 });
        context.Faults.Try(() =>
        {
            if (context.Numbers(element, "range", childClass, 2, 2) is { } range && context.Defaults.Find(element, "limited", childClass) != "false" && (range[0] != 0 || range[1] != 0))
            {
                joint = joint with { Type = turns ? JointType.Revolute : JointType.Prismatic, LowerLimit = Turned(range[0]), UpperLimit = Turned(range[1]) };
            }
        });
        context.Faults.Try(() =>
        {
            if (context.Numbers(element, "actuatorfrcrange", childClass, 2, 2) is { } force && context.Defaults.Find(element, "actuatorfrclimited", childClass) != "false" && (force[0] != 0 || force[1] != 0))
            {
                joint = joint with { EffortLimit = Math.Max(Math.Abs(force[0]), Math.Abs(force[1])) };
            }
        });
        context.Faults.Try(() =>
        {
            if (context.Numbers(element, "springdamper", childClass, 2, 2) is { } spring && (spring[0] != 0 || spring[1] != 0))
            {
                throw element.Problem(
                    "springdamper makes stiffness and damping from what the joint moves in the whole model, which is not worked out here",
                    "Give stiffness and damping instead, as they are in the compiled model (jnt_stiffness, dof_damping)");
            }
        });
        return found with { Joint = context.WithoutDisabled(joint) };
    }
}
