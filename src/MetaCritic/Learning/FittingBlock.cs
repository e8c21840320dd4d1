using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>Algorithm 3 for tasks that are fitted together, with all buffers that it needs.</summary>
internal sealed unsafe class FittingBlock : IDisposable
{
    private readonly FrozenCritic _critic;
    private readonly PolicyLearnerOptions _options;
    private readonly NetworkInputs _inputs;
    private readonly WorkerTeam _team;
    private readonly Telemetry _telemetry;
    private readonly double _alpha;
    private readonly PolicyRollouts<float> _rollouts;
    private readonly InnerLoop<float> _inner;
    private readonly double[] _goals;
    private readonly List<double>[] _curves;
    private readonly List<PolicyModel>[] _snapshots;
    private readonly bool[] _stopped;
    private readonly string?[] _warnings;
    private readonly bool[] _failed; // in the last update, for want of a finite gradient
    private readonly AdamOptimizer<float>[] _adam; // none for plain steps
    private readonly Action<int> _criticBlock, _update;
    private int _step;

    /// <summary>Creates the buffers.</summary>
    /// <param name="critic">The critic.</param>
    /// <param name="options">Settings.</param>
    /// <param name="team">Threads.</param>
    /// <param name="count">Number of tasks.</param>
    /// <param name="telemetry">Is told of updates.</param>
    public FittingBlock(FrozenCritic critic, PolicyLearnerOptions options, WorkerTeam team, int count, Telemetry telemetry)
    {
        (_critic, _options, _inputs, _team, Count, _telemetry) = (critic, options, critic.Inputs, team, count, telemetry);
        _alpha = options.LearningRate ?? critic.Training.PolicyLearningRate;
        _goals = new double[count * _inputs.PositionSize];
        _curves = new List<double>[count];
        _snapshots = new List<PolicyModel>[count];
        _stopped = new bool[count];
        _failed = new bool[count];
        _warnings = new string?[count];
        _rollouts = new(_inputs, count, critic.Training.Horizon, count, MlpPasses.Reverse);
        _inner = new(_inputs, critic.Training, _rollouts, _goals, MlpPasses.Reverse, team.Count);
        _adam = [.. Enumerable.Range(0, options.Optimizer == OptimizerKind.Adam ? count : 0).Select(_ => new AdamOptimizer<float>(_inputs.Policy.Length))];
        _criticBlock = block => _inner.CriticBlock(block, critic.Phi);
        _update = Update;
    }

    /// <summary>Number of tasks.</summary>
    public int Count { get; }

    /// <summary>The first warning about the environment; null for none.</summary>
    public string? Warning => Array.Find(_warnings, warning => warning is not null);

