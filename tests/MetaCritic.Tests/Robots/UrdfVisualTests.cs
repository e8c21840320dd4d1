using MetaCritic.Robots;

namespace MetaCritic.Tests.Robots;

/// <summary>What links look like is kept, and nothing depends on it.</summary>
[TestClass]
public sealed class UrdfVisualTests
{
    [TestMethod]
    [DataRow("<box size='1 2 3'/>", RobotShape.Box, 1.0, 2.0, 3.0)]
    [DataRow("<cylinder radius='0.5' length='2'/>", RobotShape.Cylinder, 1.0, 1.0, 2.0)]
    [DataRow("<sphere radius='0.25'/>", RobotShape.Sphere, 0.5, 0.5, 0.5)]
    [DataRow("<capsule radius='0.25' length='1'/>", RobotShape.Capsule, 0.5, 0.5, 1.5)]
    public void Simple_bodies_are_kept(string geometry, RobotShape shape, double x, double y, double z)
    {
        RobotModel robot = RobotModel.ParseUrdf(SmallUrdf.With(
            (10, $"<link name='tip'><visual name='v'><origin xyz='1 2 3' rpy='0 0 0.5'/><geometry>{geometry}</geometry><material name='m'/></visual><visual><geometry><mesh filename='a.stl'/></geometry></visual></link>")));
        RobotVisual expected = new("tip", new(Rotation3d.FromRollPitchYaw(0, 0, 0.5), new(1, 2, 3)), shape, new(x, y, z));
        Assert.AreEqual(expected, robot.Visuals.Single());
        Assert.AreEqual(expected, robot.With("arm.mass", 3).WithEndEffector("arm").Visuals.Single());
    }

    [TestMethod]
    [DataRow("<visual/>")]
    [DataRow("<visual><geometry><box/></geometry></visual>")]
    [DataRow("<visual><geometry><box size='1 2 x'/></geometry></visual>")]
    [DataRow("<visual><geometry><box size='1 0 1'/></geometry></visual>")]
    [DataRow("<visual><geometry><cylinder radius='1'/></geometry></visual>")]
    [DataRow("<visual><geometry><sphere radius='1e308'/></geometry></visual>")]
    [DataRow("<visual><origin xyz='oops'/><geometry><sphere radius='1'/></geometry></visual>")]
    [DataRow("<visual><unknown><a:b/></unknown></visual>")]
    public void What_cannot_be_drawn_is_left_out(string visual)
    {
        RobotModel robot = RobotModel.ParseUrdf(SmallUrdf.With((10, $"<link name='tip'>{visual}</link>")));
        Assert.IsEmpty(robot.Visuals);
        Assert.AreEqual(1, robot.DegreesOfFreedom);
    }
}
