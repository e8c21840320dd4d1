using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Models;

namespace MetaCritic.Tests.Learning;

[TestClass]
public sealed class PolicyLearnerTests
{
    private static readonly CriticModel Critic = Random(RobotModel.TwoLink);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void AnEnvironmentIsAskedForResetAndStepOnly()
    {
        // Carts implements IEnvironment alone: there is no derivative to ask for.
        CollectionAssert.AreEqual(new[] { typeof(IEnvironment) }, typeof(Carts).GetInterfaces());
        CollectionAssert.AreEquivalent(
            new[] { "get_Count", "get_StateSize", "get_ActionSize", "Reset", "Step" }, typeof(IEnvironment).GetMethods().Select(m => m.Name).ToArray());
        CriticModel critic = Critic_(2, 1, 1);
        using PolicyLearner learner = new(critic, new() { Steps = 3, BlockSize = 2 });
        List<Carts> made = [];
        learner.Fit(
            [new() { Goal = [0.1] }, new() { Goal = [0.2] }, new() { Goal = [0.3] }],
            tasks =>
            {
                made.Add(new(tasks.Count));
                return made[^1];
            },
            cancellationToken: TestContext.CancellationToken);
        CollectionAssert.AreEqual(new[] { 2, 1 }, made.Select(carts => carts.Count).ToArray());
        Assert.IsTrue(made.All(carts => carts.Resets == 4 && carts.Steps == 4 * critic.Training.Horizon));
    }

    [TestMethod]
    public void ResultsDependOnTheTaskAlone()
    {
        FittingTask[] tasks =
        [
            new() { Goal = [0.3, 0.4] },
            new() { Goal = [0.3, 0.4], PolicyIndex = 1 },
            new() { Goal = [-0.3, 0.4], Robot = RobotModel.TwoLink.With("arm2.mass", 2) },
            new() { Goal = [0.1, 0.9], StartState = [0.1, 0.2, 0, 0.3] },
            new() { Goal = [0.3, 0.4], Seed = 5 },
        ];
        IReadOnlyList<PolicyFit> together = Fit(tasks, new() { Steps = 4, Threads = 1 });
        IReadOnlyList<PolicyFit> permuted = Fit([.. tasks.Reverse()], new() { Steps = 4, Threads = 2, BlockSize = 3 });
        for (int i = 0; i < tasks.Length; i++)
        {
            IReadOnlyList<PolicyFit> alone = Fit([tasks[i]], new() { Steps = 4, Threads = 2 });
            foreach (PolicyFit other in new[] { permuted[tasks.Length - 1 - i], alone[0] })
            {
                Assert.IsTrue(together[i].Policy.Parameters.Span.SequenceEqual(other.Policy.Parameters.Span));
                CollectionAssert.AreEqual(together[i].LearningCurve, other.LearningCurve);
                CollectionAssert.AreEqual(together[i].FinalState, other.FinalState);
            }
        }

        PolicyFit atRest = Fit([tasks[0] with { StartState = new double[4] }], new() { Steps = 4 })[0];
        CollectionAssert.AreEqual(together[0].LearningCurve, atRest.LearningCurve, "rest at 0 is the same given or not");
        Assert.AreEqual(tasks.Length, together.Select(fit => fit.LearningCurve[0]).Distinct().Count(), "every task has a policy of its own");
    }

    // A linear critic, a linear policy and states that no action moves make a gradient that is the same in every step. Adam then moves
    // each parameter by the learning rate against the gradient's sign, and the learning rate falls from 1 to 1/4 of its value.
    [TestMethod]
    public void AdamMovesEachParameterByALearningRateThatFalls()
    {
        const double Rate = 0.01;
        using MetaTrainer trainer = new(new Drift(1), new() { Goals = [[0.5]] }, new() { Horizon = 5, CriticHidden = [], PolicyHidden = [] });
        CriticModel critic = trainer.CreateCritic();
        float[] start = Fit(new() { Steps = 0 });
        float[] plain = Fit(new() { Steps = 1, LearningRate = 1 });
        float[] adam = Fit(new() { Steps = 4, LearningRate = Rate, Optimizer = OptimizerKind.Adam });
        Assert.HasCount(3, start);
        for (int i = 0; i < start.Length; i++)
        {
            Assert.IsGreaterThan(1e-3, Math.Abs(plain[i] - start[i]));
            Assert.AreEqual(Rate * (1 + 0.75 + 0.5 + 0.25) * Math.Sign(plain[i] - start[i]), adam[i] - start[i], 1e-6);
        }

        // A second fit by the same learner begins anew.
        CollectionAssert.AreEqual(adam, Fit(new() { Steps = 4, LearningRate = Rate, Optimizer = OptimizerKind.Adam, BlockSize = 1 }, last: 3));

        float[] Fit(PolicyLearnerOptions options, int last = 0)
        {
            using PolicyLearner learner = new(critic, options);
            FittingTask task = new() { Goal = [0.3] };
            return learner.Fit([.. Enumerable.Repeat(task, last + 1)], tasks => new DynamicsEnvironment(new Drift(1), tasks.Count), cancellationToken: TestContext.CancellationToken)[last]
                .Policy.Parameters.ToArray();
        }
    }

