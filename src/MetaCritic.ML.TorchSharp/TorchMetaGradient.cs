using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.TorchSharp.Native;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>
/// The meta-gradient of Algorithm 2 by automatic differentiation: inner steps with the critic, roll-outs of the updated policies through the
/// dynamics, and the gradient of the task loss with respect to the critic's parameters, through every policy update.
/// </summary>
/// <remarks>
/// Each inner step has leaves θ_k of its own, and θ_(k+1) = θ_k − α G_k with G_k = ∇_θ L_k, whose graph is kept. v = ∂L_task/∂θ_K then goes
/// back step by step: φ̄ ← φ̄ − α (∂G_k/∂φ)ᵀ v and v ← v − α (∂G_k/∂θ_k)ᵀ v. That is plain back-propagation, and lets v be clipped
/// for each roll-out, and roll-outs that failed be left out.
/// </remarks>
internal sealed class TorchMetaGradient : IDisposable
{
    private const string Place = "The meta-gradient";
    private const string Remedy = "Correct the modules or the dynamics: what they compute must be differentiable, of the critic twice";

    private readonly CriticModule _critic;
    private readonly Tensor[] _phi;
    private readonly MetaTrainingOptions _options;
    private readonly TaskLoss _taskLoss;
    private readonly PolicySet[] _policies; // [inner steps + 1]
    private readonly Rollout _rollout;
    private readonly ITrustRegion? _trustRegion;
    private readonly int _stateSize, _actionSize, _positionSize, _count;

    /// <summary>Prepares the buffers.</summary>
    /// <param name="dynamics">The dynamics f.</param>
    /// <param name="critic">The critic.</param>
    /// <param name="phi">Its parameters φ.</param>
    /// <param name="architecture">The policies.</param>
    /// <param name="options">Settings.</param>
    /// <param name="count">Number of roll-outs, B.</param>
    public TorchMetaGradient(IDifferentiableDynamics dynamics, CriticModule critic, Tensor[] phi, PolicyArchitecture architecture, MetaTrainingOptions options, int count)
    {
        (_critic, _phi, _options, _count) = (critic, phi, options, count);
        (_stateSize, _actionSize, _positionSize) = (dynamics.StateSize, dynamics.ActionSize, dynamics.PositionSize);
        _taskLoss = new(options);
        _trustRegion = double.IsFinite(options.DisagreementLimit) ? dynamics as ITrustRegion : null;
        _policies = [.. Enumerable.Range(0, options.InnerSteps + 1).Select(_ => architecture.CreateSet(count))];
        _rollout = new(dynamics, architecture, options);
        Goals = new double[count * _positionSize];
        StartStates = new double[count * _stateSize];
        Weights = new double[count];
        TaskLosses = new double[count];
        FinalErrors = new double[count];
        Failed = new bool[count];
        Ends = new int[count];
        InnerLosses = new double[options.InnerSteps][];
        Faults = new Fault?[count];
    }

    /// <summary>Goals, [B × PositionSize].</summary>
    public double[] Goals { get; }

    /// <summary>Start states, [B × StateSize].</summary>
    public double[] StartStates { get; }

    /// <summary>Weights of the roll-outs in the mean task loss, [B].</summary>
    public double[] Weights { get; }

    /// <summary>Task loss of each roll-out after the inner steps; NaN where it diverged.</summary>
    public double[] TaskLosses { get; }

    /// <summary>Final-state error of each roll-out after the inner steps; NaN where it diverged.</summary>
    public double[] FinalErrors { get; }

    /// <summary>Roll-outs left out of the mean.</summary>
    public bool[] Failed { get; }

    /// <summary>What was not finite in a roll-out; null if nothing was.</summary>
    public Fault?[] Faults { get; }

    /// <summary>Time up to which each trajectory counts.</summary>
    public int[] Ends { get; }

    /// <summary>Inner losses, [inner steps][B].</summary>
    public double[][] InnerLosses { get; }

