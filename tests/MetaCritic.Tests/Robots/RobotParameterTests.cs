using MetaCritic.Robots;

namespace MetaCritic.Tests.Robots;

/// <summary>Changed copies of robots.</summary>
[TestClass]
public sealed class RobotParameterTests
{
    [TestMethod]
    [DataRow("arm1.mass", 1.0, "kg")]
    [DataRow("arm1.mass_scale", 1.0, "")]
    [DataRow("arm1.com.x", 0.5, "m")]
    [DataRow("arm1.com.y", 0.0, "m")]
    [DataRow("arm1.com.z", 0.0, "m")]
    [DataRow("arm2.inertia.xx", 0.001, "kg·m²")]
    [DataRow("arm2.inertia.xy", 0.0, "kg·m²")]
    [DataRow("arm2.inertia.xz", 0.0, "kg·m²")]
    [DataRow("arm2.inertia.yy", 0.001, "kg·m²")]
    [DataRow("arm2.inertia.yz", 0.0, "kg·m²")]
    [DataRow("arm2.inertia.zz", 0.001, "kg·m²")]
    [DataRow("arm2.inertia_scale", 1.0, "")]
    [DataRow("arm1.length", 1.0, "m")]
    [DataRow("arm2.length", 1.0, "m")]
    [DataRow("base.length", 0.15, "m")]
    [DataRow("baseHinge.damping", 0.5, "N·m·s/rad")]
    [DataRow("baseHinge.armature", 0.0, "kg·m²")]
    [DataRow("baseHinge.friction", 0.0, "N·m")]
    [DataRow("baseHinge.stiffness", 0.0, "N·m/rad")]
    [DataRow("baseHinge.spring_reference", 0.0, "rad")]
    [DataRow("baseHinge.origin.z", 0.15, "m")]
    [DataRow("interArm.origin.x", 1.0, "m")]
    [DataRow("ee_joint.origin.y", 0.0, "m")]
    [DataRow("interArm.velocity_limit", 10.0, "rad/s")]
    [DataRow("interArm.effort_limit", 20.0, "N·m")]
    [DataRow("gravity.x", 0.0, "m/s²")]
    [DataRow("gravity.y", 0.0, "m/s²")]
    [DataRow("gravity.z", -9.81, "m/s²")]
    [DataRow("payload.mass", 0.0, "kg")]
    [DataRow("payload.x", 0.0, "m")]
    [DataRow("payload.y", 0.0, "m")]
    [DataRow("payload.z", 0.0, "m")]
    public void A_parameter_is_listed_read_and_changed_alone(string name, double value, string unit)
    {
        RobotModel robot = RobotModel.TwoLink;
        RobotParameter listed = robot.Parameters.Single(parameter => parameter.Name == name);
        Assert.AreEqual(value, listed.Value);
        Assert.AreEqual(unit, listed.Unit);
        Assert.EndsWith(".", listed.Description);
        Assert.AreEqual(value, robot.GetParameter(name));

        double changed = value + (0.0001 * (1 + Math.Abs(value)));
        RobotModel copy = robot.With(name, changed);
        bool factor = name.EndsWith("_scale", StringComparison.Ordinal);
        Assert.AreEqual(factor ? 1 : changed, copy.GetParameter(name), 1e-15);
        Assert.AreEqual(value, robot.GetParameter(name), "the original must not change");

        // What follows from it: stretching a link moves its mass and the next joint; factors change what they scale.
        string[] following = name switch
        {
            "arm1.mass_scale" => ["arm1.mass", "arm1.inertia.xx", "arm1.inertia.yy", "arm1.inertia.zz"],
            "arm2.inertia_scale" => ["arm2.inertia.xx", "arm2.inertia.yy", "arm2.inertia.zz"],
            "arm1.length" => ["arm1.length", "arm1.com.x", "arm1.inertia.yy", "arm1.inertia.zz", "interArm.origin.x"],
            "arm2.length" => ["arm2.length", "arm2.com.x", "arm2.inertia.yy", "arm2.inertia.zz", "ee_joint.origin.x"],
            "base.length" => ["base.length", "baseHinge.origin.z"],
            "baseHinge.origin.z" => ["baseHinge.origin.z", "base.length"],
            "interArm.origin.x" => ["interArm.origin.x", "arm1.length"],
            "ee_joint.origin.y" => ["ee_joint.origin.y", "arm2.length"],
            _ => [name],
        };
        string[] different = [.. robot.Parameters.Where(p => copy.GetParameter(p.Name) != p.Value).Select(p => p.Name)];
        CollectionAssert.AreEquivalent(following, different);
    }