    [TestMethod]
    public void SettingsThatTheCriticCarriesHoldWhereNoneAreGiven()
    {
        CriticModel critic = SampleModels.CriticOfComputedSettings();
        using PolicyLearner carried = new(critic);
        Assert.HasCount(critic.Fitting!.Steps + 1, carried.Fit([new() { Goal = [0.3, 0.4] }], cancellationToken: TestContext.CancellationToken)[0].LearningCurve);
        using PolicyLearner given = new(critic, new() { Steps = 2 });
        Assert.HasCount(3, given.Fit([new() { Goal = [0.3, 0.4] }], cancellationToken: TestContext.CancellationToken)[0].LearningCurve);
    }

    [TestMethod]
    public void APolicyStopsWhenItIsCloseEnough()
    {
        FittingTask[] tasks = [new() { Goal = [0.3, 0.4] }, new() { Goal = [-0.5, 0.1] }];
        IReadOnlyList<PolicyFit> all = Fit(tasks, new() { Steps = 6 });
        double tolerance = all[0].LearningCurve.Min() * 1.0001;
        int expected = Array.FindIndex(all[0].LearningCurve, error => error <= tolerance);
        PolicyFit stopped = Fit(tasks, new() { Steps = 6, Tolerance = tolerance })[0];
        Assert.IsTrue(stopped.Converged);
        Assert.AreEqual(expected, stopped.Steps);
        CollectionAssert.AreEqual(all[0].LearningCurve[..(expected + 1)], stopped.LearningCurve);
        Assert.AreEqual(stopped.LearningCurve[^1], stopped.Error);
        Assert.IsFalse(all[0].Converged);
        Assert.AreEqual(6, all[0].Steps);
    }

    [TestMethod]
    public void DivergenceIsReportedAndDoesNotSpread()
    {
        CriticModel critic = Critic_(1, 1, 1);
        using PolicyLearner learner = new(critic, new() { Steps = 3 });
        FittingTask[] tasks = [new() { Goal = [0.5], StartState = [7] }, new() { Goal = [0.5], StartState = [0] }];
        IReadOnlyList<PolicyFit> fits = learner.Fit(
            tasks, block => new DynamicsEnvironment(new Explosive(), block.Count, [.. block.Select(task => task.StartState)]), cancellationToken: TestContext.CancellationToken);
        Assert.IsTrue(fits[0].Diverged);
        Assert.IsTrue(double.IsNaN(fits[0].Error));
        Assert.AreEqual(0, fits[0].Steps);
        Assert.IsFalse(fits[1].Diverged);
        Assert.AreEqual(3, fits[1].Steps);
        Assert.IsTrue(double.IsFinite(fits[1].Error));
    }

    [TestMethod]
    [DataRow(OptimizerKind.Sgd)]
    [DataRow(OptimizerKind.Adam)]
    public void PoliciesKeepToTheLargestActionThatTheCriticCarries(OptimizerKind optimizer)
    {
        CriticModel free = SampleModels.Critic(SampleModels.Training with { Horizon = 12, PolicyLearningRate = 1 });
        CriticModel limited = SampleModels.LoadCritic(SampleModels.Critic(free.Training with { ActionLimit = 0.2 }).Bytes());
        Assert.AreEqual(0.2, limited.Training.ActionLimit);
        Assert.IsGreaterThan(0.2, Largest(free));
        double largest = Largest(limited);
        Assert.IsTrue(largest is > 0.1 and <= 0.2, $"{largest}");

        double Largest(CriticModel critic)
        {
            using PolicyLearner learner = new(critic, new() { Steps = 4, Optimizer = optimizer, LearningRate = 1 });
            Measured desk = new(new SimulatedRobot(RobotModel.TwoLink, 1, Critic.Dynamics));
            PolicyFit fit = learner.Fit([new() { Goal = [0.3, 0.4] }], _ => desk, cancellationToken: TestContext.CancellationToken)[0];
            double[] action = new double[2];
            fit.Policy.Act([3, 3, 9, -9], action);
            return Math.Max(desk.Largest, action.Max(Math.Abs));
        }
    }

