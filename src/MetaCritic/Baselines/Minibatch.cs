using MetaCritic.Networks;

namespace MetaCritic.Baselines;

/// <summary>N transitions drawn from the replay buffer.</summary>
internal sealed unsafe class Minibatch<T> : IDisposable
    where T : unmanaged
{
    private readonly ActorCriticInputs _inputs;
    private readonly AlignedBuffer<T> _rows;

    public Minibatch(ActorCriticInputs inputs, int count)
    {
        _inputs = inputs;
        Count = count;
        _rows = new((long)count * inputs.TransitionLength);
    }

    /// <summary>N.</summary>
    public int Count { get; }

    /// <summary>The critic's row at (s, a, g).</summary>
    public T* Row(int i) => _rows.Pointer + ((long)i * _inputs.TransitionLength);

    /// <summary>The goal part of the critic's row.</summary>
    public T* Goal(int i) => Row(i) + _inputs.StateSize + _inputs.ActionSize;

    /// <summary>r, the cost of the state reached.</summary>
    public double Cost(int i) => Element<T>.ToDouble(Row(i)[_inputs.CostOffset]);

    /// <summary>The state part of the critic's row at s'.</summary>
    public T* Next(int i) => Row(i) + _inputs.NextOffset;

    /// <summary>Draws the transitions, uniformly and with replacement.</summary>
    public void Sample(ReplayBuffer replay, ref KeyedRandom random)
    {
        for (int i = 0; i < Count; i++)
        {
            float* source = replay.Draw(ref random);
            T* target = Row(i);
            for (int k = 0; k < _inputs.TransitionLength; k++)
            {
                target[k] = Element<T>.From(source[k]);
            }
        }
    }

    public void Dispose() => _rows.Dispose();
}
