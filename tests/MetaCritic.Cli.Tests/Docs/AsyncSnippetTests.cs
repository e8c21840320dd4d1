using System.Collections.Concurrent;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Tests.Docs;

/// <summary>The C# of docs/async.md runs and does what the page says.</summary>
[TestClass]
[DoNotParallelize] // the snippets use names relative to the working directory
public sealed class AsyncSnippetTests
{
    private static readonly TrainingGoals Goals = new() { Goals = [[0.5, 0.5], [-0.5, 0.5]] };
    private static readonly MetaTrainingOptions Small = TaskPreset.TwoLink.Training with { Iterations = 103, CriticHidden = [8], PolicyHidden = [4], PoliciesPerGoal = 1, Horizon = 5 };
    private string _before = "";

    [TestInitialize]
    public void Enter()
    {
        _before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = Directory.CreateTempSubdirectory("metacritic-async-").FullName;
    }

    [TestCleanup]
    public void Leave()
    {
        string folder = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _before;
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public async Task A_button_trains_another_one_stops_it_and_what_was_learned_is_there()
    {
        ConcurrentQueue<string> shown = [];
        AsyncSnippets? page = null;
        page = new(Goals, Small, new(text =>
        {
            shown.Enqueue(text);
            if (text.StartsWith("5 of 103, task loss ", StringComparison.Ordinal))
            {
                page!.Stop();
            }
        }));
        await page.TrainClicked().ConfigureAwait(false);
        Assert.IsTrue(shown.Any(text => text.StartsWith("stopped after ", StringComparison.Ordinal) && text.EndsWith("they are kept", StringComparison.Ordinal)), string.Join("; ", shown));
        CriticModel interrupted = page.Interrupted();
        Assert.IsTrue(interrupted.Iterations is >= 5 and < 103, $"{interrupted.Iterations}");

        AsyncSnippets other = new(Goals, Small, new(shown.Enqueue));
        await other.TrainClicked().ConfigureAwait(false);
        Assert.Contains("done", shown);
        Assert.AreEqual(103, CriticModel.Load("two-link.critic").Iterations);

        Directory.Delete("checkpoints", recursive: true);
        File.WriteAllText("checkpoints", "");
        await other.TrainClicked().ConfigureAwait(false);
        Assert.IsTrue(shown.Any(text => text.Contains("The checkpoint folder checkpoints", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_critic_is_taken_before_the_training_ends()
    {
        AsyncSnippets page = new(Goals, Small, new(_ => { }));
        (CriticModel early, CriticModel whole) = await page.InParts().ConfigureAwait(false);
        Assert.AreEqual(100, early.Iterations);
        Assert.AreEqual(103, whole.Iterations);
        using MetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, Small);
        EarlyCritic latest = new(trainer, interval: 50);
        CriticModel last = await trainer.TrainAsync(latest).ConfigureAwait(false);
        Assert.AreEqual(100, latest.Latest!.Iterations);
        Assert.AreSequenceEqual(early.Parameters.ToArray(), latest.Latest.Parameters.ToArray());
        Assert.AreSequenceEqual(whole.Parameters.ToArray(), last.Parameters.ToArray());
        IReadOnlyList<PolicyFit> fits = await page.FitClicked(last, count => new SimulatedRobot(RobotModel.TwoLink, count, TaskPreset.TwoLink.Dynamics)).ConfigureAwait(false);
        Assert.HasCount(1, fits);
    }
}
