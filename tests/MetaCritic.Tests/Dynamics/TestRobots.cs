using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>Robots for the tests, from files and from a seeded generator.</summary>
internal static class TestRobots
{
    /// <summary>
    /// The robot of a name: a URDF in the test data, or <c>tree-SEED-JOINTS</c>, a random tree, <c>rough-SEED-JOINTS</c>, the same with dry
    /// friction, <c>coupled-SEED-JOINTS</c>, the same with joints that follow others as well; <c>sprung-SEED-JOINTS</c> is the tree with springs,
    /// <c>tied-SEED-JOINTS</c> the coupled one with springs.
    /// </summary>
    public static RobotModel Named(string name)
    {
        string[] parts = name.Split('-');
        return parts[0] is "sprung" or "tied"
            ? Sprung(Named($"{(parts[0] == "tied" ? "coupled" : "tree")}-{parts[1]}-{parts[2]}"))
            : parts[0] is "rough" or "coupled"
            ? Coupled(Named($"tree-{parts[1]}-{parts[2]}"), parts[0] == "coupled")
            : parts[0] == "tree"
            ? RandomTree(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture))
            : RobotModel.FromUrdf(Path.Combine(AppContext.BaseDirectory, "TestData", "robots", $"{name}.urdf"));
    }

    /// <summary>The robot with dry friction; every third joint follows the one before it, which may follow another in turn.</summary>
    private static RobotModel Coupled(RobotModel robot, bool follow)
    {
        string[] moving = [.. robot.MovableJoints.Select(joint => joint.Name)];
        return WithJoints(robot, joint =>
        {
            int i = Array.IndexOf(moving, joint.Name);
            return i < 0 ? joint : joint with
            {
                Friction = 0.2 + (0.1 * (i % 4)),
                Mimic = follow && (i % 5) is 2 or 3 ? new(moving[i - 1], (i % 2 == 0 ? -1 : 1) * (0.5 + (0.2 * (i % 3))), 0.1 * i) : null,
            };
        });
    }

    /// <summary>The robot with springs at most joints, those that follow others too.</summary>
    public static RobotModel Sprung(RobotModel robot)
    {
        int moving = 0;
        return WithJoints(robot, joint =>
        {
            int i = joint.Type == JointType.Fixed ? -1 : moving++;
            return i < 0 || i % 4 == 3 ? joint : joint with { Stiffness = 7 * (1 + (i % 3)), SpringReference = (0.3 * (i % 5)) - 0.5 };
        });
    }

    /// <summary>A random tree with all kinds of joints, arbitrary axes, origins and inertias, and massless links.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="joints">Number of movable joints.</param>
    public static RobotModel RandomTree(int seed, int joints)
    {
        Random random = new(seed);
        while (true)
        {
            try
            {
                return RandomTree($"tree-{seed}-{joints}", random, joints);
            }
            catch (InvalidInputException)
            {
                // Joints around a massless link can undo each other, which no robot may: draw another.
            }
        }
    }

    private static RobotModel RandomTree(string name, Random random, int joints)
    {
        List<RobotLink> links = [new() { Name = "link0", Mass = random.NextDouble() }];
        List<RobotJoint> tree = [];
        HashSet<int> leaves = [];
        int movable = 0;
        while (movable < joints)
        {
            int i = links.Count;
            int parent = random.Next(3) == 0 ? random.Next(i) : i - 1;
            JointType type = random.Next(8) switch
            {
                0 or 1 => JointType.Fixed,
                2 or 3 => JointType.Prismatic,
                4 => JointType.Continuous,
                _ => JointType.Revolute,
            };
            bool massless = random.Next(6) == 0;
            links.Add(massless ? new() { Name = $"link{i}" } : RandomLink(random, $"link{i}"));
            tree.Add(new()
            {
                Name = $"joint{i}",
                Type = type,
                Parent = $"link{parent}",
                Child = $"link{i}",
                Origin = new(RandomRotation(random), 0.4 * RandomVector(random)),
                Axis = random.Next(3) == 0 ? new(0, 0, 1) : RandomVector(random),
                Damping = random.NextDouble(),
                Armature = random.Next(2) == 0 ? 0 : 0.1 * random.NextDouble(),
                EffortLimit = 1 + (4 * random.NextDouble()),
                VelocityLimit = 1 + (2 * random.NextDouble()),
            });
            leaves.Remove(parent);
            leaves.Add(i);
            movable += type == JointType.Fixed ? 0 : 1;
        }

        // A massless link may have a joint on either side, but something must hang on it: every leaf gets a heavy end.
        foreach (int leaf in leaves.Order().ToArray())
        {
            int i = links.Count;
            links.Add(RandomLink(random, $"link{i}"));
            tree.Add(new()
            {
                Name = $"joint{i}",
                Type = JointType.Fixed,
                Parent = $"link{leaf}",
                Child = $"link{i}",
                Origin = new(RandomRotation(random), 0.3 * RandomVector(random)),
            });
        }

        return new(name, links, tree, 9.81 * RandomVector(random));
    }

    /// <summary>A robot of the same structure whose every figure differs.</summary>
    public static RobotModel Varied(RobotModel robot, int seed)
    {
        Random random = new(seed);
        double Factor() => 0.7 + (0.6 * random.NextDouble());
        return new(
            robot.Name,
            [.. robot.Links.Select(link => link with { Mass = link.Mass * Factor(), CenterOfMass = Factor() * link.CenterOfMass })],
            [.. robot.Joints.Select(joint => joint with
            {
                Origin = new(joint.Origin.Rotation * Rotation3d.FromRollPitchYaw(Factor() - 1, Factor() - 1, Factor() - 1), Factor() * joint.Origin.Position),
                Damping = joint.Damping * Factor(),
            })],
            Factor() * robot.Gravity);
    }

    /// <summary>The robot with changed joints.</summary>
    public static RobotModel WithJoints(RobotModel robot, Func<RobotJoint, RobotJoint> change) =>
        new(robot.Name, robot.Links, [.. robot.Joints.Select(change)], robot.Gravity);

    /// <summary>The robot with the same position limits at all joints that move.</summary>
    public static RobotModel WithLimits(RobotModel robot, double lower, double upper) => WithJoints(robot, joint => joint.Type != JointType.Fixed
        ? joint with { Type = joint.Type == JointType.Continuous ? JointType.Revolute : joint.Type, LowerLimit = lower, UpperLimit = upper }
        : joint);

    /// <summary>Numbers uniform in [−scale, scale].</summary>
    public static double[] Numbers(Random random, int count, double scale)
    {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = scale * ((2 * random.NextDouble()) - 1);
        }

        return numbers;
    }

    /// <summary>One roll-out's components of component-major data.</summary>
    public static double[] Lane(ReadOnlySpan<double> data, int lanes, int lane)
    {
        double[] row = new double[data.Length / lanes];
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = data[(i * lanes) + lane];
        }

        return row;
    }

    /// <summary>One step of one roll-out.</summary>
    public static double[] Step(RigidBodyDynamics dynamics, double[] state, double[] action, int rollout = 0)
    {
        double[] next = new double[state.Length];
        dynamics.Step(rollout, 1, state, action, next);
        return next;
    }

    private static RobotLink RandomLink(Random random, string name)
    {
        // Three positive principal moments that fulfil the triangle inequality, in random axes.
        (double a, double b, double c) = (random.NextDouble() + 0.05, random.NextDouble() + 0.05, random.NextDouble() + 0.05);
        return new()
        {
            Name = name,
            Mass = 0.2 + (3 * random.NextDouble()),
            CenterOfMass = 0.2 * RandomVector(random),
            Inertia = new InertiaTensor(0.05 * (b + c), 0, 0, 0.05 * (a + c), 0, 0.05 * (a + b)).Rotated(RandomRotation(random)),
        };
    }

    private static Rotation3d RandomRotation(Random random) => random.Next(4) == 0
        ? Rotation3d.Identity
        : Rotation3d.FromRollPitchYaw(6 * random.NextDouble(), 6 * random.NextDouble(), 6 * random.NextDouble());

    private static Vector3d RandomVector(Random random)
    {
        double[] v = Numbers(random, 3, 1);
        return new(v[0], v[1], v[2]);
    }
}
