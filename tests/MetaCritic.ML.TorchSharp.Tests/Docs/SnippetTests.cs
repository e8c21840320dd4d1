using MetaCritic.ML.TorchSharp;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests.Docs;

/// <summary>The C# of the pages runs and does what they say.</summary>
[TestClass]
[DoNotParallelize] // one redirects the output
public sealed class SnippetTests : TorchTests
{
    [TestMethod]
    public void The_first_program_ends_near_the_goal()
    {
        TextWriter before = Console.Out;
        using StringWriter output = new();
        try
        {
            Console.SetOut(output);
            Snippets.FirstProgram();
        }
        finally
        {
            Console.SetOut(before);
        }

        double error = double.Parse(output.ToString().Split(' ')[2], System.Globalization.CultureInfo.CurrentCulture);
        Assert.IsLessThan(0.01, error, output.ToString());
    }

    [TestMethod]
    public void The_others_run()
    {
        using Workspace folder = new();
        using (TorchMetaTrainer trainer = Snippets.Robot())
        {
            Assert.IsGreaterThan(0, trainer.Step().GradientNorm);
        }

        MetaTrainingOptions settings = new() { Iterations = 2, Horizon = 5, PoliciesPerGoal = 1, PolicyHidden = [8] };
        for (int i = 0; i < 2; i++) // begins, and goes on from what is there
        {
            using TorchMetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = [[0.5, 0.5]] }, settings, new() { Critic = inputs => new NormalisedCritic(inputs, 64) });
            Snippets.Checkpoints(trainer, folder.Path);
            Assert.AreEqual(2, trainer.Iteration);
        }

        Assert.IsGreaterThan(0, Snippets.InGraph());
        Snippets.BothWays(Path.Combine(Repository.Root, "examples", "critics", "two-link.critic"), folder.Path);
        MLContext ml = new(seed: 1);
        IDataView goals = ml.MetaCritic().Data.Goals(RobotModel.TwoLink, [0.8, 0.8]);
        Assert.AreEqual(1, ml.MetaCritic().Evaluate(Snippets.InPipelines(ml, goals, folder["critic.zip"]).Transform(goals)).Count);
        using var network = nn.Sequential(nn.Linear(6, 64), nn.ELU(), nn.Linear(64, 1));
        network.save_safetensors(folder["net.safetensors"]);
        Snippets.FromPyTorch(folder["net.safetensors"]);
    }
}
