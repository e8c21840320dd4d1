using MetaCritic.Analysis;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Analysis;

[TestClass]
public sealed class PointMassTests
{
    private static readonly double[] Start = [-1, 0.3];
    private static readonly double[] Goal = [1, 0.5];

    private static readonly PointMassOptions Small = new()
    {
        Iterations = 60,
        CriticHidden = [24, 24],
        Policies = 8,
        SupervisedUpdates = 2,
        PositionScale = 1,
        Threads = 1,
    };

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    public void The_true_cost_and_its_gradient_are_those_of_a_rollout(int horizon)
    {
        PolicyCost cost = PointMassCosts.True(horizon);
        double[] gradient = new double[2];
        double[] unused = new double[2];
        double[] theta = [0.4, -0.7];
        double expected = horizon * Enumerable.Range(0, 2).Sum(i => Math.Pow(Start[i] + (horizon * theta[i]) - Goal[i], 2));
        Assert.AreEqual(expected, cost(Start, Goal, theta, gradient), 1e-12);
        for (int i = 0; i < 2; i++)
        {
            double[] up = [.. theta];
            double[] down = [.. theta];
            up[i] += 1e-5;
            down[i] -= 1e-5;
            Assert.AreEqual((cost(Start, Goal, up, unused) - cost(Start, Goal, down, unused)) / 2e-5, gradient[i], 1e-6 * Math.Abs(gradient[i]));
        }

        cost(Start, Goal, PointMassCosts.Optimum(Start, Goal, horizon), gradient);
        Assert.AreEqual(0, gradient[0], 1e-12);
        Assert.AreEqual(0, gradient[1], 1e-12);
        foreach ((double first, double second) in PolicyLandscape.Descend(cost, Start, Goal, 2, 3, PointMassCosts.OptimalStep(horizon), 1))
        {
            Assert.AreEqual((Goal[0] - Start[0]) / horizon, first, 1e-12);
            Assert.AreEqual((Goal[1] - Start[1]) / horizon, second, 1e-12);
        }
    }

    [TestMethod]
    public void A_critics_policy_gradient_holds_the_states_constant()
    {
        CriticModel critic = PointMassStudy.Train(Small with { Iterations = 5 }, 3).Learned;
        double[] theta = [0.4, -0.7];
        double[] gradient = new double[2];
        double value = PointMassCosts.Of(critic, 2)(Start, Goal, theta, gradient);
        double[] next = [Start[0] + theta[0], Start[1] + theta[1]];
        Assert.AreEqual(critic.Score(Start, theta, Goal) + critic.Score(next, theta, Goal), value, 1e-6);
        for (int i = 0; i < 2; i++)
        {
            double[] up = [.. theta];
            double[] down = [.. theta];
            up[i] += 1e-2;
            down[i] -= 1e-2;
            double numeric = (critic.Score(Start, up, Goal) + critic.Score(next, up, Goal) - critic.Score(Start, down, Goal) - critic.Score(next, down, Goal)) / 2e-2;
            Assert.AreEqual(numeric, gradient[i], 1e-3 * Math.Max(1, Math.Abs(numeric)));
        }
    }

    [TestMethod]
    public void A_landscape_is_like_itself_and_unlike_its_negative()
    {
        PolicyCost cost = PointMassCosts.True(2);
        PolicyCost negative = (start, goal, theta, gradient) =>
        {
            double value = cost(start, goal, theta, gradient);
            gradient[0] = -gradient[0];
            gradient[1] = -gradient[1];
            return -value;
        };
        PolicyLandscape a = PolicyLandscape.Of(cost, Start, Goal, 2, 9);
        PolicyLandscape b = PolicyLandscape.Of(negative, Start, Goal, 2, 9);
        Assert.AreEqual(1, a.CosineSimilarity(a), 1e-12);
        Assert.AreEqual(-1, a.CosineSimilarity(b), 1e-12);
        Assert.AreEqual(1, a.Correlation(a), 1e-12);
        Assert.AreEqual(-1, a.Correlation(b), 1e-12);
        Assert.AreEqual(-2, a.Axis[0]);
        Assert.AreEqual(2, a.Axis[^1]);

        // Gradients at a right angle.
        PolicyCost turned = (start, goal, theta, gradient) =>
        {
            double value = cost(start, goal, theta, gradient);
            (gradient[0], gradient[1]) = (-gradient[1], gradient[0]);
            return value;
        };
        Assert.AreEqual(0, a.CosineSimilarity(PolicyLandscape.Of(turned, Start, Goal, 2, 9)), 1e-12);
    }

