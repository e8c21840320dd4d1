using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>Modules and our files, both ways.</summary>
[TestClass]
public sealed class FileTests : TorchTests
{
    private static string CriticFile => Path.Combine(Repository.Root, "examples", "critics", "two-link.critic");

    [TestMethod]
    public void A_critic_of_the_engine_is_a_module_with_the_same_numbers()
    {
        CriticModel critic = CriticModel.Load(CriticFile);
        using TorchCriticModel module = TorchCriticModel.From(critic);
        Random random = new(1);
        double[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
        double[] s = Draw(40), a = Draw(20), g = Draw(20), wanted = new double[20], got = new double[20];
        float[] scores = new float[10], same = new float[10];
        critic.Score(s, a, g, scores, wanted);
        module.Score(s, a, g, same, got);
        Assert.IsLessThan(1e-5, Numbers.RelativeError([.. same.Select(x => (double)x)], [.. scores.Select(x => (double)x)]));
        Assert.IsLessThan(1e-5, Numbers.RelativeError(got, wanted));
    }

    [TestMethod]
    public void And_back_it_is_the_same_file_to_the_byte()
    {
        using Workspace folder = new();
        using TorchCriticModel module = TorchCriticModel.From(CriticModel.Load(CriticFile));
        Assert.IsTrue(module.IsMlp);
        module.ToCriticModel().Save(folder["back.critic"]);
        CollectionAssert.AreEqual(File.ReadAllBytes(CriticFile).Length == new FileInfo(folder["back.critic"]).Length ? File.ReadAllBytes(CriticFile) : Rewritten(), File.ReadAllBytes(folder["back.critic"]));

        byte[] Rewritten()
        {
            CriticModel.Load(CriticFile).Save(folder["again.critic"]);
            return File.ReadAllBytes(folder["again.critic"]);
        }
    }

    [TestMethod]
    public void What_is_trained_in_torch_fits_policies_in_the_engine()
    {
        MetaTrainingOptions options = TaskPreset.TwoLink.Training with { Iterations = 2, Horizon = 10, CriticHidden = [16], PolicyHidden = [8] };
        TorchNetworks networks = new() { Critic = inputs => nn.Sequential(nn.Linear(inputs, 12), nn.Softplus(), nn.Linear(12, 8), nn.Softplus(), nn.Linear(8, 1)), Precision = ScalarType.Float64 };
        using TorchMetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = [[0.5, 0.5]] }, options, networks);
        using TorchCriticModel critic = trainer.Train();
        using Workspace folder = new();
        critic.ToCriticModel().Save(folder["a.critic"]);
        CriticModel loaded = CriticModel.Load(folder["a.critic"]);
        Assert.AreEqual("6-12-8-1, softplus, linear", loaded.Network.ToString());
        using PolicyLearner learner = new(loaded, new() { Steps = 2 });
        Assert.HasCount(3, learner.Fit([new() { Goal = [0.5, 0.5] }])[0].LearningCurve);
    }

    [TestMethod]
    public void A_critic_of_any_module_is_saved_and_loaded()
    {
        MetaTrainingOptions options = TaskPreset.TwoLink.Training with { Iterations = 2, Horizon = 8, PoliciesPerGoal = 1, PolicyHidden = [8] };
        using TorchMetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = [[0.5, 0.5]] }, options, new() { Critic = inputs => new NormalisedCritic(inputs, 16) }, new() { Steps = 7 });
        using TorchCriticModel critic = trainer.Train();
        using Workspace folder = new();
        critic.Save(folder["a.mctorch"]);
        using TorchCriticModel loaded = TorchCriticModel.Load(folder["a.mctorch"], inputs => new NormalisedCritic(inputs, 16));
        loaded.Save(folder["b.mctorch"]);
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["a.mctorch"]), File.ReadAllBytes(folder["b.mctorch"]));
        Assert.AreEqual(7, loaded.Fitting!.Steps);
        Assert.AreEqual("two-link", loaded.Robot!.Name);
        Assert.AreEqual(critic.TaskLoss, loaded.TaskLoss);
        float[] one = new float[1], two = new float[1];
        critic.Score([1, 2, 3, 4], [5, 6], [7, 8], one);
        loaded.Score([1, 2, 3, 4], [5, 6], [7, 8], two);
        Assert.AreEqual(one[0], two[0]);
        foreach (Func<int, nn.Module<Tensor, Tensor>>? other in new Func<int, nn.Module<Tensor, Tensor>>?[] { inputs => new NormalisedCritic(inputs, 8), null, inputs => nn.Linear(inputs, 1) })
        {
            string message = Assert.ThrowsExactly<InvalidInputException>(() => TorchCriticModel.Load(folder["a.mctorch"], other)).Message;
            Assert.Contains("its network has first.weight [16, 6], ", message);
            Assert.Contains("Give the function that makes a module like the one that was saved", message);
        }

        Assert.Contains("a critic of torch modules", Assert.ThrowsExactly<InvalidInputException>(() => CriticModel.Load(folder["a.mctorch"])).Message);
    }

    [TestMethod]
    public void A_policy_of_any_module_is_saved_and_loaded()
    {
        using TorchCriticModel critic = TorchCriticModel.From(CriticModel.Load(CriticFile));
        using TorchPolicyLearner learner = new(critic, new() { Steps = 1 }, new() { Policy = (states, actions) => new ResidualPolicy(states, actions, 8) });
        using TorchPolicyModel policy = learner.Fit([new() { Goal = [0.5, 0.5] }])[0].Policy;
        using Workspace folder = new();
        policy.Save(folder["a.mctorch"]);
        using TorchPolicyModel loaded = TorchPolicyModel.Load(folder["a.mctorch"], (states, actions) => new ResidualPolicy(states, actions, 8));
        double[] one = new double[2], two = new double[2];
        policy.Act([1, 2, 3, 4], one);
        loaded.Act([1, 2, 3, 4], two);
        CollectionAssert.AreEqual(one, two);
        Assert.Contains("linear layers", Assert.ThrowsExactly<InvalidInputException>(policy.ToPolicyModel).Message);
    }

    [TestMethod]
    public void A_module_with_a_flipped_byte_is_refused_and_the_target_stays_as_it_was()
    {
        using Workspace folder = new();
        using Linear module = nn.Linear(3, 2), other = nn.Linear(3, 2);
        TorchFile.Save(module, folder["a.mctorch"]);
        TorchFile.Load(other, folder["a.mctorch"]);
        CollectionAssert.AreEqual(Numbers.Of(module.weight!), Numbers.Of(other.weight!));
        byte[] bytes = File.ReadAllBytes(folder["a.mctorch"]);
        bytes[^60] ^= 1;
        File.WriteAllBytes(folder["b.mctorch"], bytes);
        double[] before = Numbers.Of(other.weight!);
        Assert.Contains("checksum", Assert.ThrowsExactly<InvalidInputException>(() => TorchFile.Load(other, folder["b.mctorch"])).Message);
        CollectionAssert.AreEqual(before, Numbers.Of(other.weight!));
        using Linear wider = nn.Linear(4, 2);
        Assert.ThrowsExactly<InvalidInputException>(() => TorchFile.Load(wider, folder["a.mctorch"]));
    }

    [TestMethod]
    [DataRow("net.pth")]
    [DataRow("net.safetensors")]
    public void PyTorchs_files_are_read(string name)
    {
        using Sequential module = TorchMlp.Create(new MlpShape([3, 4, 1], Activation.Tanh)), same = TorchMlp.Create(new MlpShape([3, 4, 1], Activation.Tanh));
        using Workspace folder = new();
        _ = name.EndsWith("pth", StringComparison.Ordinal) ? module.save_py(folder[name]) : module.save_safetensors(folder[name]);
        TorchFile.Import(same, folder[name]);
        using Tensor x = ones(1, 3);
        Assert.AreEqual(module.call(x).item<float>(), same.call(x).item<float>());

        double[] before = Numbers.Of(same.parameters().First());
        using Linear other = nn.Linear(3, 2);
        Assert.ThrowsExactly<InvalidInputException>(() => TorchFile.Import(other, folder[name]));
        File.WriteAllText(folder["broken" + Path.GetExtension(name)], "no such file");
        Assert.ThrowsExactly<InvalidInputException>(() => TorchFile.Import(same, folder["broken" + Path.GetExtension(name)]));
        Assert.ThrowsExactly<InvalidInputException>(() => TorchFile.Import(same, folder["missing" + Path.GetExtension(name)]));
        CollectionAssert.AreEqual(before, Numbers.Of(same.parameters().First()));
    }

    [TestMethod]
    public void A_network_whose_numbers_are_not_finite_is_not_saved()
    {
        using Workspace folder = new();
        using Linear module = nn.Linear(3, 2);
        using (no_grad())
        {
            module.weight!.fill_(double.NaN);
        }

        Assert.Contains("weight", Assert.ThrowsExactly<InvalidInputException>(() => TorchFile.Save(module, folder["a.mctorch"])).Message);
        Assert.IsEmpty(Directory.GetFiles(folder.Path));
    }
}
