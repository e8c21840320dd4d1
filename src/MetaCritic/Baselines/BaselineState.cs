using MetaCritic.Files;
using MetaCritic.Models;
using MetaCritic.Networks;

namespace MetaCritic.Baselines;

/// <summary>A network that a baseline trains, as its checkpoints name it.</summary>
/// <param name="Name">What its tensors are called.</param>
/// <param name="Network">The network.</param>
/// <param name="Adam">Its optimiser; null for a target network.</param>
internal readonly record struct TrainedNetwork(string Name, Network<float> Network, AdamOptimizer<float>? Adam);

/// <summary>
/// What the training of a baseline is, apart from what was asked for, the networks and the replay buffer: how far it has come. Between
/// two updates, too, so that a run that was cut off goes on where it was.
/// </summary>
internal sealed class BaselineState
{
    private const int CurveColumns = 4;

    /// <summary>Iterations done.</summary>
    public int Iteration { get; set; }

    /// <summary>Updates done.</summary>
    public long Updates { get; set; }

    /// <summary>Control steps of all roll-outs used for learning.</summary>
    public long EnvironmentSteps { get; set; }

    /// <summary>Roll-outs that left the finite range.</summary>
    public long DivergedRollouts { get; set; }

    /// <summary>Whether the roll-outs of the present iteration are in the replay buffer.</summary>
    public bool Explored { get; set; }

    /// <summary>Updates done in the present iteration.</summary>
    public int UpdatesInIteration { get; set; }

    /// <summary>Sum of their losses.</summary>
    public double LossSum { get; set; }

    /// <summary>The curve so far.</summary>
    public List<TrainingCurvePoint> Points { get; } = [];

    /// <summary>The last error on it; NaN before the first.</summary>
    public double TrainingError => Points.Count > 0 ? Points[^1].Error : double.NaN;

    /// <summary>Adds everything to a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="networks">The networks.</param>
    /// <param name="replay">The replay buffer.</param>
    public unsafe void AddTo(TensorFile file, IEnumerable<TrainedNetwork> networks, ReplayBuffer replay)
    {
        file.Add<long>("progress", [Iteration, Updates, EnvironmentSteps, DivergedRollouts, Explored ? 1 : 0, UpdatesInIteration]);
        file.Add<double>("lossSum", [LossSum]);
        file.Add<double>("curve", [.. Points.SelectMany(point => new[] { point.Iteration, point.Updates, point.EnvironmentSteps, point.Error })], Points.Count, CurveColumns);
        replay.AddTo(file);
        foreach ((string name, Network<float> network, AdamOptimizer<float>? adam) in networks)
        {
            file.Add<float>(name, NetworkTensors.Export(network.Layout, network.Parameters.Pointer), 1, network.Layout.Shape.ParameterCount);
            if (adam is not null)
            {
                file.AddMoments(name + ".", network.Layout, adam);
                file.Add<long>(name + ".adam.steps", [adam.Steps]);
            }
        }
    }

    /// <summary>Reads what <see cref="AddTo"/> wrote. Networks and replay buffer are as they were until <paramref name="apply"/> is called.</summary>
    /// <param name="file">The file.</param>
    /// <param name="source">What errors call it.</param>
    /// <param name="networks">The networks.</param>
    /// <param name="replay">The replay buffer.</param>
    /// <param name="apply">Sets networks and replay buffer to what was read.</param>
    /// <exception cref="InvalidInputException">Something is missing, or no training can have left it.</exception>
    public static BaselineState GetFrom(TensorFile file, string source, IEnumerable<TrainedNetwork> networks, ReplayBuffer replay, out Action apply)
    {
        long[] progress = file.Get<long>("progress", 6);
        double[] lossSum = file.Get<double>("lossSum", 1);
        double[][] curve = [.. file.Get<double>("curve", -1, CurveColumns).Chunk(CurveColumns)];
        bool counts = progress.All(count => count >= 0) && progress[0] <= int.MaxValue && progress[4] <= 1 && progress[5] <= int.MaxValue && double.IsFinite(lossSum[0]);
        Consistency.Require(counts, source, "the counts of its progress have no meaning");
        Consistency.Require(
            curve.All(row => row.Take(3).All(count => count >= 0 && count == Math.Floor(count)) && row[0] <= progress[0] && row[1] <= progress[1] && row[2] <= progress[2]),
            source,
            "a point of its curve has no meaning");
        List<Action> changes = [replay.GetFrom(file, source), .. networks.Select(network => Read(file, source, network))];
        apply = () => changes.ForEach(change => change());
        BaselineState state = new()
        {
            Iteration = (int)progress[0],
            Updates = progress[1],
            EnvironmentSteps = progress[2],
            DivergedRollouts = progress[3],
            Explored = progress[4] == 1,
            UpdatesInIteration = (int)progress[5],
            LossSum = lossSum[0],
        };
        state.Points.AddRange(curve.Select(row => new TrainingCurvePoint((int)row[0], (long)row[1], (long)row[2], row[3])));
        return state;
    }

    private static unsafe Action Read(TensorFile file, string source, TrainedNetwork one)
    {
        (string name, Network<float> network, AdamOptimizer<float>? adam) = one;
        int size = network.Layout.Shape.ParameterCount;
        float[] parameters = file.GetFinite(source, name, 1, size, $"a parameter of the network \"{name}\" is not finite");
        (float[] First, float[] Second) moments = adam is null ? ([], []) : file.GetMoments(source, name + ".", size);
        long steps = adam is null ? 0 : file.Get<long>(name + ".adam.steps", 1)[0];
        Consistency.Require(steps >= 0, source, $"the optimiser of the network \"{name}\" has made {steps} steps");
        return () =>
        {
            NetworkTensors.Import(network.Layout, parameters, network.Parameters.Pointer);
            network.Pack();
            if (adam is not null)
            {
                NetworkTensors.Import(network.Layout, moments, adam);
                adam.Steps = steps;
            }
        };
    }
}