    [TestMethod]
    public void FinalStateIsThatOfTheReturnedPolicy()
    {
        PolicyFit fit = Fit([new() { Goal = [0.3, 0.4] }], new() { Steps = 2 })[0];
        SimulatedRobot robot = new([RobotModel.TwoLink], Critic.Dynamics);
        double[] state = new double[4];
        double[] action = new double[2];
        robot.Reset(state);
        for (int t = 0; t < Critic.Training.Horizon; t++)
        {
            fit.Policy.Act(state, action);
            robot.Step(action, state);
        }

        CollectionAssert.AreEqual(fit.FinalState, state);
    }

    [TestMethod]
    public void WorkCanBeCancelled()
    {
        using CancellationTokenSource cancellation = new();
        using PolicyLearner learner = new(Critic, new() { Steps = 1000 });
        List<FittingProgress> reports = [];
        Assert.ThrowsExactly<OperationCanceledException>(() => learner.Fit(
            [new() { Goal = [0.3, 0.4] }],
            new Immediate<FittingProgress>(report =>
            {
                reports.Add(report);
                cancellation.Cancel();
            }),
            cancellation.Token));
        Assert.HasCount(1, reports);
        Assert.AreEqual(new FittingProgress(1, 1000), reports[0]);
    }

    [TestMethod]
    [DataRow(new double[] { 1 }, null, "Task 0: its goal has 1 components. The critic needs 2.")]
    [DataRow(new double[] { 1, double.NaN }, null, "Task 0: its goal contains NaN. Give finite numbers.")]
    [DataRow(new double[] { 1, 2 }, new double[] { 1 }, "Task 0: its start state has 1 components. The critic needs 4.")]
    public void BadTasksAreRefused(double[] goal, double[]? start, string expected)
    {
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => Fit([new() { Goal = goal, StartState = start }], new()));
        Assert.AreEqual(expected, error.Message);
    }

    [TestMethod]
    public void ACriticWithoutRobotNeedsAnEnvironment()
    {
        using PolicyLearner learner = new(Critic_(2, 1, 1));
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => learner.Fit([new() { Goal = [1] }]));
        StringAssert.Contains(error.Message, "environment");
    }

    [TestMethod]
    public void AnEnvironmentOfAnotherSizeIsRefused()
    {
        using PolicyLearner learner = new(Critic);
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => learner.Fit([new() { Goal = [1, 2] }], _ => new Carts(1)));
        StringAssert.Contains(error.Message, "1 copies with 2 state and 1 action components");
    }

    private static IReadOnlyList<PolicyFit> Fit(IReadOnlyList<FittingTask> tasks, PolicyLearnerOptions options)
    {
        using PolicyLearner learner = new(Critic, options);
        return learner.Fit(tasks);
    }

    private static CriticModel Random(RobotModel robot)
    {
        MetaTrainingOptions options = new() { Iterations = 1, Horizon = 10, CriticHidden = [20, 20], PolicyHidden = [8, 8], PolicyLearningRate = 0.01 };
        using MetaTrainer trainer = new(robot, new() { TimeStep = 0.05, TorqueScale = [5] }, new() { Goals = [[0.1, 0.2]] }, options);
        return trainer.CreateCritic();
    }

    private static CriticModel Critic_(int stateSize, int actionSize, int positionSize)
    {
        MetaTrainingOptions options = new() { Iterations = 1, Horizon = 10, CriticHidden = [10], PolicyHidden = [6] };
        using MetaTrainer trainer = new(stateSize == 1 ? new Explosive() : new CartDynamics(), new() { Goals = [[0.1]] }, options);
        CriticModel critic = trainer.CreateCritic();
        Assert.AreEqual((stateSize, actionSize, positionSize), (critic.StateSize, critic.ActionSize, critic.PositionSize));
        return critic;
    }

    // Keeps the largest action.
    private sealed class Measured(IEnvironment inner) : IEnvironment
    {
        public double Largest { get; private set; }

        public int Count => inner.Count;

        public int StateSize => inner.StateSize;

        public int ActionSize => inner.ActionSize;

        public void Reset(Span<double> states) => inner.Reset(states);

        public void Step(ReadOnlySpan<double> actions, Span<double> states)
        {
            foreach (double action in actions)
            {
                Largest = Math.Max(Largest, Math.Abs(action));
            }

            inner.Step(actions, states);
        }
    }
}
