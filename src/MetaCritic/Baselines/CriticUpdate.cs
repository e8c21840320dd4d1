using MetaCritic.Networks;

namespace MetaCritic.Baselines;

/// <summary>
/// One step of the critic on the squared temporal-difference error δ (Eq. 2; Lillicrap et al. 2015, Algorithm 1), as both
/// baselines take it.
/// </summary>
internal sealed unsafe class CriticUpdate<T> : IDisposable
    where T : unmanaged
{
    private readonly ActorCriticInputs _inputs;
    private readonly double _gamma;
    private readonly PolicyLoss<T> _target;
    private readonly NetworkPass<T> _critic;

    public CriticUpdate(
        ActorCriticInputs inputs, Network<T> critic, Network<T> targetPolicy, Network<T> targetCritic, int rows, double gamma, WorkerTeam team)
    {
        _inputs = inputs;
        _gamma = gamma;
        _target = new(inputs, targetPolicy, targetCritic, rows, MlpPasses.Reverse, team);
        _critic = new(critic, rows, MlpPasses.Reverse, team);
        GradientBuffer = new(critic.Layout.Length);
    }

    /// <summary>∇_φ δ, padded.</summary>
    public AlignedBuffer<T> GradientBuffer { get; }

    /// <summary>δ(φ) = 1/N Σ (Q_φ(s, a) − y)² with y = r + γ Q'(s', π'(s')), and its gradient.</summary>
    /// <returns>δ.</returns>
    public double Gradient(Minibatch<T> batch)
    {
        _target.EvaluateNext(batch);
        for (int i = 0; i < batch.Count; i++)
        {
            new ReadOnlySpan<T>(batch.Row(i), _inputs.RowLength).CopyTo(new Span<T>(_critic.Input(i), _inputs.RowLength));
        }

        _critic.Forward();
        double delta = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            double y = batch.Cost(i) + (_gamma * _target.Estimate(i));
            double difference = Element<T>.ToDouble(_critic.Output(i)[0]) - y;
            delta += difference * difference / batch.Count;
            _critic.OutputCotangent(i)[0] = Element<T>.From(2 * difference / batch.Count);
        }

        _critic.Reverse();
        _critic.Gradient(GradientBuffer);
        return delta;
    }

    public void Dispose()
    {
        _target.Dispose();
        _critic.Dispose();
        GradientBuffer.Dispose();
    }
}