    /// <summary>Fits a policy for each task.</summary>
    /// <param name="tasks">The tasks, [Count].</param>
    /// <param name="first">Index of the first among all tasks.</param>
    /// <param name="environment">A copy for each task.</param>
    /// <param name="fits">Receives the results, [Count].</param>
    /// <param name="report">Is told how many updates are done in this block; those saved by stopping early count as done.</param>
    /// <param name="cancellation">Ends the work between two updates.</param>
    public void Fit(FittingTask[] tasks, int first, IEnvironment environment, Span<PolicyFit> fits, Action<long> report, CancellationToken cancellation)
    {
        for (int b = 0; b < Count; b++)
        {
            Begin(b, tasks[b]); // Alg. 3, line 1
        }

        int active = Count;
        for (_step = 0; active > 0; _step++) // Alg. 3, line 2
        {
            cancellation.ThrowIfCancellationRequested();
            RollOut(environment); // Alg. 3, line 3
            for (int b = 0; b < Count; b++)
            {
                if (!_stopped[b] && Measure(b, tasks[b], first + b) is { } fit)
                {
                    fits[b] = fit;
                    _stopped[b] = true;
                    active--;
                }
            }

            if (active > 0)
            {
                _team.Run(_inner.RowBlocks, _criticBlock);
                _team.Run(Count, _update); // Alg. 3, line 4
                _telemetry.Updated(active);
            }

            if (_step < _options.Steps)
            {
                report(((long)(Count - active) * _options.Steps) + ((long)active * (_step + 1)));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rollouts.Dispose();
        _inner.Dispose();
        foreach (AdamOptimizer<float> adam in _adam)
        {
            adam.Dispose();
        }
    }

    private ReadOnlySpan<double> Goal(int b) => _goals.AsSpan(b * _inputs.PositionSize, _inputs.PositionSize);

    // The initial policy is a function of the task's content, not of its place, and the same whether a start that is the default is given or not.
    private void Begin(int b, FittingTask task)
    {
        double[] goal = [.. task.Goal];
        double[] start = [.. task.StartOn(_critic.Model.Robot, _inputs.StateSize)];
        goal.CopyTo(_goals, b * goal.Length);
        KeyedRandom random = KeyedRandom.Create(task.Seed, (ulong)task.PolicyIndex, KeyedRandom.Hash(goal), KeyedRandom.Hash(start));
        Initialization.Uniform(_inputs.Policy, random, _rollouts.Parameters(b));
        if (_adam.Length > 0)
        {
            _adam[b].Reset();
        }

        _curves[b] = new(_options.Steps + 1);
        _snapshots[b] = [];
        _stopped[b] = _failed[b] = false;
        _warnings[b] = null;
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

    // How far a policy is; the result if it learns no more.
    private PolicyFit? Measure(int b, FittingTask task, int index)
    {
        double* last = _rollouts.State(b, _rollouts.Horizon, out int stride);
        bool diverged = _rollouts.Diverged[b] || _failed[b];
        double error = diverged ? double.NaN : TaskLoss.FinalError(last, stride, Goal(b));
        _curves[b].Add(error);
        if (_snapshots[b].Count < task.Snapshots.Count && task.Snapshots[_snapshots[b].Count] == _step)
        {
            _snapshots[b].Add(Policy(b));
        }

        _warnings[b] ??= diverged ? null : FindReset(b, index);
        bool converged = _options.Tolerance > 0 && error <= _options.Tolerance;
        if (_step < _options.Steps && !diverged && !converged)
        {
            return null;
        }

        Fault? fault = _failed[b] ? _rollouts.WorstCotangent(b, DivergencePlace.Gradient, -1) : diverged ? _rollouts.FaultOf(b, -1) : null;
        int update = _failed[b] ? _step - 1 : _step;
        Divergence? divergence = fault?.Describe(update, Fault.PolicyUpdate, index, Goal(b), _inputs, task.Robot ?? _critic.Model.Robot);
        double[] final = new double[_inputs.StateSize];
        for (int i = 0; i < final.Length; i++)
        {
            final[i] = diverged ? double.NaN : last[(long)i * stride];
        }

        return new()
        {
            Policy = Policy(b),
            Snapshots = _snapshots[b],
            FinalState = final,
            Error = error,
            LearningCurve = [.. _curves[b]],
            Steps = _curves[b].Count - 1,
            Converged = converged,
            Diverged = diverged,
            Divergence = divergence,
            Warning = _warnings[b],
        };
    }

    private string? FindReset(int b, int index)
    {
        double* states = _rollouts.State(b, 0, out int stride);
        long next = _rollouts.State(b, 1, out _) - states;
        (int time, double distance) = ResetCheck.Find(states, next, stride, _rollouts.Horizon, _inputs.StateSize, _inputs.PositionSize);
        return time < 0 ? null : ResetCheck.Describe(time, distance, _rollouts.Horizon, _step, index, Goal(b).ToArray());
    }

    private PolicyModel Policy(int b)
    {
        float[] parameters = new float[_inputs.Policy.Shape.ParameterCount];
        _inputs.Policy.Export(_rollouts.Parameters(b), parameters.AsSpan());
        return PolicyModel.Of(_inputs, parameters, Goal(b).ToArray());
    }

    // θ ← θ − α ∇_θ Σ_t M_φ(s_t, π_θ(s_t), g), or a step of Adam with a learning rate that falls linearly to 0.
    private void Update(int b)
    {
        if (!_stopped[b])
        {
            bool plain = _adam.Length == 0;
            double alpha = plain ? _alpha : _alpha * (1 - ((double)_step / _options.Steps));
            _failed[b] = !_inner.UpdatePolicy(b, alpha, _rollouts.Parameters(b), plain ? null : _adam[b]);
        }
    }
}
