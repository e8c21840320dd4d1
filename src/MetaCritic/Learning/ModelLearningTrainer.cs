using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>
/// Meta-trains a critic from a log of transitions: learns the dynamics, meta-trains through them (Algorithm 2 with f learned,
/// Section 3.2 of the paper), and, where an environment is at hand, alternates: roll out there, add the transitions, refine the
/// dynamics, go on.
/// </summary>
/// <remarks>
/// The same log and options give the same bits, whatever the number of threads, and after any interruption. An instance is for
/// one caller at a time; disposing of it while it trains ends the training as a cancellation does, with <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class ModelLearningTrainer : IDisposable
{
    private const ulong RoundStream = 41; // which random numbers are meant; the second key after the seed

    private readonly int _positionSize;
    private readonly TrainingGoals _goals;
    private readonly MetaTrainingOptions _training;
    private readonly PolicyLearnerOptions? _fitting;
    private readonly ModelLearningOptions _options;
    private readonly IDifferentiableDynamics? _prior;
    private readonly Func<IReadOnlyList<double[]>, IEnvironment>? _environments;
    private readonly RoundLog _log;
    private readonly CancellationTokenSource _disposal = new();
    private readonly UseGuard _guard;
    private int _disposed;
    private MetaTrainer? _trainer;

    /// <summary>Prepares the training.</summary>
    /// <param name="transitions">The log.</param>
    /// <param name="positionSize">Leading components of a state that are positions; goals are given for these.</param>
    /// <param name="goals">The training goals.</param>
    /// <param name="training">Settings of meta-training.</param>
    /// <param name="options">Settings of learning the dynamics; null for the defaults.</param>
    /// <param name="prior">Dynamics that are to be corrected; null for none.</param>
    /// <param name="environments">Makes an environment with a copy per start state given; needed for more than one round.</param>
    /// <param name="fitting">Settings of policy fitting that the critic is to carry; null for none.</param>
    /// <exception cref="InvalidInputException">Something given is out of its range or does not fit the log.</exception>
    public ModelLearningTrainer(
        Transitions transitions,
        int positionSize,
        TrainingGoals goals,
        MetaTrainingOptions training,
        ModelLearningOptions? options = null,
        IDifferentiableDynamics? prior = null,
        Func<IReadOnlyList<double[]>, IEnvironment>? environments = null,
        PolicyLearnerOptions? fitting = null)
    {
        ArgumentNullException.ThrowIfNull(transitions);
        ArgumentNullException.ThrowIfNull(goals);
        ArgumentNullException.ThrowIfNull(training);
        transitions.Validate();
        training.Validate();
        fitting?.Validate();
        goals.Validate("The training goals", transitions.States[0].Length, positionSize);
        _positionSize = positionSize;
        _goals = goals;
        _training = training;
        _fitting = fitting;
        _options = options ?? new();
        _options.Validate();
        _log = new(transitions.Episodes is null && _options.Rounds > 1 ? transitions with { Episodes = [.. Enumerable.Range(0, transitions.Count).Select(row => (long)row)] } : transitions);
        _prior = prior;
        _environments = environments;
        _guard = new(this, Free);
        if (_options.Rounds > 1 && environments is null)
        {
            throw new InvalidInputException("options.rounds", $"value is {_options.Rounds}, but there is no environment to roll out in", "Give an environment, or 1");
        }
    }

    /// <summary>All transitions so far: those given, and those collected.</summary>
    public Transitions Transitions => _log.All;

    /// <summary>The dynamics learned last; null before the first.</summary>
    public LearnedDynamics? Dynamics { get; private set; }

    /// <summary>Metrics of every meta-iteration done.</summary>
    public IReadOnlyList<MetaIterationMetrics> History => _trainer?.History ?? [];

    /// <summary>Meta-iterations done.</summary>
    public int Iteration => _trainer?.Iteration ?? 0;

    /// <summary>Runs what is left.</summary>
    /// <param name="progress">Is told of each pass over the transitions and of each meta-iteration.</param>
    /// <param name="checkpointFolder">Folder for <see cref="MetaTrainer.CheckpointFileName"/> and the transitions collected; null for none.</param>
    /// <param name="resume">
    /// Whether to go on from a checkpoint that is there. The dynamics are learned again, which gives the same ones; the number of
    /// meta-iterations may differ only with one round.
    /// </param>
    /// <param name="stopAfter">Stop when this many meta-iterations are done in all, as if interrupted there; null for all.</param>
    /// <param name="cancellationToken">Ends the work within one pass or meta-iteration.</param>
    /// <returns>The critic, with the dynamics in it.</returns>
    /// <exception cref="InvalidInputException">The log cannot be used, or the checkpoint belongs to another training.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled; a checkpoint has been written if meta-training had begun.</exception>
    /// <exception cref="MetaCriticException">A checkpoint cannot be written, or the dynamics cannot be learned.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of, or was so meanwhile.</exception>
    /// <exception cref="InvalidOperationException">Another call has not ended.</exception>
    public CriticModel Train(
        IProgress<ModelLearningProgress>? progress = null, string? checkpointFolder = null, bool resume = false, int? stopAfter = null, CancellationToken cancellationToken = default)
    {
        using UseGuard.Use use = _guard.Enter();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
        try
        {
            return TrainToEnd(progress, checkpointFolder, resume, stopAfter, either.Token);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            throw new ObjectDisposedException(GetType().FullName);
        }
    }

    /// <summary>Removes what a training that is over has left in its checkpoint folder: the checkpoint, and the transitions collected.</summary>
    /// <param name="checkpointFolder">The folder; it stays itself, with whatever else is in it. It may be missing.</param>
    public static void RemoveCheckpoint(string checkpointFolder)
    {
        ArgumentNullException.ThrowIfNull(checkpointFolder);
        if (Directory.Exists(checkpointFolder))
        {
            File.Delete(Path.Combine(checkpointFolder, MetaTrainer.CheckpointFileName));
            RoundLog.Remove(checkpointFolder);
        }
    }

    /// <summary><see cref="Train"/> on a background thread: for applications with a user interface.</summary>
    /// <param name="progress">As for <see cref="Train"/>.</param>
    /// <param name="checkpointFolder">As for <see cref="Train"/>.</param>
    /// <param name="resume">As for <see cref="Train"/>.</param>
    /// <param name="stopAfter">As for <see cref="Train"/>.</param>
    /// <param name="cancellationToken">Ends the work within one pass or meta-iteration.</param>
    /// <returns>The critic, with the dynamics in it.</returns>
    /// <remarks>
    /// A <see cref="Progress{T}"/> reports on the caller's context, for example a window's thread; another <see cref="IProgress{T}"/> is called on
    /// the background thread. What <see cref="Train"/> throws arrives through the task; a cancellation leaves it cancelled.
    /// </remarks>
    public Task<CriticModel> TrainAsync(
        IProgress<ModelLearningProgress>? progress = null, string? checkpointFolder = null, bool resume = false, int? stopAfter = null, CancellationToken cancellationToken = default) =>
        Background.Run(() => Train(progress, checkpointFolder, resume, stopAfter, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _disposal.Cancel();
            _guard.Dispose();
        }
    }

    private void Free()
    {
        _trainer?.Dispose();
        _disposal.Dispose();
    }

    private CriticModel TrainToEnd(IProgress<ModelLearningProgress>? progress, string? checkpointFolder, bool resume, int? stopAfter, CancellationToken cancellationToken)
    {
        string? checkpoint = checkpointFolder is null ? null : Path.Combine(checkpointFolder, MetaTrainer.CheckpointFileName);
        bool resumes = resume && File.Exists(checkpoint);
        int end = Math.Min(stopAfter ?? _training.Iterations, _training.Iterations);
        (int round, bool between) = resumes ? RoundOf(Checkpoint.IterationOf(checkpoint!), checkpointFolder!) : (0, false);
        if (resumes)
        {
            _log.Restore(checkpointFolder!, round);
        }
        else
        {
            _log.Begin(checkpointFolder, _options.Rounds);
        }

        Learn(round, progress, cancellationToken);
        _trainer?.Dispose();
        _trainer = new(Dynamics!, _goals, _training, _fitting);
        if (resumes)
        {
            _trainer.LoadCheckpoint(checkpoint!, anyLearned: between);
        }

        while (true)
        {
            int current = round;
            _trainer.Train(
                progress is null ? null : new Inner<MetaTrainingProgress>(p => progress.Report(new(current, null, p with { Total = end }))),
                checkpointFolder,
                Math.Min(End(round), end),
                cancellationToken);
            if (_trainer.Iteration >= end || round == _options.Rounds - 1)
            {
                return _trainer.CreateCritic();
            }

            round++;
            Collect(round, checkpointFolder, cancellationToken);
            Learn(round, progress, cancellationToken);
            _trainer.Use(Dynamics!);
            if (checkpoint is not null)
            {
                _trainer.SaveCheckpoint(checkpoint);
            }
        }
    }

    // Meta-iterations done when a round is over.
    private int End(int round) => (int)((long)_training.Iterations * (round + 1) / _options.Rounds);

    // The round in which so many meta-iterations are done. Between two rounds, where the new transitions are there, a checkpoint may still
    // name the dynamics of the round before.
    private (int Round, bool Between) RoundOf(int done, string folder)
    {
        int round = 0;
        while (round < _options.Rounds - 1 && done >= End(round))
        {
            round++;
        }

        return round == 0 || done > End(round - 1) ? (round, false)
            : RoundLog.Has(folder, round) ? (round, true)
            : (round - 1, false);
    }

    private void Collect(int round, string? folder, CancellationToken cancellationToken)
    {
        PolicyPool pool = _trainer!.Policies;
        PolicyModel[] policies = pool.CreateModels(_trainer.State);
        IEnvironment environment = _environments!([.. Enumerable.Range(0, _options.EpisodesPerRound).Select(episode => pool.StartState(episode % pool.Count).ToArray())]);
        Transitions collected = TransitionCollector.Collect(
            environment,
            new() { Seed = KeyedRandom.Create(_training.Seed, RoundStream, (ulong)round).NextBits(), Horizon = _training.Horizon, Policies = policies, Noise = _options.Noise },
            cancellationToken: cancellationToken);
        _log.Add(collected, folder, round);
    }

    private void Learn(int round, IProgress<ModelLearningProgress>? progress, CancellationToken cancellationToken)
    {
        DynamicsLearner learner = new(_positionSize, _options.Dynamics with { Threads = _training.Threads }, _prior);
        Dynamics = learner.Learn(
            Transitions, progress is null ? null : new Inner<DynamicsLearningProgress>(p => progress.Report(new(round, p, null))), cancellationToken);
    }

    private sealed class Inner<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
