using System.CommandLine;
using System.Text.Json.Nodes;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Spectre.Console;

namespace MetaCritic.Cli.Commands;

/// <summary><c>metacritic robot</c>: what a robot consists of, and its dynamics at given states.</summary>
internal static class RobotCommand
{
    // Settings of training depend a little on the number of goals: these are those for so many.
    private const int ExampleGoals = 4;

    public static Command Create(Terminal terminal)
    {
        Argument<string> name = new("robot") { Description = "two-link, reacher, kuka, or a URDF or MJCF file." };
        Option<string?> evaluate = new("--evaluate")
        {
            Description = "Evaluate accelerations, bias forces, inertia matrix and link positions at the states of a file: {\"gravity\": [0, 0, -9.81], \"cases\": [{\"q\": [...], \"qd\": [...], \"tau\": [...]}]}. Prints JSON.",
            HelpName = "states.json",
        };
        Option<bool> parameters = new("--parameters") { Description = "List the parameters that --set and the columns of tables can change." };
        Option<bool> json = Arguments.Json();
        ExampledCommand command = new("robot", "Show a robot: joints, limits, masses, and the settings that it would be trained with.", "metacritic robot kuka", "metacritic robot arm.urdf --parameters") { name, evaluate, parameters, json };
        RobotChoices.Options choices = new(command, "--set");
        command.SetAction((parsed, cancellationToken) =>
        {
            RobotModel robot = RobotSource.Load(parsed.GetRequiredValue(name), choices.Of(parsed), terminal);
            string? states = parsed.GetValue(evaluate);
            TaskPreset? settings = states is not null || parsed.GetValue(parameters) || robot.DegreesOfFreedom == 0
                ? null
                : RobotSource.Settings(null, parsed.GetRequiredValue(name), robot, ExampleGoals) with { Robot = robot };
            if (states is not null && parsed.GetValue(parameters))
            {
                throw new InvalidInputException("--parameters", "--evaluate is given too", "Give one of them");
            }

            if (states is not null)
            {
                Format.WriteJson(terminal, StatesFile.Evaluate(states, robot, cancellationToken));
            }
            else if (parsed.GetValue(parameters))
            {
                ShowParameters(terminal, robot, parsed.GetValue(json));
            }
            else if (parsed.GetValue(json))
            {
                Format.WriteJson(terminal, Describe(robot, settings));
            }
            else
            {
                Show(terminal, robot, settings);
            }

            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static void Show(Terminal terminal, RobotModel robot, TaskPreset? settings)
    {
        terminal.WriteList(
            ("robot", robot.Name),
            ("degrees of freedom", Format.Count(robot.DegreesOfFreedom)),
            ("total mass", $"{Format.Short(TotalMass(robot))} kg"),
            ("gravity", $"{Vector(robot.Gravity)} m/s²"),
            ("end effector", robot.EndEffector));
        if (robot.Locked.Count > 0)
        {
            terminal.WriteText($"locked: {string.Join(", ", robot.Locked.Select(joint => $"{joint.Key} at {Format.Short(joint.Value)}"))}");
        }

        if (robot.PassedOver.Count > 0)
        {
            terminal.WriteText($"ignored, because the dynamics do not need them: {string.Join(", ", robot.PassedOver)}");
        }

        if (robot.Joints.Count > 0)
        {
            terminal.Out.WriteLine();
            terminal.WriteTable(Joints(robot));
        }

        if (robot.DegreesOfFreedom > 0)
        {
            terminal.Out.WriteLine();
            terminal.WriteTable(Limits(robot));
            if (Passive(robot) is { } passive)
            {
                terminal.Out.WriteLine();
                terminal.WriteTable(passive);
            }
        }

        terminal.Out.WriteLine();
        terminal.WriteTable(Links(robot));
        if (settings is not null)
        {
            terminal.Out.WriteLine();
            terminal.WriteText(settings.Explanation is null ? $"settings of training (preset {settings.Name}):" : "settings of training, worked out from the robot:");
            foreach (string line in settings.Describe())
            {
                terminal.WriteText(line);
            }
        }
    }

    private static Table Joints(RobotModel robot)
    {
        Table joints = TerminalTables.Create(TerminalTables.Texts("joint", "type", "parent", "child"));
        foreach (RobotJoint joint in robot.Joints)
        {
            joints.Add(joint.Name, Kind(joint), joint.Parent, joint.Child);
        }

        return joints;
    }

    private static string Kind(RobotJoint joint) => joint.Mimic is { } mimic
        ? $"{joint.Type.ToString().ToLowerInvariant()}, follows {mimic.Joint}"
        : joint.Type.ToString().ToLowerInvariant();

    private static Table Limits(RobotModel robot) => MovingJoints(
        robot.MovableJoints,
        new("lower", joint => joint.LowerLimit, "rad", "m"),
        new("upper", joint => joint.UpperLimit, "rad", "m"),
        new("velocity", joint => joint.VelocityLimit, "rad/s", "m/s", Zero: "not given"),
        new("effort", joint => joint.EffortLimit, "N·m", "N", Zero: "not given"),
        new("damping", joint => joint.Damping, "N·m·s/rad", "N·s/m"));

    // What most descriptions say nothing about.
    private static Table? Passive(RobotModel robot)
    {
        // Of joints that follow others, too: it acts on those.
        RobotJoint[] joints = [.. robot.Joints.Where(joint => joint.Type != JointType.Fixed)];
        bool springs = joints.Any(joint => joint.Stiffness > 0);
        JointFigure[] figures =
        [
            .. Where(joints.Any(joint => joint.Friction > 0), new JointFigure("friction", joint => joint.Friction, "N·m", "N")),
            .. Where(joints.Any(joint => joint.Armature > 0), new JointFigure("armature", joint => joint.Armature, "kg·m²", "kg")),
            .. Where(springs, new JointFigure("stiffness", joint => joint.Stiffness, "N·m/rad", "N/m")),
            .. Where(springs, new JointFigure("slack at", joint => joint.Stiffness > 0 ? joint.SpringReference : double.NaN, "rad", "m")),
        ];
        return figures.Length == 0 ? null : MovingJoints(joints, figures);

        static IEnumerable<JointFigure> Where(bool any, JointFigure figure) => any ? [figure] : [];
    }

    private static Table MovingJoints(IEnumerable<RobotJoint> joints, params JointFigure[] figures)
    {
        Table table = TerminalTables.Create([.. TerminalTables.Texts("joint"), .. TerminalTables.Numbers(figures.Select(figure => figure.Name))]);
        foreach (RobotJoint joint in joints)
        {
            table.Add([joint.Name, .. figures.Select(figure => figure.Of(joint))]);
        }

        return table;
    }

    /// <summary>A column of a table of joints.</summary>
    /// <param name="Name">Its header.</param>
    /// <param name="Value">The figure; one that is not finite is shown as a dash.</param>
    /// <param name="Turning">Its unit for a turning joint.</param>
    /// <param name="Sliding">Its unit for a sliding joint.</param>
    /// <param name="Zero">What is shown in place of 0; null for 0 and its unit.</param>
    private sealed record JointFigure(string Name, Func<RobotJoint, double> Value, string Turning, string Sliding, string? Zero = null)
    {
        public string Of(RobotJoint joint) => Value(joint) switch
        {
            0 when Zero is not null => Zero,
            double value when double.IsFinite(value) => $"{Format.Short(value)} {(joint.Type == JointType.Prismatic ? Sliding : Turning)}",
            _ => "–",
        };
    }

    private static Table Links(RobotModel robot)
    {
        Table links = TerminalTables.Create([.. TerminalTables.Texts("link"), .. TerminalTables.Numbers("mass", "centre of mass")]);
        foreach (RobotLink link in robot.Links)
        {
            links.Add(link.Name, $"{Format.Short(link.Mass)} kg", link.Mass > 0 ? $"{Vector(link.CenterOfMass)} m" : "–");
        }

        return links;
    }

    private static void ShowParameters(Terminal terminal, RobotModel robot, bool json)
    {
        if (json)
        {
            Format.WriteJson(terminal, new JsonObject
            {
                ["robot"] = robot.Name,
                ["parameters"] = new JsonArray([.. robot.Parameters.Select(p => (JsonNode)new JsonObject
                {
                    ["name"] = p.Name,
                    ["unit"] = p.Unit,
                    ["value"] = Format.Number(p.Value),
                    ["description"] = p.Description,
                })]),
            });
            return;
        }

        Table table = TerminalTables.Create([.. TerminalTables.Texts("parameter"), .. TerminalTables.Numbers("value"), .. TerminalTables.Texts("unit", "meaning")]);
        foreach (RobotParameter parameter in robot.Parameters)
        {
            table.Add(parameter.Name, Format.Short(parameter.Value), parameter.Unit, parameter.Description);
        }

        terminal.WriteTable(table);
    }

    private static JsonObject Describe(RobotModel robot, TaskPreset? settings) => new()
    {
        ["name"] = robot.Name,
        ["degreesOfFreedom"] = robot.DegreesOfFreedom,
        ["totalMass"] = TotalMass(robot),
        ["gravity"] = Format.Numbers([robot.Gravity.X, robot.Gravity.Y, robot.Gravity.Z]),
        ["endEffector"] = robot.EndEffector,
        ["joints"] = new JsonArray([.. robot.Joints.Select(j => (JsonNode)new JsonObject
        {
            ["name"] = j.Name,
            ["type"] = j.Type.ToString().ToLowerInvariant(),
            ["parent"] = j.Parent,
            ["child"] = j.Child,
            ["lower"] = Format.Number(j.LowerLimit),
            ["upper"] = Format.Number(j.UpperLimit),
            ["velocity"] = Format.Number(j.VelocityLimit),
            ["effort"] = Format.Number(j.EffortLimit),
            ["damping"] = Format.Number(j.Damping),
            ["armature"] = Format.Number(j.Armature),
            ["friction"] = Format.Number(j.Friction),
            ["stiffness"] = Format.Number(j.Stiffness),
            ["springReference"] = Format.Number(j.SpringReference),
            ["mimic"] = j.Mimic is { } mimic ? new JsonObject { ["joint"] = mimic.Joint, ["multiplier"] = mimic.Multiplier, ["offset"] = mimic.Offset } : null,
        })]),
        ["locked"] = new JsonObject([.. robot.Locked.Select(joint => KeyValuePair.Create(joint.Key, (JsonNode?)joint.Value))]),
        ["warnings"] = new JsonArray([.. robot.Warnings.Select(warning => (JsonNode)warning)]),
        ["passedOver"] = new JsonArray([.. robot.PassedOver.Select(name => (JsonNode)name)]),
        ["settings"] = settings is null ? null : JsonNode.Parse(OptionsJson.Write(settings)),
        ["remarks"] = new JsonArray([.. (settings?.Explanation?.Remarks ?? []).Select(remark => (JsonNode)remark)]),
        ["links"] = new JsonArray([.. robot.Links.Select(l => (JsonNode)new JsonObject
        {
            ["name"] = l.Name,
            ["mass"] = l.Mass,
            ["centerOfMass"] = Format.Numbers([l.CenterOfMass.X, l.CenterOfMass.Y, l.CenterOfMass.Z]),
        })]),
    };

    private static double TotalMass(RobotModel robot) => robot.Links.Sum(l => l.Mass);

    private static string Vector(Vector3d v) => $"({Format.Short(v.X)}, {Format.Short(v.Y)}, {Format.Short(v.Z)})";
}
