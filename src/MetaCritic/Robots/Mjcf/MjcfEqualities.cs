namespace MetaCritic.Robots;

/// <summary>Equalities of MJCF: those between joints become joints that follow others, those that close loops are refused.</summary>
internal static class MjcfEqualities
{
    /// <summary>Binds joints to each other.</summary>
    public static void Apply(MjcfElement root, MjcfContext context, List<RobotJoint> joints, Dictionary<int, string> unmodelled)
    {
        Dictionary<string, int> indices = new(StringComparer.Ordinal);
        for (int j = 0; j < joints.Count; j++)
        {
            indices.TryAdd(joints[j].Name, j);
        }

        foreach (MjcfElement element in root.All("equality").SelectMany(section => section.Children))
        {
            context.Faults.Try(() =>
            {
                if (context.IsDisabled("constraint", "equality") || context.Defaults.Find(element, "active", null, "equality") == "false")
                {
                    context.Notes.PassOver($"<{element.Name}>");
                    return;
                }

                if (element.Name != "joint")
                {
                    throw element.Problem(
                        element.Name is "connect" or "weld" ? "the bodies are joined in a loop, which is not supported" : $"<{element.Name}> in <equality> is not supported",
                        "Remove it, or set active=\"false\"");
                }

                Bind(element, context, joints, indices, unmodelled);
            });
        }
    }

    // q₁ − ref₁ = c₀ + c₁·(q₂ − ref₂); the positions of joints include their references already.
    private static void Bind(MjcfElement element, MjcfContext context, List<RobotJoint> joints, Dictionary<string, int> indices, Dictionary<int, string> unmodelled)
    {
        int follower = Find("joint1") ?? throw element.Problem("the attribute joint1 is missing", "Add joint1=\"…\"");
        double[] c = context.Numbers(element, "polycoef", null, 1, 5, "equality") ?? [0, 1];
        if (c.Skip(2).Any(x => x != 0))
        {
            throw element.Problem("the joints are bound by a polynomial of a higher degree than 1, which is not supported", "Give two coefficients");
        }

        if (joints[follower].Mimic is not null)
        {
            throw element.Problem($"the joint {Quoted.Text(joints[follower].Name)} follows another one already", "Keep one of the two");
        }

        double reference = Reference(follower);
        if (Find("joint2") is not { } leader)
        {
            joints[follower] = JointLocks.Fixed(joints[follower], reference + c[0]);
            return;
        }

        double multiplier = c.Length > 1 ? c[1] : 0;
        joints[follower] = joints[follower] with { Mimic = new(joints[leader].Name, multiplier, reference + c[0] - (multiplier * Reference(leader))) };

        int? Find(string attribute)
        {
            if (element.Attributes.GetValueOrDefault(attribute) is not { } name)
            {
                return null;
            }

            return indices.TryGetValue(name, out int j)
                ? unmodelled.TryGetValue(j, out string? type) ? throw element.Problem($"the joint {Quoted.Text(name)} is {type}", "Name a hinge or a slide") : j
                : throw element.Problem($"the joint {Quoted.Text(name)} is unknown", "Name a joint");
        }

        double Reference(int j) => context.References.GetValueOrDefault(joints[j].Name);
    }
}