    [TestMethod]
    public void Every_listed_parameter_can_be_set_to_the_value_it_reads()
    {
        foreach (RobotModel robot in new[] { RobotModel.TwoLink, RobotModel.Reacher, RobotModel.KukaIiwa7, RobotModel.FromUrdf(RobotFiles.Urdf("jaco")) })
        {
            foreach (RobotParameter parameter in robot.Parameters)
            {
                RobotModel copy = robot.With(parameter.Name, parameter.Value);
                CollectionAssert.AreEqual(robot.Joints.ToArray(), copy.Joints.ToArray(), parameter.Name);
                Assert.AreEqual(robot.Links.Sum(link => link.Mass), copy.Links.Sum(link => link.Mass), parameter.Name);
                Assert.AreEqual(parameter.Value, copy.GetParameter(parameter.Name), parameter.Name);
            }
        }
    }

    [TestMethod]
    public void Factors_scale_what_they_say()
    {
        RobotLink link = RobotModel.TwoLink.With("arm1.mass_scale", 3).Links[1];
        Assert.AreEqual((3.0, 0.003), (link.Mass, link.Inertia.Zz));
        link = RobotModel.TwoLink.With("arm1.inertia_scale", 3).Links[1];
        Assert.AreEqual((1.0, 0.003), (link.Mass, link.Inertia.Zz));
        link = RobotModel.TwoLink.With("arm1.mass", 3).Links[1];
        Assert.AreEqual((3.0, 0.001), (link.Mass, link.Inertia.Zz));
    }

    [TestMethod]
    [DataRow(0.5)]
    [DataRow(2.0)]
    [DataRow(7.0)]
    public void A_stretched_uniform_rod_is_a_uniform_rod(double factor)
    {
        double length = 0.1 * factor;
        RobotModel robot = RobotModel.Reacher.With("arm1.length", length);
        RobotLink rod = robot.Links[1];
        Assert.AreEqual(1, rod.Mass);
        Assert.AreEqual(length / 2, rod.CenterOfMass.X, 1e-15);
        Assert.AreEqual(length * length / 12, rod.Inertia.Zz, 1e-15);
        Assert.AreEqual(length * length / 12, rod.Inertia.Yy, 1e-15);
        Assert.AreEqual(0, rod.Inertia.Xx, 1e-15);
        Assert.AreEqual(length, robot.Joints[1].Origin.Position.X, 1e-15);
    }

    [TestMethod]
    public void Stretching_a_body_equals_stretching_its_points()
    {
        // Point masses of a lopsided body; the link's inertia is theirs.
        (double Mass, Vector3d At)[] points =
        [
            (1, new(0.1, 0.2, 0.3)), (2, new(-0.3, 0.1, 0.2)), (0.5, new(0.4, -0.2, 0.9)), (1.5, new(0, 0.6, -0.1)),
        ];
        Vector3d child = new(0.2, -0.3, 0.6);
        RobotModel robot = new(
            "r",
            [Body(points), new RobotLink { Name = "tip" }],
            [new RobotJoint { Name = "end", Type = JointType.Fixed, Parent = "body", Child = "tip", Origin = new(Rotation3d.FromRollPitchYaw(1, 2, 3), child) }]);
        Assert.AreEqual(0.7, robot.GetParameter("body.length"), 1e-15);

        const double K = 1.7;
        Vector3d u = (1 / child.Length) * child;
        RobotLink expected = Body([.. points.Select(p => (p.Mass, p.At + ((K - 1) * Vector3d.Dot(u, p.At) * u)))]);
        RobotModel stretched = robot.With("body.length", K * 0.7);
        RobotLink actual = stretched.Links[0];
        AssertNear(K * child, stretched.Joints[0].Origin.Position);
        Assert.AreEqual(robot.Joints[0].Origin.Rotation, stretched.Joints[0].Origin.Rotation);
        Assert.AreEqual(expected.Mass, actual.Mass);
        AssertNear(expected.CenterOfMass, actual.CenterOfMass);
        AssertNear(new(expected.Inertia.Xx, expected.Inertia.Xy, expected.Inertia.Xz), new(actual.Inertia.Xx, actual.Inertia.Xy, actual.Inertia.Xz));
        AssertNear(new(expected.Inertia.Yy, expected.Inertia.Yz, expected.Inertia.Zz), new(actual.Inertia.Yy, actual.Inertia.Yz, actual.Inertia.Zz));
    }

