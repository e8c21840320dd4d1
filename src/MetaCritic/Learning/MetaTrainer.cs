using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>
/// Meta-trains a critic through a differentiable model of the dynamics (Algorithm 2; Bechtle, Righetti and Meier 2022).
/// </summary>
/// <remarks>
/// Every goal has a pool of policies. In each meta-iteration each policy takes its inner steps with the critic
/// (line 7), is rolled out through the model (line 9), and the critic is updated by how well it does (line 11). The policies
/// are carried on and drawn anew as <see cref="MetaTrainingOptions.PolicyRestart"/> says. Goals are used in a canonical
/// order, so that the order of the table's rows has no effect. The same options give the same bits, whatever the number of
/// threads, and after any interruption. An instance is for one caller at a time; a disposal during a call takes effect when
/// the call ends.
/// </remarks>
public sealed unsafe class MetaTrainer : ITraining, IDisposable
{
    /// <summary>Name of the file that a checkpoint folder holds.</summary>
    public const string CheckpointFileName = Checkpoint.FileName;

    /// <summary>Norm of the critic's gradient below which the gradient counts as vanished: Adam's ε then stops the critic.</summary>
    public const double VanishingGradientNorm = 1e-9;

    /// <summary>Meta-iterations in a row with a vanished gradient, or with none, after which <see cref="MetaTrainingProgress.Warning"/> says so.</summary>
    public const int VanishingGradientIterations = 20;

    private const ulong CriticStream = 1; // which random numbers are meant; the second key after the seed

    private readonly TrainingGoals _goals;
    private readonly TrainingGoals? _validation;
    private readonly MetaTrainingOptions _options;
    private readonly NetworkInputs _inputs;
    private readonly WorkerTeam _team;
    private readonly MetaGradient<float> _gradient;
    private readonly PolicyPool _pool;
    private readonly UseGuard _guard;
    private readonly Telemetry _telemetry;
    private TrainingSystem _system;
    private TrainingState _state;
    private VanishedGradient _vanished = new();
    private IReadOnlyList<Divergence> _divergences = [];
    private string? _warning;

    /// <summary>Prepares meta-training on a robot.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="dynamics">How its dynamics are stepped.</param>
    /// <param name="goals">The training goals, joint positions.</param>
    /// <param name="options">Settings.</param>
    /// <param name="fitting">Settings of policy fitting that the critic is to carry; null for none.</param>
    /// <param name="validation">
    /// Held-out goals, or any, with starts and parameters: <see cref="Train"/> fits a fresh policy for each every
    /// <see cref="MetaTrainingOptions.ValidationInterval"/> meta-iterations, and keeps the critic that does best. Null for none.
    /// </param>
    /// <exception cref="InvalidInputException">Something given is out of its range or does not fit the robot.</exception>
    public MetaTrainer(
        RobotModel robot, RigidBodyOptions dynamics, TrainingGoals goals, MetaTrainingOptions options, PolicyLearnerOptions? fitting = null, TrainingGoals? validation = null)
        : this(TrainingSystem.Of(robot, dynamics, goals, options), goals, options, fitting, validation)
    {
    }

    /// <summary>Prepares meta-training on dynamics of the user's own.</summary>
    /// <param name="dynamics">The dynamics.</param>
    /// <param name="goals">The training goals.</param>
    /// <param name="options">Settings.</param>
    /// <param name="fitting">Settings of policy fitting that the critic is to carry; null for none.</param>
    /// <param name="validation">Held-out goals, as for a robot; null for none.</param>
    /// <exception cref="InvalidInputException">Something given is out of its range or does not fit the dynamics.</exception>
    public MetaTrainer(
        IDifferentiableDynamics dynamics, TrainingGoals goals, MetaTrainingOptions options, PolicyLearnerOptions? fitting = null, TrainingGoals? validation = null)
        : this(TrainingSystem.Of(dynamics, goals, options), goals, options, fitting, validation)
    {
    }

