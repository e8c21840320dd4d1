using System.Globalization;
using MetaCritic.Analysis;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Models;

/// <summary>What a debugger, a log or a console shows of robots, models and metrics: one line that says what it is.</summary>
[TestClass]
[DoNotParallelize] // it changes the culture
public sealed class ToStringTests
{
    [TestInitialize]
    public void InACultureWithDecimalCommas() => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");

    [TestCleanup]
    public void Back() => CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

    [TestMethod]
    public void RobotsSayNameJointsAndMass()
    {
        Assert.AreEqual("two-link: 2 joints (baseHinge, interArm), 2 kg", Line(RobotModel.TwoLink));
        Assert.AreEqual("two-link: 2 joints (baseHinge, interArm), 2.5 kg", Line(RobotModel.TwoLink.With("arm2.mass", 1.5)));
        Assert.StartsWith("kuka-iiwa7: 7 joints (iiwa_joint_1 … iiwa_joint_7), ", Line(RobotModel.KukaIiwa7));
    }

    [TestMethod]
    public void ModelsSayWhatTheyAreFor()
    {
        MetaTrainingOptions options = TaskPreset.TwoLink.Training with { Iterations = 1, CriticHidden = [40, 40], PolicyHidden = [8], Horizon = 5, Threads = 1 };
        using MetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = [[0.5, -0.25]] }, options);
        CriticModel critic = trainer.Train();
        Assert.MatchesRegex(@"^critic for two-link: 1 meta-iteration on 1 goal, error \d\S*, 1,961 parameters$", Line(critic));

        using PolicyLearner learner = new(critic, new() { Steps = 1, Threads = 1 });
        PolicyFit fit = learner.Fit([new() { Goal = [0.5, -0.25] }])[0];
        Assert.MatchesRegex(@"^error \d\S* after 1 update$", Line(fit));
        Assert.AreEqual("policy for the goal [0.5, -0.25]: 4 state → 2 action components, 58 parameters", Line(fit.Policy));
        Assert.MatchesRegex("^diverged after 1 update: ", Line(fit with { Diverged = true }));
        Assert.MatchesRegex("converged$", Line(fit with { Converged = true }));
    }

    [TestMethod]
    public void LearnedDynamicsSayHowGoodTheyAre()
    {
        Random random = new(1);
        double[][] states = [.. Enumerable.Range(0, 30).Select(_ => new[] { random.NextDouble(), random.NextDouble() })];
        LearnedDynamics dynamics = new DynamicsLearner(1, new() { Members = 1, Hidden = [4], Epochs = 2, Threads = 1 }).Learn(new()
        {
            States = states,
            Actions = [.. states.Select(_ => new[] { 0.5 })],
            NextStates = [.. states.Select(state => new[] { state[0] + (0.1 * state[1]), 0.9 * state[1] })],
        });
        Assert.MatchesRegex(@"^learned dynamics: 1 network, 2 state \+ 1 action components, from 27 rows, R² at least -?\d\S*$", Line(dynamics));
    }

    [TestMethod]
    public void MetricsSayHowManyAndHowGood()
    {
        Assert.AreEqual("no policies", Line(ErrorSummary.Of([])));
        Assert.AreEqual("2 policies, all diverged", Line(ErrorSummary.Of([double.NaN, double.NaN])));
        Assert.AreEqual("1 policy: error 0.5 [0.5, 0.5], median 0.5, 0 % ≤ 0.02", Line(ErrorSummary.Of([0.5])));
        Assert.MatchesRegex(@"^3 policies, 1 diverged: error 0\.255 \[0\.01, 0\.5\], median 0\.255, 33 % ≤ 0\.02$", Line(ErrorSummary.Of([0.5, double.NaN, 0.01])));
    }

    private static string Line(object thing)
    {
        string text = thing.ToString()!;
        Assert.DoesNotContain("\n", text);
        Assert.IsLessThanOrEqualTo(thing is CriticModel or LearnedDynamics or PolicyFit { Diverged: true } ? 100 : 80, text.Length, text);
        return text;
    }
}
