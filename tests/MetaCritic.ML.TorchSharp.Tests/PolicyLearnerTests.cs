using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>Policy fitting with modules: as the engine's, and model-free.</summary>
[TestClass]
public sealed class PolicyLearnerTests : TorchTests
{
    private static CriticModel Managed => CriticModel.Load(Path.Combine(Repository.Root, "examples", "critics", "two-link.critic"));

    private static FittingTask[] Tasks => [new() { Goal = [0.5, -0.4] }, new() { Goal = [-0.7, 0.2], Seed = 3 }, new() { Goal = [1, 0.6], PolicyIndex = 1 }];

    [TestMethod]
    [DataRow(OptimizerKind.Sgd, 0.0)]
    [DataRow(OptimizerKind.Adam, 0.0)]
    [DataRow(OptimizerKind.Sgd, 0.05)]
    public void It_fits_the_engines_policies(OptimizerKind optimizer, double tolerance)
    {
        PolicyLearnerOptions options = new() { Steps = 12, Optimizer = optimizer, LearningRate = optimizer == OptimizerKind.Adam ? 0.01 : null, Tolerance = tolerance, BlockSize = 2 };
        CriticModel critic = Managed;
        using PolicyLearner engine = new(critic, options);
        using TorchCriticModel module = TorchCriticModel.From(critic);
        using TorchPolicyLearner torch = new(module, options);
        IReadOnlyList<PolicyFit> wanted = engine.Fit(Tasks);
        IReadOnlyList<TorchPolicyFit> got = torch.Fit(Tasks);
        foreach ((TorchPolicyFit fit, PolicyFit same) in got.Zip(wanted))
        {
            Assert.AreEqual(same.Steps, fit.Steps);
            Assert.AreEqual(same.Converged, fit.Converged);
            Assert.IsLessThan(1e-3, Numbers.RelativeError(fit.LearningCurve, same.LearningCurve));
            Assert.IsLessThan(1e-3, Numbers.RelativeError(fit.FinalState, same.FinalState));
            PolicyFit managed = fit.ToPolicyFit();
            double[] action = new double[2], ofModule = new double[2];
            managed.Policy.Act([0.1, 0.2, 0.3, 0.4], action);
            fit.Policy.Act([0.1, 0.2, 0.3, 0.4], ofModule);
            Assert.IsLessThan(1e-6, Numbers.RelativeError(ofModule, action));
            fit.Policy.Dispose();
        }
    }

    [TestMethod]
    public async Task It_keeps_to_the_largest_action_of_the_critic_as_the_engine_does()
    {
        CriticModel critic = Limited();
        PolicyLearnerOptions options = new() { Steps = 6, LearningRate = 0.05 };
        using PolicyLearner engine = new(critic, options);
        using TorchCriticModel module = TorchCriticModel.From(critic);
        using TorchPolicyLearner torch = new(module, options);
        IReadOnlyList<PolicyFit> wanted = engine.Fit(Tasks);
        using Workspace folder = new();
        foreach ((TorchPolicyFit fit, PolicyFit same) in (await torch.FitAsync(Tasks).ConfigureAwait(false)).Zip(wanted))
        {
            Assert.IsLessThan(1e-3, Numbers.RelativeError(fit.LearningCurve, same.LearningCurve));
            PolicyModel managed = fit.Policy.ToPolicyModel();
            Assert.AreEqual(0.4, managed.ActionLimit);
            Assert.AreEqual(same.Policy.Network, managed.Network);
            using TorchPolicyModel back = TorchPolicyModel.From(managed);
            fit.Policy.Save(folder["p"]);
            using TorchPolicyModel loaded = TorchPolicyModel.Load(folder["p"], (states, actions) => TorchMlp.Create(new([states, .. critic.Training.PolicyHidden, actions], critic.Training.PolicyActivation)));
            double[] state = [2, -1, 9, 9], expected = new double[2];
            managed.Act(state, expected);
            Assert.IsTrue(expected.All(action => Math.Abs(action) <= 0.4) && expected.Any(action => Math.Abs(action) > 0.05));
            foreach (TorchPolicyModel other in (TorchPolicyModel[])[fit.Policy, back, loaded])
            {
                double[] found = new double[2];
                other.Act(state, found);
                Assert.IsLessThan(1e-5, Numbers.RelativeError(found, expected));
            }

            fit.Policy.Dispose();
        }
    }

