using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Learning;

[TestClass]
public sealed class ValidationTests
{
    private static readonly TrainingGoals Goals = new() { Goals = [[0.5, 0.2], [-0.3, 0.7]], StartStates = [[0, 0, 0, 0], [0.1, 0, 0, 0]] };

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void The_errors_are_those_of_fresh_policies_with_and_without_fitting()
    {
        CriticModel critic = Critic(new() { Steps = 3 });
        ValidationResult result = CriticValidation.Run(critic, Goals, policiesPerGoal: 2, seed: 4, cancellationToken: TestContext.CancellationToken);
        using PolicyLearner learner = new(critic);
        FittingTask[] tasks =
        [
            .. from goal in new[] { 0, 1 } from policy in new[] { 0, 1 }
               select new FittingTask { Goal = Goals.Goals[goal], StartState = Goals.StartStates![goal], PolicyIndex = policy, Seed = 4 },
        ];
        IReadOnlyList<PolicyFit> fits = learner.Fit(tasks, cancellationToken: TestContext.CancellationToken);
        Assert.IsTrue(fits.All(fit => fit.LearningCurve.Length == 4), "with the steps that the critic carries");
        double[] errors = [.. fits.Select(fit => fit.Error).Order()];
        Assert.AreEqual(new ValidationResult(4, 0, errors.Average(), (errors[1] + errors[2]) / 2, fits.Average(fit => fit.LearningCurve[0])), result);

        ValidationResult own = CriticValidation.Run(
            critic, Goals, block => new SimulatedRobot(RobotModel.TwoLink, block.Count, critic.Dynamics, [.. block.Select(task => task.StartState)]), 2, seed: 4, cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(result, own);

        TrainingGoals heavy = Goals with { ParameterNames = ["arm2.mass"], ParameterValues = [[1], [5]] };
        Assert.AreNotEqual(result, CriticValidation.Run(critic, heavy, 2, seed: 4, cancellationToken: TestContext.CancellationToken));
        Assert.ThrowsExactly<InvalidInputException>(() => CriticValidation.Run(critic, new() { Goals = [[1]] }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CriticValidation.Run(critic, Goals, 0));
    }

    [TestMethod]
    public void Policies_that_diverge_are_counted_apart_and_count_most()
    {
        CriticModel critic = Critic(new() { Steps = 2, LearningRate = 1e30 });
        ValidationResult bad = CriticValidation.Run(critic, Goals, cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(2, bad.Diverged);
        Assert.IsTrue(double.IsNaN(bad.Error) && double.IsNaN(bad.Median) && double.IsFinite(bad.Unfitted));
        Assert.IsTrue(new ValidationResult(2, 1, 9, 9, 1).IsBetterThan(bad));
        Assert.IsTrue(new ValidationResult(2, 0, 9, 9, 1).IsBetterThan(new(2, 1, 0.1, 0.1, 1)));
        Assert.IsFalse(new ValidationResult(2, 1, 0.1, 0.1, 1).IsBetterThan(new(2, 0, 9, 9, 1)));
        Assert.IsTrue(new ValidationResult(2, 0, 0.1, 9, 1).IsBetterThan(new(2, 0, 0.2, 0.1, 1)));
        Assert.IsFalse(bad.IsBetterThan(bad));
    }

    private static CriticModel Critic(PolicyLearnerOptions fitting)
    {
        using MetaTrainer trainer = new(
            RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = Goals.Goals }, TaskPreset.TwoLink.Training with { CriticHidden = [10], Horizon = 6 }, fitting);
        return trainer.CreateCritic();
    }
}
