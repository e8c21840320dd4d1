using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
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
public sealed unsafe class PolicyLearner : IDisposable
{
    private readonly CriticModel _critic;
    private readonly PolicyLearnerOptions _options;
    private readonly MetaTrainingOptions _training;
    private readonly NetworkInputs _inputs;
    private readonly WorkerTeam _team;
    private readonly PackedWeights<float> _phi;
    private readonly double _alpha;
    private readonly UseGuard _guard;

    /// <summary>Creates a learner.</summary>
    /// <param name="critic">The critic.</param>
    /// <param name="options">Settings; null for those that the critic carries, or else the defaults.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public PolicyLearner(CriticModel critic, PolicyLearnerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(critic);
        _critic = critic;
        _options = options ?? critic.Fitting ?? new();
        _options.Validate();
        critic.Validate();
        _training = critic.Training with { Horizon = _options.Horizon ?? critic.Training.Horizon };
        _alpha = _options.LearningRate ?? _training.PolicyLearningRate;
        _inputs = new(critic.StateSize, critic.ActionSize, critic.PositionSize, _training);
        _phi = new(_inputs.Critic);
        using AlignedBuffer<float> parameters = new(_inputs.Critic.Length);
        _inputs.Critic.Import(critic.Parameters.Span, parameters.Pointer);
        _phi.PackForward(parameters.Pointer);
        _phi.PackBackward(parameters.Pointer);
        _team = new(_options.Threads);
        _guard = new(this, Free);
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
        Fit(tasks, Simulate, progress, cancellationToken);

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
        Validate(tasks);
        OptionCheck.Rows(Math.Min(tasks.Count, _options.BlockSize), _training.Horizon);
        using UseGuard.Use use = _guard.Enter();
        PolicyFit[] fits = new PolicyFit[tasks.Count];
        long total = (long)tasks.Count * _options.Steps;
        Block? block = null;
        try
        {
            for (int first = 0; first < tasks.Count; first += _options.BlockSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                FittingTask[] members = new FittingTask[Math.Min(_options.BlockSize, tasks.Count - first)];
                for (int i = 0; i < members.Length; i++)
                {
                    members[i] = tasks[first + i];
                }

                if (block?.Count != members.Length)
                {
                    block?.Dispose();
                    block = new(this, members.Length);
                }

                IEnvironment environment = environments(members);
                CheckEnvironment(environment, members.Length);
                long done = (long)first * _options.Steps;
                block.Fit(members, first, environment, fits.AsSpan(first, members.Length), new(progress, done, total), cancellationToken);
            }
        }
        finally
        {
            block?.Dispose();
        }

