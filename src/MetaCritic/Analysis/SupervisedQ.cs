using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Analysis;

/// <summary>
/// Q of the point mass learned from data (Algorithm 1, lines 6-7): steps against the gradient of
/// δ = Σ_t (Q(s_t, a_t) − (r_t + γ Q(s_(t+1), a_(t+1))))² (Eq. 2), γ = 1, the second term held constant, with
/// r_T = ‖s_T − g‖² the value at the end. Same network, inputs and optimiser as the meta-learned critic.
/// </summary>
internal sealed unsafe class SupervisedQ : IDisposable
{
    private const ulong CriticStream = 4;

    private readonly MetaTrainingOptions _options;
    private readonly double[] _goal;
    private readonly NetworkInputs _inputs;
    private readonly MlpBatch<float> _batch;
    private readonly PackedWeights<float> _weights;
    private readonly AlignedBuffer<float> _phi;
    private readonly AlignedBuffer<float> _gradient;
    private readonly AdamOptimizer<float> _adam;
    private readonly double[] _ends;

    /// <summary>Draws a network.</summary>
    /// <param name="options">Horizon, inputs, network and seed.</param>
    /// <param name="goal">g.</param>
    /// <param name="rollouts">Roll-outs per update.</param>
    public SupervisedQ(MetaTrainingOptions options, double[] goal, int rollouts)
    {
        _options = options;
        _goal = goal;
        _inputs = new(goal.Length, goal.Length, goal.Length, options, constantPolicy: true);
        _batch = new(_inputs.Critic, rollouts * options.Horizon, MlpPasses.Reverse);
        _weights = new(_inputs.Critic);
        _phi = new(_inputs.Critic.Length);
        _gradient = new(_inputs.Critic.Length);
        _adam = new(_inputs.Critic.Length);
        _ends = new double[rollouts];
        Initialization.Uniform(_inputs.Critic, KeyedRandom.Create(options.Seed, CriticStream), _phi.Pointer);
    }

    /// <summary>One update of φ (Alg. 1, line 7).</summary>
    /// <param name="rollouts">Start state and θ of each roll-out, one after the other, [roll-outs × 2 × dimensions].</param>
    /// <param name="eta">Learning rate η.</param>
    /// <returns>Mean over the roll-outs of δ.</returns>
    public double Update(ReadOnlySpan<double> rollouts, double eta)
    {
        int dimensions = _goal.Length;
        int horizon = _options.Horizon;
        int width = _inputs.Critic.Width(0);
        int outputWidth = _inputs.Critic.Width(_inputs.Critic.LayerCount);
        double* state = stackalloc double[dimensions];
        double* action = stackalloc double[dimensions];
        for (int b = 0; b < _ends.Length; b++)
        {
            ReadOnlySpan<double> rollout = rollouts.Slice(b * 2 * dimensions, 2 * dimensions);
            rollout[..dimensions].CopyTo(new Span<double>(state, dimensions));
            rollout[dimensions..].CopyTo(new Span<double>(action, dimensions));
            for (int t = 0; t < horizon; t++)
            {
                _inputs.WriteCriticRow(state, action, 1, _goal, _batch.Input + ((long)((b * horizon) + t) * width));
                for (int i = 0; i < dimensions; i++)
                {
                    state[i] += action[i];
                }
            }

            _ends[b] = 0;
            for (int i = 0; i < dimensions; i++)
            {
                _ends[b] += (state[i] - _goal[i]) * (state[i] - _goal[i]);
            }
        }

        _weights.PackForward(_phi.Pointer);
        _weights.PackBackward(_phi.Pointer);
        Mlp<float>.Forward(_batch, _weights, 0, _batch.Rows);
        double delta = 0;
        for (int row = 0; row < _batch.Rows; row++)
        {
            double target = (row + 1) % horizon == 0 ? _ends[row / horizon] : _batch.Output[(long)(row + 1) * outputWidth];
            double difference = _batch.Output[(long)row * outputWidth] - target;
            delta += difference * difference;
            _batch.OutputCotangent[(long)row * outputWidth] = (float)(2 * difference / _ends.Length);
        }

        Mlp<float>.Reverse(_batch, _weights, 0, _batch.Rows);
        Mlp<float>.Gradient(_batch, 0, _batch.Rows, _gradient.Pointer);
        _adam.Step(_gradient.Pointer, 1, eta, _phi.Pointer);
        return delta / _ends.Length;
    }

    /// <summary>Q as it is now.</summary>
    /// <param name="goals">The goals to name in it.</param>
    public CriticModel CreateCritic(TrainingGoals goals)
    {
        float[] parameters = new float[_inputs.Critic.Shape.ParameterCount];
        _inputs.Critic.Export(_phi.Pointer, parameters.AsSpan());
        SystemHeader system = new(_inputs.StateSize, _inputs.ActionSize, _inputs.PositionSize, _options, Dynamics: null, Robot: null);
        return CriticModel.Of(system, goals, _inputs.Critic.Shape, parameters, iterations: 0, taskLoss: double.NaN, finalError: double.NaN);
    }

    public void Dispose()
    {
        _batch.Dispose();
        _weights.Dispose();
        _phi.Dispose();
        _gradient.Dispose();
        _adam.Dispose();
    }
}
