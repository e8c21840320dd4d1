using System.Diagnostics.CodeAnalysis;
using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>
/// The meta-gradient of Algorithm 2: inner steps with the critic, roll-outs of the updated policies through the model, and
/// the gradient of the task loss with respect to the critic's parameters, exact and without a tape.
/// </summary>
/// <remarks>
/// With v = ∂L_task/∂θ⁺ (back-propagation through time), u = −α·v and ȧ_t = ∂π_θ(s_t)/∂θ · u,
/// ∇_φ L_task = ∇_φ Σ_t ⟨∂M_φ/∂a (s_t, a_t, g), ȧ_t⟩: the gradient of one directional derivative of the critic. Earlier
/// inner steps follow with v ← v + ∂/∂θ Σ_t ⟨∂M_φ/∂a, ȧ_t⟩, states held constant.
/// </remarks>
/// <typeparam name="T">Element type of the networks: float, or double for checks.</typeparam>
internal sealed unsafe partial class MetaGradient<T> : IDisposable
    where T : unmanaged
{
    // Roll-outs that advance in lockstep: the lanes of the dynamics, or fewer if there are threads for more groups.
    private const int LargestGroup = 8;

    private readonly TrajectoryEnds _ends;
    private IDifferentiableDynamics _dynamics;
    private readonly MetaTrainingOptions _options;
    private readonly NetworkInputs _inputs;
    private readonly WorkerTeam _team;
    private readonly TaskLoss _taskLoss;
    private readonly PolicyRollouts<T>[] _rollouts; // [inner steps + 1]
    private readonly InnerLoop<T>[] _inner; // [inner steps]
    private readonly PackedWeights<T> _phi;
    private readonly PackedWeights<T>[] _directions;
    private readonly TrajectoryGradient<T> _trajectoryGradient; // v
    private readonly CriticGradient<T> _criticGradient;
    private readonly AlignedBuffer<T> _directionBuffer; // u, [roll-outs × policy]
    private readonly bool[] _counted;
    private readonly Action<int> _packPhi, _rollOut, _criticBlock, _updatePolicy, _backPropagate, _policyTangent, _criticTangent, _policySecond, _gradientRows;
    private T* _phiParameters;
    private double _alpha;
    private double _totalWeight;
    private int _step;
    private CancellationToken _cancellation;

    public MetaGradient(IDifferentiableDynamics dynamics, NetworkInputs inputs, MetaTrainingOptions options, int count, WorkerTeam team)
    {
        _options = options;
        _ends = new(count, options);
        Use(dynamics);
        _inputs = inputs;
        _team = team;
        _taskLoss = new(options);
        Count = count;
        GroupSize = Math.Clamp((count + team.Count - 1) / team.Count, 1, LargestGroup);
        Goals = new double[count * inputs.PositionSize];
        StartStates = new double[count * inputs.StateSize];
        Weights = new double[count];
        TaskLosses = new double[count];
        FinalErrors = new double[count];
        Failed = new bool[count];
        _counted = new bool[count];
        int steps = options.InnerSteps;
        _rollouts = new PolicyRollouts<T>[steps + 1];
        _inner = new InnerLoop<T>[steps];
        for (int k = 0; k <= steps; k++)
        {
            MlpPasses passes = k < steps ? MlpPasses.Tangent : MlpPasses.Reverse;
            _rollouts[k] = new(inputs, count, options.Horizon, GroupSize, passes);
            if (k < steps)
            {
                _inner[k] = new(inputs, options, _rollouts[k], Goals, passes, team.Count);
            }
        }

        _phi = new(inputs.Critic);
        _directions = new PackedWeights<T>[count];
        for (int b = 0; b < count; b++)
        {
            _directions[b] = new(inputs.Policy);
        }

        _directionBuffer = new(inputs.Policy.Length * count);
        _trajectoryGradient = new(inputs, _taskLoss, _rollouts[^1], Goals, _ends, _counted);
        _criticGradient = new(inputs.Critic, _inner[0].Critic.Rows, steps, team.Count);

        _packPhi = PackPhi;
        _rollOut = RollOut;
        _criticBlock = CriticBlock;
        _updatePolicy = UpdatePolicy;
        _backPropagate = group => _trajectoryGradient.BackPropagate(_dynamics, group);
        _policyTangent = PolicyTangent;
        _criticTangent = CriticTangent;
        _policySecond = PolicySecond;
        _gradientRows = block => _criticGradient.Add(_inner[_step].Critic, _step, block);
    }

    /// <summary>Number of roll-outs, B.</summary>
    public int Count { get; }

    private int GroupSize { get; }

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

    /// <summary>Roll-outs left out of the mean: diverged, or with a task loss beyond the limit, or without a finite gradient.</summary>
    public bool[] Failed { get; }

    /// <summary>∇_φ of the weighted mean task loss, padded.</summary>
    public AlignedBuffer<T> Gradient => _criticGradient.Values;

    /// <summary>Is told when a pass is over; for measurements.</summary>
    public Action<MetaPass>? PassEnded { get; set; }

    /// <summary>Has what follows rolled out through other dynamics of the same sizes.</summary>
    [MemberNotNull(nameof(_dynamics))]
    public void Use(IDifferentiableDynamics dynamics)
    {
        _dynamics = dynamics;
        _ends.Use(dynamics);
    }

    /// <summary>θ of a roll-out before inner step k; after the last one at k = InnerSteps (padded).</summary>
    public T* Theta(int k, int b) => _rollouts[k].Parameters(b);

    /// <summary>Weighted ∂L_task/∂θ of a roll-out (padded): with one inner step, at θ⁺.</summary>
    public T* PolicyGradient(int b) => _trajectoryGradient.Of(b);

    /// <summary>Time up to which a roll-out's trajectory after the inner steps counts.</summary>
    public int End(int b) => _ends[b];

    /// <summary>Inner loss of a roll-out at inner step k.</summary>
    public double InnerLoss(int k, int b) => _inner[k].Losses[b];

    /// <summary>State of a roll-out after the inner steps; components are <paramref name="stride"/> apart.</summary>
    public double* FinalTrajectory(int b, int t, out int stride) => _rollouts[^1].State(b, t, out stride);

    /// <summary>
    /// Runs Alg. 2, lines 6-11, from the policies at <see cref="Theta"/>(0, ·): leaves θ⁺, losses and the gradient.
    /// </summary>
    /// <param name="phi">The critic's parameters, padded.</param>
    /// <param name="cancellation">Checked between passes.</param>
    /// <returns>The weighted mean task loss over the roll-outs that count; NaN if none does.</returns>
    public double Compute(T* phi, CancellationToken cancellation = default)
    {
        _phiParameters = phi;
        _cancellation = cancellation;
        _alpha = _options.PolicyLearningRate;
        int steps = _options.InnerSteps;
        Run(MetaPass.Packing, 2 * _inputs.Critic.LayerCount, _packPhi);
        for (_step = 0; _step < steps; _step++)
        {
            Run(MetaPass.RollOut, _rollouts[0].GroupCount, _rollOut); // Alg. 2, line 6
            Run(MetaPass.Critic, _inner[_step].RowBlocks, _criticBlock);
            Run(MetaPass.PolicyUpdate, Count, _updatePolicy); // Alg. 2, line 7
        }

        Run(MetaPass.RollOut, _rollouts[0].GroupCount, _rollOut); // Alg. 2, line 9 (_step == steps)
        double loss = SumTaskLosses(); // Eq. (5)
        Run(MetaPass.BackPropagation, _rollouts[0].GroupCount, _backPropagate); // v = ∂L_task/∂θ⁺
        ClipPolicyGradients();
        Silence();
        for (_step = steps - 1; _step >= 0; _step--)
        {
            Run(MetaPass.PolicyTangent, Count, _policyTangent); // ȧ_t
            SetCentreTangents();
            Run(MetaPass.CriticTangent, _inner[_step].RowBlocks, _criticTangent); // ⟨∂M/∂a, ȧ_t⟩ and its reverse
            Run(MetaPass.WeightGradient, _criticGradient.Blocks, _gradientRows); // ∇_φ, Eq. (6)
            if (_step > 0)
            {
                Run(MetaPass.PolicyTangent, Count, _policySecond); // v ← v + ∂/∂θ Σ_t ⟨∂M/∂a, ȧ_t⟩
            }
        }

        return loss;
    }

    /// <summary>The weighted mean final-state error over the roll-outs that count; NaN if none does.</summary>
    public double MeanFinalError()
    {
        double sum = 0;
        double weights = 0;
        for (int b = 0; b < Count; b++)
        {
            if (!Failed[b])
            {
                sum += Weights[b] * FinalErrors[b];
                weights += Weights[b];
            }
        }

        return sum / weights;
    }

    public void Dispose()
    {
        foreach (PolicyRollouts<T> rollouts in _rollouts)
        {
            rollouts.Dispose();
        }

        foreach (InnerLoop<T> inner in _inner)
        {
            inner.Dispose();
        }

        foreach (PackedWeights<T> direction in _directions)
        {
            direction.Dispose();
        }

        _phi.Dispose();
        _directionBuffer.Dispose();
        _trajectoryGradient.Dispose();
        _criticGradient.Dispose();
    }

    private void Run(MetaPass pass, int blocks, Action<int> body)
    {
        _cancellation.ThrowIfCancellationRequested();
        _team.Run(blocks, body);
        PassEnded?.Invoke(pass);
    }

    private ReadOnlySpan<double> Goal(int b) => Goals.AsSpan(b * _inputs.PositionSize, _inputs.PositionSize);

    private void PackPhi(int block)
    {
        int layer = block / 2;
        if (block % 2 == 0)
        {
            _phi.PackForward(_phiParameters, layer);
        }
        else
        {
            _phi.PackBackward(_phiParameters, layer);
        }
    }

    // s_(t+1) = f(s_t, π_θ(s_t)) for one group.
    private void RollOut(int group)
    {
        PolicyRollouts<T> rollouts = _rollouts[_step];
        int lanes = rollouts.Lanes(group);
        rollouts.Begin(group);
        Span<double> start = rollouts.StateSpan(group, 0);
        for (int lane = 0; lane < lanes; lane++)
        {
            for (int i = 0; i < _inputs.StateSize; i++)
            {
                start[(i * lanes) + lane] = StartStates[(((group * GroupSize) + lane) * _inputs.StateSize) + i];
            }
        }

        for (int t = 0; t < rollouts.Horizon; t++)
        {
            rollouts.Act(group, t);
            _dynamics.Step(group * GroupSize, lanes, rollouts.StateSpan(group, t), rollouts.ActionSpan(group, t), rollouts.StateSpan(group, t + 1));
            rollouts.CheckStates(group, t + 1);
        }

        if (_step == _options.InnerSteps)
        {
            _ends.Find(rollouts, group);
        }
    }

    private void CriticBlock(int block)
    {
        InnerLoop<T> inner = _inner[_step];
        inner.CriticBlock(block, _phi);
        int first = block * inner.BlockSize;
        _criticGradient.PackDeltas(inner.Critic, _step, first, Math.Min(inner.BlockSize, inner.Critic.Rows - first));
    }

    private void UpdatePolicy(int b) => _inner[_step].UpdatePolicy(b, _alpha, _rollouts[_step + 1].Parameters(b));

    private double SumTaskLosses()
    {
        PolicyRollouts<T> rollouts = _rollouts[^1];
        double sum = 0;
        _totalWeight = 0;
        for (int b = 0; b < Count; b++)
        {
            bool diverged = false;
            foreach (PolicyRollouts<T> level in _rollouts)
            {
                diverged |= level.Diverged[b];
            }

            foreach (InnerLoop<T> level in _inner)
            {
                diverged |= !double.IsFinite(level.Losses[b]);
            }

            TaskLosses[b] = FinalErrors[b] = double.NaN;
            if (!diverged)
            {
                double loss = 0;
                for (int t = 1; t <= rollouts.Horizon; t++)
                {
                    double* state = rollouts.State(b, Math.Min(t, _ends[b]), out int stride);
                    loss += _taskLoss.Add(t, state, _inputs.StateSize, stride, Goal(b), null);
                }

                TaskLosses[b] = loss;
                double* last = rollouts.State(b, _ends[b], out int distance);
                FinalErrors[b] = TaskLoss.FinalError(last, distance, Goal(b));
            }

            Failed[b] = !(TaskLosses[b] <= _options.TaskLossLimit) || double.IsInfinity(TaskLosses[b]);
            _counted[b] = !Failed[b];
            if (_counted[b])
            {
                sum += Weights[b] * TaskLosses[b];
                _totalWeight += Weights[b];
            }
        }

        return sum / _totalWeight;
    }

    // Clips v per roll-out, leaves out what is not finite, and weights the rest for the mean.
    private void ClipPolicyGradients()
    {
        long length = _inputs.Policy.Length;
        for (int b = 0; b < Count; b++)
        {
            T* v = PolicyGradient(b);
            double norm = _counted[b] ? Math.Sqrt(VectorLoops<T>.SquaredNorm(v, length)) : 0;
            if (!double.IsFinite(norm))
            {
                Failed[b] = true;
                _counted[b] = false;
            }

            if (!_counted[b])
            {
                new Span<T>(v, (int)length).Clear();
                continue;
            }

            double clip = _options.TaskGradientClip;
            double factor = clip > 0 && norm > clip ? clip / norm : 1;
            VectorLoops<T>.Scale(factor * Weights[b] / _totalWeight, v, v, length);
        }
    }

    // u = −α·v and ȧ_t = ∂π_θ(s_t)/∂θ · u, handed to the critic as a tangent of its input.
    private void PolicyTangent(int b)
    {
        PolicyRollouts<T> rollouts = _rollouts[_step];
        long length = _inputs.Policy.Length;
        T* u = _directionBuffer.Pointer + (b * length);
        VectorLoops<T>.Scale(-_alpha, PolicyGradient(b), u, length);
        _directions[b].PackForward(u);
        int first = b * rollouts.Horizon;
        Mlp<T>.Tangent(rollouts.Batch, rollouts.Weights(b), _directions[b], first, rollouts.Horizon);

        MlpBatch<T> critic = _inner[_step].Critic;
        int policyWidth = _inputs.Policy.Width(_inputs.Policy.LayerCount);
        int criticWidth = _inputs.Critic.Width(0);
        for (int row = first; row < first + rollouts.Horizon; row++)
        {
            T* source = rollouts.Batch.OutputTangent + ((long)row * policyWidth);
            T* target = critic.InputTangent + ((long)row * criticWidth) + _inputs.StateSize;
            for (int i = 0; i < _inputs.ActionSize; i++)
            {
                target[i] = _counted[b] ? Element<T>.From(_inputs.CriticUnit * Element<T>.ToDouble(source[i])) : default;
            }
        }
    }

    // d/dφ Σ_t ⟨∂M/∂a, ȧ_t⟩ of a centred critic is that of its network with one row more: the centre, in the direction −Σ_t ȧ_t.
    private void SetCentreTangents()
    {
        InnerLoop<T> inner = _inner[_step];
        int width = _inputs.Critic.Width(0);
        for (int c = 0; c < _inputs.Centres(Count); c++)
        {
            (int first, int rows) = _inputs.SharesCentre ? (0, inner.Samples) : (c * _options.Horizon, _options.Horizon);
            T* source = inner.Critic.InputTangent + ((long)first * width) + _inputs.StateSize;
            T* target = inner.Centre(c, inner.Critic.InputTangent);
            for (int i = 0; i < _inputs.ActionSize; i++)
            {
                double sum = 0;
                for (int row = 0; row < rows; row++)
                {
                    sum += Element<T>.ToDouble(source[((long)row * width) + i]);
                }

                target[i] = Element<T>.From(-sum);
            }
        }
    }

    private void CriticTangent(int block)
    {
        MlpBatch<T> critic = _inner[_step].Critic;
        int first = block * _inner[_step].BlockSize;
        int rows = Math.Min(_inner[_step].BlockSize, critic.Rows - first);
        Mlp<T>.Tangent(critic, _phi, null, first, rows);
        Mlp<T>.ReverseOfTangent(critic, _phi, null, first, rows, secondCotangent: false, inputCotangent: _step > 0);
        _criticGradient.PackSeconds(critic, first, rows);
    }

    private void PolicySecond(int b)
    {
        PolicyRollouts<T> rollouts = _rollouts[_step];
        if (!_counted[b])
        {
            return;
        }

        int first = b * rollouts.Horizon;
        _inner[_step].SetActionCotangents(first, _inner[_step].Critic.InputSecondCotangent, null, rollouts.Batch.OutputSecondCotangent);
        _directions[b].PackBackward(_directionBuffer.Pointer + (b * _inputs.Policy.Length));
        Mlp<T>.ReverseOfTangent(rollouts.Batch, rollouts.Weights(b), _directions[b], first, rollouts.Horizon, secondCotangent: true, inputCotangent: false);
        Mlp<T>.AddGradientOfTangent(rollouts.Batch, first, rollouts.Horizon, PolicyGradient(b));
    }

}