    /// <summary>Runs Alg. 2, lines 6-10. What it returns lives in the caller's scope of torch.</summary>
    /// <param name="theta">θ of all policies, [B × P].</param>
    /// <param name="cancellation">Checked between steps.</param>
    /// <returns>θ⁺, [B × P], and the gradient with respect to each parameter of the critic.</returns>
    /// <exception cref="InvalidInputException">A module or the dynamics threw, or cannot be differentiated.</exception>
    public (Tensor Updated, Tensor[] Gradient, double Loss) Compute(Tensor theta, CancellationToken cancellation = default)
    {
        int steps = _options.InnerSteps;
        Tensor starts = tensor(StartStates).reshape(_count, _stateSize).to(theta.device), goals = tensor(Goals).reshape(_count, _positionSize).to(theta.device);
        Tensor[] visited = new Tensor[steps];
        Tensor[][] gradients = new Tensor[steps][]; // G_k, with their graphs
        Array.Clear(Faults);
        _policies[0].Set(theta);
        for (int k = 0; k < steps; k++)
        {
            using (no_grad())
            {
                visited[k] = _rollout.States(_policies[k], starts, cancellation); // Alg. 2, line 6
            }

            bool[] finite = Rollout.Finite(visited[k]);
            visited[k] = Parked(visited[k], finite, k);
            gradients[k] = InnerGradient(k, visited[k], goals, null, out InnerLosses[k]);
            Tensor step = _policies[k].Flatten(gradients[k]).detach();
            Tensor made = step.isfinite().all(1) & tensor(finite).to(theta.device);
            theta = where(made.unsqueeze(1), theta - (_options.PolicyLearningRate * step), theta); // Alg. 2, line 7: Eq. (3)
            Find(k, finite, Bools(made));
            _policies[k + 1].Set(theta);
        }

        cancellation.ThrowIfCancellationRequested();
        Tensor states = _rollout.States(_policies[steps], starts, cancellation); // Alg. 2, line 9
        double loss = Measure(states, goals, out Tensor losses, out double totalWeight); // Eq. (5)
        Tensor v = PolicyGradient(losses, totalWeight); // ∂L_task/∂θ⁺
        Tensor[]? gradient = null;
        for (int k = steps - 1; k >= 0; k--)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] counted = [.. Enumerable.Range(0, _count).Where(b => !Failed[b])];
            Tensor[] inner = counted.Length == _count ? gradients[k] : counted.Length == 0 ? [] : InnerGradient(k, visited[k], goals, counted, out _);
            Tensor[] leaves = k > 0 ? [.. _phi, .. _policies[k].Leaves] : _phi;
            Tensor[] pulled = inner.Length == 0 ? Array.ConvertAll(leaves, leaf => zeros_like(leaf)) : Gradient(inner, _policies[k].Split(-_options.PolicyLearningRate * v), leaves); // Eq. (6)
            gradient = gradient is null ? pulled[.._phi.Length] : [.. gradient.Zip(pulled, (sum, part) => sum + part)];
            v = k > 0 ? v + _policies[k].Flatten(pulled[_phi.Length..]) : v;
        }

        return (theta, gradient!, loss);
    }

    /// <summary>The weighted mean final-state error over the roll-outs that count; NaN if none does.</summary>
    public double MeanFinalError()
    {
        int[] counted = [.. Enumerable.Range(0, _count).Where(b => !Failed[b])];
        return counted.Sum(b => Weights[b] * FinalErrors[b]) / counted.Sum(b => Weights[b]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_policies, policies => policies.Dispose());
        _rollout.Dispose();
    }

    private static Tensor[] Gradient(Tensor[] outputs, Tensor[]? cotangents, Tensor[] leaves, bool createGraph = false) =>
        TorchError.At(Place, Remedy, () => Autograd.Gradient(outputs, cotangents, leaves, createGraph));

    private static bool[] Bools(Tensor mask)
    {
        using Tensor host = mask.cpu();
        return host.data<bool>().ToArray();
    }

    // States that diverged are parked at 0, so that the others' gradients stay finite.
    private Tensor Parked(Tensor states, bool[] finite, int innerStep)
    {
        if (Array.TrueForAll(finite, good => good))
        {
            return states;
        }

        for (int b = 0; b < _count; b++)
        {
            Faults[b] ??= finite[b] ? null : Rollout.Escape(states, b, innerStep);
        }

        return where(tensor(finite).to(states.device).reshape(_count, 1, 1), states, zeros_like(states));
    }

    // G_k = ∇_θ Σ_t M_φ(s_t, π_θ(s_t), g), the states held constant (Eq. 7), for all roll-outs or some.
    private Tensor[] InnerGradient(int k, Tensor states, Tensor goals, int[]? which, out double[] losses)
    {
        Tensor? index = which is null ? null : tensor(Array.ConvertAll(which, b => (long)b)).to(states.device);
        Tensor s = index is null ? states : states.index_select(0, index), g = index is null ? goals : goals.index_select(0, index);
        s = s.narrow(1, 0, _options.Horizon);
        Tensor a = _policies[k].Forward(_rollout.Input(s), which);
        Tensor values = _critic.Score(s.flatten(0, 1), a.flatten(0, 1), g).reshape(s.shape[0], _options.Horizon);
        Tensor each = _options.InnerReduction == TimeReduction.Sum ? values.sum(1) : values.mean([1]);
        losses = each.detach().to(ScalarType.Float64, CPU).data<double>().ToArray();
        return Gradient([each.sum()], null, _policies[k].Leaves, createGraph: true);
    }

    // Which roll-outs failed at an inner step, and why.
    private void Find(int k, bool[] finite, bool[] made)
    {
        for (int b = 0; b < _count; b++)
        {
            if (!made[b] && finite[b])
            {
                Faults[b] ??= new(double.IsFinite(InnerLosses[k][b]) ? DivergencePlace.Gradient : DivergencePlace.Loss, k, 0, 0, double.NaN);
            }

            InnerLosses[k][b] = made[b] ? InnerLosses[k][b] : double.NaN;
        }
    }

    // L_task = Σ_t w_t (‖q_t − g‖² + w‖q̇_t‖²) of each roll-out; the weighted mean over those that count.
    private double Measure(Tensor states, Tensor goals, out Tensor losses, out double totalWeight)
    {
        bool[] finite = Rollout.Finite(states);
        Parked(states.detach(), finite, -1); // for the faults alone: a roll-out's gradient stays its own
        FindEnds(states);
        Tensor counted = states;
        if (_trustRegion is not null)
        {
            // The state at the end of a trajectory stands for those after it.
            long[] times = [.. Enumerable.Range(0, _count).SelectMany(b => Enumerable.Range(0, _options.Horizon + 1).Select(t => (long)Math.Min(t, Ends[b])))];
            counted = states.gather(1, tensor(times).to(states.device).reshape(_count, _options.Horizon + 1, 1).expand(_count, _options.Horizon + 1, _stateSize));
        }

        Tensor positions = (counted.narrow(2, 0, _positionSize) - goals.unsqueeze(1)).square();
        Tensor velocities = counted.narrow(2, _positionSize, _stateSize - _positionSize).square();
        Tensor weights = tensor(_taskLoss.Weights.ToArray()).to(states.device);
        losses = ((positions.sum(2) + (_options.VelocityWeight * velocities.sum(2))) * weights).sum(1);
        double[] values = losses.detach().cpu().data<double>().ToArray();
        double[] errors = positions.select(1, _options.Horizon).mean([1]).detach().cpu().data<double>().ToArray();
        (double sum, totalWeight) = (0, 0);
        for (int b = 0; b < _count; b++)
        {
            bool good = finite[b] && Faults[b] is null;
            TaskLosses[b] = good ? values[b] : double.NaN;
            FinalErrors[b] = good ? errors[b] : double.NaN;
            Failed[b] = !(TaskLosses[b] <= _options.TaskLossLimit) || double.IsInfinity(TaskLosses[b]);
            if (!Failed[b])
            {
                sum += Weights[b] * TaskLosses[b];
                totalWeight += Weights[b];
            }
        }

        return sum / totalWeight;
    }

    // A trajectory counts up to the first state whose step is not to be trusted.
    private void FindEnds(Tensor states)
    {
        Array.Fill(Ends, _options.Horizon);
        if (_trustRegion is null)
        {
            return;
        }

        using IDisposable quiet = no_grad();
        double[] disagreements = new double[_count];
        for (int t = _options.Horizon - 1; t >= 0; t--)
        {
            Tensor s = states.select(1, t).detach();
            Tensor a = _policies[^1].Forward(_rollout.Input(s).unsqueeze(1)).squeeze(1);
            _trustRegion.Disagreement(_count, Lanes(s), Lanes(a), disagreements);
            for (int b = 0; b < _count; b++)
            {
                Ends[b] = disagreements[b] <= _options.DisagreementLimit ? Ends[b] : t; // t for NaN too
            }
        }

        static double[] Lanes(Tensor x) => x.to(ScalarType.Float64, CPU).t().contiguous().data<double>().ToArray();
    }

    // v = ∂L_task/∂θ⁺ of each roll-out, clipped, and weighted for the mean; 0 for those that do not count.
    private Tensor PolicyGradient(Tensor losses, double totalWeight)
    {
        int[] counted = [.. Enumerable.Range(0, _count).Where(b => !Failed[b])];
        PolicySet policies = _policies[^1];
        if (counted.Length == 0)
        {
            return policies.Flatten(Array.ConvertAll(policies.Leaves, leaf => zeros_like(leaf)));
        }

        Tensor total = losses.index_select(0, tensor(Array.ConvertAll(counted, b => (long)b)).to(losses.device)).sum();
        Tensor v = policies.Flatten(Gradient([total], null, policies.Leaves));
        _rollout.ThrowIfFailed();
        double[] norms = v.to(ScalarType.Float64).square().sum(1).sqrt().cpu().data<double>().ToArray();
        double[] factors = new double[_count];
        foreach (int b in counted)
        {
            if (!double.IsFinite(norms[b]))
            {
                (Failed[b], Faults[b]) = (true, new(DivergencePlace.Gradient, -1, 0, 0, double.NaN));
                continue;
            }

            double clip = _options.TaskGradientClip;
            factors[b] = (clip > 0 && norms[b] > clip ? clip / norms[b] : 1) * Weights[b] / totalWeight;
        }

        Tensor factor = tensor(factors).to(v.device).unsqueeze(1);
        return where(factor != 0, v * factor.to(v.dtype), zeros_like(v));
    }
}
