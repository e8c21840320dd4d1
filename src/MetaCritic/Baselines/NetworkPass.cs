using MetaCritic.Networks;

namespace MetaCritic.Baselines;

/// <summary>A batch of rows on its way through one network, shared among threads by blocks of rows.</summary>
internal sealed unsafe class NetworkPass<T> : IDisposable
    where T : unmanaged
{
    private readonly Network<T> _network;
    private readonly WorkerTeam _team;
    private readonly AlignedBuffer<T>[] _packed; // per layer, δ as a right-hand side
    private readonly Action<int> _forward, _reverse, _packDeltas, _gradientRows;
    private T* _gradient;

    public NetworkPass(Network<T> network, int rows, MlpPasses passes, WorkerTeam team)
    {
        _network = network;
        _team = team;
        Batch = new(network.Layout, rows, passes);
        _packed = new AlignedBuffer<T>[network.Layout.LayerCount];
        for (int l = 0; l < _packed.Length; l++)
        {
            _packed[l] = new(MatrixProduct<T>.PackedLength(rows, network.Layout.Size(l + 1)));
        }

        _forward = block => Mlp<T>.Forward(Batch, _network.Weights, First(block), Count(block, Rows));
        _reverse = block => Mlp<T>.Reverse(Batch, _network.Weights, First(block), Count(block, Rows));
        _packDeltas = PackDeltas;
        _gradientRows = GradientRows;
    }

    public MlpBatch<T> Batch { get; }

    public int Rows => Batch.Rows;

    private MlpLayout Layout => _network.Layout;

    public T* Input(int row) => Batch.Input + ((long)row * Layout.Width(0));

    public T* InputCotangent(int row) => Batch.InputCotangent + ((long)row * Layout.Width(0));

    public T* InputTangent(int row) => Batch.InputTangent + ((long)row * Layout.Width(0));

    public T* Output(int row) => Batch.Output + ((long)row * Layout.Width(Layout.LayerCount));

    public T* OutputCotangent(int row) => Batch.OutputCotangent + ((long)row * Layout.Width(Layout.LayerCount));

    public T* OutputTangent(int row) => Batch.OutputTangent + ((long)row * Layout.Width(Layout.LayerCount));

    public void Forward() => _team.Run(Blocks(Rows), _forward);

    /// <summary>From <see cref="OutputCotangent"/> to <see cref="InputCotangent"/>.</summary>
    public void Reverse() => _team.Run(Blocks(Rows), _reverse);

    /// <summary>
    /// Gradient with respect to the parameters after <see cref="Reverse"/>, summed over the rows. Threads take blocks of rows
    /// of the gradient, so that each element is summed in one order.
    /// </summary>
    public void Gradient(AlignedBuffer<T> gradient)
    {
        _gradient = gradient.Pointer;
        int blocks = 0;
        for (int l = 0; l < Layout.LayerCount; l++)
        {
            blocks += Blocks(Layout.Size(l));
        }

        _team.Run(Layout.LayerCount, _packDeltas);
        _team.Run(blocks, _gradientRows);
    }

    public void Dispose()
    {
        Batch.Dispose();
        foreach (AlignedBuffer<T> packed in _packed)
        {
            packed.Dispose();
        }
    }

    private static int Blocks(int rows) => (rows + MlpLayout.RowBlock - 1) / MlpLayout.RowBlock;

    private static int First(int block) => block * MlpLayout.RowBlock;

    private static int Count(int block, int rows) => Math.Min(MlpLayout.RowBlock, rows - First(block));

    private void PackDeltas(int layer)
    {
        MatrixProduct<T>.Pack(Batch.Delta(layer, 0), Layout.Width(layer + 1), 1, Rows, Layout.Size(layer + 1), _packed[layer].Pointer);
        Mlp<T>.SumRows(Layout, layer, Rows, Batch.Delta(layer, 0), _gradient);
    }

    private void GradientRows(int block)
    {
        int layer = 0;
        for (; block >= Blocks(Layout.Size(layer)); layer++)
        {
            block -= Blocks(Layout.Size(layer));
        }

        int width = Layout.Width(layer + 1);
        MatrixProduct<T>.Multiply(
            Count(block, Layout.Size(layer)), Layout.Size(layer + 1), Rows, Batch.H(layer - 1) + First(block), 1, Layout.Width(layer), _packed[layer].Pointer,
            _gradient + Layout.WeightOffset(layer) + ((long)First(block) * width), width);
    }
}
