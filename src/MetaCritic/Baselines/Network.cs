using MetaCritic.Networks;

namespace MetaCritic.Baselines;

/// <summary>Parameters of one network, and the same packed for the kernels.</summary>
internal sealed unsafe class Network<T> : IDisposable
    where T : unmanaged
{
    private readonly WorkerTeam _team;
    private readonly Action<int> _pack;
    private readonly int _packs;

    /// <param name="layout">Its layout.</param>
    /// <param name="reverse">Whether reverse passes are wanted too.</param>
    /// <param name="team">Threads that share the packing.</param>
    public Network(MlpLayout layout, bool reverse, WorkerTeam team)
    {
        _packs = reverse ? 2 : 1;
        Layout = layout;
        Parameters = new(layout.Length);
        Weights = new(layout);
        _team = team;
        _pack = Pack;
    }

    public MlpLayout Layout { get; }

    /// <summary>Parameters, padded; <see cref="Pack()"/> is due after a change.</summary>
    public AlignedBuffer<T> Parameters { get; }

    public PackedWeights<T> Weights { get; }

    public void Draw(KeyedRandom random)
    {
        Initialization.Uniform(Layout, random, Parameters.Pointer);
        Pack();
    }

    public void Pack() => _team.Run(_packs * Layout.LayerCount, _pack);

    /// <summary>θ' ← other θ.</summary>
    public void Set(Network<T> other)
    {
        other.Parameters.Span.CopyTo(Parameters.Span);
        Pack();
    }

    /// <summary>θ' ← θ + a·direction.</summary>
    public void SetTo(Network<T> other, double a, AlignedBuffer<T> direction)
    {
        other.Parameters.Span.CopyTo(Parameters.Span);
        VectorLoops<T>.AddScaled(a, direction.Pointer, Parameters.Pointer, Layout.Length);
        Pack();
    }

    /// <summary>θ' ← τ·θ + (1 − τ)·θ' (Polyak averaging).</summary>
    public void Follow(Network<T> other, double tau)
    {
        VectorLoops<T>.Scale(1 - tau, Parameters.Pointer, Parameters.Pointer, Layout.Length);
        VectorLoops<T>.AddScaled(tau, other.Parameters.Pointer, Parameters.Pointer, Layout.Length);
        Pack();
    }

    public void Dispose()
    {
        Parameters.Dispose();
        Weights.Dispose();
    }

    private void Pack(int block)
    {
        int layer = block % Layout.LayerCount;
        if (block < Layout.LayerCount)
        {
            Weights.PackForward(Parameters.Pointer, layer);
        }
        else
        {
            Weights.PackBackward(Parameters.Pointer, layer);
        }
    }
}
