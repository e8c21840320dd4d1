using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics;

namespace MetaCritic.Tests.Tasks;

/// <summary>Settings computed from a robot: the rules, what is said of them, and that a critic is learned with them.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ComputedSettingsTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("arm3-undamped")]
    [DataRow("arm6-damped5")]
    [DataRow("straight-up")]
    [DataRow("iiwa7")]
    public void Fresh_policies_reach_training_goals_and_others_around_them(string name)
    {
        RobotModel robot = TestRobots.Named(name);
        double[][] goals = GoalSampling.Uniform(robot.DegreesOfFreedom, 4, -1, 1, 3);
        TaskPreset preset = TaskPreset.For(robot, goals.Length);
        using MetaTrainer trainer = new(robot, preset.Dynamics, new() { Goals = goals }, preset.Training, preset.Fitting);
        CriticModel critic = trainer.Train(cancellationToken: TestContext.CancellationToken);
        using PolicyLearner learner = new(critic);
        Assert.IsLessThanOrEqualTo(0.002, Error(goals));
        Assert.IsLessThanOrEqualTo(0.005, Error(GoalSampling.Around(goals, 0.3, 8, 5)));

        double Error(double[][] asked)
        {
            IReadOnlyList<PolicyFit> fits = learner.Fit([.. asked.Select(goal => new FittingTask { Goal = goal })], cancellationToken: TestContext.CancellationToken);
            double error = fits.Average(fit => fit.Error); // NaN if one diverged
            TestContext.WriteLine($"{name}: mean squared error {fits.Average(fit => fit.LearningCurve[0]):G3} before fitting, {error:G3} after");
            return error;
        }
    }

    [TestMethod]
    public void Speed_comes_from_the_limit_and_torque_from_the_masses_moved()
    {
        // A straight arm: at position 0 the last joint turns nearly nothing, over poses each moves the links behind it.
        TaskPreset preset = TaskPreset.For(TestRobots.Named("straight-up"));
        CollectionAssert.AreEqual(new double[] { 3, 3, 3 }, preset.Dynamics.SpeedScale.ToArray());
        double[] atZero = new RigidBodyAlgorithms(preset.Robot).TorqueScale(30);
        Assert.IsGreaterThan(1.5 * atZero[0], preset.Dynamics.TorqueScale[0]);
        Assert.AreEqual(Actuator.SpeedLoop, preset.Dynamics.Actuator);
        Assert.IsTrue(preset.Dynamics is { GravityCompensation: true, TorqueLimits: true, VelocityLimits: true, PositionLimits: true, LimitGradient: LimitGradient.Inward });
        Assert.AreEqual(CriticForm.Centred, preset.Training.CriticForm);
        Assert.AreEqual(0.05, preset.Dynamics.TimeStep);
        Assert.IsEmpty(preset.Explanation!.Remarks);
        CollectionAssert.AreEqual(preset.Dynamics.TorqueScale.ToArray(), TaskPreset.For(TestRobots.Named("straight-up")).Dynamics.TorqueScale.ToArray());
    }

    [TestMethod]
    public void A_slow_arm_gets_longer_steps_and_a_weak_or_damped_joint_what_it_has_and_needs()
    {
        RobotModel arm = TestRobots.Named("arm6-damped5");
        TaskPreset usual = TaskPreset.For(arm);
        Assert.IsTrue(usual.Explanation!.Joints.Take(2).All(joint => joint.Torque > 15), "a damping of 5 at 3 rad/s asks for 15 N·m");
        Assert.AreEqual(SettingSource.Damping, usual.Explanation.Joints[5].TorqueFrom);

        TaskPreset slow = TaskPreset.For(TestRobots.WithJoints(arm, joint => joint with { VelocityLimit = 0.8, EffortLimit = joint.Name == "j2" ? 2 : 0 }));
        Assert.IsTrue(slow.Explanation!.Joints.All(joint => joint.Speed == 0.8 && joint.SpeedFrom == SettingSource.Limit));
        Assert.AreEqual(0.15, slow.Dynamics.TimeStep);
        Assert.AreEqual(3, slow.Dynamics.Substeps);
        Assert.AreEqual(2, slow.Dynamics.TorqueScale[1]);
        Assert.AreEqual(SettingSource.Limit, slow.Explanation.Joints[1].TorqueFrom);
        Assert.HasCount(3, slow.Explanation.Remarks);
        Assert.AreEqual("effort limit of j1, j3, j4, j5, j6: 0 counts as not given", slow.Explanation.Remarks[0]);
        Assert.AreEqual("joint j2: its damping alone asks for 4 N·m at 0.8 rad/s, more than the effort limit 2: it will be slower", slow.Explanation.Remarks[2]);

        // The most that gravity asks of joint 2 in any pose: less than all masses at their greatest distance.
        string said = slow.Explanation.Remarks[1];
        const string Front = "joint j2: to hold it against gravity takes up to ";
        Assert.StartsWith(Front, said);
        Assert.EndsWith(" N·m, more than the effort limit 2; what compensates gravity is not limited here, a real joint would sink", said);
        double weight = double.Parse(said[Front.Length..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        double bound = 9.81 * arm.Links.Sum(link => link.Mass) * arm.Joints.Sum(joint => joint.Origin.Position.Length);
        Assert.IsTrue(weight > 2 && weight < bound, $"{weight}, {bound}");
    }

    [TestMethod]
    public void A_robot_without_limits_has_none_that_act()
    {
        RobotModel free = TestRobots.WithJoints(
            TestRobots.Named("arm3-undamped"), joint => joint with { Type = JointType.Continuous, LowerLimit = double.NegativeInfinity, UpperLimit = double.PositiveInfinity, EffortLimit = 0, VelocityLimit = 0 });
        TaskPreset preset = TaskPreset.For(free);
        Assert.IsTrue(preset.Dynamics is { TorqueLimits: false, VelocityLimits: false, PositionLimits: false });
        CollectionAssert.AreEqual(new[] { "effort limit of all joints: 0 counts as not given", "velocity limit of all joints: 0 counts as not given" }, preset.Explanation!.Remarks.ToArray());
        Assert.Contains("limits    none act", preset.Describe());
    }

    [TestMethod]
    [DataRow(1, 16)]
    [DataRow(4, 4)]
    [DataRow(16, 1)]
    [DataRow(100, 1)]
    public void Few_goals_get_several_policies_each(int goals, int policies) =>
        Assert.AreEqual(policies, TaskPreset.For(RobotModel.TwoLink, goals).Training.PoliciesPerGoal);

    [TestMethod]
    public void Roll_outs_start_inside_the_limits()
    {
        RobotModel arm = TestRobots.WithJoints(TestRobots.Named("arm3-undamped"), joint => joint.Name == "j2" ? joint with { LowerLimit = 0.8, UpperLimit = 2 } : joint);
        CollectionAssert.AreEqual(new double[] { 0, 0.8, 0 }, arm.RestPosition.ToArray());
        TaskPreset preset = TaskPreset.For(arm);
        Assert.Contains("joint j2 starts at 0.8 rad, the position nearest to 0 inside its limits", preset.Explanation!.Remarks);

        // In training, drawn or not, in simulation and in fitting.
        TrainingGoals goals = new() { Goals = [[0, 1, 0], [0.5, 1, 0]] };
        using MetaTrainer fixedStart = new(arm, preset.Dynamics, goals, preset.Training with { StartSpread = 0, Horizon = 5 });
        using MetaTrainer drawn = new(arm, preset.Dynamics, goals, preset.Training with { StartSpread = 1, Horizon = 5 });
        Assert.IsTrue(Enumerable.Range(0, fixedStart.Policies.Count).All(p => fixedStart.Policies.StartState(p).SequenceEqual([0, 0.8, 0, 0, 0, 0])));
        double[] starts = [.. Enumerable.Range(0, drawn.Policies.Count).Select(p => drawn.Policies.StartState(p)[1])];
        Assert.IsTrue(starts.All(start => start is >= 0.8 and <= 2), string.Join(' ', starts));
        Assert.IsGreaterThan(2, starts.Distinct().Count());
        double[] state = new double[6];
        new SimulatedRobot(arm).Reset(state);
        CollectionAssert.AreEqual(new double[] { 0, 0.8, 0, 0, 0, 0 }, state);
        using PolicyLearner learner = new(fixedStart.CreateCritic(), new() { Steps = 0 });
        CollectionAssert.AreEqual(
            learner.Fit([new() { Goal = [0, 1, 0], StartState = state }], cancellationToken: TestContext.CancellationToken)[0].FinalState,
            learner.Fit([new() { Goal = [0, 1, 0] }], cancellationToken: TestContext.CancellationToken)[0].FinalState);
    }

    [TestMethod]
    public void All_of_it_is_said_in_eighty_columns()
    {
        RobotModel arm = TestRobots.WithJoints(TestRobots.Named("arm6-damped5"), joint => joint with { VelocityLimit = joint.Name == "j1" ? 0.001234 : 3, EffortLimit = joint.Name == "j1" ? 1e-5 : 100 });
        IReadOnlyList<string> lines = TaskPreset.For(arm).Describe();
        TestContext.WriteLine(string.Join('\n', lines));
        Assert.IsTrue(lines.All(line => line.Length <= 80), string.Join('\n', lines));
        Assert.Contains("limits    torque, velocity, position: as the description has them", lines);
        Assert.Contains("          joint  k             from        v              from", lines);
        Assert.IsTrue(lines.Any(line => line.StartsWith("          j2 ", StringComparison.Ordinal) && line.Contains("N·m", StringComparison.Ordinal)));

        // Also of presets that are not computed, and of ones that were changed.
        Assert.Contains("actuator  torque = k·action", TaskPreset.Kuka.Describe());
        Assert.Contains("fitting   33 updates with Adam, learning rate 0.006, 90 steps", (TaskPreset.For(arm) with { Fitting = TaskPreset.For(arm).Fitting with { Steps = 33 } }).Describe());
    }

    [TestMethod]
    public void Goals_outside_the_limits_are_named_with_limits_in_degrees()
    {
        RobotModel arm = TestRobots.WithJoints(TestRobots.Named("arm3-undamped"), joint => joint.Name == "j3" ? joint with { LowerLimit = -1, UpperLimit = 2 } : joint);
        IReadOnlyList<OutsideLimits> found = GoalLimits.Check(arm, [[0, 1, 0], [80, 0, 2.5], [0.1, 0, 1]], [null, null, [0, 0, -1.5, 0, 0, 0]]);
        CollectionAssert.AreEqual(
            new[]
            {
                "goal 2, joint j1: 80 is outside ±3 rad (±172 degrees); goals are radians",
                "goal 2, joint j3: 2.5 is outside -1 to 2 rad (-57.3 to 115 degrees)",
                "start 3, joint j3: -1.5 is outside -1 to 2 rad (-57.3 to 115 degrees)",
            },
            found.Select(one => one.Message).ToArray());
        Assert.AreEqual(new OutsideLimits(1, false, "j1", 80, -3, 3, found[0].Message), found[0]);

        double[][] degrees = [[80, 0, 0], [0, -45, 0], [0.1, 0, 1]];
        Assert.AreEqual(
            "The goals: 2 of 3 are outside the position limits of robot 'arm3'; goal 1, joint j1: 80 is outside ±3 rad (±172 degrees); goals are radians. Correct them, or allow goals outside the limits.",
            Assert.ThrowsExactly<InvalidInputException>(() => GoalLimits.Check(arm, degrees)).Message);
        Assert.HasCount(2, GoalLimits.Check(arm, degrees, allowOutside: true));
        Assert.IsEmpty(GoalLimits.Check(arm, [[0, 0, 0]]));
    }
}
