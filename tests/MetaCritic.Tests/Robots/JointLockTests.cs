using MetaCritic.Dynamics;
using MetaCritic.Robots;
using MetaCritic.Tests.Dynamics;

namespace MetaCritic.Tests.Robots;

/// <summary>Locked joints are fixed where they are held.</summary>
[TestClass]
public sealed class JointLockTests
{
    [TestMethod]
    public void The_dynamics_are_those_of_the_free_robot_held_there()
    {
        RobotModel free = TestRobots.Named("iiwa7");
        RobotModel locked = free.Lock(new Dictionary<string, double> { ["iiwa_joint_2"] = 0.7, ["iiwa_joint_5"] = -1.1 });
        Assert.AreEqual(5, locked.DegreesOfFreedom);
        Assert.AreEqual("iiwa_joint_2: 0.7, iiwa_joint_5: -1.1", string.Join(", ", locked.Locked.Select(j => FormattableString.Invariant($"{j.Key}: {j.Value}"))));
        int[] kept = [0, 2, 3, 5, 6];
        Random random = new(2);
        double[] q = TestRobots.Numbers(random, 7, 1.5);
        double[] qd = TestRobots.Numbers(random, 7, 1.5);
        (q[1], q[4], qd[1], qd[4]) = (0.7, -1.1, 0, 0);
        double[] Of(double[] all) => [.. kept.Select(i => all[i])];

        double[] matrix = new double[49];
        double[] found = new double[25];
        new RigidBodyAlgorithms(free).InertiaMatrix(q, matrix);
        new RigidBodyAlgorithms(locked).InertiaMatrix(Of(q), found);
        Errors.AssertRelative(found, [.. from i in kept from j in kept select matrix[(7 * i) + j]], 1e-12, "inertia");

        double[] bias = new double[7];
        double[] foundBias = new double[5];
        new RigidBodyAlgorithms(free).InverseDynamics(q, qd, new double[7], bias);
        new RigidBodyAlgorithms(locked).InverseDynamics(Of(q), Of(qd), new double[5], foundBias);
        Errors.AssertRelative(foundBias, Of(bias), 1e-12, "bias");
    }

    [TestMethod]
    public void All_but_some_are_locked_at_zero_or_at_the_nearest_limit()
    {
        RobotModel robot = RobotModel.ParseUrdf(SmallUrdf.With(
            (16, "<limit lower='0.25' upper='1' effort='5' velocity='2'/>"),
            (19, "<joint name='end' type='continuous'>"),
            (10, "<link name='tip'><inertial><mass value='1'/><inertia ixx='1' ixy='0' ixz='0' iyy='1' iyz='0' izz='1'/></inertial></link>")));
        RobotModel locked = robot.LockAllBut("end");
        Assert.AreEqual("end", locked.MovableJoints.Single().Name);
        Assert.AreEqual(0.25, locked.Locked["hinge"]);
        Assert.AreEqual(1, robot.LockAllBut("hinge").DegreesOfFreedom);
        Assert.AreEqual(0, robot.LockAllBut().DegreesOfFreedom);
    }

    [TestMethod]
    public void Followers_are_locked_with_what_they_follow()
    {
        RobotModel robot = TestRobots.Named("coupled-4-8");
        RobotJoint[] followers = [.. robot.Joints.Where(joint => joint.Mimic is not null)];
        RobotJoint second = followers.First(joint => robot.Joints.Single(j => j.Name == joint.Mimic!.Joint).Mimic is not null);
        RobotJoint first = robot.Joints.Single(joint => joint.Name == second.Mimic!.Joint);
        RobotModel locked = robot.Lock(first.Mimic!.Joint, 0.3);
        double position = (first.Mimic.Multiplier * 0.3) + first.Mimic.Offset;
        Assert.AreEqual(position, locked.Locked[first.Name]);
        Assert.AreEqual((second.Mimic!.Multiplier * position) + second.Mimic.Offset, locked.Locked[second.Name]);
        Assert.AreEqual(robot.DegreesOfFreedom - 1, locked.DegreesOfFreedom);
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => robot.Lock(second.Name, 0.3));
        Assert.Contains($"follows '{first.Name}'", error.Message);
    }

    [TestMethod]
    [DataRow("iiwa_joint_8", 0.0, "there is no joint of this name. Perhaps")]
    [DataRow("iiwa_joint_ee", 0.0, "the joint is fixed")]
    [DataRow("iiwa_joint_1", 3.1, "outside the limits")]
    [DataRow("iiwa_joint_1", double.NaN, "the position is NaN")]
    public void What_cannot_be_locked_is_an_error(string joint, double position, string found)
    {
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.KukaIiwa7.Lock(joint, position));
        Assert.Contains(found, error.Message);
        Assert.Contains(joint, error.Message);
    }

    [TestMethod]
    [DataRow("floating")]
    [DataRow("planar")]
    public void Joints_of_other_types_are_read_when_they_are_locked(string type)
    {
        string text = SmallUrdf.With((11, $"<joint name='hinge' type='{type}'>"), (19, "<joint name='end' type='continuous'>"),
            (10, "<link name='tip'><inertial><mass value='1'/><inertia ixx='1' ixy='0' ixz='0' iyy='1' iyz='0' izz='1'/></inertial></link>"));
        Assert.Contains("--lock hinge", Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(text)).Message);
        foreach (RobotReadingOptions options in new[] { new RobotReadingOptions { Locks = new Dictionary<string, double> { ["hinge"] = 0 } }, new() { LockAllBut = ["end"] } })
        {
            RobotModel robot = RobotModel.ParseUrdf(text, options: options);
            Assert.AreEqual("end", robot.MovableJoints.Single().Name);
            Assert.AreEqual(new Vector3d(0, 0, 1), robot.Joints[0].Origin.Position);
        }

        string message = Assert.ThrowsExactly<InvalidInputException>(
            () => RobotModel.ParseUrdf(text, options: new() { Locks = new Dictionary<string, double> { ["hinge"] = 1 } })).Message;
        Assert.Contains("Give 0", message);
        Assert.DoesNotContain("\n", message, "one error");
    }

    [TestMethod]
    public void A_joint_that_moves_nothing_may_be_locked()
    {
        string text = SmallUrdf.With((19, "<joint name='end' type='continuous'>"));
        Assert.Contains("moves no mass", Assert.ThrowsExactly<InvalidInputException>(() => RobotModel.ParseUrdf(text)).Message);
        Assert.AreEqual(1, RobotModel.ParseUrdf(text, options: new() { LockAllBut = ["hinge"] }).DegreesOfFreedom);
    }
}
