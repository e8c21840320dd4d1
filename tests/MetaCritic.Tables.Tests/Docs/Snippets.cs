using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Tables.Tests.Docs;

/// <summary>The program of the package's README.md, which the tests of the packages run, and the snippet of docs/api.md, compiled here.</summary>
internal static class Snippets
{
    public static void FirstProgram()
    {
        File.WriteAllText("goals.csv", "baseHinge,interArm,arm2.mass\n0.8,0.8,1\n0.8,-0.8,1\n-0.8,0.8,1\n-0.8,-0.8,1\n");

        // Meta-train a critic on the goals of a table (joint angles, rad), each on the arm of its row.
        TaskPreset preset = TaskPreset.For(RobotModel.TwoLink, goals: 4);
        using GoalReader training = GoalReader.Open("goals.csv", preset.Robot);
        using MetaTrainer trainer = new(preset.Robot, preset.Dynamics, training.ReadTrainingGoals(), preset.Training, preset.Fitting);
        using PolicyLearner learner = new(trainer.Train());

        // Fit a policy for each row of a table; here the same one, once more.
        using GoalReader goals = GoalReader.Open("goals.csv", preset.Robot);
        while (goals.Read())
        {
            PolicyFit fit = learner.Fit([new() { Goal = goals.Goal.ToArray(), Robot = goals.Robot, Seed = goals.Seed }])[0];
            Console.WriteLine($"line {goals.Table.Line}: mean squared error {fit.Error:F6} rad²");
        }
    }

    public static Transitions Api()
    {
        TableFormat semicolons = new() { Separator = ';' };
        using GoalReader goals = GoalReader.Open("goals.csv", RobotModel.TwoLink, semicolons);
        while (goals.Read())
        {
            Console.WriteLine($"line {goals.Table.Line}: goal ({goals.Goal[0]}, {goals.Goal[1]}), mass {goals.Robot!.GetParameter("arm2.mass")} kg");
        }

        using TransitionReader log = TransitionReader.Open("log.csv");
        Transitions transitions = log.ReadTransitions();
        return transitions;
    }
}
