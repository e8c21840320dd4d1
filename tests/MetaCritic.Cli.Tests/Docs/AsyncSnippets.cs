using System.Diagnostics.CodeAnalysis;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Tests.Docs;

/// <summary>The C# of docs/async.md, run by <see cref="AsyncSnippetTests"/>.</summary>
[SuppressMessage("Design", "CA1001", Justification = "As in a window, whose buttons share the source.")]
internal sealed class AsyncSnippets(TrainingGoals goals, MetaTrainingOptions training, AsyncSnippets.Label status)
{
    private CancellationTokenSource? _stop;

    /// <summary>Stops what a button began.</summary>
    public void Stop() => _stop?.Cancel();

    public async Task TrainClicked()
    {
        _stop = new CancellationTokenSource(); // the other button calls _stop.Cancel()
        using MetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, training);
        Progress<MetaTrainingProgress> progress = new(report => status.Show($"{report.Completed} of {report.Total}, task loss {report.Latest.TaskLoss:G3}"));
        try
        {
            CriticModel critic = await trainer.TrainAsync(progress, checkpointFolder: "checkpoints", cancellationToken: _stop.Token);
            critic.Save("two-link.critic");
            status.Show("done");
        }
        catch (OperationCanceledException)
        {
            status.Show($"stopped after {trainer.Iteration} meta-iterations; they are kept");
        }
        catch (MetaCriticException e)
        {
            status.Show(e.Message); // what went wrong, and what to do
        }
    }

    public async Task<IReadOnlyList<PolicyFit>> FitClicked(CriticModel critic, Func<int, IEnvironment> machine)
    {
        _stop = new CancellationTokenSource();
        using PolicyLearner learner = new(critic);
        Progress<FittingProgress> fitted = new(report => status.Show($"{report.Completed} of {report.Total} updates"));
        IReadOnlyList<PolicyFit> fits = await learner.FitAsync([new() { Goal = [0.5, -0.2] }], tasks => machine(tasks.Count), fitted, _stop.Token);
        return fits;
    }

    public async Task<(CriticModel Early, CriticModel Whole)> InParts()
    {
        using MetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, training);
        CriticModel early = await trainer.TrainAsync(stopAfter: 100);
        CriticModel whole = await trainer.TrainAsync();
        return (early, whole);
    }

    public CriticModel Interrupted()
    {
        using MetaTrainer again = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, training);
        again.LoadCheckpoint(Path.Combine("checkpoints", MetaTrainer.CheckpointFileName));
        CriticModel interrupted = again.CreateCritic();
        return interrupted;
    }

    /// <summary>Where a window shows a text.</summary>
    internal sealed class Label(Action<string> show)
    {
        public void Show(string text) => show(text);
    }
}

internal sealed class EarlyCritic(MetaTrainer trainer, int interval) : IProgress<MetaTrainingProgress>
{
    private volatile CriticModel? _latest;

    // For any thread, at any time: a critic is immutable.
    public CriticModel? Latest => _latest;

    public void Report(MetaTrainingProgress value)
    {
        if (value.Completed % interval == 0)
        {
            _latest = trainer.CreateCritic();
        }
    }
}