    [TestMethod]
    public void A_payload_is_part_of_the_link_that_dynamics_see_and_of_no_other_figure()
    {
        RobotModel bare = RobotModel.KukaIiwa7.WithEndEffector("iiwa_link_7");
        Vector3d at = new(0.1, -0.2, 0.3);
        RobotModel loaded = bare.With("payload.y", at.Y).With("payload.mass", 2).With([new("payload.z", at.Z), new("payload.x", at.X)]);
        RobotLink link = bare.Links[7];
        RobotLink both = loaded.Links[7];
        Assert.AreEqual(new Payload(2, at), loaded.Payload);
        Assert.AreEqual(link.Mass, loaded.GetParameter("iiwa_link_7.mass"));
        Assert.AreEqual(link.Inertia.Xx, loaded.GetParameter("iiwa_link_7.inertia.xx"));
        Assert.AreEqual(link.Mass + 2, both.Mass, 1e-15);

        // Mass moments of first and second order about the link's origin add up.
        AssertNear((link.Mass * link.CenterOfMass) + (2 * at), both.Mass * both.CenterOfMass);
        InertiaTensor expected = link.Inertia + InertiaTensor.OfPointMass(link.Mass, link.CenterOfMass) + InertiaTensor.OfPointMass(2, at);
        InertiaTensor actual = both.Inertia + InertiaTensor.OfPointMass(both.Mass, both.CenterOfMass);
        AssertNear(new(expected.Xx, expected.Xy, expected.Xz), new(actual.Xx, actual.Xy, actual.Xz));
        AssertNear(new(expected.Yy, expected.Yz, expected.Zz), new(actual.Yy, actual.Yz, actual.Zz));

        CollectionAssert.AreEqual(bare.Links.ToArray(), loaded.With("payload.mass", 0).Links.ToArray());
        Assert.AreEqual(0, RobotModel.KukaIiwa7.With("iiwa_link_7.mass", 0).Links[7].Mass, "the mass alone goes, the inertia stays");
        Assert.AreEqual(RobotModel.KukaIiwa7.Links[7].Inertia, RobotModel.KukaIiwa7.With("iiwa_link_7.mass", 0).Links[7].Inertia);
        Assert.AreEqual(2, RobotModel.KukaIiwa7.With("payload.mass", 2).Links[8].Mass, "a massless end effector becomes a point mass");
        RobotModel heavier = loaded.With("iiwa_link_7.mass", 5);
        Assert.AreEqual(7, heavier.Links[7].Mass, 1e-15);
    }

