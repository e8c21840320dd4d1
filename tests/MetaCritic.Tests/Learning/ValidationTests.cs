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

        ValidationPoint Point(double error, int diverged) => new(1, 1, error, 1, 2, diverged);
        Assert.IsTrue(Point(9, 1).IsBetterThan(Point(double.NaN, 2)));
        Assert.IsTrue(Point(9, 0).IsBetterThan(Point(0.1, 1)));
        Assert.IsFalse(Point(0.1, 1).IsBetterThan(Point(9, 0)));
        Assert.IsTrue(Point(0.1, 0).IsBetterThan(Point(0.2, 0)));
        Assert.IsFalse(Point(double.NaN, 2).IsBetterThan(Point(double.NaN, 2)));
    }

    [TestMethod]
    public void Training_keeps_the_critic_that_does_best_on_held_out_goals_and_its_learning_curve()
    {
        // The learning rate is far too high, so that the last critic is not the best.
        using MetaTrainer trainer = Trainer(Validated);
        List<ValidationPoint?> told = [];
        CriticModel critic = trainer.Train(new Immediate<MetaTrainingProgress>(progress => told.Add(progress.Validation)), cancellationToken: TestContext.CancellationToken);
        CollectionAssert.AreEqual(new[] { 4, 8, 12, 14 }, critic.LearningCurve.Select(point => point.Iteration).ToArray());
        CollectionAssert.AreEqual(critic.LearningCurve.ToArray(), told.OfType<ValidationPoint>().ToArray());
        CollectionAssert.AreEqual(new[] { 4, 8, 12, 14 }, told.Select((point, i) => point is null ? 0 : i + 1).Where(i => i > 0).ToArray(), "reported with their meta-iteration");
        ValidationPoint best = critic.LearningCurve.MinBy(point => point.Error)!;
        Assert.AreEqual(best.Iteration, critic.Iterations);
        Assert.AreNotEqual(14, best.Iteration, "or this test shows nothing");

        // The curve has what fresh policies reach with the critic kept, and the critic is the one of that meta-iteration.
        ValidationResult again = CriticValidation.Run(critic, HeldOut, seed: Validated.Seed, cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual((best.Error, best.Median, best.Policies, best.Diverged), (again.Error, again.Median, again.Policies, again.Diverged));
        using MetaTrainer plain = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = Goals.Goals }, Validated, Fitting);
        while (plain.Iteration < best.Iteration)
        {
            plain.Step(TestContext.CancellationToken);
        }

        CollectionAssert.AreEqual(plain.CreateCritic().Parameters.ToArray(), critic.Parameters.ToArray());
        Assert.AreEqual(plain.CreateCritic().TaskLoss, critic.TaskLoss);
        Assert.IsEmpty(plain.CreateCritic().LearningCurve);

        using MemoryStream file = new();
        critic.Save(file);
        file.Position = 0;
        CollectionAssert.AreEqual(critic.LearningCurve.ToArray(), CriticModel.Load(file).LearningCurve.ToArray());
    }

    [TestMethod]
    public void Training_stops_when_its_patience_is_at_an_end()
    {
        using MetaTrainer whole = Trainer(Validated);
        IReadOnlyList<ValidationPoint> curve = whole.Train(cancellationToken: TestContext.CancellationToken).LearningCurve;
        int best = curve.ToList().IndexOf(curve.MinBy(point => point.Error)!);
        using MetaTrainer impatient = Trainer(Validated with { Patience = 1 });
        CriticModel critic = impatient.Train(cancellationToken: TestContext.CancellationToken);
        int stopped = Math.Min(best + 1, curve.Count - 1);
        Assert.IsLessThan(curve.Count - 1, stopped, "or this test shows nothing");
        Assert.AreEqual(curve[stopped].Iteration, impatient.Iteration);
        CollectionAssert.AreEqual(curve.Take(stopped + 1).ToArray(), critic.LearningCurve.ToArray());
        Assert.AreEqual(curve[best].Iteration, critic.Iterations);
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(9)]
    [DataRow(12)]
    public void An_interrupted_training_with_validation_ends_with_the_same_bytes(int interruption)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using MetaTrainer whole = Trainer(Validated);
        byte[] expected = Bytes(whole.Train(cancellationToken: TestContext.CancellationToken));
        using (MetaTrainer first = Trainer(Validated with { Threads = 1 }))
        {
            first.Train(stopAfter: interruption - 1, cancellationToken: TestContext.CancellationToken);
            first.Step(TestContext.CancellationToken); // interrupted between the meta-iteration and what follows it
            first.SaveCheckpoint(path);
        }

        using MetaTrainer second = Trainer(Validated);
        second.LoadCheckpoint(path);
        CollectionAssert.AreEqual(expected, Bytes(second.Train(cancellationToken: TestContext.CancellationToken)));

        using MetaTrainer without = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = Goals.Goals }, Validated, Fitting);
        Assert.Contains("its validation goals are others, or there are none now", Assert.ThrowsExactly<InvalidInputException>(() => without.LoadCheckpoint(path)).Message);
        File.Delete(path);
    }

    [TestMethod]
    public void Dynamics_of_the_users_own_are_validated_in_themselves()
    {
        using MetaTrainer trainer = new(
            new CartDynamics(),
            new() { Goals = [[0.5]] },
            new() { Iterations = 3, Horizon = 5, CriticHidden = [8], ValidationInterval = 2 },
            new() { Steps = 2 },
            new() { Goals = [[0.3], [-0.2]], StartStates = [[0, 0], [0.1, 0]] });
        Assert.AreEqual(2, trainer.Train(cancellationToken: TestContext.CancellationToken).LearningCurve[^1].Policies);
        Assert.ThrowsExactly<InvalidInputException>(() => new MetaTrainer(new CartDynamics(), new() { Goals = [[0.5]] }, new(), null, new() { Goals = [[0.3, 1]] }));
    }

    private static readonly TrainingGoals HeldOut = new() { Goals = [[0.4, 0.4], [-0.4, 0.5], [0.1, -0.3]] };

    private static readonly PolicyLearnerOptions Fitting = new() { Steps = 5 };

    private static readonly MetaTrainingOptions Validated = TaskPreset.TwoLink.Training with
    {
        Iterations = 14,
        CriticHidden = [12, 12],
        PolicyHidden = [8],
        Horizon = 12,
        CriticLearningRate = 0.2,
        LearningRateSchedule = LearningRateSchedule.Constant,
        ValidationInterval = 4,
        Seed = 4,
    };

    private static MetaTrainer Trainer(MetaTrainingOptions options) =>
        new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = Goals.Goals }, options, Fitting, HeldOut);

    private static byte[] Bytes(CriticModel critic)
    {
        using MemoryStream file = new();
        critic.Save(file);
        return file.ToArray();
    }

    private static CriticModel Critic(PolicyLearnerOptions fitting)
    {
        using MetaTrainer trainer = new(
            RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = Goals.Goals }, TaskPreset.TwoLink.Training with { CriticHidden = [10], Horizon = 6 }, fitting);
        return trainer.CreateCritic();
    }
}
