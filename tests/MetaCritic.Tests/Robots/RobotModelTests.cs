using MetaCritic.Robots;

namespace MetaCritic.Tests.Robots;

/// <summary>The model itself: order, end effector, checks of what is made in code, built-in robots.</summary>
[TestClass]
public sealed class RobotModelTests
{
    private static RobotLink Body(string name) => new() { Name = name, Mass = 1, Inertia = new(1, 0, 0, 1, 0, 1) };

    private static RobotJoint Joint(string parent, string child, JointType type = JointType.Continuous) =>
        new() { Name = $"{parent}-{child}", Type = type, Parent = parent, Child = child };

    [TestMethod]
    public void Links_are_ordered_depth_first_with_children_in_the_order_of_their_joints()
    {
        RobotModel robot = new(
            "tree",
            [Body("d"), Body("c"), Body("b"), Body("a"), Body("root")],
            [Joint("root", "c"), Joint("a", "d", JointType.Fixed), Joint("root", "a"), Joint("a", "b")]);
        CollectionAssert.AreEqual(new[] { "root", "c", "a", "d", "b" }, robot.Links.Select(link => link.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "root-c", "root-a", "a-d", "a-b" }, robot.Joints.Select(joint => joint.Name).ToArray());
        CollectionAssert.AreEqual(new[] { -1, 0, 0, 2, 2 }, robot.ParentIndices.ToArray());
        CollectionAssert.AreEqual(new[] { "root-c", "root-a", "a-b" }, robot.MovableJoints.Select(joint => joint.Name).ToArray());
        Assert.AreEqual(3, robot.DegreesOfFreedom);
    }

