namespace MetaCritic.Tasks;

/// <summary>
/// The outer loop's loss (Eq. 5): L_task = Σ_t w_t (‖q_t − g‖² + w‖q̇_t‖²), with the weights w_t of
/// <see cref="TaskLossKind"/>.
/// </summary>
internal sealed class TaskLoss
{
    private readonly double[] _weights;
    private readonly double _velocityWeight;

    public TaskLoss(MetaTrainingOptions options)
    {
        int horizon = options.Horizon;
        _velocityWeight = options.VelocityWeight;
        _weights = new double[horizon + 1];
        int window = options.TaskLoss switch
        {
            TaskLossKind.FinalState => 1,
            TaskLossKind.LateWindow => Math.Clamp((int)Math.Ceiling((horizon * options.LateWindowFraction) - 1e-9), 1, horizon),
            _ => horizon,
        };
        _weights.AsSpan(horizon + 1 - window).Fill(1.0 / window);
    }

    /// <summary>The weights w_t, [T + 1].</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Whether the state at time t has a part in the loss.</summary>
    public bool Counts(int t) => _weights[t] != 0;

    /// <summary>The part of the loss at time t, and its gradient added to a cotangent of the state.</summary>
    /// <param name="t">Time, 0 to T.</param>
    /// <param name="state">The state, components <paramref name="stride"/> apart.</param>
    /// <param name="stateSize">Number of components.</param>
    /// <param name="stride">Distance of components, of state and cotangent.</param>
    /// <param name="goal">The goal, [PositionSize].</param>
    /// <param name="cotangent">Receives the gradient in addition; may be null.</param>
    public unsafe double Add(int t, double* state, int stateSize, int stride, ReadOnlySpan<double> goal, double* cotangent)
    {
        double sum = 0;
        for (int i = 0; i < stateSize; i++)
        {
            double weight = i < goal.Length ? _weights[t] : _weights[t] * _velocityWeight;
            double difference = state[(long)i * stride] - (i < goal.Length ? goal[i] : 0);
            sum += weight * difference * difference;
            if (cotangent != null)
            {
                cotangent[(long)i * stride] += 2 * weight * difference;
            }
        }

        return sum;
    }

    /// <summary>What one component of the state at time t adds to the loss.</summary>
    public double Part(int t, int component, double value, ReadOnlySpan<double> goal)
    {
        double difference = value - (component < goal.Length ? goal[component] : 0);
        return (component < goal.Length ? _weights[t] : _weights[t] * _velocityWeight) * difference * difference;
    }

    /// <summary>Mean over positions of the squared difference to the goal.</summary>
    public static unsafe double FinalError(double* state, int stride, ReadOnlySpan<double> goal)
    {
        double sum = 0;
        for (int i = 0; i < goal.Length; i++)
        {
            double difference = state[(long)i * stride] - goal[i];
            sum += difference * difference;
        }

        return sum / goal.Length;
    }
}
