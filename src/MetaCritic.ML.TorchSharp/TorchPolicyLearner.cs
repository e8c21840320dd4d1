using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.TorchSharp.Native;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>
/// Fits policies from scratch with a frozen critic (Algorithm 3), with torch modules as critic and policies. Model-free: an environment is
/// asked for nothing but <see cref="IEnvironment.Reset"/> and <see cref="IEnvironment.Step"/>.
/// </summary>
/// <remarks>Settings, rules and initial policies are those of <see cref="PolicyLearner"/>. An instance is for one caller at a time.</remarks>
public sealed class TorchPolicyLearner : IDisposable
{
    private readonly TorchCriticModel _critic;
    private readonly PolicyLearnerOptions _options;
    private readonly TorchNetworks _networks;
    private readonly PolicyArchitecture _policies;
    private readonly int _horizon;
    private readonly UseGuard _guard;
    private readonly Tensor _policyScale;
    private readonly NetworkInputs _inputs;

    /// <summary>Creates a learner.</summary>
    /// <param name="critic">The critic, which stays the caller's.</param>
    /// <param name="options">Settings; null for those that the critic carries, or else the defaults. <see cref="PolicyLearnerOptions.Threads"/> has no effect.</param>
    /// <param name="networks">The policies' module, its drawing, precision and device; null for the multi-layer perceptron that the critic was trained with.</param>
    /// <exception cref="InvalidInputException">An option is out of its range, or the policies' module does not compute what it should.</exception>
    public TorchPolicyLearner(TorchCriticModel critic, PolicyLearnerOptions? options = null, TorchNetworks? networks = null)
    {
        ArgumentNullException.ThrowIfNull(critic);
        _critic = critic;
        _options = options ?? PolicyLearner.DefaultOptions(critic.System);
        _options.Validate();
        _networks = networks ?? new() { Precision = critic.Module.Type, Device = critic.Module.Where };
        _networks.Validate();
        _policies = _networks.Policies(critic.StateSize, critic.ActionSize, critic.Training);
        _horizon = _options.Horizon ?? critic.Training.Horizon;
        _inputs = new(critic.StateSize, critic.ActionSize, critic.PositionSize, critic.Training);
        _policyScale = PolicyModule.Scale(critic.StateSize, critic.PositionSize, critic.Training.PositionScale, critic.Training.VelocityScale, _networks.Where).DetachFromDisposeScope();
        _guard = new(this, _policyScale.Dispose);
    }

