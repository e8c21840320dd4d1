using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Models;

namespace MetaCritic.Tests.Learning;

[TestClass]
public sealed class RolloutTests
{
    private static readonly RigidBodyOptions Loop = new()
    {
        TimeStep = 0.02,
        Substeps = 2,
        TorqueScale = [30, 12],
        Actuator = Actuator.SpeedLoop,
        SpeedScale = [2, 1.5],
        TorqueLimits = true,
    };

    [TestMethod]
    public void AFittedPolicyEndsWhereItsFitEnded()
    {
        CriticModel critic = Critic();
        RobotModel heavy = RobotModel.TwoLink.With("arm2.mass", 3);
        using PolicyLearner learner = new(critic, new() { Steps = 3 });
        foreach (FittingTask task in (FittingTask[])[new() { Goal = [0.4, -0.2] }, new() { Goal = [0.4, -0.2], Robot = heavy, StartState = [0.1, 0.2, -0.3, 0.4] }])
        {
            PolicyFit fit = learner.Fit([task])[0];
            Rollout rollout = Rollout.Of(fit.Policy, task.Robot ?? critic.Robot!, critic.Training.Horizon, critic.Dynamics, task.StartState);
            CollectionAssert.AreEqual(fit.FinalState, rollout.FinalState.ToArray());
            Assert.AreEqual(fit.Error, rollout.Error);
            Assert.AreEqual(critic.Training.Horizon, rollout.Steps);
            Assert.HasCount(rollout.Steps + 1, rollout.Errors);
            Assert.HasCount(rollout.Steps + 1, rollout.Torques);
            Assert.IsFalse(rollout.Diverged);
            CollectionAssert.AreEqual(task.StartState?.ToArray() ?? [0, 0, 0, 0], rollout.States[0]);
        }
    }

    [TestMethod]
    public void ALongerRolloutBeginsLikeAShorterOne()
    {
        PolicyModel policy = Policy(1);
        Rollout rollout = Rollout.Of(policy, RobotModel.TwoLink, 10, Loop), longer = Rollout.Of(policy, RobotModel.TwoLink, 30, Loop);
        for (int t = 0; t <= 10; t++)
        {
            CollectionAssert.AreEqual(rollout.States[t], longer.States[t]);
            CollectionAssert.AreEqual(rollout.Actions[t], longer.Actions[t]);
            CollectionAssert.AreEqual(rollout.Torques[t], longer.Torques[t]);
            Assert.AreEqual(rollout.EndEffectorPositions[t], longer.EndEffectorPositions[t]);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(40)]
    public void TorquesAreThoseThatAcceleratedTheJoints(double strength)
    {
        // With implicit damping and one integrator step, M·(q̇' − q̇)/h + c + D·q̇' is what the drives did in that step.
        RobotModel robot = RobotModel.TwoLink;
        RigidBodyOptions options = Loop with { Substeps = 1, ImplicitDamping = true };
        Rollout rollout = Rollout.Of(Policy(strength), robot, 20, options);
        RigidBodyAlgorithms algorithms = new(robot);
        bool limited = false;
        for (int t = 0; t < 20; t++)
        {
            double[] state = rollout.States[t], next = rollout.States[t + 1], torque = new double[2];
            double[] acceleration = [(next[2] - state[2]) / options.TimeStep, (next[3] - state[3]) / options.TimeStep];
            algorithms.InverseDynamics(state.AsSpan(0, 2), state.AsSpan(2, 2), acceleration, torque);
            for (int i = 0; i < 2; i++)
            {
                RobotJoint joint = robot.MovableJoints[i];
                double expected = torque[i] + (joint.Damping * next[2 + i]);
                Assert.AreEqual(expected, rollout.Torques[t][i], 1e-9 * (1 + Math.Abs(expected)));
                Assert.IsLessThanOrEqualTo(joint.EffortLimit, Math.Abs(rollout.Torques[t][i]));
                limited |= Math.Abs(rollout.Torques[t][i]) == joint.EffortLimit;
            }
        }

        Assert.AreEqual(strength > 1, limited);
    }

    [TestMethod]
    public void TheEndEffectorIsWhereKinematicsPutIt()
    {
        Rollout rollout = Rollout.Of(Policy(3), RobotModel.TwoLink, 12, Loop);
        for (int t = 0; t <= 12; t++)
        {
            (double q0, double q1) = (rollout.States[t][0], rollout.States[t][0] + rollout.States[t][1]);
            Assert.AreEqual(Math.Cos(q0) + Math.Cos(q1), rollout.EndEffectorPositions[t].X, 1e-12);
            Assert.AreEqual(Math.Sin(q0) + Math.Sin(q1), rollout.EndEffectorPositions[t].Y, 1e-12);
        }
    }

    [TestMethod]
    public void WhatLeavesTheFiniteRangeEndsThere()
    {
        PolicyModel policy = PolicyOf(new([1, 1], Activation.Elu), [0, 1], positions: 1);
        Rollout rollout = Rollout.In(policy, new DynamicsEnvironment(new Explosive(), 1, [[4.75]]), 10, 0.1);
        Assert.IsTrue(rollout.Diverged);
        Assert.AreEqual(3, rollout.Steps);
        Assert.IsTrue(double.IsNaN(rollout.Error));
        Assert.HasCount(4, rollout.Actions);
        Assert.IsEmpty(rollout.Torques);
        Assert.IsEmpty(rollout.EndEffectorPositions);
        Assert.AreEqual(4.75 * 4.75, rollout.Errors[0], 1e-12);

        // What happens after the last step asked for is not part of it.
        Rollout shorter = Rollout.In(policy, new DynamicsEnvironment(new Explosive(), 1, [[4.75]]), 3, 0.1);
        Assert.IsFalse(shorter.Diverged);
        Assert.HasCount(4, shorter.Actions);
        Assert.AreEqual(shorter.FinalState[0] * shorter.FinalState[0], shorter.Error);
        Assert.Contains("error", shorter.ToString());
    }

    [TestMethod]
    public void WhatDoesNotFitIsRefused()
    {
        PolicyModel policy = Policy(1);
        Assert.Contains("7 joints", Refused(() => Rollout.Of(policy, RobotModel.KukaIiwa7, 5)));
        Assert.Contains("options.steps", Refused(() => Rollout.Of(policy, RobotModel.TwoLink, 0)));
        Assert.Contains("options.steps", Refused(() => Rollout.Of(policy, RobotModel.TwoLink, Rollout.StepLimit + 1)));
        Assert.Contains("startStates[0]", Refused(() => Rollout.Of(policy, RobotModel.TwoLink, 5, startState: [1])));
        Assert.Contains("2 copies", Refused(() => Rollout.In(policy, new SimulatedRobot(RobotModel.TwoLink, 2), 5, 0.1)));
        Assert.Contains("options.timeStep", Refused(() => Rollout.In(policy, new SimulatedRobot(RobotModel.TwoLink), 5, 0)));
        using CancellationTokenSource stopped = new();
        stopped.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => Rollout.Of(policy, RobotModel.TwoLink, 5, cancellationToken: stopped.Token));
    }

