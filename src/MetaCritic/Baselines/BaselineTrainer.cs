using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Baselines;

/// <summary>
/// What the baselines have in common (Algorithm 1 of the paper): roll-outs of a policy into a dataset, updates from it, and
/// in the end a critic in the same form as a meta-learned one. Model-free: the dynamics are only stepped.
/// </summary>
/// <remarks>
/// The same options give the same bits, whatever the number of threads, and after any interruption. An instance is for one caller at a
/// time; a disposal during a call takes effect when the call ends.
/// </remarks>
public abstract unsafe partial class BaselineTrainer : IDisposable
{
    private const ulong BatchStream = 5;

    private readonly RobotModel? _robot;
    private readonly RigidBodyOptions? _dynamicsOptions;
    private readonly IDynamics _dynamics;
    private readonly TrainingGoals _goals;
    private readonly DdpgOptions _options;
    private readonly ReplayBuffer _replay;
    private readonly GoalRollouts _exploration, _evaluation;
    private readonly UseGuard _guard;
    private BaselineState _state = new();
    private bool _broken; // the dynamics threw in the middle of roll-outs

    private protected BaselineTrainer(RobotModel? robot, RigidBodyOptions? dynamicsOptions, IDynamics dynamics, TrainingGoals goals, DdpgOptions options)
    {
        ArgumentNullException.ThrowIfNull(dynamics);
        ArgumentNullException.ThrowIfNull(goals);
        goals.Validate("The training goals", dynamics.StateSize, dynamics.PositionSize);
        if (goals.Weights is not null)
        {
            throw new InvalidInputException("The training goals", "they have weights", "Leave the weights out: a baseline takes all goals alike");
        }

        if (goals.ParameterNames.Count > 0)
        {
            throw new InvalidInputException("The training goals", "they have parameters of the robot", "Leave the parameters out: a baseline trains on one robot");
        }

        _guard = new(this, () => Dispose(true));
        _robot = robot;
        _dynamicsOptions = dynamicsOptions;
        _dynamics = dynamics;
        _goals = goals;
        _options = options;
        Inputs = new(dynamics.StateSize, dynamics.ActionSize, dynamics.PositionSize, options);
        Team = new(options.Threads);
        Networks = new(Inputs, Team);
        Networks.Draw(options.Seed); // Alg. 1, lines 1-2

        // In canonical order, so that the order of the table's rows has no effect.
        (double[] Goal, double[]? Start)[] rows = [.. goals.CanonicalOrder().Select(i => (goals.Goals[i], goals.StartStates?[i]))];
        var copies = rows.SelectMany(row => Enumerable.Repeat(row, options.RolloutsPerGoal)).ToArray();
        _exploration = new(dynamics, Inputs, options, Networks.Policy, [.. copies.Select(row => row.Goal)], [.. copies.Select(row => row.Start)], Team);
        _evaluation = new(dynamics, Inputs, options, Networks.Policy, [.. rows.Select(row => row.Goal)], [.. rows.Select(row => row.Start)], Team);
        long transitions = (long)options.Iterations * options.Horizon * copies.Length;
        _replay = new((int)Math.Min(transitions, options.ReplayCapacity), Inputs.TransitionLength);
    }

    /// <summary>Iterations done.</summary>
    public int Iteration => _state.Iteration;

    /// <summary>Updates done.</summary>
    public long Updates => _state.Updates;

    /// <summary>Control steps of all roll-outs used for learning; those that only measure do not count.</summary>
    public long EnvironmentSteps => _state.EnvironmentSteps;

    /// <summary>Roll-outs that left the finite range.</summary>
    public long DivergedRollouts => _state.DivergedRollouts;

    /// <summary>Whether the run has diverged: it makes no further iterations and has no critic.</summary>
    public bool Diverged { get; private set; }

    /// <summary>The curve so far.</summary>
    public TrainingCurve Curve => new(Method, _options.Seed, [.. _state.Points], Diverged);

    /// <summary>What the method is called.</summary>
    private protected abstract string Method { get; }

    private protected ActorCriticInputs Inputs { get; }

    private protected ActorCriticNetworks<float> Networks { get; }

    private protected WorkerTeam Team { get; }

