using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

// Meta-train a critic through the model of a two-link arm, on four goals (joint angles, rad).
TaskPreset preset = TaskPreset.TwoLink;
TrainingGoals goals = new() { Goals = [[0.8, 0.8], [0.8, -0.8], [-0.8, 0.8], [-0.8, -0.8]] };
using MetaTrainer trainer = new(preset.Robot, preset.Dynamics, goals, preset.Training);
trainer.Train().Save("two-link.critic");

// Later, without the model: fit policies from scratch for a new goal, also on an arm whose second link is heavier.
using PolicyLearner learner = new(CriticModel.Load("two-link.critic"));
RobotModel heavier = preset.Robot.With("arm2.mass", 2);
foreach (PolicyFit fit in learner.Fit([new() { Goal = [1.2, -0.4] }, new() { Goal = [1.2, -0.4], Robot = heavier }]))
{
    Console.WriteLine($"after {fit.Steps} policy updates: mean squared error {fit.Error:F4} rad²");
}
