using MetaCritic.Learning;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Learning;

[TestClass]
public sealed class TrainingOutcomeTests
{
    [TestMethod]
    [DataRow(0, 0.0, 0.0, null, DisplayName = "nothing done yet")]
    [DataRow(24, 1.0, 2.0, null, DisplayName = "too short to be judged")]
    [DataRow(25, 1.0, 2.0, LearningFailure.NoBetterThanAtFirst)]
    [DataRow(25, 1.0, 1.0, LearningFailure.NoBetterThanAtFirst)]
    [DataRow(100, 1.0, 0.9, null)]
    [DataRow(3, 1.0, double.NaN, LearningFailure.NoPolicyCounts)]
    [DataRow(100, 1.0, double.NaN, LearningFailure.NoPolicyCounts)]
    [DataRow(100, double.NaN, 0.5, LearningFailure.NoBetterThanAtFirst, DisplayName = "first policies that count are those of the end")]
    public void A_training_is_judged_by_its_first_and_last_errors(int iterations, double first, double last, LearningFailure? failure)
    {
        TrainingOutcome outcome = TrainingOutcome.Of(History(iterations, first, last));
        Assert.AreEqual(failure, outcome.Failure);
        Assert.AreEqual(failure is null, outcome.Describe().Length == 0);
        Assert.AreEqual(iterations, outcome.Iterations);
        Assert.AreEqual(failure != LearningFailure.NoPolicyCounts, outcome.FreshPoliciesMayDecide);
    }

    [TestMethod]
    [DataRow(4, 4, double.NaN, double.NaN, LearningFailure.EveryFitDiverges)]
    [DataRow(4, 0, 1.0, 1.0, LearningFailure.FittingDoesNotHelp)]
    [DataRow(4, 3, 1.0, 0.5, null)]
    public void New_policies_judge_it_too(int count, int diverged, double unfitted, double fitted, LearningFailure? failure)
    {
        ValidationResult fresh = new(count, diverged, fitted, fitted, unfitted);
        Assert.AreEqual(failure, TrainingOutcome.Of(History(100, 1, 0.5), fresh).Failure);
        Assert.AreEqual(failure == LearningFailure.EveryFitDiverges ? failure : null, TrainingOutcome.Of(History(10, 1, 0.5), fresh).Failure);
    }

    [TestMethod]
    [DataRow(1.0, 0.5, null)]
    [DataRow(1.0, 1.0, LearningFailure.NoBetterThanAtFirst)]
    [DataRow(1.0, 3.0, LearningFailure.NoBetterThanAtFirst)]
    public void An_error_of_the_pool_that_has_not_fallen_is_no_failure_where_fitting_helps(double unfitted, double fitted, LearningFailure? failure) =>
        Assert.AreEqual(failure, TrainingOutcome.Of(History(100, 1, 2), new ValidationResult(4, 0, fitted, fitted, unfitted)).Failure);

    [TestMethod]
    [DataRow(9, "0 1 2 3 4")]
    [DataRow(5, "0 1 2 3 4")]
    [DataRow(2, "0 2")]
    [DataRow(1, "0")]
    public void Of_many_goals_some_are_tried_with_all_that_belongs_to_them(int most, string rows)
    {
        TrainingGoals goals = new()
        {
            Goals = [.. Enumerable.Range(0, 5).Select(i => new double[] { i })],
            StartStates = [.. Enumerable.Range(0, 5).Select(i => new double[] { i, 10 })],
            Weights = [0, 1, 2, 3, 4],
            ParameterNames = ["a"],
            ParameterValues = [.. Enumerable.Range(0, 5).Select(i => new double[] { i })],
        };
        TrainingGoals some = goals.Spread(most);
        Assert.AreEqual(rows, string.Join(' ', some.Goals.Select(goal => goal[0])));
        Assert.AreEqual(rows, string.Join(' ', some.StartStates!.Select(start => start[0])));
        Assert.AreEqual(rows, string.Join(' ', some.Weights!));
        Assert.AreEqual(rows, string.Join(' ', some.ParameterValues!.Select(value => value[0])));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => goals.Spread(0));
    }

    private static MetaIterationMetrics[] History(int iterations, double first, double last) =>
        [.. Enumerable.Range(0, iterations).Select(i => i < 2 * iterations / 3 ? first : last).Select((error, i) => new MetaIterationMetrics(i, error, error, 1, 0, 1e-3))];
}