    /// <summary>Runs the iterations that are left.</summary>
    /// <param name="progress">Is told of each iteration.</param>
    /// <param name="checkpointFolder">
    /// Folder for <see cref="CheckpointFileName"/>, created if missing; written every <see cref="DdpgOptions.CheckpointInterval"/> iterations,
    /// when cancelled and at the end, but not of a run that diverged. Null for none.
    /// </param>
    /// <param name="stopAfter">Stop when this many iterations are done in all, as if interrupted there; null for all.</param>
    /// <param name="cancellationToken">Ends the work within one roll-out or update.</param>
    /// <returns>Critic, error and curve; a run that diverged is returned as such.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled; the checkpoint has been written.</exception>
    /// <exception cref="InvalidInputException">The checkpoint folder cannot be made, or the replay buffer does not fit into a checkpoint.</exception>
    /// <exception cref="MetaCriticException">A checkpoint cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public BaselineResult Train(
        IProgress<BaselineProgress>? progress = null, string? checkpointFolder = null, int? stopAfter = null, CancellationToken cancellationToken = default)
    {
        int end = Math.Min(stopAfter ?? _options.Iterations, _options.Iterations);
        string? checkpoint = checkpointFolder is null ? null : PrepareCheckpoint(checkpointFolder);
        try
        {
            while (Iteration < end && !Diverged) // Alg. 1, line 3
            {
                double loss = Step(cancellationToken);
                progress?.Report(new(Iteration, _options.Iterations, Updates, EnvironmentSteps, loss, _state.TrainingError));
                if (checkpoint is not null && Iteration % _options.CheckpointInterval == 0 && Iteration < end && !Diverged)
                {
                    SaveCheckpoint(checkpoint);
                }
            }
        }
        catch (OperationCanceledException) when (checkpoint is not null && !_broken && !Diverged)
        {
            SaveCheckpoint(checkpoint);
            throw;
        }

        if (checkpoint is not null && !Diverged)
        {
            SaveCheckpoint(checkpoint);
        }

        return new()
        {
            Critic = Diverged ? null : CreateCritic(),
            TrainingError = Diverged ? double.NaN : _state.TrainingError,
            Diverged = Diverged,
            DivergedRollouts = DivergedRollouts,
            Updates = Updates,
            EnvironmentSteps = EnvironmentSteps,
            Curve = Curve,
        };
    }

    /// <summary><see cref="Train"/> on a background thread: for applications with a user interface.</summary>
    /// <param name="progress">As for <see cref="Train"/>.</param>
    /// <param name="checkpointFolder">As for <see cref="Train"/>.</param>
    /// <param name="stopAfter">As for <see cref="Train"/>.</param>
    /// <param name="cancellationToken">Ends the work within one roll-out or update.</param>
    /// <returns>Critic, error and curve; a run that diverged is returned as such.</returns>
    /// <remarks>
    /// A <see cref="Progress{T}"/> reports on the caller's context, for example a window's thread; another <see cref="IProgress{T}"/> is called on
    /// the background thread. What <see cref="Train"/> throws arrives through the task; a cancellation leaves it cancelled.
    /// </remarks>
    public Task<BaselineResult> TrainAsync(
        IProgress<BaselineProgress>? progress = null, string? checkpointFolder = null, int? stopAfter = null, CancellationToken cancellationToken = default) =>
        Background.Run(() => Train(progress, checkpointFolder, stopAfter, cancellationToken), cancellationToken);

    /// <summary>One iteration: roll-outs, then updates.</summary>
    /// <param name="cancellationToken">Ends the work between two roll-outs or updates; the next call goes on there.</param>
    /// <returns>Mean temporal-difference loss of the updates; NaN without any.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The run has diverged, the dynamics threw in an earlier call, or another call has not ended.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public double Step(CancellationToken cancellationToken = default)
    {
        using UseGuard.Use use = _guard.Enter();
        cancellationToken.ThrowIfCancellationRequested();
        RequireWhole();
        if (Diverged)
        {
            throw new InvalidOperationException("The run has diverged.");
        }

        if (_state.Points.Count == 0)
        {
            Measure();
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (!_state.Explored)
        {
            Explore(); // Alg. 1, lines 4-5
        }

        int updates = Iteration < _options.WarmupIterations || _replay.Count == 0 ? 0 : _options.UpdatesPerIteration;
        while (_state.UpdatesInIteration < updates && !Diverged)
        {
            cancellationToken.ThrowIfCancellationRequested();
            KeyedRandom random = KeyedRandom.Create(_options.Seed, BatchStream, (ulong)Updates);
            double loss = Update(_replay, ref random); // Alg. 1, lines 6-9
            _state.LossSum += loss;
            _state.Updates++;
            _state.UpdatesInIteration++;
            Diverged = !(loss <= _options.DivergenceLimit); // also if it is not a number
        }

        cancellationToken.ThrowIfCancellationRequested();
        double mean = _state.LossSum / _state.UpdatesInIteration;
        (_state.Explored, _state.UpdatesInIteration, _state.LossSum) = (false, 0, 0);
        _state.Iteration++;
        if (Iteration % _options.EvaluationInterval == 0 || Iteration == _options.Iterations || Diverged)
        {
            Measure();
        }

        return mean;
    }

    /// <summary>The critic as it is now, in the form of a meta-learned one.</summary>
    /// <exception cref="MetaCriticException">The run has diverged.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public CriticModel CreateCritic()
    {
        using UseGuard.Use use = _guard.Enter();
        return CreateCritic(CriticParameters(out MlpShape shape), shape);
    }

    /// <summary>Errors of the run's own policy, without noise, for any goals, from rest at 0.</summary>
    /// <param name="goals">Goals, [PositionSize] each; rad or m.</param>
    /// <returns>Mean over positions of the squared final position error of each; NaN where the roll-out diverged.</returns>
    /// <exception cref="InvalidInputException">A goal has a wrong size or is not finite.</exception>
    public IReadOnlyList<double> PolicyErrors(IReadOnlyList<double[]> goals)
    {
        ArgumentNullException.ThrowIfNull(goals);
        using UseGuard.Use use = _guard.Enter();
        new TrainingGoals { Goals = goals }.Validate("The goals", Inputs.StateSize, Inputs.Networks.PositionSize);
        using GoalRollouts rollouts = new(_dynamics, Inputs, _options, Networks.Policy, goals, new double[]?[goals.Count], Team);
        rollouts.Evaluate();
        return rollouts.Errors;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _guard.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Team.Dispose();
            Networks.Dispose();
            _exploration.Dispose();
            _evaluation.Dispose();
            _replay.Dispose();
        }
    }

    /// <summary>Draws a minibatch and updates the networks.</summary>
    /// <returns>The temporal-difference loss before the update.</returns>
    private protected abstract double Update(ReplayBuffer replay, ref KeyedRandom random);

    /// <summary>Parameters of the critic that the training ends with.</summary>
    private protected abstract float[] CriticParameters(out MlpShape shape);

    private protected static float[] Exported(MlpLayout layout, Network<float> network)
    {
        float[] parameters = new float[layout.Shape.ParameterCount];
        layout.Export(network.Parameters.Pointer, parameters.AsSpan());
        return parameters;
    }

    private protected CriticModel CreateCritic(float[] parameters, MlpShape shape) => Diverged
        ? throw new MetaCriticException(FormattableString.Invariant($"The run diverged at update {Updates}; there is no critic."))
        : CriticModel.Of(
            Header with { Training = Header.Training with { CriticHidden = [.. shape.Sizes.Skip(1).SkipLast(1)] } },
            _goals,
            shape,
            parameters,
            Iteration,
            taskLoss: double.NaN,
            finalError: _state.TrainingError);

    private void Explore()
    {
        _broken = true;
        _state.DivergedRollouts += _exploration.Explore(_replay, Iteration);
        _broken = false;
        _state.EnvironmentSteps += (long)_exploration.Count * _options.Horizon;
        _state.Explored = true;
    }

    private void Measure() => _state.Points.Add(new(Iteration, Updates, EnvironmentSteps, _evaluation.Evaluate()));

    // Roll-outs that the dynamics cut off have left a part of their transitions.
    private void RequireWhole()
    {
        if (_broken)
        {
            throw new InvalidOperationException("The dynamics threw an exception in the middle of roll-outs, and the replay buffer has a part of them. Go on from a checkpoint.");
        }
    }
}