    [TestMethod]
    public void Constant_policies_take_the_inner_step_of_their_critic()
    {
        MetaTrainingOptions options = new() { Horizon = 2, PolicyLearningRate = 0.5, CriticHidden = [8], PoliciesPerGoal = 3, PolicyLifetime = 4, TaskLoss = TaskLossKind.FinalState, VelocityWeight = 0, Threads = 1 };
        TrainingGoals goals = new() { Goals = [Goal, Goal], StartStates = [[-1, 0], [0.5, -1]] };
        using MetaTrainer trainer = new(new PointMass(2), goals, options, constantPolicyRange: 2);
        HashSet<double> starts = [];
        for (int iteration = 0; iteration < 6; iteration++)
        {
            PolicyCost cost = PointMassCosts.Of(trainer.CreateCritic(), 2);
            trainer.Step();
            for (int p = 0; p < trainer.Policies.Count; p++)
            {
                double[] before = [.. trainer.Policies.ConstantPolicy(p, updated: false)];
                double[] after = [.. trainer.Policies.ConstantPolicy(p, updated: true)];
                double[] gradient = new double[2];
                double[] start = trainer.Policies.StartState(p).ToArray();
                cost(start, Goal, before, gradient);
                starts.Add(start[0]);
                for (int i = 0; i < 2; i++)
                {
                    Assert.IsLessThanOrEqualTo(2.5, Math.Abs(before[i]));
                    Assert.AreEqual(before[i] - (0.5 * gradient[i]), after[i], 1e-5);
                }
            }
        }

        Assert.HasCount(2, starts);
    }

    [TestMethod]
    public void A_study_is_reproducible_and_visits_every_policy()
    {
        PointMassStudy one = PointMassStudy.Train(Small, 7);
        PointMassStudy two = PointMassStudy.Train(Small with { Threads = 2 }, 7);
        foreach ((CriticModel a, CriticModel b) in ((CriticModel, CriticModel)[])[(one.Learned, two.Learned), (one.Supervised, two.Supervised), (one.OnPolicy, two.OnPolicy)])
        {
            Assert.IsTrue(a.Parameters.Span.SequenceEqual(b.Parameters.Span));
        }

        Assert.IsFalse(one.Learned.Parameters.Span.SequenceEqual(PointMassStudy.Train(Small, 8).Learned.Parameters.Span));
        Assert.HasCount(60 * 8, one.Visited);
        Assert.AreEqual(4 * 60, one.Visited.Count(v => v.Start == 1));
    }

    [TestMethod]
    public void The_meta_learned_critic_leads_to_the_training_goal()
    {
        PointMassOptions options = Small with { Iterations = 400, CriticHidden = [64, 64], Policies = 16 };
        PointMassStudy study = PointMassStudy.Train(options, 1);
        double[] start = [.. options.StartStates[0]];
        double[] goal = [.. options.TrainingGoal];
        double[] optimum = PointMassCosts.Optimum(start, goal, 2);
        PolicyCost cost = PointMassCosts.Of(study.Learned, 2);
        foreach ((double first, double second) in PolicyLandscape.Descend(cost, start, goal, 2, 3, 0.25, 100))
        {
            Assert.AreEqual(optimum[0], first, 0.1);
            Assert.AreEqual(optimum[1], second, 0.1);
        }

        PolicyLandscape truth = PolicyLandscape.Of(PointMassCosts.True(2), start, goal, 2, 9);
        Assert.IsGreaterThan(0.98, PolicyLandscape.Of(cost, start, goal, 2, 9).CosineSimilarity(truth));
    }

    [TestMethod]
    public void Supervised_Q_of_one_step_learns_the_cost_itself()
    {
        // With T = 1 there is nothing to bootstrap from: Q(s, a) = ‖s + a − g‖² on the data.
        PointMassOptions options = Small with { Horizon = 1, Iterations = 400, CriticHidden = [64, 64], SupervisedUpdates = 5, PolicyLifetime = 1, PolicyLearningRate = 0.01 };
        PointMassStudy study = PointMassStudy.Train(options, 2);
        double[] goal = [.. options.TrainingGoal];
        foreach (CriticModel q in (CriticModel[])[study.Supervised, study.OnPolicy])
        {
            double worst = 0;
            foreach (double x in (double[])[-1, 0, 1])
            {
                double[] start = [.. options.StartStates[1]];
                double[] theta = [x, 0.5 * x];
                double expected = Enumerable.Range(0, 2).Sum(i => Math.Pow(start[i] + theta[i] - goal[i], 2));
                worst = Math.Max(worst, Math.Abs(q.Score(start, theta, goal) - expected));
            }

            Assert.IsLessThan(0.6, worst); // of costs up to 8.5
        }
    }

    [TestMethod]
    public void A_study_can_be_cancelled()
    {
        using CancellationTokenSource source = new();
        Assert.ThrowsExactly<OperationCanceledException>(() => PointMassStudy.Train(
            Small,
            1,
            (done, total) =>
            {
                if (done == 70)
                {
                    source.Cancel();
                }
            },
            source.Token));
    }
}