    [TestMethod]
    [DataRow("arm1.mas", "Perhaps 'arm1.mass'")]
    [DataRow("ARM1.mass", "Perhaps 'arm1.mass'")]
    [DataRow("nothing at all", "Nearest are '")]
    [DataRow("", "Nearest are")]
    [DataRow("arm1", "Nearest are")]
    [DataRow("endEffector.length", "no child joint")]
    [DataRow("ee_joint.damping", "fixed")]
    [DataRow("arm1.gravity.x", "no such parameter")]
    public void An_unknown_name_is_an_error_that_names_known_ones(string name, string message)
    {
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.TwoLink.With(name, 1));
        Assert.Contains($"parameter '{name}'", error.Message);
        Assert.Contains(message, error.Message);
        Assert.AreEqual(error.Message, Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.TwoLink.GetParameter(name)).Message);
    }

    [TestMethod]
    [DataRow("arm1.mass", -1.0)]
    [DataRow("arm1.mass", double.NaN)]
    [DataRow("arm1.mass", double.PositiveInfinity)]
    [DataRow("arm1.mass_scale", -1.0)]
    [DataRow("arm1.inertia_scale", -1.0)]
    [DataRow("arm1.com.x", double.NaN)]
    [DataRow("arm1.inertia.xx", double.NegativeInfinity)]
    [DataRow("arm1.length", 0.0)]
    [DataRow("arm1.length", -1.0)]
    [DataRow("baseHinge.damping", -1.0)]
    [DataRow("baseHinge.armature", -1.0)]
    [DataRow("baseHinge.armature", double.PositiveInfinity)]
    [DataRow("baseHinge.stiffness", -1.0)]
    [DataRow("baseHinge.stiffness", double.NaN)]
    [DataRow("baseHinge.stiffness", double.PositiveInfinity)]
    [DataRow("baseHinge.spring_reference", double.NaN)]
    [DataRow("baseHinge.spring_reference", double.NegativeInfinity)]
    [DataRow("baseHinge.origin.x", double.NaN)]
    [DataRow("baseHinge.velocity_limit", -1.0)]
    [DataRow("baseHinge.effort_limit", double.NaN)]
    [DataRow("gravity.x", double.NaN)]
    [DataRow("payload.mass", -1.0)]
    [DataRow("payload.x", double.PositiveInfinity)]
    public void A_value_out_of_range_is_an_error_that_names_it(string name, double value)
    {
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.TwoLink.With(name, value));
        Assert.StartsWith($"robot 'two-link', parameter '{name}': found the value ", error.Message);
    }

    [TestMethod]
    public void A_change_that_makes_the_robot_unphysical_is_an_error_that_names_change_and_link()
    {
        (string Name, double Value, string Found)[] cases =
        [
            ("arm1.inertia.xx", 1, "exceeds the sum"), ("arm1.inertia.xx", -1, "negative"),
            ("arm1.length", 1e200, "finite"),
        ];
        foreach ((string name, double value, string found) in cases)
        {
            InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.TwoLink.With(name, value));
            Assert.Contains($"robot 'two-link' with {name} = ", error.Message);
            Assert.Contains("link 'arm1', inertia", error.Message);
            Assert.Contains(found, error.Message);
        }
    }

    [TestMethod]
    public void Figures_that_belong_together_are_changed_together()
    {
        RobotModel robot = RobotModel.TwoLink.With([new("arm1.inertia.xx", 1), new("arm1.inertia.yy", 2), new("arm1.inertia.zz", 2.5)]);
        Assert.AreEqual(new InertiaTensor(1, 0, 0, 2, 0, 2.5), robot.Links[1].Inertia);
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(
            () => RobotModel.TwoLink.With([new("arm1.mass", 1), new("arm1.mass", 2)]));
        Assert.Contains("'arm1.mass': it is given twice", error.Message);
    }

    [TestMethod]
    public void Limits_can_be_taken_away()
    {
        RobotModel robot = RobotModel.TwoLink.With("interArm.velocity_limit", double.PositiveInfinity);
        Assert.AreEqual(double.PositiveInfinity, robot.Joints[1].VelocityLimit);
        Assert.AreEqual(double.PositiveInfinity, robot.GetParameter("interArm.velocity_limit"));
    }

    [TestMethod]
    public void Sliding_joints_have_their_own_units()
    {
        RobotModel robot = new(
            "r",
            [new RobotLink { Name = "a" }, new RobotLink { Name = "b", Mass = 1 }],
            [new RobotJoint { Name = "slide", Type = JointType.Prismatic, Parent = "a", Child = "b" }]);
        string UnitOf(string name) => robot.Parameters.Single(parameter => parameter.Name == name).Unit;
        Assert.AreEqual("N·s/m", UnitOf("slide.damping"));
        Assert.AreEqual("kg", UnitOf("slide.armature"));
        Assert.AreEqual("N/m", UnitOf("slide.stiffness"));
        Assert.AreEqual("m", UnitOf("slide.spring_reference"));
        Assert.AreEqual("m/s", UnitOf("slide.velocity_limit"));
        Assert.AreEqual("N", UnitOf("slide.effort_limit"));
    }

    [TestMethod]
    public void A_link_called_payload_leaves_no_doubt_about_what_is_meant()
    {
        RobotModel robot = new("r", [new RobotLink { Name = "payload", Mass = 1 }], []);
        Assert.DoesNotContain("payload.mass", robot.Parameters.Select(parameter => parameter.Name));
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => robot.With("payload.mass", 2));
        Assert.Contains("Rename that link", error.Message);
        Assert.AreEqual(2, robot.With("payload.mass_scale", 2).Links[0].Mass);
    }

    private static RobotLink Body((double Mass, Vector3d At)[] points)
    {
        double mass = points.Sum(p => p.Mass);
        Vector3d center = points.Aggregate(Vector3d.Zero, (sum, p) => sum + ((p.Mass / mass) * p.At));
        return new()
        {
            Name = "body",
            Mass = mass,
            CenterOfMass = center,
            Inertia = points.Aggregate(default(InertiaTensor), (sum, p) => sum + InertiaTensor.OfPointMass(p.Mass, p.At - center)),
        };
    }

    private static void AssertNear(Vector3d expected, Vector3d actual) =>
        Assert.IsLessThanOrEqualTo(1e-14, (expected - actual).Length, $"expected {expected}, found {actual}");
}