    /// <summary>Fits each task on a simulated robot: its own, or the one the critic was trained on; without any, in the learned dynamics that the critic was trained on.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="progress">Is told of progress after each policy update.</param>
    /// <param name="cancellationToken">Ends the work between two policy updates.</param>
    /// <returns>One result per task, in their order.</returns>
    /// <exception cref="InvalidInputException">A goal or start state has a wrong size or is not finite, there is no robot, or a module threw.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The learner is disposed of.</exception>
    public IReadOnlyList<TorchPolicyFit> Fit(IReadOnlyList<FittingTask> tasks, IProgress<FittingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Fit(tasks, block => FittingTasks.Simulate(block, _critic.System), progress, cancellationToken);

    /// <summary>Fits each task in an environment of the caller's.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="environments">Makes the environment for a block of tasks: copy i is for the block's task i.</param>
    /// <param name="progress">Is told of progress after each policy update.</param>
    /// <param name="cancellationToken">Ends the work between two policy updates.</param>
    /// <returns>One result per task, in their order.</returns>
    /// <exception cref="InvalidInputException">A goal or start state has a wrong size or is not finite, an environment does not fit the critic, or a module threw.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The learner is disposed of.</exception>
    public IReadOnlyList<TorchPolicyFit> Fit(
        IReadOnlyList<FittingTask> tasks,
        Func<IReadOnlyList<FittingTask>, IEnvironment> environments,
        IProgress<FittingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(environments);
        FittingTasks.Validate(tasks, _critic.System);
        OptionCheck.Rows(Math.Min(tasks.Count, _options.BlockSize), _horizon);
        using UseGuard.Use use = _guard.Enter();
        List<TorchPolicyFit> fits = [];
        long total = (long)tasks.Count * _options.Steps;
        try
        {
            foreach (FittingTask[] members in tasks.Chunk(_options.BlockSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                IEnvironment environment = environments(members);
                FittingTasks.RequireFit(environment, members.Length, _critic.System);
                long done = (long)fits.Count * _options.Steps;
                fits.AddRange(FitBlock(members, fits.Count, environment, inBlock => progress?.Report(new(done + inBlock, total)), cancellationToken));
            }
        }
        catch
        {
            fits.ForEach(fit => fit.Policy.Dispose());
            throw;
        }

        return fits;
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
    public Task<IReadOnlyList<TorchPolicyFit>> FitAsync(IReadOnlyList<FittingTask> tasks, IProgress<FittingProgress>? progress = null, CancellationToken cancellationToken = default) =>
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
    public Task<IReadOnlyList<TorchPolicyFit>> FitAsync(
        IReadOnlyList<FittingTask> tasks,
        Func<IReadOnlyList<FittingTask>, IEnvironment> environments,
        IProgress<FittingProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Background.Run(() => Fit(tasks, environments, progress, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _guard.Dispose();

    private TorchPolicyFit[] FitBlock(FittingTask[] tasks, int first, IEnvironment environment, Action<long> report, CancellationToken cancellation)
    {
        int count = tasks.Length;
        using DisposeScope scope = NewDisposeScope();
        using PolicySet policies = _policies.CreateSet(count);
        Tensor goals = tensor(tasks.SelectMany(task => task.Goal).ToArray()).reshape(count, _critic.PositionSize);
        Tensor theta = stack([.. tasks.Select(Begin)], 0).to(_networks.Precision, _networks.Where); // Alg. 3, line 1
        Tensor firstMoments = zeros_like(theta), secondMoments = zeros_like(theta);
        List<double>[] curves = [.. tasks.Select(_ => new List<double>(_options.Steps + 1))];
        bool[] failed = new bool[count]; // in the last update, for want of a finite gradient
        TorchPolicyFit?[] fits = new TorchPolicyFit?[count];
        for (int step = 0; fits.Any(fit => fit is null); step++) // Alg. 3, line 2
        {
            cancellation.ThrowIfCancellationRequested();
            using DisposeScope inner = NewDisposeScope();
            policies.Set(theta);
            Run run = RollOut(policies, environment, count); // Alg. 3, line 3
            for (int b = 0; b < count; b++)
            {
                if (fits[b] is null)
                {
                    fits[b] = Measure(step, b, tasks[b], first + b, run, failed[b], curves[b], theta);
                }
            }

            int[] active = [.. Enumerable.Range(0, count).Where(b => fits[b] is null)];
            if (active.Length > 0)
            {
                Update(step, policies, run.States, goals, active, failed, theta, firstMoments, secondMoments); // Alg. 3, line 4
            }

            if (step < _options.Steps)
            {
                report(((long)(count - active.Length) * _options.Steps) + ((long)active.Length * (step + 1)));
            }
        }

        return [.. fits.Select(fit => fit!)];
    }

    // The initial policy is a function of the task's content, as in the engine.
    private Tensor Begin(FittingTask task)
    {
        KeyedRandom random = KeyedRandom.Create(
            task.Seed, (ulong)task.PolicyIndex, KeyedRandom.Hash([.. task.Goal]), KeyedRandom.Hash([.. task.StartOn(_critic.Robot, _critic.StateSize)]));
        return tensor(_policies.Draw(random, _networks.Initialize));
    }

    // Roll-outs in the environment, without derivatives; what diverges is parked at 0.
    private Run RollOut(PolicySet policies, IEnvironment environment, int count)
    {
        using IDisposable quiet = no_grad();
        int n = _critic.StateSize, m = _critic.ActionSize;
        Run run = new(new double[count * (_horizon + 1) * n], n, _horizon, new Fault?[count]);
        double[] states = new double[n * count], actions = new double[m * count];
        environment.Reset(states);
        for (int t = 0; ; t++)
        {
            run.Take(t, count, states);
            if (t == _horizon)
            {
                return run;
            }

            using DisposeScope scope = NewDisposeScope();
            Tensor s = tensor(states).reshape(n, count).t();
            Tensor a = policies.Forward(Input(s).unsqueeze(1)).squeeze(1);
            a.to(ScalarType.Float64, CPU).t().contiguous().data<double>().ToArray().CopyTo(actions, 0);
            environment.Step(actions, states);
        }
    }

    private Tensor Input(Tensor states) => (states.to(ScalarType.Float64, _networks.Where) * _policyScale).to(_networks.Precision);

    // θ ← θ − α ∇_θ Σ_t M_φ(s_t, π_θ(s_t), g), or a step of Adam with a learning rate that falls linearly to 0.
    private void Update(int step, PolicySet policies, double[] states, Tensor goals, int[] active, bool[] failed, Tensor theta, Tensor firstMoments, Tensor secondMoments)
    {
        using IDisposable loud = enable_grad();
        Tensor index = tensor(Array.ConvertAll(active, b => (long)b));
        Tensor s = tensor(states).reshape(failed.Length, _horizon + 1, _critic.StateSize).index_select(0, index).narrow(1, 0, _horizon);
        Tensor a = policies.Forward(Input(s), active);
        Tensor values = _critic.Module.Score(s.flatten(0, 1), a.flatten(0, 1), goals.index_select(0, index)).reshape(active.Length, _horizon);
        Tensor loss = (_critic.Training.InnerReduction == TimeReduction.Sum ? values.sum(1) : values.mean([1])).sum();
        Tensor[] leaves = TorchError.At("The policy update", "Correct the modules: they must be differentiable", () => Autograd.Gradient([loss], null, policies.Leaves)); // Eq. (7)
        using IDisposable quiet = no_grad();
        Tensor gradient = policies.Flatten(leaves);
        bool[] finite = gradient.isfinite().all(1).cpu().data<bool>().ToArray();
        double alpha = _options.LearningRate ?? _critic.Training.PolicyLearningRate;
        Tensor change;
        if (_options.Optimizer == OptimizerKind.Sgd)
        {
            change = gradient * alpha;
        }
        else
        {
            const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
            firstMoments.mul_(Beta1).add_(gradient, 1 - Beta1);
            secondMoments.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            Tensor denominator = (secondMoments.sqrt() / Math.Sqrt(1 - Math.Pow(Beta2, step + 1))) + Epsilon;
            change = firstMoments / denominator * (alpha * (1 - ((double)step / _options.Steps)) / (1 - Math.Pow(Beta1, step + 1)));
        }

        bool[] moves = new bool[failed.Length];
        foreach (int b in active)
        {
            failed[b] = !finite[b];
            moves[b] = finite[b];
        }

        theta.copy_(where(tensor(moves).to(theta.device).unsqueeze(1), theta - change, theta)); // Eq. (3)
    }

    // How far a policy is; the result if it learns no more.
    private TorchPolicyFit? Measure(int step, int b, FittingTask task, int index, Run run, bool failed, List<double> curve, Tensor theta)
    {
        bool diverged = failed || run.Faults[b] is not null;
        double[] last = run.State(b, _horizon);
        double error = diverged ? double.NaN : task.Goal.Select((g, i) => (last[i] - g) * (last[i] - g)).Average();
        curve.Add(error);
        bool converged = _options.Tolerance > 0 && error <= _options.Tolerance;
        if (step < _options.Steps && !diverged && !converged)
        {
            return null;
        }

        Fault fault = failed ? new(DivergencePlace.Gradient, -1, 0, 0, double.NaN) : run.Faults[b] ?? default;
        PolicyModule module = new(
            _policies.Create(theta[b]), _critic.StateSize, _critic.PositionSize, _critic.Training.PositionScale, _critic.Training.VelocityScale, _critic.Training.ActionLimit);
        module.eval();
        return new()
        {
            Policy = new(module, _critic.ActionSize, task.Goal),
            FinalState = diverged ? [.. last.Select(_ => double.NaN)] : last,
            Error = error,
            LearningCurve = [.. curve],
            Steps = curve.Count - 1,
            Converged = converged,
            Diverged = diverged,
            Warning = diverged ? null : FindReset(run, step, b, index, task),
            Divergence = diverged ? TorchSharp.Faults.Describe(fault, failed ? step - 1 : step, Fault.PolicyUpdate, index, task.Goal, _inputs, task.Robot ?? _critic.Robot) : null,
        };
    }

    // In the last roll-out: an environment that resets itself does so in each.
    private unsafe string? FindReset(Run run, int step, int b, int index, FittingTask task)
    {
        fixed (double* states = run.States)
        {
            double* first = states + ((long)b * (_horizon + 1) * _critic.StateSize);
            (int time, double distance) = ResetCheck.Find(first, _critic.StateSize, 1, _horizon, _critic.StateSize, _critic.PositionSize);
            return time < 0 ? null : ResetCheck.Describe(time, distance, _horizon, step, index, task.Goal);
        }
    }

    // The states of all roll-outs, [roll-outs × T + 1 × components], and where one diverged.
    private sealed record Run(double[] States, int StateSize, int Horizon, Fault?[] Faults)
    {
        public double[] State(int b, int t) => States.AsSpan(((b * (Horizon + 1)) + t) * StateSize, StateSize).ToArray();

        // Takes over the states at a time, component-major; parks those that diverge.
        public void Take(int t, int count, double[] states)
        {
            for (int b = 0; b < count; b++)
            {
                for (int i = 0; i < StateSize && Faults[b] is null; i++)
                {
                    double value = states[(i * count) + b];
                    Faults[b] = Math.Abs(value) <= Rollout.DivergenceLimit ? null : new Fault(DivergencePlace.RollOut, -1, t, i, value);
                }

                for (int i = 0; i < StateSize; i++)
                {
                    states[(i * count) + b] = Faults[b] is null ? states[(i * count) + b] : 0;
                    States[(((b * (Horizon + 1)) + t) * StateSize) + i] = states[(i * count) + b];
                }
            }
        }
    }
}
