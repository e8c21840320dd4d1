using System.Security.Cryptography;
using System.Text;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace MetaCritic.ML.TorchSharp;

/// <summary>
/// Meta-trains a critic through differentiable dynamics (Algorithm 2; Bechtle, Righetti and Meier 2022), with torch modules as critic and
/// policies. Use it for architectures that <see cref="MetaTrainer"/> does not have; for multi-layer perceptrons that one is several times as fast.
/// </summary>
/// <remarks>
/// Options, rules and random numbers are those of <see cref="MetaTrainer"/>, but for <see cref="MetaTrainingOptions.Threads"/>:
/// <see cref="TorchRuntime.Threads"/> counts. The same options give the same bits on the same machine, whatever else runs in the process, as
/// long as modules compute without random numbers. An instance is for one caller at a time; a disposal during a call takes effect when the call ends.
/// </remarks>
public sealed class TorchMetaTrainer : ITraining, IDisposable
{
    /// <summary>Name of the file that a checkpoint folder holds.</summary>
    public const string CheckpointFileName = "checkpoint.mctorchcheckpoint";

    private const ulong CriticStream = 1; // which random numbers are meant; the second key after the seed. As in the engine

    private readonly TrainingSystem _system;
    private readonly TrainingGoals _goals;
    private readonly TrainingGoals? _validation;
    private readonly MetaTrainingOptions _options;
    private readonly TorchNetworks _networks;
    private readonly CriticModule _critic;
    private readonly ModuleParameters _phi;
    private readonly PolicyArchitecture _policies;
    private readonly TorchMetaGradient _gradient;
    private readonly TorchPolicyPool _pool;
    private readonly TorchTrainingState _state;
    private readonly UseGuard _guard;
    private readonly Telemetry _telemetry;
    private readonly NetworkInputs _inputs; // sizes, for the descriptions of divergences
    private VanishedGradient _vanished = new();
    private IReadOnlyList<Divergence> _divergences = [];
    private string? _warning;

    /// <summary>Prepares meta-training on a robot.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="dynamics">How its dynamics are stepped.</param>
    /// <param name="goals">The training goals, joint positions.</param>
    /// <param name="options">Settings.</param>
    /// <param name="networks">The modules; null for the multi-layer perceptrons of <paramref name="options"/>.</param>
    /// <param name="fitting">Settings of policy fitting that the critic is to carry; null for none.</param>
    /// <param name="validation">Held-out goals, as for <see cref="MetaTrainer"/>; null for none.</param>
    /// <exception cref="InvalidInputException">Something given is out of its range or does not fit, a module does not compute what it should, or torch cannot be loaded.</exception>
    public TorchMetaTrainer(
        RobotModel robot,
        RigidBodyOptions dynamics,
        TrainingGoals goals,
        MetaTrainingOptions options,
        TorchNetworks? networks = null,
        PolicyLearnerOptions? fitting = null,
        TrainingGoals? validation = null)
        : this(TrainingSystem.Of(robot, dynamics, goals, options), goals, options, networks, fitting, validation)
    {
    }

    /// <summary>Prepares meta-training on dynamics of the user's own: <see cref="TorchDynamics"/>, learned ones, or any other.</summary>
    /// <param name="dynamics">The dynamics.</param>
    /// <param name="goals">The training goals.</param>
    /// <param name="options">Settings.</param>
    /// <param name="networks">The modules; null for the multi-layer perceptrons of <paramref name="options"/>.</param>
    /// <param name="fitting">Settings of policy fitting that the critic is to carry; null for none.</param>
    /// <param name="validation">Held-out goals, as for <see cref="MetaTrainer"/>; null for none.</param>
    /// <exception cref="InvalidInputException">Something given is out of its range or does not fit, a module does not compute what it should, or torch cannot be loaded.</exception>
    public TorchMetaTrainer(
        IDifferentiableDynamics dynamics,
        TrainingGoals goals,
        MetaTrainingOptions options,
        TorchNetworks? networks = null,
        PolicyLearnerOptions? fitting = null,
        TrainingGoals? validation = null)
        : this(TrainingSystem.Of(dynamics, goals, options), goals, options, networks, fitting, validation)
    {
    }