    [TestMethod]
    public void SnapshotsAreThePoliciesOnTheWay()
    {
        CriticModel critic = Critic();
        FittingTask task = new() { Goal = [0.4, -0.2] };
        using PolicyLearner learner = new(critic, new() { Steps = 5 });
        PolicyFit plain = learner.Fit([task])[0], fit = learner.Fit([task with { Snapshots = [0, 2, 5, 9] }])[0];
        Assert.IsEmpty(plain.Snapshots);
        CollectionAssert.AreEqual(plain.LearningCurve, fit.LearningCurve);
        Assert.HasCount(3, fit.Snapshots); // there were no 9 updates
        foreach ((int steps, PolicyModel snapshot) in ((int[])[0, 2, 5]).Zip(fit.Snapshots))
        {
            using PolicyLearner shorter = new(critic, new() { Steps = steps });
            CollectionAssert.AreEqual(shorter.Fit([task])[0].Policy.Parameters.ToArray(), snapshot.Parameters.ToArray());
        }

        Assert.Contains("Task 0", Refused(() => learner.Fit([task with { Snapshots = [2, 2] }])));
        Assert.Contains("Task 0", Refused(() => learner.Fit([task with { Snapshots = [-1] }])));
    }

    private static CriticModel Critic()
    {
        MetaTrainingOptions training = TaskPreset.TwoLink.Training with { Iterations = 2, Horizon = 9, CriticHidden = [8], PolicyHidden = [6] };
        using MetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = [[0.5, -0.5]] }, training);
        return trainer.Train();
    }

    private static PolicyModel Policy(double strength)
    {
        MlpShape shape = new([4, 2], Activation.Elu);
        return PolicyOf(shape, [.. SampleModels.Parameters(shape.ParameterCount).Select(x => (float)(0.1 * strength * x))], positions: 2);
    }

    private static PolicyModel PolicyOf(MlpShape network, float[] parameters, int positions) => new()
    {
        Network = network,
        Parameters = parameters,
        PositionSize = positions,
        PositionScale = 1,
        VelocityScale = 0.1,
        Goal = new double[positions],
        ProductVersion = "0.1.0",
    };

    private static string Refused(Action action) => Assert.ThrowsExactly<InvalidInputException>(action).Message;
}
