using MetaCritic.Models;
using MetaCritic.Networks;

namespace MetaCritic.Learning;

/// <summary>
/// A set of policies, one per roll-out, and the trajectories they produce. Row <c>b·T + t</c> of the network batch belongs
/// to step t of roll-out b. States and actions are double and lie in groups of roll-outs that advance in lockstep:
/// component i of lane l of group γ at time t stands at [i × lanes + l].
/// </summary>
internal sealed unsafe class PolicyRollouts<T> : IDisposable
    where T : unmanaged
{
    /// <summary>A state beyond this has left every robot's workspace for good.</summary>
    public const double DivergenceLimit = 1e6;

    private readonly NetworkInputs _inputs;
    private readonly AlignedBuffer<double> _states;
    private readonly AlignedBuffer<double> _actions;
    private readonly AlignedBuffer<T> _parameters;
    private readonly PackedWeights<T>[] _weights;
    private readonly (int Time, int Component, double Value)[] _escapes; // where roll-outs left the finite range; at time −1 if they did not

    public PolicyRollouts(NetworkInputs inputs, int count, int horizon, int groupSize, MlpPasses passes)
    {
        _inputs = inputs;
        Count = count;
        Horizon = horizon;
        GroupSize = Math.Min(groupSize, count);
        GroupCount = (count + GroupSize - 1) / GroupSize;
        _states = new((horizon + 1L) * inputs.StateSize * count);
        _actions = new((long)horizon * inputs.ActionSize * count);
        _parameters = new(inputs.Policy.Length * count);
        _weights = new PackedWeights<T>[count];
        for (int b = 0; b < count; b++)
        {
            _weights[b] = new(inputs.Policy);
        }

        Batch = new(inputs.Policy, checked(count * horizon), passes);
        Diverged = new bool[count];
        _escapes = new (int, int, double)[count];
    }

    public int Count { get; }

    public int Horizon { get; }

    public int GroupSize { get; }

    public int GroupCount { get; }

    public MlpBatch<T> Batch { get; }

    /// <summary>Per roll-out: whether it left the finite range; its trajectory is not to be used then.</summary>
    public bool[] Diverged { get; }

    public int Lanes(int group) => Math.Min(GroupSize, Count - (group * GroupSize));

    public T* Parameters(int b) => _parameters.Pointer + (b * _inputs.Policy.Length);

    public PackedWeights<T> Weights(int b) => _weights[b];

    public double* States(int group, int t) =>
        _states.Pointer + ((long)group * GroupSize * (Horizon + 1) * _inputs.StateSize) + ((long)t * _inputs.StateSize * Lanes(group));

    public double* Actions(int group, int t) =>
        _actions.Pointer + ((long)group * GroupSize * Horizon * _inputs.ActionSize) + ((long)t * _inputs.ActionSize * Lanes(group));

    /// <summary>State of one roll-out; components are <paramref name="stride"/> apart.</summary>
    public double* State(int b, int t, out int stride)
    {
        int group = b / GroupSize;
        stride = Lanes(group);
        return States(group, t) + (b - (group * GroupSize));
    }

    /// <summary>Action of one roll-out; components are as far apart as those of the state.</summary>
    public double* Action(int b, int t)
    {
        int group = b / GroupSize;
        return Actions(group, t) + (b - (group * GroupSize));
    }

    public Span<double> StateSpan(int group, int t) => new(States(group, t), _inputs.StateSize * Lanes(group));

    public Span<double> ActionSpan(int group, int t) => new(Actions(group, t), _inputs.ActionSize * Lanes(group));

    /// <summary>Makes a group ready to roll out: packs the weights of its policies.</summary>
    public void Begin(int group)
    {
        for (int b = group * GroupSize; b < (group * GroupSize) + Lanes(group); b++)
        {
            _weights[b].PackForward(Parameters(b));
            Diverged[b] = false;
            _escapes[b].Time = -1;
        }
    }

    /// <summary>a_t = π_θ(s_t) for the roll-outs of a group; the intermediate values stay in the batch.</summary>
    public void Act(int group, int t)
    {
        int lanes = Lanes(group);
        double* states = States(group, t);
        double* actions = Actions(group, t);
        int inputWidth = _inputs.Policy.Width(0);
        int outputWidth = _inputs.Policy.Width(_inputs.Policy.LayerCount);
        for (int lane = 0; lane < lanes; lane++)
        {
            int b = (group * GroupSize) + lane;
            int row = (b * Horizon) + t;
            T* x = Batch.Input + ((long)row * inputWidth);
            for (int i = 0; i < _inputs.StateSize; i++)
            {
                x[i] = Element<T>.From(_inputs.PolicyScale(i) * states[(i * lanes) + lane]);
            }

            Mlp<T>.Forward(Batch, _weights[b], row, 1);
            T* y = Batch.Output + ((long)row * outputWidth);
            for (int i = 0; i < _inputs.ActionSize; i++)
            {
                actions[(i * lanes) + lane] = _inputs.ActionUnit * Element<T>.ToDouble(y[i]);
            }
        }
    }

    /// <summary>
    /// Finds roll-outs of a group whose state at t is not finite or beyond all bounds, marks them as diverged and parks them
    /// at 0, so that what follows stays finite.
    /// </summary>
    public void CheckStates(int group, int t)
    {
        int lanes = Lanes(group);
        double* states = States(group, t);
        for (int lane = 0; lane < lanes; lane++)
        {
            int b = (group * GroupSize) + lane;
            bool bad = Diverged[b];
            for (int i = 0; i < _inputs.StateSize && !bad; i++)
            {
                bad = !(Math.Abs(states[(i * lanes) + lane]) <= DivergenceLimit); // false for NaN too
            }

            if (bad)
            {
                if (!Diverged[b])
                {
                    _escapes[b] = Escape(t, states + lane, lanes);
                }

                Diverged[b] = true;
                for (int i = 0; i < _inputs.StateSize; i++)
                {
                    states[(i * lanes) + lane] = 0;
                }
            }
        }
    }

    /// <summary>Why a roll-out is marked as diverged: a state, or else the gradient of the inner step that followed.</summary>
    public Fault FaultOf(int b, int innerStep) => _escapes[b].Time >= 0
        ? new(DivergencePlace.RollOut, innerStep, _escapes[b].Time, _escapes[b].Component, _escapes[b].Value)
        : WorstCotangent(b, DivergencePlace.Gradient, innerStep);

    /// <summary>The cotangent of a roll-out's actions that was the first not to be finite; the largest, if all are finite.</summary>
    /// <param name="b">The roll-out.</param>
    /// <param name="place">What the cotangents belong to.</param>
    /// <param name="innerStep">Inner step, for the result.</param>
    /// <param name="backwards">Whether they were computed from the last step to the first.</param>
    public Fault WorstCotangent(int b, DivergencePlace place, int innerStep, bool backwards = false)
    {
        Fault worst = default;
        double largest = -1;
        int width = _inputs.Policy.Width(_inputs.Policy.LayerCount);
        for (int step = 0; step < Horizon; step++)
        {
            int t = backwards ? Horizon - 1 - step : step;
            T* cotangent = Batch.OutputCotangent + ((((long)b * Horizon) + t) * width);
            for (int i = 0; i < _inputs.ActionSize; i++)
            {
                double value = Element<T>.ToDouble(cotangent[i]);
                double size = double.IsFinite(value) ? Math.Abs(value) : double.PositiveInfinity;
                if (size > largest)
                {
                    largest = size;
                    worst = new(place, innerStep, t, i, value);
                }
            }
        }

        return worst;
    }

    public void Dispose()
    {
        _states.Dispose();
        _actions.Dispose();
        _parameters.Dispose();
        Batch.Dispose();
        foreach (PackedWeights<T> weights in _weights)
        {
            weights.Dispose();
        }
    }

    // The component that went furthest; the first that is not finite.
    private (int Time, int Component, double Value) Escape(int t, double* state, int stride)
    {
        int worst = 0;
        for (int i = 1; i < _inputs.StateSize && double.IsFinite(state[worst * stride]); i++)
        {
            double value = state[i * stride];
            worst = !double.IsFinite(value) || Math.Abs(value) > Math.Abs(state[worst * stride]) ? i : worst;
        }

        return (t, worst, state[worst * stride]);
    }
}
