using MetaCritic.Baselines;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Tests.Docs;

/// <summary>The C# snippets of the documentation, compiled here; <see cref="DocumentationTests"/> sees to it that none differs.</summary>
internal static class Snippets
{
    public static void Robots()
    {
        RobotModel arm = RobotModel.FromUrdf("arm.urdf");
        RobotModel kuka = RobotModel.KukaIiwa7
            .With("iiwa_link_7.mass", 5)
            .With([new("payload.mass", 1.5), new("payload.z", 0.1)]);

        Console.WriteLine(string.Join(" ", kuka.MovableJoints.Select(joint => joint.Name)));
        Console.WriteLine(kuka.GetParameter("iiwa_link_7.mass"));
        _ = arm;
    }

    public static void SavedRobots()
    {
        RobotModel arm = RobotModel.Load("arm.urdf").Lock("gripper", 0.02).With("payload.mass", 0.5);
        arm.Save("arm-with-tool.urdf");
    }

    public static void Learned(IReadOnlyList<double[]> states, IReadOnlyList<double[]> actions, IReadOnlyList<double[]> nextStates, IReadOnlyList<long> episodes, TrainingGoals goals)
    {
        Transitions log = new() { States = states, Actions = actions, NextStates = nextStates, Episodes = episodes };
        LearnedDynamics f = new DynamicsLearner(positionSize: 2, new() { TimeStep = 0.05, Angles = true }).Learn(log);
        Console.WriteLine($"one-step errors on rows held out: {string.Join(", ", f.HeldOut.Errors)}");
        f.Save("arm.dynamics");

        using MetaTrainer trainer = new(LearnedDynamics.Load("arm.dynamics"), goals, new() { DisagreementLimit = 20 });
        CriticModel critic = trainer.Train(); // keeps f
        _ = critic;
    }

    public static CriticModel Alternation(Transitions log, TrainingGoals goals, RigidBodyOptions stepping)
    {
        using ModelLearningTrainer trainer = new(
            log,
            positionSize: 2,
            goals,
            new MetaTrainingOptions { DisagreementLimit = 20 },
            new ModelLearningOptions { Dynamics = new() { TimeStep = 0.05, Angles = true }, Rounds = 3, EpisodesPerRound = 100 },
            environments: starts => new SimulatedRobot(RobotModel.Reacher, starts.Count, stepping, starts));
        CriticModel critic = trainer.Train();
        return critic;
    }

    public static void Baselines()
    {
        BaselinePreset preset = BaselinePreset.Reacher;
        TrainingGoals goals = new() { Goals = [[0.8, 0.8], [0.8, -0.8], [-0.8, 0.8], [-0.8, -0.8]] };
        using Ddpg ddpg = new(preset.Task.Robot, preset.Task.Dynamics, goals, preset.Ddpg with { Seed = 1 });
        BaselineResult result = ddpg.Train();
        if (result.Critic is { } critic) // null if the run diverged
        {
            using PolicyLearner learner = new(critic, preset.Task.Fitting);
            Console.WriteLine(learner.Fit([new() { Goal = [0.8, 0.8] }])[0].Error);
        }
    }
}
