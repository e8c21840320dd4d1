namespace MetaCritic.Robots;

/// <summary>What actuators of MJCF say about the limits of joints. How they turn controls into forces is the business of the dynamics.</summary>
internal static class MjcfActuators
{
    private static readonly string[] Driving = ["general", "motor", "position", "velocity", "intvelocity", "damper", "cylinder", "muscle", "adhesion", "plugin", "dcmotor"];

    /// <summary>Sets effort and velocity limits of joints from their actuators.</summary>
    public static void Apply(MjcfElement root, MjcfContext context, List<RobotJoint> joints)
    {
        Dictionary<string, int> indices = new(StringComparer.Ordinal);
        for (int j = 0; j < joints.Count; j++)
        {
            indices.TryAdd(joints[j].Name, j);
        }

        Dictionary<int, (double Effort, double Speed)> limits = [];
        foreach (MjcfElement element in root.All("actuator").SelectMany(section => section.Children))
        {
            if (!Driving.Contains(element.Name))
            {
                context.Warn(element, "actuator/" + element.Name, "the actuator is unknown", "it is ignored");
                continue;
            }

            if ((element.Attributes.GetValueOrDefault("joint") ?? element.Attributes.GetValueOrDefault("jointinparent")) is not { } name)
            {
                context.Warn(element, "actuator without joint", "the actuator acts on no joint", "it is ignored");
                continue;
            }

            context.Faults.Try(() =>
            {
                if (!indices.TryGetValue(name, out int j))
                {
                    IReadOnlyList<string> near = NearNames.Of(name, indices.Keys);
                    throw element.Problem($"the joint {Quoted.Text(name)} is unknown", near.Count > 0 ? NearNames.Perhaps(near) : "Name a joint");
                }

                (double Effort, double Speed) own = Limits(context, element);
                limits[j] = limits.TryGetValue(j, out (double Effort, double Speed) before) ? (before.Effort + own.Effort, Math.Min(before.Speed, own.Speed)) : own;
            });
        }

        foreach ((int j, (double effort, double speed)) in limits.Where(entry => joints[entry.Key].Moves))
        {
            joints[j] = joints[j] with { EffortLimit = Math.Min(joints[j].EffortLimit, effort), VelocityLimit = Math.Min(joints[j].VelocityLimit, speed) };
        }
    }

    private static (double Effort, double Speed) Limits(MjcfContext context, MjcfElement element)
    {
        double gear = Math.Abs((context.Numbers(element, "gear", null, 1, 6) ?? [1])[0]);
        double? force = Largest("forcerange", "forcelimited");
        double? control = Largest("ctrlrange", "ctrllimited");
        double effort = force ?? element.Name switch
        {
            "motor" => control ?? double.PositiveInfinity,
            "general" when (context.Defaults.Find(element, "biastype", null) ?? "none") == "none" && (context.Defaults.Find(element, "gaintype", null) ?? "fixed") == "fixed" =>
                control * Math.Abs((context.Numbers(element, "gainprm", null, 1, 10) ?? [1])[0]) ?? double.PositiveInfinity,
            _ => double.PositiveInfinity,
        };
        return (gear > 0 ? gear * effort : double.PositiveInfinity, element.Name == "velocity" && control > 0 && gear > 0 ? control.Value / gear : double.PositiveInfinity);

        // Both ends 0 stand for none.
        double? Largest(string attribute, string limited) =>
            context.Numbers(element, attribute, null, 2, 2) is { } range && context.Defaults.Find(element, limited, null) != "false" && (range[0] != 0 || range[1] != 0)
                ? Math.Max(Math.Abs(range[0]), Math.Abs(range[1]))
                : null;
    }
}