    [TestMethod]
    public void It_warns_of_an_environment_that_resets_itself()
    {
        using TorchCriticModel critic = TorchCriticModel.From(Managed);
        using TorchPolicyLearner learner = new(critic, new() { Steps = 1 });
        TorchPolicyFit fit = learner.Fit([Tasks[0]], _ => new SelfResetting(new SimulatedRobot([RobotModel.TwoLink], TaskPreset.TwoLink.Dynamics), critic.Training.Horizon))[0];
        Assert.Contains($"step {critic.Training.Horizon} of {critic.Training.Horizon} of the roll-out jumps back to the start", fit.Warning!);
        Assert.AreEqual(fit.Warning, fit.ToPolicyFit().Warning);
        fit.Policy.Dispose();
        using TorchPolicyModel usual = learner.Fit([Tasks[0]])[0].Policy;
    }

    private static CriticModel Limited()
    {
        using MetaTrainer trainer = new(
            RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = [[0.5, 0.5]] }, TaskPreset.TwoLink.Training with { Iterations = 2, Horizon = 10, CriticHidden = [16], PolicyHidden = [8], ActionLimit = 0.4 });
        return trainer.Train();
    }

    [TestMethod]
    public void It_asks_for_nothing_but_Reset_and_Step()
    {
        using TorchCriticModel critic = TorchCriticModel.From(Managed);
        using TorchPolicyLearner learner = new(critic, new() { Steps = 3 }, new() { Policy = (states, actions) => new ResidualPolicy(states, actions, 8) });
        Desk[] desks = new Desk[1];
        IReadOnlyList<TorchPolicyFit> fits = learner.Fit(Tasks, tasks => desks[0] = new(new SimulatedRobot([.. tasks.Select(_ => RobotModel.TwoLink)], TaskPreset.TwoLink.Dynamics, [.. tasks.Select(task => task.StartState)])));
        Assert.AreEqual(4, desks[0].Resets);
        Assert.AreEqual(4 * critic.Training.Horizon, desks[0].Steps);
        Assert.IsTrue(fits.All(fit => !fit.Diverged && fit.Error < fit.LearningCurve[0]));
    }

    [TestMethod]
    public void A_policy_that_diverges_is_reported_and_spoils_no_other()
    {
        using TorchCriticModel critic = TorchCriticModel.From(Managed);
        using TorchPolicyLearner learner = new(critic, new() { Steps = 3 });
        IReadOnlyList<TorchPolicyFit> alone = learner.Fit([Tasks[0]], _ => new Breaking(1, -1)), together = learner.Fit(Tasks[..2], _ => new Breaking(2, 1));
        Assert.IsTrue(together[1].Diverged);
        Assert.Contains("the velocity at step 2 of the roll-out is NaN", together[1].Divergence!.Message);
        Assert.IsFalse(together[0].Diverged);
        CollectionAssert.AreEqual(alone[0].LearningCurve, together[0].LearningCurve);
    }

    [TestMethod]
    public void Cancelling_ends_it_between_two_updates()
    {
        using TorchCriticModel critic = TorchCriticModel.From(Managed);
        using TorchPolicyLearner learner = new(critic, new() { Steps = 1000 });
        using CancellationTokenSource stop = new();
        Assert.ThrowsExactly<OperationCanceledException>(() => learner.Fit(Tasks, new Reporter(value =>
        {
            if (value.Completed >= 6)
            {
                stop.Cancel();
            }
        }), stop.Token));
    }

    private sealed class Reporter(Action<FittingProgress> report) : IProgress<FittingProgress>
    {
        public void Report(FittingProgress value) => report(value);
    }

    private sealed class Desk(IEnvironment inner) : IEnvironment
    {
        public int Resets { get; private set; }

        public int Steps { get; private set; }

        public int Count => inner.Count;

        public int StateSize => inner.StateSize;

        public int ActionSize => inner.ActionSize;

        public void Reset(Span<double> states)
        {
            Resets++;
            inner.Reset(states);
        }

        public void Step(ReadOnlySpan<double> actions, Span<double> states)
        {
            Steps++;
            inner.Step(actions, states);
        }
    }

    // Stays where it is; a copy's velocity is NaN at step 2.
    private sealed class Breaking(int count, int broken) : IEnvironment
    {
        private int _time;

        public int Count => count;

        public int StateSize => 4;

        public int ActionSize => 2;

        public void Reset(Span<double> states)
        {
            states.Clear();
            _time = 0;
        }

        public void Step(ReadOnlySpan<double> actions, Span<double> states)
        {
            for (int i = 0; i < actions.Length; i++)
            {
                states[(2 * count) + i] = actions[i];
                states[i] += 0.05 * actions[i];
            }

            if (++_time == 2 && broken >= 0)
            {
                states[(2 * count) + broken] = double.NaN;
            }
        }
    }
}
