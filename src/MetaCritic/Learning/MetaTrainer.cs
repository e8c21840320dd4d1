using System.Text.Json;
using MetaCritic.Dynamics;
using MetaCritic.Files;
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
public sealed unsafe class MetaTrainer : IDisposable
{
    /// <summary>Name of the file that a checkpoint folder holds.</summary>
    public const string CheckpointFileName = "checkpoint.mccheckpoint";

    /// <summary>Norm of the critic's gradient below which the gradient counts as vanished: Adam's ε then stops the critic.</summary>
    public const double VanishingGradientNorm = 1e-9;

    /// <summary>Meta-iterations in a row with a vanished gradient, or with none, after which <see cref="MetaTrainingProgress.Warning"/> says so.</summary>
    public const int VanishingGradientIterations = 20;

    // Which random numbers are meant; the second key after the seed.
    private const ulong CriticStream = 1;
    private const ulong PolicyStream = 2;
    private const ulong RestartStream = 3;
    private const ulong SpreadStream = 4;

    private const int MetricsWindow = 50;
    private const int MetricsColumns = 5;

    private readonly RobotModel? _robot;
    private readonly RigidBodyOptions? _dynamicsOptions;
    private readonly TrainingGoals _goals;
    private readonly RigidBodyDynamics? _rigidBodies; // with a robot per policy, if they differ
    private LearnedDynamics? _learned;
    private readonly RobotModel[] _robots; // as the table has them, in its order; none if all are the same and stay so
    private readonly int[] _rows; // row of the table that each policy serves
    private readonly MetaTrainingOptions _options;
    private readonly double? _constantPolicyRange;
    private readonly NetworkInputs _inputs;
    private readonly WorkerTeam _team;
    private readonly MetaGradient<float> _gradient;
    private readonly AlignedBuffer<float> _phi;
    private readonly AlignedBuffer<float> _policies;
    private readonly AdamOptimizer<float> _adam;
    private readonly int[] _ages;
    private readonly int[] _births; // meta-iterations in which the policies were drawn
    private readonly List<MetaIterationMetrics> _history;
    private readonly UseGuard _guard;
    private IReadOnlyList<Divergence> _divergences = [];
    private string? _warning;
    private int _vanished; // meta-iterations in a row, up to now, with a vanished gradient
    private int _uncounted; // and without a policy that counts
    private bool _warned;

    /// <summary>Prepares meta-training on a robot.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="dynamics">How its dynamics are stepped.</param>
    /// <param name="goals">The training goals, joint positions.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">Something given is out of its range or does not fit the robot.</exception>
    public MetaTrainer(RobotModel robot, RigidBodyOptions dynamics, TrainingGoals goals, MetaTrainingOptions options)
        : this(robot, dynamics, goals, options, Systems(robot, dynamics, goals, options))
    {
    }

    /// <summary>Prepares meta-training on dynamics of the user's own.</summary>
    /// <param name="dynamics">The dynamics.</param>
    /// <param name="goals">The training goals.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">Something given is out of its range or does not fit the dynamics.</exception>
    public MetaTrainer(IDifferentiableDynamics dynamics, TrainingGoals goals, MetaTrainingOptions options)
        : this(dynamics, goals, options, null)
    {
    }

    /// <summary>Prepares meta-training of constant policies π(s) = θ, as in Section 4.2: policies without hidden layers that see no state.</summary>
    /// <param name="dynamics">The dynamics.</param>
    /// <param name="goals">The training goals.</param>
    /// <param name="options">Settings; no hidden layers of the policies are used.</param>
    /// <param name="constantPolicyRange">Each component of θ is drawn uniformly in ± this; null for policies that are networks.</param>
    internal MetaTrainer(IDifferentiableDynamics dynamics, TrainingGoals goals, MetaTrainingOptions options, double? constantPolicyRange)
        : this(null, null, goals, options, (dynamics, []), constantPolicyRange)
    {
    }

