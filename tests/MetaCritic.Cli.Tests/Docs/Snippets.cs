using MetaCritic.Baselines;
using MetaCritic.Learning;
using MetaCritic.Robots;

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
