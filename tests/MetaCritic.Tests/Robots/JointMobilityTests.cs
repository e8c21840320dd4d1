using MetaCritic.Robots;

namespace MetaCritic.Tests.Robots;

/// <summary>Joints that move nothing are errors; massless links are not.</summary>
[TestClass]
public sealed class JointMobilityTests
{
    private static readonly Vector3d X = new(1, 0, 0);
    private static readonly Vector3d Z = new(0, 0, 1);

    private static RobotLink Frame(string name) => new() { Name = name };

    private static RobotLink Point(string name, double x, double y, double z, double mass = 1) =>
        new() { Name = name, Mass = mass, CenterOfMass = new(x, y, z) };

    /// <summary>A chain from a massless base; joints are named by their number.</summary>
    private static RobotModel Chain(params (JointType Type, Vector3d Axis, double Armature, RobotLink Link)[] parts)
    {
        List<RobotLink> links = [Frame("base")];
        List<RobotJoint> joints = [];
        foreach ((JointType type, Vector3d axis, double armature, RobotLink link) in parts)
        {
            joints.Add(new() { Name = $"j{links.Count}", Type = type, Parent = links[^1].Name, Child = link.Name, Axis = axis, Armature = armature });
            links.Add(link);
        }

        return new("chain", links, joints);
    }

    [TestMethod]
    public void Massless_links_are_fine_where_mass_follows()
    {
        // A universal joint and a slide behind it.
        RobotModel robot = Chain(
            (JointType.Revolute, X, 0, Frame("a")),
            (JointType.Revolute, new Vector3d(0, 1, 0), 0, Frame("b")),
            (JointType.Fixed, X, 0, Frame("c")),
            (JointType.Prismatic, Z, 0, Point("d", 0.1, 0.2, 1)));
        Assert.AreEqual(3, robot.DegreesOfFreedom);
    }

    [TestMethod]
    public void A_turning_joint_needs_mass_beside_its_axis_or_inertia_about_it()
    {
        AssertMovesNothing("j1", () => Chain((JointType.Continuous, Z, 0, Frame("a"))));
        AssertMovesNothing("j1", () => Chain((JointType.Continuous, Z, 0, Point("a", 0, 0, 5))));
        AssertMovesNothing("j1", () => Chain((JointType.Revolute, X, 0, new RobotLink { Name = "rod", Mass = 1, CenterOfMass = new(1, 0, 0), Inertia = new(0, 0, 0, 1, 0, 1) })));
        Assert.AreEqual(1, Chain((JointType.Continuous, Z, 0, Point("a", 1e-4, 0, 5))).DegreesOfFreedom);
        Assert.AreEqual(1, Chain((JointType.Continuous, Z, 1e-9, Frame("a"))).DegreesOfFreedom);
        Assert.AreEqual(1, Chain((JointType.Revolute, Z, 0, new RobotLink { Name = "rod", Mass = 1, CenterOfMass = new(1, 0, 0), Inertia = new(0, 0, 0, 1, 0, 1) })).DegreesOfFreedom);
    }

    [TestMethod]
    public void A_sliding_joint_needs_mass()
    {
        AssertMovesNothing("j1", () => Chain((JointType.Prismatic, Z, 0, Frame("a"))));
        AssertMovesNothing("j2", () => Chain((JointType.Prismatic, Z, 0, Point("a", 1, 0, 0)), (JointType.Prismatic, X, 0, Frame("b"))));
        Assert.AreEqual(1, Chain((JointType.Prismatic, Z, 0, Point("a", 0, 0, 0))).DegreesOfFreedom);
    }

    [TestMethod]
    public void A_mass_that_lies_on_the_axis_at_position_0_only_does_count()
    {
        // A point mass on the vertical axis, which the second joint swings away from it.
        Assert.AreEqual(2, Chain((JointType.Continuous, Z, 0, Frame("a")), (JointType.Continuous, X, 0, Point("b", 0, 0, 1))).DegreesOfFreedom);
    }

    [TestMethod]
    [DataRow(1, 0, 0)]
    [DataRow(0, 1, 0)]
    [DataRow(0, 0, 1)]
    public void A_mass_counts_where_it_is_however_its_link_is_attached(double x, double y, double z)
    {
        // Fixed links lead away from the axis and back to it.
        RobotModel Robot(double beside) => new(
            "detour",
            [Frame("base"), Frame("a"), Frame("b"), Point("c", 0.3 + beside, 0.2 + beside, -0.1 + beside)],
            [
                new() { Name = "j1", Type = JointType.Continuous, Parent = "base", Child = "a", Axis = new(x, y, z) },
                new() { Name = "out", Type = JointType.Fixed, Parent = "a", Child = "b", Origin = new(Rotation3d.Identity, new(0.5, 1, 2)) },
                new() { Name = "back", Type = JointType.Fixed, Parent = "b", Child = "c", Origin = new(Rotation3d.Identity, new(-0.8 + x, -1.2 + y, -1.9 + z)) },
            ]);
        AssertMovesNothing("j1", () => Robot(0));
        Assert.AreEqual(1, Robot(0.01).DegreesOfFreedom);
    }

    [TestMethod]
    public void Two_joints_that_make_the_same_motion_need_inertia_between_them()
    {
        foreach (JointType type in new[] { JointType.Continuous, JointType.Prismatic })
        {
            InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(
                () => Chain((type, Z, 0, Frame("a")), (type, Z, 0, Point("b", 1, 0, 0))));
            Assert.Contains("joint 'j1'", error.Message);
            Assert.Contains("undetermined", error.Message);
            Assert.AreEqual(2, Chain((type, Z, 0, Point("a", 1, 0, 0)), (type, Z, 0, Point("b", 1, 0, 0))).DegreesOfFreedom);
            Assert.AreEqual(2, Chain((type, Z, 0, Frame("a")), (type, Z, 0.1, Point("b", 1, 0, 0))).DegreesOfFreedom, "an armature holds the outer joint back");
        }
    }

    [TestMethod]
    public void A_payload_counts_and_its_removal_is_noticed()
    {
        RobotModel robot = Chain((JointType.Continuous, Z, 1e-3, Frame("a"))).With([new("payload.mass", 1), new("payload.x", 1), new("j1.armature", 0)]);
        Assert.AreEqual(1, robot.Links[1].Mass);
        AssertMovesNothing("j1", () => robot.With("payload.mass", 0));
        AssertMovesNothing("j1", () => robot.With("payload.x", 0));
        AssertMovesNothing("j1", () => robot.WithEndEffector("base"));
    }

    private static void AssertMovesNothing(string joint, Func<RobotModel> make)
    {
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => make());
        Assert.Contains($"joint '{joint}'", error.Message);
        Assert.Contains("moves no mass", error.Message);
    }
}
