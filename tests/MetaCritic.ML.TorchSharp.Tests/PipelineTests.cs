using MetaCritic.Learning;
using MetaCritic.ML.TorchSharp.Pipelines;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>Critics of modules in ML.NET: trained, scoring, fitting policies, saved and loaded in a chain.</summary>
[TestClass]
public sealed class PipelineTests : TorchTests
{
    private static readonly MetaTrainingOptions Small = TaskPreset.TwoLink.Training with { Iterations = 3, Horizon = 10, PoliciesPerGoal = 1, CriticHidden = [16], PolicyHidden = [8] };

    private static TorchNetworks Normalised => new() { Critic = inputs => new NormalisedCritic(inputs, 16) };

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_critic_is_trained_saved_in_a_chain_and_loaded(bool ofOwn)
    {
        MLContext ml = new(seed: 1);
        IDataView goals = ml.MetaCritic().Data.Goals(RobotModel.TwoLink, [0.8, 0.8], [-0.8, 0.8]);
        TorchCriticTrainer trainer = Trainer(ml, ofOwn, "pipeline-test");
        var chain = ml.Transforms.CopyColumns("Again", "Goal").Append(trainer);
        ITransformer model = chain.Fit(goals);
        TorchCriticTransformer critic = TorchCriticTransformer.From(ml, model);
        Assert.AreEqual(!ofOwn, critic.Model.IsMlp);

        using Workspace folder = new();
        ml.Model.Save(model, goals.Schema, folder["critic.zip"]);
        TorchArchitectures.Register("pipeline-test", inputs => new NormalisedCritic(inputs, 16));
        ITransformer loaded = ml.Model.Load(folder["critic.zip"], out _);
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(i => new Row { State = [i, 1, 2, 3], Action = [1, -i], Goal = [0.5f, i] }));
        float[] wanted = Scores(model, rows), got = Scores(loaded, rows), back = Scores(TorchCriticTransformer.From(ml, loaded), rows);
        Assert.IsLessThan(1e-6, Numbers.RelativeError([.. got.Select(x => (double)x)], [.. wanted.Select(x => (double)x)]));
        CollectionAssert.AreEqual(wanted, back);
    }

    [TestMethod]
    public void It_fits_policies_before_and_after_saving()
    {
        MLContext ml = new(seed: 1);
        IDataView goals = ml.MetaCritic().Data.Goals(RobotModel.TwoLink, [0.8, 0.8], [-0.8, 0.8]);
        TorchArchitectures.Register("fitting-test", inputs => new NormalisedCritic(inputs, 16));
        TorchCriticTransformer critic = Trainer(ml, ofOwn: true, "fitting-test").Fit(goals);
        TorchPolicyFittingTransformer fitting = ml.MetaCritic().Transforms.FitPolicies(critic, new PolicyFittingEstimator.Options { NumberOfSteps = 2 }).Fit(goals);
        Assert.AreEqual(2, ml.MetaCritic().Evaluate(fitting.Transform(goals)).Count);
        IReadOnlyList<PolicyFit> fits = fitting.FitRows(goals);
        using Workspace folder = new();
        ml.Model.Save(fitting, goals.Schema, folder["fitting.zip"]);
        ITransformer loaded = ml.Model.Load(folder["fitting.zip"], out _);
        IReadOnlyList<PolicyFit> again = TorchPolicyFittingTransformer.From(ml, loaded).FitRows(goals);
        CollectionAssert.AreEqual(fits.Select(fit => fit.Error).ToArray(), again.Select(fit => fit.Error).ToArray());
        Assert.AreEqual(2, ml.MetaCritic().Evaluate(loaded.Transform(goals)).Count);
    }

    [TestMethod]
    public void An_architecture_without_a_name_is_not_saved_and_one_that_is_not_registered_not_loaded()
    {
        MLContext ml = new(seed: 1);
        IDataView goals = ml.MetaCritic().Data.Goals(RobotModel.TwoLink, [0.8, 0.8]);
        using Workspace folder = new();
        TorchCriticTransformer nameless = Trainer(ml, ofOwn: true, null).Fit(goals);
        Assert.Contains("Name the architecture", Assert.ThrowsExactly<InvalidInputException>(() => ml.Model.Save(nameless, goals.Schema, folder["a.zip"])).Message);
        TorchCriticTransformer named = TorchCriticTransformer.From(ml, nameless.Model, "never registered");
        ml.Model.Save(named, goals.Schema, folder["b.zip"]);
        ITransformer loaded = ml.Model.Load(folder["b.zip"], out _);
        Assert.Contains("TorchArchitectures.Register", Assert.ThrowsExactly<InvalidInputException>(() => TorchCriticTransformer.From(ml, loaded)).Message);
    }

    [TestMethod]
    public void Messages_come_from_the_channel_TrainModel_and_options_are_checked_at_once()
    {
        MLContext ml = new(seed: 1);
        List<string> sources = [];
        ml.Log += (_, message) => sources.Add(message.Source);
        ml.MetaCritic().Trainers.TorchCritic(new TorchCriticTrainer.Options { Critic = new() { Robot = RobotModel.TwoLink, Training = Small, AllowNothingLearned = true } })
            .Fit(ml.MetaCritic().Data.Goals(RobotModel.TwoLink, [0.8, 0.8]));
        Assert.IsTrue(sources.Exists(source => source.Contains("TrainModel", StringComparison.Ordinal)), string.Join("; ", sources.Distinct()));
        Assert.ThrowsExactly<InvalidInputException>(() => ml.MetaCritic().Trainers.TorchCritic(new TorchCriticTrainer.Options { Critic = new() }));
        MLContext gpu = new() { GpuDeviceId = 99, FallbackToCpu = false };
        Assert.Contains("no GPU detected", Assert.ThrowsExactly<InvalidInputException>(() => gpu.MetaCritic().Trainers.TorchCritic(RobotModel.TwoLink)).Message);
    }

    private static TorchCriticTrainer Trainer(MLContext ml, bool ofOwn, string? name) => ml.MetaCritic().Trainers.TorchCritic(new TorchCriticTrainer.Options
    {
        Critic = new() { Robot = RobotModel.TwoLink, Training = Small, AllowNothingLearned = true },
        Networks = ofOwn ? Normalised : null,
        Architecture = ofOwn ? name : null,
    });

    private static float[] Scores(ITransformer model, IDataView rows) => [.. model.Transform(rows).GetColumn<float>("Score")];

    private sealed class Row
    {
        [VectorType(4)]
        public float[] State { get; set; } = [];

        [VectorType(2)]
        public float[] Action { get; set; } = [];

        [VectorType(2)]
        public float[] Goal { get; set; } = [];
    }
}