        return fits;
    }

    /// <inheritdoc/>
    public void Dispose() => _guard.Dispose();

    private void Free()
    {
        _team.Dispose();
        _phi.Dispose();
    }

    private IEnvironment Simulate(IReadOnlyList<FittingTask> tasks)
    {
        IReadOnlyList<double>?[] starts = [.. tasks.Select(task => task.StartState)];
        if (_critic.LearnedDynamics is { } learned && tasks.All(task => task.Robot is null))
        {
            return new DynamicsEnvironment(learned, tasks.Count, starts);
        }

        RobotModel[] robots = new RobotModel[tasks.Count];
        for (int i = 0; i < robots.Length; i++)
        {
            robots[i] = tasks[i].Robot ?? _critic.Robot ?? throw new InvalidInputException(
                "The critic", "it was trained on dynamics of the user's own and carries no robot", "Give each task a robot, or give an environment");
        }

        return new SimulatedRobot(robots, _critic.Dynamics ?? _critic.LearnedDynamics?.PriorOptions, starts);
    }

    private double[] Start(FittingTask task)
    {
        double[] start = task.StartState is null ? new double[_inputs.StateSize] : [.. task.StartState];
        if (task.StartState is null)
        {
            (task.Robot ?? _critic.Robot)?.RestPosition.ToArray().CopyTo(start, 0);
        }

        return start;
    }

    private void Validate(IReadOnlyList<FittingTask> tasks)
    {
        for (int i = 0; i < tasks.Count; i++)
        {
            FittingTask task = tasks[i];
            Check(i, "goal", task.Goal, _critic.PositionSize);
            if (task.StartState is { } start)
            {
                Check(i, "start state", start, _critic.StateSize);
            }
        }

        static void Check(int index, string what, IReadOnlyList<double> values, int size)
        {
            if (values.Count != size)
            {
                throw new InvalidInputException($"Task {index}", $"its {what} has {values.Count} components", $"The critic needs {size}");
            }

            if (values.FirstOrDefault(value => !double.IsFinite(value), 0) is double bad && bad != 0)
            {
                throw new InvalidInputException($"Task {index}", $"its {what} contains {bad}", "Give finite numbers");
            }
        }
    }

    private void CheckEnvironment(IEnvironment environment, int count)
    {
        if (environment.Count != count || environment.StateSize != _critic.StateSize || environment.ActionSize != _critic.ActionSize)
        {
            throw new InvalidInputException(
                "The environment",
                $"it has {environment.Count} copies with {environment.StateSize} state and {environment.ActionSize} action components",
                $"{count} copies with {_critic.StateSize} and {_critic.ActionSize} are needed");
        }
    }

    // Counts policy updates over all blocks.
    private readonly record struct Reporter(IProgress<FittingProgress>? Progress, long Done, long Total)
    {
        public void Report(long inBlock) => Progress?.Report(new(Done + inBlock, Total));
    }

    // The buffers for tasks fitted together.
    private sealed class Block : IDisposable
    {
        private readonly PolicyLearner _learner;
        private readonly PolicyRollouts<float> _rollouts;
        private readonly InnerLoop<float> _inner;
        private readonly double[] _goals;
        private readonly bool[] _stopped;
        private readonly bool[] _failed;
        private readonly AdamOptimizer<float>[] _adam; // none for plain steps
        private int _step;
        private readonly Action<int> _criticBlock, _update;

        public Block(PolicyLearner learner, int count)
        {
            _learner = learner;
            Count = count;
            NetworkInputs inputs = learner._inputs;
            _goals = new double[count * inputs.PositionSize];
            _stopped = new bool[count];
            _failed = new bool[count];
            _rollouts = new(inputs, count, learner._training.Horizon, count, MlpPasses.Reverse);
            _inner = new(inputs, learner._training, _rollouts, _goals, MlpPasses.Reverse, learner._team.Count);
            _adam = new AdamOptimizer<float>[learner._options.Optimizer == OptimizerKind.Adam ? count : 0];
            for (int b = 0; b < _adam.Length; b++)
            {
                _adam[b] = new(inputs.Policy.Length);
            }

            _criticBlock = block => _inner.CriticBlock(block, _learner._phi);
            _update = b =>
            {
                if (!_stopped[b])
                {
                    bool plain = _adam.Length == 0;
                    double alpha = plain ? _learner._alpha : _learner._alpha * (1 - ((double)_step / _learner._options.Steps));
                    _failed[b] = !_inner.UpdatePolicy(b, alpha, _rollouts.Parameters(b), plain ? null : _adam[b]); // Alg. 3, line 4
                }
            };
        }

        public int Count { get; }

        public void Fit(FittingTask[] tasks, int first, IEnvironment environment, Span<PolicyFit> fits, Reporter reporter, CancellationToken cancellation)
        {
            PolicyLearnerOptions options = _learner._options;
            List<double>[] curves = new List<double>[Count];
            for (int b = 0; b < Count; b++)
            {
                Draw(b, tasks[b]); // Alg. 3, line 1
                if (_adam.Length > 0)
                {
                    _adam[b].Reset();
                }

                curves[b] = new(options.Steps + 1);
                _stopped[b] = _failed[b] = false;
            }

            int active = Count;
            for (int step = 0; active > 0; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                _step = step;
                RollOut(environment); // Alg. 3, line 3
                for (int b = 0; b < Count; b++)
                {
                    if (_stopped[b])
                    {
                        continue;
                    }

                    double* last = _rollouts.State(b, _rollouts.Horizon, out int stride);
                    bool diverged = _rollouts.Diverged[b] || _failed[b];
                    double error = diverged ? double.NaN : TaskLoss.FinalError(last, stride, Goal(b));
                    curves[b].Add(error);
                    bool converged = options.Tolerance > 0 && error <= options.Tolerance;
                    if (step == options.Steps || diverged || converged)
                    {
                        Fault? fault = _failed[b] ? _rollouts.WorstCotangent(b, DivergencePlace.Gradient, -1) : diverged ? _rollouts.FaultOf(b, -1) : null;
                        int update = _failed[b] ? step - 1 : step;
                        fits[b] = Result(b, curves[b], converged, fault?.Describe(update, Fault.PolicyUpdate, first + b, Goal(b), _learner._inputs, tasks[b].Robot ?? _learner._critic.Robot));
                        _stopped[b] = true;
                        active--;
                    }
                }

                if (active > 0)
                {
                    _learner._team.Run(_inner.RowBlocks, _criticBlock);
                    _learner._team.Run(Count, _update);
                }

                if (step < options.Steps)
                {
                    reporter.Report(((long)(Count - active) * options.Steps) + ((long)active * (step + 1)));
                }
            }
        }

        public void Dispose()
        {
            _rollouts.Dispose();
            _inner.Dispose();
            foreach (AdamOptimizer<float> adam in _adam)
            {
                adam.Dispose();
            }
        }

        private ReadOnlySpan<double> Goal(int b) => _goals.AsSpan(b * _learner._inputs.PositionSize, _learner._inputs.PositionSize);

        // The initial policy is a function of the task's content, not of its place.
        private void Draw(int b, FittingTask task)
        {
            double[] goal = [.. task.Goal];
            double[] start = _learner.Start(task); // the same given or not
            goal.CopyTo(_goals, b * goal.Length);
            KeyedRandom random = KeyedRandom.Create(task.Seed, (ulong)task.PolicyIndex, KeyedRandom.Hash(goal), KeyedRandom.Hash(start));
            Initialization.Uniform(_learner._inputs.Policy, random, _rollouts.Parameters(b));
        }

        private void RollOut(IEnvironment environment)
        {
            _rollouts.Begin(0);
            environment.Reset(_rollouts.StateSpan(0, 0));
            _rollouts.CheckStates(0, 0);
            for (int t = 0; t < _rollouts.Horizon; t++)
            {
                _rollouts.Act(0, t);
                environment.Step(_rollouts.ActionSpan(0, t), _rollouts.StateSpan(0, t + 1));
                _rollouts.CheckStates(0, t + 1);
            }
        }

        private PolicyFit Result(int b, List<double> curve, bool converged, Divergence? divergence)
        {
            bool diverged = divergence is not null;
            NetworkInputs inputs = _learner._inputs;
            double[] final = new double[inputs.StateSize];
            double* last = _rollouts.State(b, _rollouts.Horizon, out int stride);
            for (int i = 0; i < final.Length; i++)
            {
                final[i] = diverged ? double.NaN : last[(long)i * stride];
            }

            float[] parameters = new float[inputs.Policy.Shape.ParameterCount];
            inputs.Policy.Export(_rollouts.Parameters(b), parameters.AsSpan());
            return new()
            {
                Policy = new PolicyModel
                {
                    Network = inputs.Policy.Shape,
                    Parameters = parameters,
                    PositionSize = inputs.PositionSize,
                    PositionScale = inputs.PositionScale,
                    VelocityScale = inputs.VelocityScale,
                    Goal = Goal(b).ToArray(),
                    ProductVersion = ProductInfo.Version,
                },
                FinalState = final,
                Error = curve[^1],
                LearningCurve = [.. curve],
                Steps = curve.Count - 1,
                Converged = converged,
                Diverged = diverged,
                Divergence = divergence,
            };
        }
    }
}
