using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Tasks;

/// <summary>The presets do what they are for: whole trainings, with the settings and goals that the documentation names.</summary>
[TestClass]
[DoNotParallelize]
public sealed class PresetTests
{
    public TestContext TestContext { get; set; } = null!;

    // Training goals of examples/goals.
    public static IEnumerable<object[]> Presets =>
    [
        [TaskPreset.TwoLink, Corners],
        [TaskPreset.Reacher, Corners],
        [
            TaskPreset.Kuka,
            new double[][]
            {
                [-0.1660, 0.4406, -0.9998, -0.3953, -0.7065, -0.8153, -0.6275],
                [-0.3089, -0.2065, 0.0776, -0.1616, 0.3704, -0.5911, 0.7562],
                [-0.9452, 0.3409, -0.1654, 0.1174, -0.7192, -0.6038, 0.6015],
                [0.9365, -0.3732, 0.3846, 0.7528, 0.7892, -0.8299, -0.9219],
            },
        ],
    ];

    private static double[][] Corners => [[0.8, 0.8], [0.8, -0.8], [-0.8, 0.8], [-0.8, -0.8]];

    [TestMethod]
    [DynamicData(nameof(Presets))]
    public void FreshPoliciesReachTheTrainingGoals(TaskPreset preset, double[][] goals)
    {
        using MetaTrainer trainer = new(preset.Robot, preset.Dynamics, new() { Goals = goals }, preset.Training);
        CriticModel critic = trainer.Train(cancellationToken: TestContext.CancellationToken);

        using PolicyLearner learner = new(critic, preset.Fitting);
        IReadOnlyList<PolicyFit> fits = learner.Fit(
            [.. from goal in goals from policy in Enumerable.Range(0, 5) select new FittingTask { Goal = goal, PolicyIndex = policy }],
            cancellationToken: TestContext.CancellationToken);
        double first = fits.Average(fit => fit.LearningCurve[0]);
        double error = fits.Average(fit => fit.Error);
        TestContext.WriteLine($"{preset.Name}: mean squared error {first:G3} before fitting, {error:G3} after");
        Assert.IsLessThanOrEqualTo(0.02, error);
        Assert.IsGreaterThan(0.1, first);
    }
}