    private TorchMetaTrainer(
        TrainingSystem system, TrainingGoals goals, MetaTrainingOptions options, TorchNetworks? networks, PolicyLearnerOptions? fitting, TrainingGoals? validation)
    {
        IDifferentiableDynamics f = system.Dynamics;
        fitting?.Validate();
        validation?.Validate("The validation goals", f.StateSize, f.PositionSize);
        (_system, _goals, _options, _networks, Fitting, _validation) = (system, goals, options, networks ?? new(), fitting, validation?.Copy());
        _networks.Validate();
        _inputs = new(f.StateSize, f.ActionSize, f.PositionSize, options);
        _critic = _networks.CreateCritic(f.StateSize, f.ActionSize, f.PositionSize, options);
        _phi = new(_critic.Network, "The critic's network");
        _policies = _networks.Policies(f.StateSize, f.ActionSize, options);
        int policies = goals.Goals.Count * options.PoliciesPerGoal;
        _telemetry = new("train", system.Robot?.Name);
        _gradient = new(f, _critic, _phi.Of(_critic.Network), _policies, options, policies);
        _pool = new(system, goals, options, _policies, _networks.Initialize, _gradient);
        _state = new(_phi.Count, _policies.Parameters.Count, policies, _networks.Precision, _networks.Where);
        _guard = new(this, Free);
        try
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable quiet = no_grad();
            KeyedRandom random = KeyedRandom.Create(options.Seed, CriticStream);
            _state.Phi.copy_(tensor(TorchNetworks.Draw(_critic.Network, _phi, random, _networks.Initialize, "The critic's network"))); // Alg. 2, line 1
            _phi.Assign(_critic.Network, _state.Phi);
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
    public int TruncatedRollouts => _gradient.Ends.Count(end => end < _options.Horizon && Iteration > 0);

    /// <summary>Settings of policy fitting that the critic carries; null for none.</summary>
    public PolicyLearnerOptions? Fitting { get; }

    /// <summary>What fresh policies reached on the validation goals.</summary>
    public IReadOnlyList<ValidationPoint> Validations => _state.Record.Validations;

    /// <summary>
    /// Whether all policies are run at once: those that are a <c>Sequential</c> of linear layers and activations. Other modules are run one by
    /// one, which takes as many calls as there are policies in every step.
    /// </summary>
    public bool PoliciesAreBatched => _policies.IsBatched;

    /// <inheritdoc/>
    MetaTrainingOptions ITraining.Options => _options;

    /// <inheritdoc/>
    TrainingRecord ITraining.Record => _state.Record;

    /// <inheritdoc/>
    bool ITraining.HasValidationGoals => _validation is not null;

    /// <inheritdoc/>
    string? ITraining.Warning => _warning;

    /// <summary>The meta-gradient, for tests and measurements.</summary>
    internal TorchMetaGradient MetaGradient => _gradient;

    /// <summary>The training as it is now.</summary>
    internal TorchTrainingState State => _state;

    /// <summary>The order of φ.</summary>
    internal ModuleParameters CriticParameters => _phi;

    /// <summary>The critic as it is now.</summary>
    internal CriticModule Critic => _critic;

    /// <summary>Runs the meta-iterations that are left.</summary>
    /// <param name="progress">Is told of each meta-iteration.</param>
    /// <param name="checkpointFolder">
    /// Folder for <see cref="CheckpointFileName"/>, created if missing; written every
    /// <see cref="MetaTrainingOptions.CheckpointInterval"/> meta-iterations, when stopped early and at the end. Null for none.
    /// </param>
    /// <param name="stopAfter">Stop when this many meta-iterations are done in all, as if interrupted there; null for <see cref="MetaTrainingOptions.Iterations"/>.</param>
    /// <param name="cancellationToken">Ends the work within one step of a roll-out.</param>
    /// <returns>The critic, which the caller disposes of.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled; the checkpoint has been written.</exception>
    /// <exception cref="DivergenceException">A value was not finite, and <see cref="MetaTrainingOptions.OnDivergence"/> is Stop; the checkpoint has been written.</exception>
    /// <exception cref="InvalidInputException">A module or the dynamics threw, or cannot be differentiated.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    /// <exception cref="MetaCriticException">A checkpoint cannot be written.</exception>
    public TorchCriticModel Train(
        IProgress<MetaTrainingProgress>? progress = null, string? checkpointFolder = null, int? stopAfter = null, CancellationToken cancellationToken = default)
    {
        string? checkpoint = checkpointFolder is null ? null : Checkpoint.Prepare(checkpointFolder, CheckpointFileName);
        this.Run(_goals.Goals.Count, _telemetry, progress, checkpoint, stopAfter, cancellationToken);
        return CreateCritic();
    }

    /// <summary><see cref="Train"/> on a background thread: for applications with a user interface.</summary>
    /// <param name="progress">As for <see cref="Train"/>.</param>
    /// <param name="checkpointFolder">As for <see cref="Train"/>.</param>
    /// <param name="stopAfter">As for <see cref="Train"/>.</param>
    /// <param name="cancellationToken">Ends the work within one step of a roll-out.</param>
    /// <returns>The critic, which the caller disposes of.</returns>
    /// <remarks>
    /// A <see cref="Progress{T}"/> reports on the caller's context, for example a window's thread; another <see cref="IProgress{T}"/> is called on
    /// the background thread. What <see cref="Train"/> throws arrives through the task; a cancellation leaves it cancelled.
    /// </remarks>
    public Task<TorchCriticModel> TrainAsync(
        IProgress<MetaTrainingProgress>? progress = null, string? checkpointFolder = null, int? stopAfter = null, CancellationToken cancellationToken = default) =>
        Background.Run(() => Train(progress, checkpointFolder, stopAfter, cancellationToken), cancellationToken);

    /// <summary>One meta-iteration.</summary>
    /// <param name="cancellationToken">Ends the work early; the meta-iteration then counts as not begun.</param>
    /// <returns>What it measured.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="DivergenceException">A value was not finite, and <see cref="MetaTrainingOptions.OnDivergence"/> is Stop; the meta-iteration counts as not begun.</exception>
    /// <exception cref="InvalidInputException">A module or the dynamics threw, or cannot be differentiated; the meta-iteration counts as not begun.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    /// <exception cref="InvalidOperationException">Another call has not ended.</exception>
    public MetaIterationMetrics Step(CancellationToken cancellationToken = default)
    {
        using UseGuard.Use use = _guard.Enter();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable loud = enable_grad();
        int iteration = Iteration;
        double eta = _options.LearningRateAt(iteration);
        using (no_grad())
        {
            _pool.Prepare(_state, iteration); // Alg. 2, line 4
        }

        (Tensor updated, Tensor[] gradients, double loss) = _gradient.Compute(_state.Theta, cancellationToken); // Alg. 2, lines 6-10
        using IDisposable quiet = no_grad();
        Tensor gradient = ModuleParameters.Flatten(gradients, batch: false);
        double norm = gradient.to(ScalarType.Float64).square().sum().sqrt().item<double>();
        FindDivergences(iteration, norm); // nothing has been changed yet, so that the meta-iteration can be left undone
        bool counts = double.IsFinite(norm) && !double.IsNaN(loss);
        if (counts)
        {
            double clip = _options.CriticGradientClip;
            Tensor clipped = clip > 0 && norm > clip ? gradient * (clip / norm) : gradient;
            _state.Update(clipped, eta, _options.Optimizer == OptimizerKind.Adam); // Alg. 2, line 11
            _phi.Assign(_critic.Network, _state.Phi);
        }

        double error = _gradient.MeanFinalError();
        int restarted = _pool.CarryOn(_state, updated, iteration);
        MetaIterationMetrics metrics = new(iteration, loss, error, counts ? norm : double.NaN, restarted, eta);
        _state.Record.History.Add(metrics);
        _warning = _vanished.Warning(metrics);
        _telemetry.Iterated(metrics, (long)_pool.Count * _options.InnerSteps);
        return metrics;
    }

    /// <summary>The critic as it is now, or, with validation goals, as it did best on them; a copy, which the caller disposes of.</summary>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public TorchCriticModel CreateCritic()
    {
        using UseGuard.Use use = _guard.Enter();
        CriticModule module = _networks.CreateCritic(_critic.StateSize, _critic.ActionSize, _critic.PositionSize, _options);
        using DisposeScope scope = NewDisposeScope();
        foreach ((Tensor copy, Tensor buffer) in module.Network.buffers().Zip(_critic.Network.buffers()))
        {
            using IDisposable quiet = no_grad();
            copy.copy_(buffer);
        }

        ValidationPoint? best = _state.Record.Best;
        _phi.Assign(module.Network, best is null ? _state.Phi : _state.BestPhi!);
        return new(module, Described(best?.Iteration ?? Iteration));
    }

    /// <summary>Writes everything needed to go on later, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="MetaCriticException">The file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public void SaveCheckpoint(string path)
    {
        using UseGuard.Use use = _guard.Enter();
        using DisposeScope scope = NewDisposeScope();
        TensorFile file = CheckpointOfThis().Begin(TensorFileKind.ModuleCheckpoint, writer =>
        {
            writer.WriteString("networks", Fingerprint());
            _state.WriteTo(writer);
        });
        _state.AddTo(file);
        file.Save(path);
    }

    /// <summary>Goes on from a checkpoint of the same system, goals, options and architectures; what may differ is said at <see cref="MetaTrainer.LoadCheckpoint(string)"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file is unusable or belongs to another training; the message says what differs. The trainer stays as it was.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public void LoadCheckpoint(string path)
    {
        using UseGuard.Use use = _guard.Enter();
        Checkpoint expected = CheckpointOfThis();
        TensorFile file = TensorFile.Load(path, TensorFileKind.ModuleCheckpoint);
        file.Interpret(header =>
        {
            expected.RequireSame(path, file, header, anyLearned: false);
            expected.RequireIterations(path, (int)file.ShapeOf("history")[0]);
            if (header.Text("networks") != Fingerprint())
            {
                throw Checkpoint.Refused(path, "its networks have other parameters");
            }

            _state.SetFrom(file, header);
            return true;
        });
        _phi.Assign(_critic.Network, _state.Phi);
        _pool.Restore(_state);
        (_divergences, _warning, _vanished) = ([], null, new());
        _state.Record.History.ForEach(metrics => _vanished.Warning(metrics)); // what was said is not said again
    }

    /// <inheritdoc/>
    public void Dispose() => _guard.Dispose();

    private void Free()
    {
        _gradient.Dispose();
        _state.Dispose();
        _critic.Dispose();
    }

    private Checkpoint CheckpointOfThis() => new(_system.Header(_options), _goals, _system.Learned, _validation);

    // Names and shapes of the networks' parameters.
    private string Fingerprint() =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"critic {_phi}\npolicy {_policies.Parameters}")))[..32];

    private CriticModel Described(int iterations)
    {
        (double taskLoss, double finalError) = _state.Record.MeansBefore(iterations);
        LearnedDynamics? learned = _system.Learned is { CanSave: true } kept ? kept : null;
        return TorchCriticModel.Describe(_system.Header(_options), _goals, iterations, taskLoss, finalError, learned, null, Fitting, [.. Validations]);
    }

    /// <inheritdoc/>
    ValidationResult ITraining.Validate(CancellationToken cancellationToken)
    {
        TorchCriticModel critic = new(_critic, Described(Iteration)); // around the trainer's own module: not disposed of
        using TorchPolicyLearner learner = new(critic, Fitting ?? new(), _networks);
        FittingTask[] tasks = CriticValidation.Tasks(critic.System, _validation!, 1, _options.Seed);
        IReadOnlyList<TorchPolicyFit> fits = _system.Robot is null && _system.Learned is null
            ? learner.Fit(tasks, block => new DynamicsEnvironment(_system.Dynamics, block.Count, [.. block.Select(task => task.StartState)]), cancellationToken: cancellationToken)
            : learner.Fit(tasks, cancellationToken: cancellationToken);
        ValidationResult result = ValidationResult.Of([.. fits.Select(fit => (fit.Diverged, fit.Error, fit.LearningCurve[0]))]);
        foreach (TorchPolicyFit fit in fits)
        {
            fit.Policy.Dispose();
        }

        return result;
    }

    /// <inheritdoc/>
    void ITraining.KeepAsBest()
    {
        _state.BestPhi?.Dispose();
        _state.BestPhi = _state.Phi.clone().DetachFromDisposeScope();
    }

    private void FindDivergences(int iteration, double norm)
    {
        List<Divergence> found = [];
        for (int p = 0; p < _pool.Count; p++)
        {
            if (_gradient.Faults[p] is { } fault)
            {
                found.Add(Faults.Describe(fault, iteration, Fault.MetaIteration, _pool.Row(p), _pool.Goal(p), _inputs, _system.Robot));
            }
        }

        if (!double.IsFinite(norm))
        {
            found.Add(new(iteration, _pool.Row(0), -1, DivergencePlace.Gradient, FormattableString.Invariant($"{Fault.MetaIteration} {iteration + 1}: the critic's gradient is not finite")));
        }

        _divergences = found;
        if (found.Count > 0 && _options.OnDivergence == DivergenceResponse.Stop)
        {
            throw new DivergenceException(found[0]);
        }
    }
}