    private MetaTrainer(
        RobotModel? robot, RigidBodyOptions? dynamicsOptions, TrainingGoals goals, MetaTrainingOptions options, (IDifferentiableDynamics Dynamics, RobotModel[] Robots) systems, double? constantPolicyRange = null)
    {
        IDifferentiableDynamics dynamics = systems.Dynamics;
        ArgumentNullException.ThrowIfNull(dynamics);
        ArgumentNullException.ThrowIfNull(goals);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        goals.Validate("The training goals", dynamics.StateSize, dynamics.PositionSize);
        if (robot is null && (goals.ParameterNames.Count > 0 || options.DynamicsSpread.Count > 0))
        {
            throw new InvalidInputException("The training goals", "parameters of a robot vary, but the dynamics are the user's own", "Give a robot, or leave the parameters out");
        }

        if (double.IsFinite(options.DisagreementLimit) && dynamics is not ITrustRegion)
        {
            throw new InvalidInputException("options.disagreementLimit", "it is set, but the dynamics do not tell how far to trust them", "Leave it out, or give learned dynamics");
        }

        (_robot, _dynamicsOptions, _robots) = (robot, dynamicsOptions, systems.Robots);
        _learned = dynamics as LearnedDynamics;
        _rigidBodies = _robots.Length > 0 ? (RigidBodyDynamics)dynamics : null;
        _goals = goals;
        _options = constantPolicyRange is null ? options : options with { PolicyHidden = [] };
        _constantPolicyRange = constantPolicyRange;
        _inputs = new(dynamics.StateSize, dynamics.ActionSize, dynamics.PositionSize, _options, constantPolicyRange is not null);
        OptionCheck.Rows((long)goals.Goals.Count * options.PoliciesPerGoal, options.Horizon);
        int count = goals.Goals.Count * options.PoliciesPerGoal;
        _team = new(options.Threads);
        _gradient = new(dynamics, _inputs, options, count, _team);
        _phi = new(_inputs.Critic.Length);
        _policies = new(_inputs.Policy.Length * count);
        _adam = new(_inputs.Critic.Length);
        _ages = new int[count];
        _births = new int[count];
        _rows = Rows(goals, options);
        _history = new(options.Iterations);
        _guard = new(this, Free);
        SetGoals();
        Initialization.Uniform(_inputs.Critic, KeyedRandom.Create(options.Seed, CriticStream), _phi.Pointer); // Alg. 2, line 1
        try
        {
            for (int p = 0; p < count; p++)
            {
                DrawPolicy(p, 0);
                _ages[p] = StaggeredAge(p);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Meta-iterations done.</summary>
    public int Iteration => _history.Count;

    /// <summary>Metrics of every meta-iteration done.</summary>
    public IReadOnlyList<MetaIterationMetrics> History => _history;

    /// <summary>Policies that diverged in the last meta-iteration; mostly none.</summary>
    public IReadOnlyList<Divergence> Divergences => _divergences;

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
        int end = Math.Min(stopAfter ?? _options.Iterations, _options.Iterations);
        string? checkpoint = checkpointFolder is null ? null : Path.Combine(checkpointFolder, CheckpointFileName);
        if (checkpointFolder is not null)
        {
            CreateFolder(checkpointFolder);
            AtomicFile.RemoveAbandoned(checkpoint!);
        }

        try
        {
            while (Iteration < end) // Alg. 2, line 2
            {
                MetaIterationMetrics metrics = Step(cancellationToken);
                progress?.Report(new(Iteration, end, metrics) { Divergences = _divergences, Warning = _warning });
                if (checkpoint is not null && Iteration % _options.CheckpointInterval == 0 && Iteration < end)
                {
                    SaveCheckpoint(checkpoint);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or DivergenceException)
        {
            if (checkpoint is not null)
            {
                SaveCheckpoint(checkpoint);
            }

            throw;
        }

        if (checkpoint is not null)
        {
            SaveCheckpoint(checkpoint);
        }

        return CreateCritic();
    }

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
        double eta = LearningRate(iteration);
        PreparePolicies(iteration); // Alg. 2, line 4

        double loss = _gradient.Compute(_phi.Pointer, cancellationToken); // Alg. 2, lines 6-10

        double norm = Math.Sqrt(VectorLoops<float>.SquaredNorm(_gradient.Gradient.Pointer, _gradient.Gradient.Length));
        FindDivergences(iteration, norm);
        if (double.IsFinite(norm) && !double.IsNaN(loss))
        {
            UpdateCritic(norm, eta); // Alg. 2, line 11
        }
        else
        {
            norm = double.NaN;
        }

        double error = MeanFinalError();
        int restarted = CarryPoliciesOn(iteration);
        MetaIterationMetrics metrics = new(iteration, loss, error, norm, restarted, eta);
        Record(metrics);
        PassEnded?.Invoke(MetaPass.Optimizer);
        return metrics;
    }

    /// <summary>The critic as it is now.</summary>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public CriticModel CreateCritic()
    {
        using UseGuard.Use use = _guard.Enter();
        float[] parameters = new float[_inputs.Critic.Shape.ParameterCount];
        _inputs.Critic.Export(_phi.Pointer, parameters.AsSpan());
        MetaIterationMetrics[] last = [.. _history.Skip(_history.Count - MetricsWindow).Where(m => double.IsFinite(m.TaskLoss))];
        double taskLoss = last.Length == 0 ? double.NaN : last.Average(m => m.TaskLoss);
        double finalError = last.Length == 0 ? double.NaN : last.Average(m => m.FinalError);
        return CriticModel.Of(Header(), _goals, _inputs.Critic.Shape, parameters, Iteration, taskLoss, finalError, _learned?.CanSave == true ? _learned : null);
    }

    /// <summary>Writes everything needed to go on later, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="MetaCriticException">The file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public void SaveCheckpoint(string path)
    {
        using UseGuard.Use use = _guard.Enter();
        TensorFile file = new(TensorFileKind.Checkpoint, WriteHeader);
        _goals.AddTo(file);
        AddParameters(file, "critic", _inputs.Critic, _phi.Pointer, 1);
        AddParameters(file, "adam.first", _inputs.Critic, _adam.First.Pointer, 1);
        AddParameters(file, "adam.second", _inputs.Critic, _adam.Second.Pointer, 1);
        AddParameters(file, "policies", _inputs.Policy, _policies.Pointer, _ages.Length);
        file.Add<int>("ages", _ages);
        file.Add<int>("births", _births);
        double[] history = [.. _history.SelectMany(m => new[] { m.TaskLoss, m.FinalError, m.GradientNorm, m.Restarted, m.LearningRate })];
        file.Add<double>("history", history, _history.Count, MetricsColumns);
        file.Save(path);
    }

    /// <summary>
    /// Goes on from a checkpoint of the same robot, goals and options. The number of meta-iterations, of threads and between
    /// checkpoints may differ, and <see cref="MetaTrainingOptions.OnDivergence"/>; a learning-rate schedule follows the present number of meta-iterations.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file is unusable or belongs to another training; the message says what differs.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed of.</exception>
    public void LoadCheckpoint(string path) => LoadCheckpoint(path, anyLearned: false);

    /// <summary>Meta-iterations that a checkpoint has behind it.</summary>
    internal static int IterationOf(string path) => (int)TensorFile.Load(path, TensorFileKind.Checkpoint).ShapeOf("history")[0];

    /// <summary>Goes on from a checkpoint, on request whatever learned dynamics it names.</summary>
    internal void LoadCheckpoint(string path, bool anyLearned)
    {
        using UseGuard.Use use = _guard.Enter();
        TensorFile file = TensorFile.Load(path, TensorFileKind.Checkpoint);
        int count = _ages.Length;
        CheckpointState state = file.Interpret(header =>
        {
            header.RequireProduct();
            Require(path, header, anyLearned);
            TrainingGoals goals = TrainingGoalsData.GetFrom(file, header, _inputs.StateSize, _inputs.PositionSize);
            if (goals.DifferenceFrom(_goals) is { } difference)
            {
                throw Refused(path, $"it belongs to another training: {difference}");
            }

            int critic = _inputs.Critic.Shape.ParameterCount;
            return new CheckpointState(
                header.Integer("adamSteps"),
                file.Get<float>("critic", 1, critic),
                file.Get<float>("adam.first", 1, critic),
                file.Get<float>("adam.second", 1, critic),
                file.Get<float>("policies", count, _inputs.Policy.Shape.ParameterCount),
                file.Get<int>("ages", count),
                header.Version >= 2 ? file.Get<int>("births", count) : new int[count], // nothing depended on them in version 1
                file.Get<double>("history", -1, MetricsColumns).Chunk(MetricsColumns).ToArray());
        });
        int iterations = state.History.Length;
        if (iterations > _options.Iterations)
        {
            throw Refused(path, $"it has {iterations} meta-iterations behind it, more than the {_options.Iterations} asked for");
        }

        state.Validate(path);
        SetParameters(_inputs.Critic, state.Critic, _phi.Pointer, 1);
        SetParameters(_inputs.Critic, state.First, _adam.First.Pointer, 1);
        SetParameters(_inputs.Critic, state.Second, _adam.Second.Pointer, 1);
        SetParameters(_inputs.Policy, state.Policies, _policies.Pointer, count);
        state.Ages.CopyTo(_ages, 0);
        for (int p = 0; p < count; p++)
        {
            DrawSystem(p, state.Births[p]);
        }

        _adam.Steps = state.AdamSteps;
        _divergences = [];
        (_vanished, _uncounted, _warned) = (0, 0, false);
        _history.Clear();
        for (int i = 0; i < iterations; i++)
        {
            double[] row = state.History[i];
            Record(new(i, row[0], row[1], row[2], (int)row[3], row[4]));
        }

        _warning = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _guard.Dispose();

    private void Free()
    {
        _team.Dispose();
        _gradient.Dispose();
        _phi.Dispose();
        _policies.Dispose();
        _adam.Dispose();
    }

    private float* Policy(int p) => _policies.Pointer + (p * _inputs.Policy.Length);

    /// <summary>Goes on with other learned dynamics of the same system.</summary>
    internal void Use(LearnedDynamics dynamics)
    {
        _learned = dynamics;
        _gradient.Use(dynamics);
    }

    /// <summary>The policies of the pool as they are now.</summary>
    internal PolicyModel[] CreatePolicies()
    {
        PolicyModel[] policies = new PolicyModel[PolicyCount];
        for (int p = 0; p < policies.Length; p++)
        {
            float[] parameters = new float[_inputs.Policy.Shape.ParameterCount];
            _inputs.Policy.Export(Policy(p), parameters.AsSpan());
            policies[p] = new()
            {
                Network = _inputs.Policy.Shape,
                Parameters = parameters,
                PositionSize = _inputs.PositionSize,
                PositionScale = _inputs.PositionScale,
                VelocityScale = _inputs.VelocityScale,
                Goal = _goals.Goals[_rows[p]],
                ProductVersion = ProductInfo.Version,
            };
        }

        return policies;
    }

    /// <summary>The start states that the policies of the pool have now.</summary>
    internal double[][] StartStates() => [.. _gradient.StartStates.Chunk(_inputs.StateSize)];

    /// <summary>Trajectories of the last meta-iteration that counted only up to where the dynamics were no longer to be trusted.</summary>
    public int Truncated => Enumerable.Range(0, PolicyCount).Count(p => _gradient.End(p) < _options.Horizon);

    /// <summary>Number of policies in the pool.</summary>
    internal int PolicyCount => _ages.Length;

    /// <summary>Start state and parameters θ of a constant policy as the last meta-iteration began with it, and as it left it.</summary>
    /// <param name="p">Which policy.</param>
    /// <param name="updated">After the inner steps, else before them.</param>
    /// <param name="theta">Receives θ, [ActionSize].</param>
    /// <returns>Where it starts, [StateSize].</returns>
    internal ReadOnlySpan<double> ConstantPolicy(int p, bool updated, Span<double> theta)
    {
        float* source = _gradient.Theta(updated ? _options.InnerSteps : 0, p) + _inputs.Policy.BiasOffset(0);
        for (int i = 0; i < theta.Length; i++)
        {
            theta[i] = source[i];
        }

        return _gradient.StartStates.AsSpan(p * _inputs.StateSize, _inputs.StateSize);
    }

    // The dynamics of the policies, and the robots of the table's rows if any policy's may differ.
    private static (IDifferentiableDynamics Dynamics, RobotModel[] Robots) Systems(
        RobotModel robot, RigidBodyOptions dynamics, TrainingGoals goals, MetaTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(robot);
        ArgumentNullException.ThrowIfNull(goals);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (goals.ParameterNames.Count == 0 && options.DynamicsSpread.Count == 0)
        {
            return (new RigidBodyDynamics(robot, dynamics), []);
        }

        goals.Validate("The training goals", 2 * robot.DegreesOfFreedom, robot.DegreesOfFreedom);
        OptionCheck.Rows((long)goals.Goals.Count * options.PoliciesPerGoal, options.Horizon);
        RobotModel[] robots = goals.Robots(robot);
        return (new RigidBodyDynamics([.. Rows(goals, options).Select(row => robots[row])], dynamics, separate: true), robots);
    }

    // Goals in canonical order: policy p serves goal p / PoliciesPerGoal of the sorted table.
    private static int[] Rows(TrainingGoals goals, MetaTrainingOptions options) =>
        [.. goals.CanonicalOrder().SelectMany(row => Enumerable.Repeat(row, options.PoliciesPerGoal))];

    private void SetGoals()
    {
        for (int p = 0; p < _rows.Length; p++)
        {
            _goals.Goals[_rows[p]].CopyTo(_gradient.Goals, p * _inputs.PositionSize);
            _goals.StartStates?[_rows[p]].CopyTo(_gradient.StartStates, p * _inputs.StateSize);
            _gradient.Weights[p] = _goals.Weights?[_rows[p]] ?? 1;
        }
    }

    // Ages of the policies of one goal, and of the goals, spread evenly over the lifetime.
    private int StaggeredAge(int p)
    {
        int goals = _goals.Goals.Count;
        int rank = (p % _options.PoliciesPerGoal * goals) + (p / _options.PoliciesPerGoal);
        return (int)((long)rank * _options.PolicyLifetime / _ages.Length);
    }

    // Alg. 2, line 4. The numbers are a function of seed, policy and meta-iteration.
    private void DrawPolicy(int p, int iteration)
    {
        KeyedRandom random = KeyedRandom.Create(_options.Seed, PolicyStream, (ulong)p, (ulong)iteration);
        _ages[p] = 0;
        DrawSystem(p, iteration);
        if (_constantPolicyRange is not double range)
        {
            Initialization.Uniform(_inputs.Policy, random, Policy(p));
            return;
        }

        // θ are the biases; the weights, which meet no state, stay 0.
        float* theta = Policy(p) + _inputs.Policy.BiasOffset(0);
        for (int i = 0; i < _inputs.ActionSize; i++)
        {
            theta[i] = (float)(range * ((2 * random.NextDouble()) - 1));
        }
    }

    // With a policy its robot and its start are drawn, if they vary.
    private void DrawSystem(int p, int iteration)
    {
        _births[p] = iteration;
        KeyedRandom random = KeyedRandom.Create(_options.Seed, SpreadStream, (ulong)p, (ulong)iteration);
        if (_options.DynamicsSpread.Count > 0)
        {
            Dictionary<string, double> drawn = [];
            foreach (ParameterSpread spread in _options.DynamicsSpread)
            {
                drawn.Add(spread.Parameter, spread.Low + (random.NextDouble() * (spread.High - spread.Low)));
            }

            try
            {
                _rigidBodies!.Replace(p, _robots[_rows[p]].With(drawn));
            }
            catch (InvalidInputException e)
            {
                throw new InvalidInputException($"options.dynamicsSpread: {e.Message}", e);
            }
        }

        if (_options.StartSpread > 0)
        {
            for (int i = 0; i < _inputs.PositionSize; i++)
            {
                double start = _goals.StartStates?[_rows[p]][i] ?? 0;
                _gradient.StartStates[(p * _inputs.StateSize) + i] = start + (_options.StartSpread * random.NextNormal());
            }
        }
    }

    private void PreparePolicies(int iteration)
    {
        for (int p = 0; p < _ages.Length; p++)
        {
            if (_options.PolicyRestart == PolicyRestart.Random && iteration > 0
                && KeyedRandom.Create(_options.Seed, RestartStream, (ulong)p, (ulong)iteration).NextDouble() * _options.PolicyLifetime < _options.InnerSteps)
            {
                DrawPolicy(p, iteration);
            }

            new ReadOnlySpan<float>(Policy(p), (int)_inputs.Policy.Length).CopyTo(new Span<float>(_gradient.Theta(0, p), (int)_inputs.Policy.Length));
        }
    }

    private void UpdateCritic(double norm, double eta)
    {
        double clip = _options.CriticGradientClip;
        double scale = clip > 0 && norm > clip ? clip / norm : 1;
        if (_options.Optimizer == OptimizerKind.Adam)
        {
            _adam.Step(_gradient.Gradient.Pointer, scale, eta, _phi.Pointer);
        }
        else
        {
            VectorLoops<float>.AddScaled(-eta * scale, _gradient.Gradient.Pointer, _phi.Pointer, _phi.Length);
        }
    }

    // What of the meta-iteration just computed is not finite. Nothing has been changed yet, so that it can be left undone.
    private void FindDivergences(int iteration, double norm)
    {
        List<Divergence>? found = null;
        for (int p = 0; p < _ages.Length; p++)
        {
            if (_gradient.FaultOf(p) is { } fault)
            {
                Add(p, fault);
            }
        }

        if (!double.IsFinite(norm))
        {
            (int p, Fault fault) = _gradient.FaultOfGradient();
            Add(p, fault);
        }

        _divergences = found ?? (IReadOnlyList<Divergence>)[];
        if (found is not null && _options.OnDivergence == DivergenceResponse.Stop)
        {
            throw new DivergenceException(found[0]);
        }

        void Add(int p, Fault fault) => (found ??= []).Add(fault.Describe(iteration, Fault.MetaIteration, _rows[p], _goals.Goals[_rows[p]], _inputs, _robot));
    }

    private void Record(MetaIterationMetrics metrics)
    {
        _history.Add(metrics);
        _vanished = metrics.GradientNorm < VanishingGradientNorm ? _vanished + 1 : 0;
        _uncounted = double.IsNaN(metrics.TaskLoss) ? _uncounted + 1 : 0;
        _warning = null;
        if (!_warned && Math.Max(_vanished, _uncounted) == VanishingGradientIterations)
        {
            _warned = true;
            _warning = _vanished > _uncounted
                ? Invariant($"the meta-gradient has vanished: it was below {VanishingGradientNorm} in {_vanished} meta-iterations up to meta-iteration {Iteration}, and the critic learns nothing. Look at taskLoss, policyLearningRate and the torque scale")
                : Invariant($"no policy has counted in {_uncounted} meta-iterations up to meta-iteration {Iteration}, and the critic learns nothing. Lower policyLearningRate or the torque scale, or raise taskLossLimit");
        }

        static string Invariant(FormattableString text) => FormattableString.Invariant(text);
    }

    private double MeanFinalError()
    {
        double sum = 0;
        double weights = 0;
        for (int p = 0; p < _ages.Length; p++)
        {
            if (!_gradient.Failed[p])
            {
                sum += _gradient.Weights[p] * _gradient.FinalErrors[p];
                weights += _gradient.Weights[p];
            }
        }

        return sum / weights;
    }

    // The updated policies become the pool; those that failed or have reached their age are drawn anew.
    private int CarryPoliciesOn(int iteration)
    {
        int restarted = 0;
        for (int p = 0; p < _ages.Length; p++)
        {
            bool skipped = _options.OnDivergence == DivergenceResponse.Skip && _gradient.FaultOf(p) is not null;
            bool bad = !skipped && (_gradient.Failed[p] || !(_gradient.FinalErrors[p] <= _options.RestartError));
            restarted += bad ? 1 : 0;
            _ages[p] += _options.InnerSteps;
            if (_options.PolicyRestart == PolicyRestart.Same)
            {
                DrawPolicy(p, 0);
            }
            else if (bad || (_options.PolicyRestart == PolicyRestart.Age && _ages[p] >= _options.PolicyLifetime))
            {
                DrawPolicy(p, iteration + 1);
            }
            else if (!skipped)
            {
                float* updated = _gradient.Theta(_options.InnerSteps, p);
                new ReadOnlySpan<float>(updated, (int)_inputs.Policy.Length).CopyTo(new Span<float>(Policy(p), (int)_inputs.Policy.Length));
            }
        }

        return restarted;
    }

    private double LearningRate(int iteration)
    {
        double eta = _options.CriticLearningRate;
        double done = (double)iteration / _options.Iterations;
        double end = _options.FinalLearningRateFraction;
        return _options.LearningRateSchedule switch
        {
            LearningRateSchedule.HalfThenLinear => eta * (done < 0.5 ? 1 : Math.Max(end, 2 * (1 - done))),
            LearningRateSchedule.Cosine => eta * (end + ((1 - end) * 0.5 * (1 + Math.Cos(Math.PI * done)))),
            _ => eta,
        };
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"The checkpoint folder {folder}", $"it cannot be created: {e.Message.TrimEnd('.')}", "Name a folder that can be written to", e);
        }
    }

    // Options that have no effect on the result; left out of files, so that the same result has the same bytes.
    private static MetaTrainingOptions WithoutSideIssues(MetaTrainingOptions options)
    {
        MetaTrainingOptions defaults = new();
        return options with { Threads = defaults.Threads, CheckpointInterval = defaults.CheckpointInterval };
    }

    private void WriteHeader(Utf8JsonWriter writer)
    {
        writer.WriteString("product", ProductInfo.Name);
        writer.WriteString("productVersion", ProductInfo.Version);
        writer.WriteNumber("adamSteps", _adam.Steps);
        Header().Write(writer);
        _goals.WriteNames(writer);
        writer.WriteString("learnedDynamics", _learned?.Fingerprint() ?? "");
    }

    private SystemHeader Header() => new(_inputs.StateSize, _inputs.ActionSize, _inputs.PositionSize, WithoutSideIssues(_options), _dynamicsOptions, _robot);

    // Refuses a checkpoint of another training, saying what differs.
    private void Require(string path, HeaderReader header, bool anyLearned)
    {
        _ = header.Text("productVersion");
        SystemHeader other = SystemHeader.Read(header);
        if (other.StateSize != _inputs.StateSize || other.ActionSize != _inputs.ActionSize || other.PositionSize != _inputs.PositionSize)
        {
            throw Refused(
                path,
                $"its system has {other.StateSize} state, {other.ActionSize} action and {other.PositionSize} position components, the present one {_inputs.StateSize}, {_inputs.ActionSize} and {_inputs.PositionSize}");
        }

        MetaTrainingOptions training = other.Training with { Iterations = _options.Iterations, OnDivergence = _options.OnDivergence };
        List<string> differences = [.. OptionsJson.Differences(training, WithoutSideIssues(_options)).Select(d => "training." + d)];
        if (other.Dynamics is not null && _dynamicsOptions is not null)
        {
            differences.AddRange(DynamicsOptionsJson.Differences(other.Dynamics, _dynamicsOptions).Select(d => "dynamics." + d));
        }

        if (RobotDifferences.Between(other.Robot, _robot) is { } robot)
        {
            differences.Add(robot);
        }

        // Before format version 4 there were no learned dynamics.
        string learned = header.Version >= 4 ? header.Text("learnedDynamics") : "";
        if (!anyLearned && learned != (_learned?.Fingerprint() ?? ""))
        {
            differences.Add($"the dynamics are {(learned.Length > 0 ? "other learned ones" : "not learned")}");
        }

        if (differences.Count > 0)
        {
            throw Refused(path, $"it belongs to another training: {string.Join("; ", differences)}");
        }
    }

    private static InvalidInputException Refused(string path, string found) =>
        new(path, found, "Resume with the settings the checkpoint was written with, or start anew in another folder");

    private static void AddParameters(TensorFile file, string name, MlpLayout layout, float* padded, int rows)
    {
        int size = layout.Shape.ParameterCount;
        float[] flat = new float[checked(rows * size)];
        for (int i = 0; i < rows; i++)
        {
            layout.Export(padded + (i * layout.Length), flat.AsSpan(i * size, size));
        }

        file.Add<float>(name, flat, rows, size);
    }

    private static void SetParameters(MlpLayout layout, float[] flat, float* padded, int rows)
    {
        int size = layout.Shape.ParameterCount;
        for (int i = 0; i < rows; i++)
        {
            layout.Import(flat.AsSpan(i * size, size), padded + (i * layout.Length));
        }
    }
}
