using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>
/// The inner step (Eq. 3 and 7; Alg. 2, lines 6-7; Alg. 3): with the states of the roll-outs held constant,
/// θ⁺ = θ − α ∇_θ Σ_t M_φ(s_t, π_θ(s_t), g). It needs trajectories and the critic, nothing of the dynamics.
/// </summary>
internal sealed unsafe class InnerLoop<T> : IDisposable
    where T : unmanaged
{
    private readonly NetworkInputs _inputs;
    private readonly MetaTrainingOptions _options;
    private readonly PolicyRollouts<T> _rollouts;
    private readonly double[] _goals;
    private readonly AlignedBuffer<T> _gradients;

    /// <summary>Creates the buffers.</summary>
    /// <param name="inputs">Networks and their inputs.</param>
    /// <param name="options">Horizon reduction.</param>
    /// <param name="rollouts">The roll-outs.</param>
    /// <param name="goals">Goals, [roll-outs × PositionSize]; may be changed between steps.</param>
    /// <param name="passes">Whether the meta-gradient will follow.</param>
    /// <param name="threads">Threads that will share the blocks of rows.</param>
    public InnerLoop(NetworkInputs inputs, MetaTrainingOptions options, PolicyRollouts<T> rollouts, double[] goals, MlpPasses passes, int threads)
    {
        _inputs = inputs;
        _options = options;
        _rollouts = rollouts;
        _goals = goals;
        Samples = checked(rollouts.Count * rollouts.Horizon);
        int rows = checked(Samples + inputs.Centres(rollouts.Count));
        BlockSize = Split(rows, MlpLayout.RowBlock, threads);
        Critic = new(inputs.Critic, rows, passes, BlockSize, threads);
        Losses = new double[rollouts.Count];
        _gradients = new(inputs.Policy.Length * rollouts.Count);
    }

    /// <summary>Steps of all roll-outs.</summary>
    public int Samples { get; }

    /// <summary>The critic's batch: one row per step of each roll-out, then the centres of a centred critic.</summary>
    public MlpBatch<T> Critic { get; }

    /// <summary>Inner loss of each roll-out.</summary>
    public double[] Losses { get; }

    /// <summary>Rows of a block, even; the last one may have fewer.</summary>
    public int BlockSize { get; }

    public int RowBlocks => (Critic.Rows + BlockSize - 1) / BlockSize;

    /// <summary>Size of equal blocks, even and about <paramref name="largest"/> at most, of which each thread gets as many as any other.</summary>
    public static int Split(int rows, int largest, int threads)
    {
        int blocks = threads * Math.Max(1, (rows + (threads * largest) - 1) / (threads * largest));
        int size = (rows + blocks - 1) / blocks;
        return size + (size % 2);
    }

    /// <summary>Σ_t or mean over t.</summary>
    private double Reduction => _options.InnerReduction == TimeReduction.Sum ? 1 : 1.0 / _rollouts.Horizon;

    /// <summary>Critic values and ∂M/∂(input) for a block of rows; rows of diverged roll-outs are taken as 0.</summary>
    public void CriticBlock(int block, PackedWeights<T> phi)
    {
        int first = block * BlockSize;
        int rows = Math.Min(BlockSize, Critic.Rows - first);
        int width = _inputs.Critic.Width(0);
        int outputWidth = _inputs.Critic.Width(_inputs.Critic.LayerCount);
        for (int row = first; row < first + rows; row++)
        {
            int b = row / _rollouts.Horizon;
            T* x = Critic.Input + ((long)row * width);
            if (row >= Samples)
            {
                _inputs.WriteCentre(_goals.AsSpan((row - Samples) * _inputs.PositionSize, _inputs.PositionSize), x);
            }
            else if (_rollouts.Diverged[b])
            {
                new Span<T>(x, width).Clear();
            }
            else
            {
                int t = row - (b * _rollouts.Horizon);
                double* state = _rollouts.State(b, t, out int stride);
                _inputs.WriteCriticRow(state, _rollouts.Action(b, t), stride, _goals.AsSpan(b * _inputs.PositionSize, _inputs.PositionSize), x);
            }

            Critic.OutputCotangent[(long)row * outputWidth] = Element<T>.From(Reduction);
        }

        Mlp<T>.Forward(Critic, phi, first, rows);
        Mlp<T>.Reverse(Critic, phi, first, rows);
    }

    /// <summary>θ⁺_b = θ_b − α·∇_θ, after all critic blocks.</summary>
    /// <param name="b">The roll-out.</param>
    /// <param name="alpha">Learning rate α.</param>
    /// <param name="updated">Receives θ⁺ (padded); may be θ itself. Left as θ where the roll-out diverged or the gradient is not finite.</param>
    /// <param name="adam">The policy's optimiser, for which <paramref name="alpha"/> is the learning rate; null for the plain step.</param>
    /// <returns>Whether the step was made.</returns>
    public bool UpdatePolicy(int b, double alpha, T* updated, AdamOptimizer<T>? adam = null)
    {
        MlpLayout policy = _inputs.Policy;
        T* theta = _rollouts.Parameters(b);
        if (updated != theta)
        {
            new ReadOnlySpan<T>(theta, (int)policy.Length).CopyTo(new Span<T>(updated, (int)policy.Length));
        }

        Losses[b] = double.NaN;
        if (_rollouts.Diverged[b])
        {
            return false;
        }

        int first = b * _rollouts.Horizon;
        T* centre = Centre(b, Critic.InputCotangent);
        SetActionCotangents(first, Critic.InputCotangent, centre, _rollouts.Batch.OutputCotangent);
        _rollouts.Weights(b).PackBackward(theta);
        Mlp<T>.Reverse(_rollouts.Batch, _rollouts.Weights(b), first, _rollouts.Horizon);
        T* gradient = _gradients.Pointer + (b * policy.Length);
        Mlp<T>.Gradient(_rollouts.Batch, first, _rollouts.Horizon, gradient);
        if (!double.IsFinite(VectorLoops<T>.SquaredNorm(gradient, policy.Length)))
        {
            _rollouts.Diverged[b] = true;
            return false;
        }

        if (adam is null)
        {
            VectorLoops<T>.AddScaled(-alpha, gradient, updated, policy.Length); // Eq. (3)
        }
        else
        {
            adam.Step(gradient, 1, alpha, updated);
        }

        int outputWidth = _inputs.Critic.Width(_inputs.Critic.LayerCount);
        double loss = 0;
        for (int row = first; row < first + _rollouts.Horizon; row++)
        {
            loss += Element<T>.ToDouble(Critic.Output[(long)row * outputWidth]);
        }

        Losses[b] = (Reduction * loss) - LinearPart(first, centre);
        return true;
    }

    /// <summary>The action part of the row that is the centre of a roll-out's goal; null if the critic is not centred.</summary>
    public T* Centre(int b, T* matrix) => _inputs.IsCentred
        ? matrix + ((long)(Samples + (_inputs.SharesCentre ? 0 : b)) * _inputs.Critic.Width(0)) + _inputs.StateSize
        : null;

    /// <summary>
    /// Copies the action part of a cotangent of the critic's input to a cotangent of the policies' output, less that of the centre
    /// (null for none), undoing the scaling.
    /// </summary>
    public void SetActionCotangents(int first, T* criticCotangent, T* centre, T* policyCotangent)
    {
        int criticWidth = _inputs.Critic.Width(0);
        int policyWidth = _inputs.Policy.Width(_inputs.Policy.LayerCount);
        for (int row = first; row < first + _rollouts.Horizon; row++)
        {
            T* source = criticCotangent + ((long)row * criticWidth) + _inputs.StateSize;
            T* target = policyCotangent + ((long)row * policyWidth);
            for (int i = 0; i < _inputs.ActionSize; i++)
            {
                double own = Element<T>.ToDouble(source[i]);
                target[i] = Element<T>.From(_inputs.CriticUnit * (centre == null ? own : own - Element<T>.ToDouble(centre[i])));
            }
        }
    }

    // Σ_t ⟨∂N/∂a (z₀), a_t⟩, reduced over time as the loss is.
    private double LinearPart(int first, T* centre)
    {
        double sum = 0;
        int width = _inputs.Critic.Width(0);
        for (int row = first; row < first + _rollouts.Horizon && centre != null; row++)
        {
            T* action = Critic.Input + ((long)row * width) + _inputs.StateSize;
            for (int i = 0; i < _inputs.ActionSize; i++)
            {
                sum += Element<T>.ToDouble(centre[i]) * Element<T>.ToDouble(action[i]);
            }
        }

        return sum;
    }

    public void Dispose()
    {
        Critic.Dispose();
        _gradients.Dispose();
    }
}
