using System.Diagnostics;
using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>
/// Fits policies from scratch with a frozen critic (Algorithm 3). Model-free: an environment is asked for nothing but
/// <see cref="IEnvironment.Reset"/> and <see cref="IEnvironment.Step"/>.
/// </summary>
/// <remarks>
/// What comes out for a task depends on that task alone: not on the other tasks, their order, the block size or the
/// number of threads. An instance is for one caller at a time; a disposal during a call takes effect when the call ends.
/// </remarks>
public sealed class PolicyLearner : IDisposable
{
    private readonly FrozenCritic _critic;
    private readonly PolicyLearnerOptions _options;
    private readonly WorkerTeam _team;
    private readonly UseGuard _guard;
    private readonly Telemetry _telemetry;

    /// <summary>Creates a learner.</summary>
    /// <param name="critic">The critic.</param>
    /// <param name="options">Settings; null for those that the critic carries, or else the defaults.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public PolicyLearner(CriticModel critic, PolicyLearnerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(critic);
        _options = options ?? DefaultOptions(critic);
        _options.Validate();
        critic.Validate();
        _critic = new(critic, _options.Horizon);
        _telemetry = new("fit", critic.Robot?.Name);
        _team = new(_options.Threads);
        _guard = new(this, Free);
    }

    /// <summary>The settings that policies are fitted with unless told otherwise: those that the critic carries, else those of its built-in robot.</summary>
    /// <param name="critic">The critic.</param>
    public static PolicyLearnerOptions DefaultOptions(CriticModel critic)
    {
        ArgumentNullException.ThrowIfNull(critic);
        return critic.Fitting ?? TaskPreset.BuiltIn(critic.Robot)?.Fitting ?? new();
    }

    /// <summary>
    /// Fits each task on a simulated robot: its own (<see cref="FittingTask.Robot"/>), or the one the critic was trained on; or, if
    /// there is none, in the learned dynamics that the critic was trained on.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="progress">Is told of progress after each policy update.</param>
    /// <param name="cancellationToken">Ends the work between two policy updates.</param>
    /// <returns>One result per task, in their order.</returns>
    /// <exception cref="InvalidInputException">A goal or start state has a wrong size or is not finite, or there is no robot.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The learner is disposed of.</exception>
    /// <exception cref="InvalidOperationException">Another call has not ended.</exception>
    public IReadOnlyList<PolicyFit> Fit(
        IReadOnlyList<FittingTask> tasks, IProgress<FittingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Fit(tasks, block => FittingTasks.Simulate(block, _critic.Model), progress, cancellationToken);

    /// <summary>Fits each task in an environment of the caller's.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="environments">Makes the environment for a block of tasks: copy i is for the block's task i.</param>
    /// <param name="progress">Is told of progress after each policy update.</param>
    /// <param name="cancellationToken">Ends the work between two policy updates.</param>
    /// <returns>One result per task, in their order.</returns>
    /// <exception cref="InvalidInputException">A goal or start state has a wrong size or is not finite, or an environment does not fit the critic.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The learner is disposed of.</exception>
    /// <exception cref="InvalidOperationException">Another call has not ended.</exception>
    public IReadOnlyList<PolicyFit> Fit(
        IReadOnlyList<FittingTask> tasks,
        Func<IReadOnlyList<FittingTask>, IEnvironment> environments,
        IProgress<FittingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(environments);
        FittingTasks.Validate(tasks, _critic.Model);
        OptionCheck.Rows(Math.Min(tasks.Count, _options.BlockSize), _critic.Training.Horizon);
        using UseGuard.Use use = _guard.Enter();
        PolicyFit[] fits = new PolicyFit[tasks.Count];
        long total = (long)tasks.Count * _options.Steps;
        FittingBlock? block = null;
        bool warned = false;
        using Activity? activity = _telemetry.Begin("metacritic.fit");
        activity?.SetTag("metacritic.policies", tasks.Count);
        try
        {
            int first = 0;
            foreach (FittingTask[] members in tasks.Chunk(_options.BlockSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (block?.Count != members.Length)
                {
                    block?.Dispose();
                    block = new(_critic, _options, _team, members.Length, _telemetry);
                }

                IEnvironment environment = environments(members);
                FittingTasks.RequireFit(environment, members.Length, _critic.Model);
                long done = (long)first * _options.Steps;
                block.Fit(members, first, environment, fits.AsSpan(first, members.Length), inBlock => progress?.Report(new(done + inBlock, total) { Warning = Untold(block!.Warning) }), cancellationToken);
                first += members.Length;
            }
        }
        catch (Exception e) when (Telemetry.Fail(activity, e))
        {
            throw; // never: the filter notes the failure and lets it pass
        }
        finally
        {
            block?.Dispose();
        }

        return fits;

        string? Untold(string? warning)
        {
            string? told = warned ? null : warning;
            warned |= warning is not null;
            return told;
        }
    }

    /// <summary><see cref="Fit(IReadOnlyList{FittingTask}, IProgress{FittingProgress}?, CancellationToken)"/> on a background thread: for applications with a user interface.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="progress">Is told of progress after each policy update.</param>
    /// <param name="cancellationToken">Ends the work between two policy updates.</param>
    /// <returns>One result per task, in their order.</returns>
    /// <remarks>
    /// A <see cref="Progress{T}"/> reports on the caller's context, for example a window's thread; another <see cref="IProgress{T}"/> is called on
    /// the background thread. What the call throws arrives through the task; a cancellation leaves it cancelled.
    /// </remarks>
    public Task<IReadOnlyList<PolicyFit>> FitAsync(IReadOnlyList<FittingTask> tasks, IProgress<FittingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Background.Run(() => Fit(tasks, progress, cancellationToken), cancellationToken);

    /// <summary><see cref="Fit(IReadOnlyList{FittingTask}, Func{IReadOnlyList{FittingTask}, IEnvironment}, IProgress{FittingProgress}?, CancellationToken)"/> on a background thread: for applications with a user interface.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="environments">Makes the environment for a block of tasks; it is called, and stepped, on the background thread.</param>
    /// <param name="progress">Is told of progress after each policy update.</param>
    /// <param name="cancellationToken">Ends the work between two policy updates.</param>
    /// <returns>One result per task, in their order.</returns>
    /// <remarks>
    /// A <see cref="Progress{T}"/> reports on the caller's context, for example a window's thread; another <see cref="IProgress{T}"/> is called on
    /// the background thread. What the call throws arrives through the task; a cancellation leaves it cancelled.
    /// </remarks>
    public Task<IReadOnlyList<PolicyFit>> FitAsync(
        IReadOnlyList<FittingTask> tasks,
        Func<IReadOnlyList<FittingTask>, IEnvironment> environments,
        IProgress<FittingProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Background.Run(() => Fit(tasks, environments, progress, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _guard.Dispose();

    private void Free()
    {
        _team.Dispose();
        _critic.Dispose();
    }
}
