using MetaCritic.Analysis;

namespace MetaCritic.Tests.Analysis;

[TestClass]
public sealed class WorkedExampleTests
{
    private static readonly WorkedExample Paper = new(StartState: -6, Goal: 0);

    /// <summary>Starts, goals, learning rates and policies, none of them special.</summary>
    public static IEnumerable<object[]> Cases =>
        from start in (double[])[-6, 2.5]
        from goal in (double[])[0, -1.25]
        from alpha in (double[])[0.5, 0.1]
        from theta in (double[])[1, -0.7]
        from states in Enum.GetValues<StateHandling>()
        select new object[] { start, goal, alpha, theta, states };

    [TestMethod]
    public void The_papers_numbers_come_out()
    {
        Assert.AreEqual(3, Paper.OptimalTheta);
        Assert.AreEqual(-5, Paper.NextState);
        Assert.AreEqual(2.0 / 9, Paper.MetaLearnedParameter(), 1e-15); // Eq. 18
        Assert.AreEqual(3, Paper.UpdatedTheta(2.0 / 9), 1e-15);
        Assert.AreEqual(0, Paper.TaskLoss(2.0 / 9), 1e-28);
        Assert.AreEqual(-144, Paper.TaskLossGradient(0)); // Eq. 41; Eq. 42 as printed would give −72
        Assert.AreEqual(256.0 / 337, Paper.SupervisedParameter, 1e-15); // (s1 + a)² r2 = 256; 9² + 4⁴ = 337
        Assert.AreEqual(5.5, Paper.SupervisedStationaryTheta); // Eq. 16
        Assert.AreEqual(4, Paper.SupervisedLoopTheta); // the second minimum of Figure 8
    }

    [TestMethod]
    public void With_the_model_in_the_inner_step_another_critic_is_learned()
    {
        // ∇ = 2φ(3s0 + 5θ) = −26φ: φ* = −4 / −26.
        Assert.AreEqual(2.0 / 13, Paper.MetaLearnedParameter(StateHandling.Attached), 1e-15);
        Assert.AreEqual(-18, Paper.CriticGradient(1, StateHandling.Detached));
        Assert.AreEqual(-26, Paper.CriticGradient(1, StateHandling.Attached));
        Assert.AreEqual(Numeric(theta => (Paper with { Theta = theta }).CriticValue(1), 1), Paper.CriticGradient(1, StateHandling.Attached), 1e-6);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gradients_are_those_of_central_differences(double start, double goal, double alpha, double theta, StateHandling states)
    {
        WorkedExample e = new(start, goal, alpha, theta);
        foreach (double phi in (double[])[-0.4, 0, 0.9])
        {
            Close(Numeric(x => e.TaskLoss(x, states), phi), e.TaskLossGradient(phi, states));
            Close(Numeric(e.SupervisedLoss, phi), e.SupervisedLossGradient(phi));
            Close(Numeric(x => e.MetaCriticLoss(phi, x), 0.3), e.MetaCriticLossGradient(phi, 0.3));
        }

        Close(Numeric(x => (e with { Theta = x }).TrueCost, theta), e.TrueGradient);
        double next = e.NextState; // held constant
        Close(Numeric(x => 0.7 * (((start + x) * (start + x)) + ((next + x) * (next + x))), theta), e.CriticGradient(0.7));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Fixed_points_are_stationary(double start, double goal, double alpha, double theta, StateHandling states)
    {
        WorkedExample e = new(start, goal, alpha, theta);
        double phi = e.MetaLearnedParameter(states);
        Close(0, e.TaskLossGradient(phi, states));
        Close(e.OptimalTheta, e.UpdatedTheta(phi, states)); // one inner step reaches the goal
        Close(e.MetaLearnedGradient, e.CriticGradient(phi, states));
        Close(0, e.SupervisedLossGradient(e.SupervisedParameter));
        Close(0, e.MetaCriticLossGradient(0.8, e.MetaCriticParameter(0.8)));
        Close(e.SupervisedStationaryTheta, e.UpdatedThetaOfBoth(0.8, e.MetaCriticParameter(0.8))); // the meta critic ends where supervised Q does
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Only_the_meta_learned_critic_recovers_the_optimal_policy(double start, double goal, double alpha, double theta, StateHandling states)
    {
        _ = states;
        WorkedExample e = new(start, goal, alpha, theta);
        Close(0, (e with { Theta = e.OptimalTheta }).MetaLearnedGradient);
        Close(0, (e with { Theta = e.OptimalTheta }).MetaLearnedParameter()); // the critic vanishes there
        WorkedExample loop = e with { Theta = e.SupervisedLoopTheta };
        Close(0, loop.CriticGradient(1));
        Assert.IsGreaterThan(0.1, Math.Abs(e.SupervisedLoopTheta - e.OptimalTheta));
    }

    [TestMethod]
    public void The_value_of_supervised_Q_has_two_minima_and_the_second_is_not_where_its_gradient_vanishes()
    {
        IReadOnlyList<double> minima = Paper.SupervisedMinima(0, 8);
        Assert.HasCount(2, minima);
        Assert.AreEqual(3, minima[0], 1e-6);
        Assert.AreEqual(4.418907, minima[1], 1e-6); // of u⁴((θ − 6)² + u²) / (((θ − 6)² − u²)² + u⁴) with u = 2θ − 6, by a scan
        WorkedExample four = Paper with { Theta = 4 };
        Assert.AreEqual(0, four.CriticGradient(four.SupervisedParameter));
    }

    [TestMethod]
    public void Minima_of_known_functions_are_found()
    {
        CollectionAssert.AreEqual(
            (double[])[-1, 2],
            ScalarMinima.Find(x => (x + 1) * (x + 1) * (x - 2) * (x - 2), -4, 5).Select(x => Math.Round(x, 6)).ToArray());
        Assert.IsEmpty(ScalarMinima.Find(x => x, 0, 1));
        Assert.IsEmpty(ScalarMinima.Find(_ => double.NaN, 0, 1));
    }

    private static double Numeric(Func<double, double> f, double x) => (f(x + 1e-4) - f(x - 1e-4)) / 2e-4;

    private static void Close(double expected, double actual) => Assert.AreEqual(expected, actual, 1e-6 * Math.Max(1, Math.Abs(expected)));
}