    /// <summary>Prepares meta-training of constant policies π(s) = θ, as in Section 4.2: policies without hidden layers that see no state.</summary>
    /// <param name="dynamics">The dynamics.</param>
    /// <param name="goals">The training goals.</param>
    /// <param name="options">Settings; no hidden layers of the policies are used.</param>
    /// <param name="constantPolicyRange">Each component of θ is drawn uniformly in ± this.</param>
    internal MetaTrainer(IDifferentiableDynamics dynamics, TrainingGoals goals, MetaTrainingOptions options, double constantPolicyRange)
        : this(TrainingSystem.Of(dynamics, goals, options), goals, options with { PolicyHidden = [] }, constantPolicyRange: constantPolicyRange)
    {
    }

    private MetaTrainer(
        TrainingSystem system,
        TrainingGoals goals,
        MetaTrainingOptions options,
        PolicyLearnerOptions? fitting = null,
        TrainingGoals? validation = null,
        double? constantPolicyRange = null)
    {
        fitting?.Validate();
        validation?.Validate("The validation goals", system.Dynamics.StateSize, system.Dynamics.PositionSize);
        (_system, _goals, _options, Fitting, _validation) = (system, goals, options, fitting, validation?.Copy());
        IDifferentiableDynamics dynamics = system.Dynamics;
        _inputs = new(dynamics.StateSize, dynamics.ActionSize, dynamics.PositionSize, options, constantPolicyRange is not null);
        int policies = goals.Goals.Count * options.PoliciesPerGoal;
        _telemetry = new("train", system.Header(options).Robot?.Name);
        _team = new(options.Threads);
        _gradient = new(dynamics, _inputs, options, policies, _team);
        _pool = new(system, goals, options, _inputs, _gradient, constantPolicyRange);
        _state = new(_inputs, policies);
        _guard = new(this, Free);
        Initialization.Uniform(_inputs.Critic, KeyedRandom.Create(options.Seed, CriticStream), _state.Phi.Pointer); // Alg. 2, line 1
        try
        {
            _pool.DrawAll(_state);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Meta-iterations done.</summary>
    public int Iteration => _state.Record.Iteration;

    /// <summary>Metrics of every meta-iteration done.</summary>
    public IReadOnlyList<MetaIterationMetrics> History => _state.Record.History;

    /// <summary>Policies that diverged in the last meta-iteration; mostly none.</summary>
    public IReadOnlyList<Divergence> Divergences => _divergences;

    /// <summary>Trajectories of the last meta-iteration that counted only up to where the dynamics were no longer to be trusted.</summary>
    public int TruncatedRollouts => Enumerable.Range(0, _pool.Count).Count(p => _gradient.End(p) < _options.Horizon);

    /// <summary>Settings of policy fitting that the critic carries; null for none.</summary>
    public PolicyLearnerOptions? Fitting { get; }

    /// <summary>What fresh policies reached on the validation goals, in the order of the meta-iterations; none without such goals.</summary>
    public IReadOnlyList<ValidationPoint> Validations => _state.Record.Validations;

    /// <summary>The pool of policies, and what it is a pool of now.</summary>
    internal PolicyPool Policies => _pool;

    /// <summary>The training as it is now.</summary>
    internal TrainingState State => _state;

    /// <inheritdoc/>
    MetaTrainingOptions ITraining.Options => _options;

    /// <inheritdoc/>
    TrainingRecord ITraining.Record => _state.Record;

    /// <inheritdoc/>
    bool ITraining.HasValidationGoals => _validation is not null;

    /// <inheritdoc/>
    string? ITraining.Warning => _warning;

    /// <summary>Is told when a pass of a meta-iteration is over; for measurements.</summary>
    internal Action<MetaPass>? PassEnded
    {
        get => _gradient.PassEnded;
        set => _gradient.PassEnded = value;
    }

    /// <summary>Runs the meta-iterations that are left.</summary>
    /// <param name="progress">Is told of each meta-iteration.</param>
    /// <param name="checkpointFolder">
    /// Folder for <see cref="CheckpointFileName"/>, created if missing; written every
    /// <see cref="MetaTrainingOptions.CheckpointInterval"/> meta-iterations, when stopped early and at the end. Null for none.
    /// </param>
    /// <param name="stopAfter">
    /// Stop when this many meta-iterations are done in all, as if interrupted there; null for
    /// <see cref="MetaTrainingOptions.Iterations"/>, by which the learning-rate schedule goes in any case.
    /// </param>
    /// <param name="cancellationToken">Ends the work within one inner step.</param>
    /// <returns>The critic.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled; the checkpoint has been written.</exception>
    /// <exception cref="DivergenceException">A value was not finite, and <see cref="MetaTrainingOptions.OnDivergence"/> is Stop; the checkpoint has been written.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    /// <exception cref="MetaCriticException">A checkpoint cannot be written.</exception>
    public CriticModel Train(
        IProgress<MetaTrainingProgress>? progress = null, string? checkpointFolder = null, int? stopAfter = null, CancellationToken cancellationToken = default)
    {
        string? checkpoint = checkpointFolder is null ? null : Checkpoint.Prepare(checkpointFolder);
        this.Run(_goals.Goals.Count, _telemetry, progress, checkpoint, stopAfter, cancellationToken);
        return CreateCritic();
    }

    /// <summary><see cref="Train"/> on a background thread: for applications with a user interface.</summary>
    /// <param name="progress">As for <see cref="Train"/>.</param>
    /// <param name="checkpointFolder">As for <see cref="Train"/>.</param>
    /// <param name="stopAfter">As for <see cref="Train"/>.</param>
    /// <param name="cancellationToken">Ends the work within one inner step.</param>
    /// <returns>The critic. Until then the trainer is in use: only <paramref name="progress"/>, on the background thread, may call it.</returns>
    /// <remarks>
    /// A <see cref="Progress{T}"/> reports on the caller's context, for example a window's thread; another <see cref="IProgress{T}"/> is called on
    /// the background thread. What <see cref="Train"/> throws arrives through the task; a cancellation leaves it cancelled.
    /// </remarks>
    public Task<CriticModel> TrainAsync(
        IProgress<MetaTrainingProgress>? progress = null, string? checkpointFolder = null, int? stopAfter = null, CancellationToken cancellationToken = default) =>
        Background.Run(() => Train(progress, checkpointFolder, stopAfter, cancellationToken), cancellationToken);

    /// <summary>One meta-iteration.</summary>
    /// <param name="cancellationToken">Ends the work early; the meta-iteration then counts as not begun.</param>
    /// <returns>What it measured.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="DivergenceException">A value was not finite, and <see cref="MetaTrainingOptions.OnDivergence"/> is Stop; the meta-iteration counts as not begun.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    /// <exception cref="InvalidOperationException">Another call has not ended.</exception>
    public MetaIterationMetrics Step(CancellationToken cancellationToken = default)
    {
        using UseGuard.Use use = _guard.Enter();
        int iteration = Iteration;
        double eta = _options.LearningRateAt(iteration);
        _pool.Prepare(_state, iteration); // Alg. 2, line 4
        double loss = _gradient.Compute(_state.Phi.Pointer, cancellationToken); // Alg. 2, lines 6-10
        double norm = Math.Sqrt(VectorLoops<float>.SquaredNorm(_gradient.Gradient.Pointer, _gradient.Gradient.Length));
        FindDivergences(iteration, norm); // nothing has been changed yet, so that the meta-iteration can be left undone
        bool counts = double.IsFinite(norm) && !double.IsNaN(loss);
        if (counts)
        {
            UpdateCritic(norm, eta); // Alg. 2, line 11
        }

        double error = _gradient.MeanFinalError();
        int restarted = _pool.CarryOn(_state, iteration);
        MetaIterationMetrics metrics = new(iteration, loss, error, counts ? norm : double.NaN, restarted, eta);
        _state.Record.History.Add(metrics);
        _warning = _vanished.Warning(metrics);
        _telemetry.Iterated(metrics, (long)_pool.Count * _options.InnerSteps);
        PassEnded?.Invoke(MetaPass.Optimizer);
        return metrics;
    }

    /// <summary>The critic as it is now, or, with validation goals, as it did best on them.</summary>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public CriticModel CreateCritic()
    {
        using UseGuard.Use use = _guard.Enter();
        return _state.Record.Best is { } best ? CriticOf(_state.BestPhi!, best.Iteration) : CriticOf(_state.ExportPhi(), Iteration);
    }

    /// <summary>Writes everything needed to go on later, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="MetaCriticException">The file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public void SaveCheckpoint(string path)
    {
        using UseGuard.Use use = _guard.Enter();
        CheckpointOfThis().Save(path, _state);
    }

    /// <summary>
    /// Goes on from a checkpoint of the same robot, goals and options. The number of meta-iterations, of threads and between
    /// checkpoints may differ, and <see cref="MetaTrainingOptions.OnDivergence"/>; a learning-rate schedule follows the present number of meta-iterations.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file is unusable or belongs to another training; the message says what differs.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public void LoadCheckpoint(string path) => LoadCheckpoint(path, anyLearned: false);

    /// <summary>Goes on from a checkpoint, on request whatever learned dynamics it names.</summary>
    internal void LoadCheckpoint(string path, bool anyLearned)
    {
        using UseGuard.Use use = _guard.Enter();
        TrainingState read = CheckpointOfThis().Load(path, _inputs, _pool.Count, anyLearned);
        _state.Dispose();
        _state = read;
        _pool.Restore(read);
        (_divergences, _warning, _vanished) = ([], null, new());
        read.Record.History.ForEach(metrics => _vanished.Warning(metrics)); // what was said is not said again
    }

    /// <summary>Goes on with other learned dynamics of the same system.</summary>
    internal void Use(LearnedDynamics dynamics)
    {
        _system = _system with { Dynamics = dynamics };
        _gradient.Use(dynamics);
    }

    /// <inheritdoc/>
    public void Dispose() => _guard.Dispose();

    private void Free()
    {
        _team.Dispose();
        _gradient.Dispose();
        _state.Dispose();
    }

    private Checkpoint CheckpointOfThis() => new(_system.Header(_options), _goals, _system.Learned, _validation);

    private CriticModel CriticOf(float[] phi, int iterations)
    {
        (double taskLoss, double finalError) = _state.Record.MeansBefore(iterations);
        LearnedDynamics? learned = _system.Learned is { CanSave: true } kept ? kept : null;
        return CriticModel.Of(
            _system.Header(_options), _goals, _inputs.Critic.Shape, phi, iterations, taskLoss, finalError, learned, fitting: Fitting, learningCurve: Validations);
    }

    /// <inheritdoc/>
    ValidationResult ITraining.Validate(CancellationToken cancellationToken)
    {
        PolicyLearnerOptions fitting = (Fitting ?? new()) with { Threads = _options.Threads };
        CriticModel critic = CriticOf(_state.ExportPhi(), Iteration);
        return critic.Robot is null && critic.LearnedDynamics is null
            ? CriticValidation.Run(critic, _validation!, Environment, fitting: fitting, seed: _options.Seed, cancellationToken: cancellationToken)
            : CriticValidation.Run(critic, _validation!, fitting: fitting, seed: _options.Seed, cancellationToken: cancellationToken);

        DynamicsEnvironment Environment(IReadOnlyList<FittingTask> tasks) => new(_system.Dynamics, tasks.Count, [.. tasks.Select(task => task.StartState)]);
    }

    /// <inheritdoc/>
    void ITraining.KeepAsBest() => _state.BestPhi = _state.ExportPhi();

    private void UpdateCritic(double norm, double eta)
    {
        double clip = _options.CriticGradientClip;
        double scale = clip > 0 && norm > clip ? clip / norm : 1;
        if (_options.Optimizer == OptimizerKind.Adam)
        {
            _state.Optimizer.Step(_gradient.Gradient.Pointer, scale, eta, _state.Phi.Pointer);
        }
        else
        {
            VectorLoops<float>.AddScaled(-eta * scale, _gradient.Gradient.Pointer, _state.Phi.Pointer, _state.Phi.Length);
        }
    }

    private void FindDivergences(int iteration, double norm)
    {
        List<Divergence>? found = null;
        for (int p = 0; p < _pool.Count; p++)
        {
            if (_gradient.FaultOf(p) is { } fault)
            {
                (found ??= []).Add(_pool.Describe(iteration, p, fault));
            }
        }

        if (!double.IsFinite(norm))
        {
            (int p, Fault fault) = _gradient.FaultOfGradient();
            (found ??= []).Add(_pool.Describe(iteration, p, fault));
        }

        _divergences = found ?? (IReadOnlyList<Divergence>)[];
        if (found is not null && _options.OnDivergence == DivergenceResponse.Stop)
        {
            throw new DivergenceException(found[0]);
        }
    }
}
