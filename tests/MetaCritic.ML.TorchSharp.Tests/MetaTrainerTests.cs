using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>Meta-training of modules: as the engine's, and as promised.</summary>
[TestClass]
public sealed class MetaTrainerTests : TorchTests
{
    private static readonly TrainingGoals Goals = new() { Goals = [[0.8, 0.8], [0.8, -0.8], [-0.8, 0.8], [-0.8, -0.8]] };

    private static MetaTrainingOptions Small => TaskPreset.TwoLink.Training with { Iterations = 6, Horizon = 12, PoliciesPerGoal = 2, PolicyLifetime = 3, CriticHidden = [24, 24], PolicyHidden = [8], CheckpointInterval = 2 };

    [TestMethod]
    public void On_the_Kukas_sizes_it_is_the_engine_to_1e_5()
    {
        Random random = new(1);
        TrainingGoals goals = new() { Goals = [.. Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, 7).Select(_ => random.NextDouble() - 0.5).ToArray())] };
        MetaTrainingOptions options = TaskPreset.Kuka.Training with { Iterations = 5, PoliciesPerGoal = 2 };
        using MetaTrainer engine = new(RobotModel.KukaIiwa7, TaskPreset.Kuka.Dynamics, goals, options);
        using TorchMetaTrainer torch = new(RobotModel.KukaIiwa7, TaskPreset.Kuka.Dynamics, goals, options);
        Assert.IsTrue(torch.PoliciesAreBatched);
        for (int i = 0; i < 5; i++)
        {
            MetaIterationMetrics wanted = engine.Step(), got = torch.Step();
            Assert.IsLessThan(1e-5, Math.Abs(got.TaskLoss - wanted.TaskLoss) / wanted.TaskLoss, $"task loss {i}");
            Assert.IsLessThan(1e-4, Math.Abs(got.GradientNorm - wanted.GradientNorm) / wanted.GradientNorm, $"gradient {i}");
        }

        using TorchCriticModel critic = torch.CreateCritic();
        double error = Numbers.RelativeError(
            [.. critic.ToCriticModel().Parameters.ToArray().Select(x => (double)x)], [.. engine.CreateCritic().Parameters.ToArray().Select(x => (double)x)]);
        Console.WriteLine($"critic after 5 meta-iterations: {error:E1}");
        Assert.IsLessThan(1e-5, error);
    }

    [TestMethod]
    [DataRow(CriticInput.Relative, CriticForm.Plain, 1, PolicyRestart.Age, 0.0)]
    [DataRow(CriticInput.RelativeAndGoal, CriticForm.Plain, 2, PolicyRestart.Random, 0.0)]
    [DataRow(CriticInput.Relative, CriticForm.Centred, 1, PolicyRestart.Same, 0.0)]
    [DataRow(CriticInput.Relative, CriticForm.Plain, 2, PolicyRestart.Age, 0.5)]
    public void With_any_options_it_goes_the_engines_way(CriticInput input, CriticForm form, int innerSteps, PolicyRestart restart, double limit)
    {
        MetaTrainingOptions options = Small with
        {
            CriticInput = input,
            CriticForm = form,
            InnerSteps = innerSteps,
            ActionLimit = limit,
            PolicyRestart = restart,
            TaskGradientClip = 0.5,
            CriticGradientClip = 0.1,
            StartSpread = 0.05,
            InnerReduction = innerSteps == 2 ? TimeReduction.Mean : TimeReduction.Sum,
            Optimizer = innerSteps == 2 ? OptimizerKind.Sgd : OptimizerKind.Adam,
            DynamicsSpread = [new("arm2.mass", 0.9, 1.1)],
        };
        TrainingGoals goals = Goals with { Weights = [1, 2, 0, 1] };
        using MetaTrainer engine = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, options);
        using TorchMetaTrainer torch = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, options);
        for (int i = 0; i < options.Iterations; i++)
        {
            MetaIterationMetrics wanted = engine.Step(), got = torch.Step();
            Assert.IsLessThan(1e-4, Math.Abs(got.TaskLoss - wanted.TaskLoss) / wanted.TaskLoss, $"task loss {i}");
            Assert.AreEqual(wanted.Restarted, got.Restarted);
            Assert.AreEqual(wanted.LearningRate, got.LearningRate);
        }

        using TorchCriticModel critic = torch.CreateCritic();
        double error = Numbers.RelativeError([.. critic.ToCriticModel().Parameters.ToArray().Select(x => (double)x)], [.. engine.CreateCritic().Parameters.ToArray().Select(x => (double)x)]);
        Assert.IsLessThan(1e-3, error);
    }

    [TestMethod]
    public void Policies_that_are_run_one_by_one_learn_the_same()
    {
        TorchNetworks networks = new() { Policy = (states, actions) => new ResidualPolicy(states, actions, 8), Critic = inputs => new NormalisedCritic(inputs, 16) };
        using TorchMetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, Small, networks);
        Assert.IsFalse(trainer.PoliciesAreBatched);
        using TorchCriticModel critic = trainer.Train();
        Assert.IsTrue(trainer.History.All(metrics => metrics.GradientNorm > 0));
        Assert.IsFalse(critic.IsMlp);
        Assert.ThrowsExactly<InvalidInputException>(critic.ToCriticModel);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_bits_whatever_runs_beside_it()
    {
        TorchNetworks networks = new() { Initialize = (module, generator) => module.parameters().ToList().ForEach(parameter => parameter.uniform_(-0.2, 0.2, generator)) };
        float[][] critics = new float[4][];
        Parallel.For(0, 4, i => critics[i] = Train(Small with { Seed = (ulong)(i % 2) }));
        CollectionAssert.AreEqual(critics[0], critics[2]);
        CollectionAssert.AreEqual(critics[1], critics[3]);
        CollectionAssert.AreNotEqual(critics[0], critics[1]);

        float[] Train(MetaTrainingOptions options)
        {
            using TorchMetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, options, networks);
            using TorchCriticModel critic = trainer.Train();
            return critic.ToCriticModel().Parameters.ToArray();
        }
    }

    [TestMethod]
    public void It_goes_on_from_a_checkpoint_to_the_same_bits()
    {
        using Workspace folder = new();
        using TorchCriticModel whole = Train(null, null);
        using (TorchCriticModel half = Train(folder.Path, 3))
        {
            Assert.AreEqual(3, half.Iterations);
        }

        using TorchMetaTrainer resumed = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, Small);
        resumed.LoadCheckpoint(Path.Combine(folder.Path, TorchMetaTrainer.CheckpointFileName));
        Assert.AreEqual(3, resumed.Iteration);
        using TorchCriticModel critic = resumed.Train();
        CollectionAssert.AreEqual(whole.ToCriticModel().Parameters.ToArray(), critic.ToCriticModel().Parameters.ToArray());

        TorchCriticModel Train(string? checkpoint, int? stopAfter)
        {
            using TorchMetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, Small);
            return trainer.Train(checkpointFolder: checkpoint, stopAfter: stopAfter);
        }
    }

    [TestMethod]
    public void Another_trainings_checkpoint_is_refused()
    {
        using Workspace folder = new();
        string path = Path.Combine(folder.Path, "checkpoint");
        using TorchMetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, Small);
        trainer.Step();
        trainer.SaveCheckpoint(path);
        using TorchMetaTrainer otherSeed = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, Small with { Seed = 5 });
        Assert.Contains("seed", Assert.ThrowsExactly<InvalidInputException>(() => otherSeed.LoadCheckpoint(path)).Message);
        using TorchMetaTrainer otherNetworks = new(
            RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, Small, new() { Critic = inputs => new NormalisedCritic(inputs, 16) });
        Assert.Contains("its networks have other parameters", Assert.ThrowsExactly<InvalidInputException>(() => otherNetworks.LoadCheckpoint(path)).Message);
        Assert.AreEqual(0, otherNetworks.Iteration);
        using TorchMetaTrainer twice = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, Small, new() { Precision = ScalarType.Float64 });
        Assert.Contains("another precision", Assert.ThrowsExactly<InvalidInputException>(() => twice.LoadCheckpoint(path)).Message);
    }

    [TestMethod]
    public void Cancelling_leaves_a_checkpoint_and_the_meta_iteration_undone()
    {
        using Workspace folder = new();
        using CancellationTokenSource stop = new();
        using TorchMetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, Small);
        Progress progress = new(value =>
        {
            if (value.Completed == 3)
            {
                stop.Cancel();
            }
        });
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Train(progress, folder.Path, cancellationToken: stop.Token));
        Assert.AreEqual(3, trainer.Iteration);
        Assert.AreEqual(3, progress.Reports);
        Assert.IsTrue(File.Exists(Path.Combine(folder.Path, TorchMetaTrainer.CheckpointFileName)));
    }

    [TestMethod]
    public void Validation_keeps_the_critic_that_did_best()
    {
        TrainingGoals held = new() { Goals = [[0.5, 0.5], [-0.3, 0.6]] };
        using TorchMetaTrainer trainer = new(
            RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, Small with { ValidationInterval = 2 }, fitting: new() { Steps = 3 }, validation: held);
        using MetaTrainer engine = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, Small with { ValidationInterval = 2 }, new() { Steps = 3 }, held);
        using TorchCriticModel critic = trainer.Train();
        CriticModel wanted = engine.Train();
        Assert.HasCount(3, critic.LearningCurve);
        Assert.AreEqual(wanted.Iterations, critic.Iterations);
        foreach ((ValidationPoint got, ValidationPoint point) in critic.LearningCurve.Zip(wanted.LearningCurve))
        {
            Assert.IsLessThan(1e-3, Math.Abs(got.Error - point.Error) / point.Error);
        }
    }

    [TestMethod]
    public void A_policy_that_diverges_is_drawn_anew_and_spoils_no_other()
    {
        // Beyond a position of 0.05 m the dynamics give NaN, which some policies reach.
        TorchDynamics dynamics = new(2, 1, 1, (s, a) =>
        {
            Tensor v = s.narrow(1, 1, 1) + (0.1 * a), q = s.narrow(1, 0, 1) + (0.1 * v);
            return cat([where(q.abs() > 0.05, full_like(q, double.NaN), q), v], 1);
        });
        MetaTrainingOptions options = Small with { PoliciesPerGoal = 8, Horizon = 8 };
        using TorchMetaTrainer trainer = new(dynamics, new() { Goals = [[0.3]] }, options);
        MetaIterationMetrics metrics = trainer.Step();
        Assert.IsGreaterThan(0, trainer.Divergences.Count);
        Assert.IsLessThan(8, trainer.Divergences.Count);
        Assert.AreEqual(trainer.Divergences.Count, metrics.Restarted);
        Assert.IsTrue(double.IsFinite(metrics.GradientNorm) && metrics.GradientNorm > 0);
        Assert.Contains("joint 1: the position at step", trainer.Divergences[0].Message);

        using TorchMetaTrainer strict = new(dynamics, new() { Goals = [[0.3]] }, options with { OnDivergence = DivergenceResponse.Stop });
        Assert.ThrowsExactly<DivergenceException>(() => strict.Step());
        Assert.AreEqual(0, strict.Iteration);
    }

    private sealed class Progress(Action<MetaTrainingProgress> report) : IProgress<MetaTrainingProgress>
    {
        public int Reports { get; private set; }

        public void Report(MetaTrainingProgress value)
        {
            Reports++;
            report(value);
        }
    }
}