    [TestMethod]
    public void The_end_effector_is_the_last_frame_behind_the_most_movable_joints()
    {
        RobotLink[] links = [.. "abcdefg".Select(c => Body(c.ToString()))];
        RobotJoint[] joints =
        [
            Joint("a", "b"), Joint("b", "c"), Joint("c", "d", JointType.Fixed), Joint("c", "e", JointType.Fixed),
            Joint("a", "f", JointType.Fixed), Joint("f", "g"),
        ];
        RobotModel robot = new("r", links, joints);
        Assert.AreEqual("e", robot.EndEffector);
        Assert.AreEqual("d", robot.WithEndEffector("d").EndEffector);
        Assert.AreEqual("g", new RobotModel("r", links, joints, endEffector: "g").EndEffector);
        Assert.AreEqual("b", new RobotModel("tie", [Body("a"), Body("b"), Body("c"), Body("d")],
            [Joint("a", "b"), Joint("a", "c"), Joint("c", "d", JointType.Fixed)]).EndEffector);
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => robot.WithEndEffector("hand"));
        Assert.Contains("there is no link 'hand'", error.Message);
        Assert.ThrowsExactly<InvalidInputException>(() => new RobotModel("r", links, joints, endEffector: "hand"));
    }

    [TestMethod]
    public void Axes_become_unit_vectors_whatever_their_length()
    {
        foreach (double length in new[] { 1e-200, 0.1, 1, 3, 1e200 })
        {
            RobotModel robot = new("r", [Body("a"), Body("b")], [Joint("a", "b") with { Axis = length * new Vector3d(1, -2, 2) }]);
            Assert.AreEqual(1 / 3.0, robot.Joints[0].Axis.X, 1e-15);
            Assert.AreEqual(-2 / 3.0, robot.Joints[0].Axis.Y, 1e-15);
            Assert.AreEqual(2 / 3.0, robot.Joints[0].Axis.Z, 1e-15);
        }
    }

    [TestMethod]
    public void A_fixed_joint_drops_what_has_no_meaning_for_it()
    {
        RobotJoint joint = Joint("a", "b", JointType.Fixed) with { Axis = Vector3d.Zero, Damping = -1, UpperLimit = -5, LowerLimit = 5 };
        Assert.AreEqual(Joint("a", "b", JointType.Fixed), new RobotModel("r", [Body("a"), Body("b")], [joint]).Joints[0]);
    }

    public static IEnumerable<(string Place, string Found, Func<RobotModel> Make)> Faults()
    {
        RobotLink a = Body("a");
        RobotLink b = Body("b");
        RobotJoint j = Joint("a", "b");
        static Func<RobotModel> Of(RobotLink[] links, RobotJoint[] joints, string name = "r", Vector3d? gravity = null) =>
            () => new RobotModel(name, links, joints, gravity);
        const string Link = "robot 'r', link 'b'";
        const string JointPlace = "robot 'r', joint 'a-b'";
        yield return ("robot 'r'", "no link", Of([], []));
        yield return ("robot ''", "the name is missing", Of([a], [], name: ""));
        yield return ("robot", "control character", Of([a], [], name: "a\nb"));
        yield return ("robot", "half character", Of([a], [], name: "a\uD800"));
        yield return ("robot 'r', gravity", "NaN", Of([a], [], gravity: new(0, double.NaN, 0)));
        yield return ("robot 'r', link number 1", "the link is null", Of([a, null!], []));
        yield return ("robot 'r', link number 1, name", "missing", Of([a, new() { Name = null! }], []));
        yield return ("robot 'r', link", "257 characters", Of([a, new() { Name = new('n', 257) }], []));
        yield return (Link + ", mass", "NaN", Of([a, b with { Mass = double.NaN }], [j]));
        yield return (Link + ", centre of mass", "Infinity", Of([a, b with { CenterOfMass = new(0, 0, double.PositiveInfinity) }], [j]));
        yield return (Link + ", inertia", "six finite", Of([a, b with { Inertia = new(1, 0, double.NaN, 1, 0, 1) }], [j]));
        yield return (Link + ", inertia", "although the mass is 0", Of([a, b with { Mass = 0 }], [j]));
        yield return ("robot 'r', joint number 0", "the joint is null", Of([a, b], [null!]));
        yield return (JointPlace + ", parent", "missing", Of([a, b], [j with { Parent = null! }]));
        yield return (JointPlace + ", type", "type number 9", Of([a, b], [j with { Type = (JointType)9 }]));
        yield return (JointPlace + ", origin", "NaN", Of([a, b], [j with { Origin = new(Rotation3d.Identity, new(double.NaN, 0, 0)) }]));
        yield return (JointPlace + ", origin", "no rotation", Of([a, b], [j with { Origin = new(default, Vector3d.Zero) }]));
        yield return (JointPlace + ", origin", "no rotation", Of([a, b], [j with { Origin = new(new(1, 0, 0, 0, 1, 0, 0, 0, -1), Vector3d.Zero) }]));
        yield return (JointPlace + ", origin", "no rotation", Of([a, b], [j with { Origin = new(new(double.NaN, 0, 0, 0, 1, 0, 0, 0, 1), Vector3d.Zero) }]));
        yield return (JointPlace + ", axis", "zero", Of([a, b], [j with { Axis = Vector3d.Zero }]));
        yield return (JointPlace + ", axis", "NaN", Of([a, b], [j with { Axis = new(0, double.NaN, 1) }]));
        yield return (JointPlace + ", limits", "NaN", Of([a, b], [j with { UpperLimit = double.NaN }]));
        yield return (JointPlace + ", limits", "exceeds", Of([a, b], [j with { Type = JointType.Prismatic, LowerLimit = 2, UpperLimit = 1 }]));
        yield return (JointPlace + ", limits", "continuous", Of([a, b], [j with { UpperLimit = 1 }]));
        yield return (JointPlace + ", limits", "velocity limit", Of([a, b], [j with { VelocityLimit = -1 }]));
        yield return (JointPlace + ", limits", "effort limit", Of([a, b], [j with { EffortLimit = double.NaN }]));
        yield return (JointPlace + ", dynamics", "damping", Of([a, b], [j with { Damping = double.PositiveInfinity }]));
        yield return (JointPlace + ", dynamics", "armature", Of([a, b], [j with { Armature = -1 }]));
        yield return (JointPlace + ", dynamics", "the stiffness is -1", Of([a, b], [j with { Stiffness = -1 }]));
        yield return (JointPlace + ", dynamics", "the stiffness is NaN", Of([a, b], [j with { Stiffness = double.NaN }]));
        yield return (JointPlace + ", dynamics", "the stiffness is Infinity", Of([a, b], [j with { Stiffness = double.PositiveInfinity }]));
        yield return (JointPlace + ", dynamics", "slack at NaN", Of([a, b], [j with { SpringReference = double.NaN }]));
        yield return (JointPlace + ", dynamics", "slack at -", Of([a, b], [j with { Stiffness = 1, SpringReference = double.NegativeInfinity }]));
        yield return ("robot 'r'", "more than 5000", Of([.. Enumerable.Range(0, 6000).Select(i => Body($"l{i}"))], []));
        yield return (JointPlace, "too large", Of([a, b with { Mass = 1e300, CenterOfMass = new(1e10, 0, 0) }], [j]));
    }

    [TestMethod]
    public void A_robot_made_in_code_is_checked_like_a_file()
    {
        foreach ((string place, string found, Func<RobotModel> make) in Faults())
        {
            InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => make(), found);
            Assert.StartsWith(place, error.Message);
            Assert.Contains(found, error.Message);
        }
    }

    [TestMethod]
    public void Lists_cannot_be_changed_from_outside()
    {
        Assert.ThrowsExactly<NotSupportedException>(() => ((IList<RobotLink>)RobotModel.TwoLink.Links)[0] = Body("x"));
        Assert.ThrowsExactly<NotSupportedException>(() => ((IList<RobotJoint>)RobotModel.TwoLink.Joints).Clear());
        Assert.ThrowsExactly<NotSupportedException>(() => ((IList<int>)RobotModel.TwoLink.ParentIndices)[0] = 3);
    }

    [TestMethod]
    public void The_built_in_Kuka_has_the_figures_of_the_reference_file()
    {
        RobotModel file = RobotModel.FromUrdf(RobotFiles.Urdf("iiwa7"));
        CollectionAssert.AreEqual(file.Links.ToArray(), RobotModel.KukaIiwa7.Links.ToArray());
        CollectionAssert.AreEqual(file.Joints.ToArray(), RobotModel.KukaIiwa7.Joints.ToArray());
        Assert.AreEqual("iiwa_link_ee", RobotModel.KukaIiwa7.EndEffector);
    }

    [TestMethod]
    public void The_built_in_two_link_arm_has_the_figures_of_the_reference_file_and_its_frame_at_the_tip()
    {
        RobotModel file = RobotModel.FromUrdf(RobotFiles.Urdf("two_link"));
        CollectionAssert.AreEqual(file.Links.ToArray(), RobotModel.TwoLink.Links.ToArray());
        CollectionAssert.AreEqual(file.MovableJoints.ToArray(), RobotModel.TwoLink.MovableJoints.ToArray());
        Assert.AreEqual(new Vector3d(1, 0, 0), RobotModel.TwoLink.Joints[2].Origin.Position);
        Assert.AreEqual("endEffector", RobotModel.TwoLink.EndEffector);
    }

    [TestMethod]
    public void The_built_in_reacher_consists_of_uniform_rods()
    {
        RobotModel robot = RobotModel.Reacher;
        foreach ((string name, double length) in new[] { ("arm1", 0.1), ("arm2", 0.11) })
        {
            RobotLink link = robot.Links.Single(l => l.Name == name);
            Assert.AreEqual(1, link.Mass);
            Assert.AreEqual(length / 2, link.CenterOfMass.X, 1e-15);
            Assert.AreEqual(length, robot.GetParameter(name + ".length"), 1e-15);
            Assert.AreEqual(0, link.Inertia.Xx);
            Assert.AreEqual(length * length / 12, link.Inertia.Yy, 1e-17);
            Assert.AreEqual(length * length / 12, link.Inertia.Zz, 1e-17);
        }

        Assert.IsTrue(robot.MovableJoints.All(joint => joint is { Damping: 0.05, Armature: 0, Axis: { X: 0, Y: 0, Z: 1 } }));
        Assert.AreEqual("fingertip", robot.EndEffector);
    }

    [TestMethod]
    public void Links_and_joints_can_be_printed()
    {
        Assert.AreEqual("[0 1 2; 3 4 5; 6 7 8.5]", new Rotation3d(0, 1, 2, 3, 4, 5, 6, 7, 8.5).ToString());
        Assert.Contains("baseHinge", RobotModel.TwoLink.Joints[0].ToString());
        Assert.Contains("arm1", RobotModel.TwoLink.Links[1].ToString());
    }
}
