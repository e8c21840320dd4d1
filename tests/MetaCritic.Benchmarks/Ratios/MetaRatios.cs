using System.Globalization;
using MetaCritic.Learning;
using MetaCritic.Networks;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>A meta-iteration against its floor, the six products of N × 400 × 400, and where its time goes.</summary>
internal static class MetaRatios
{
    private const int Width = 400;
    private const int Iterations = 2000;

    public static IEnumerable<Table> Measure(Effort effort)
    {
        List<Row> rows = [];
        foreach (int threads in effort.Threads)
        {
            foreach ((int rollouts, int horizon) in effort.IsQuick ? (IEnumerable<(int, int)>)[(2, 5)] : [(4, 50), (16, 50), (64, 50), (4, 65)])
            {
                rows.Add(MeasureIteration(effort, rollouts, horizon, threads));
            }
        }

        yield return new(
            "meta",
            "A meta-iteration on the Kuka iiwa 7 (critic 28-400-400-1, policies 14-64-64-7)",
            rows,
            [
                "Floor: four products of N × 400 × 400 and two of 400 × N × 400 with the left-hand side transposed, N = B · T, by the same kernel in the same round, alone;",
                "with two threads, half of the rows by each. Peak floor: the same multiply-adds at the speed of the register loop.",
                "Roll-out: of the policies, before and after the inner step. Critic: packing, values, gradients, the tangent pass with its reverse, and the weights' gradients.",
                "Back-propagation: through the model and the policies, the inner step, the policies' tangents. Optimiser: norm, Adam, carrying policies on.",
            ]);

        using MetaTrainer training = KukaTask.Trainer(4, 65, effort.Threads[^1], effort.IsQuick ? 3 : Iterations);
        double start = effort.Now();
        training.Train();
        double seconds = effort.Now() - start;
        yield return new(
            "meta",
            $"A full meta-training on the Kuka iiwa 7, {(effort.ProcessorTime ? "one thread" : "two threads")}",
            [new(string.Create(CultureInfo.InvariantCulture, $"B = 4, T = 65, {training.Iteration} meta-iterations"), [new("duration", "s", seconds), new("per meta-iteration", "ms", 1e3 * seconds / training.Iteration)])],
            []);
    }

    private static Row MeasureIteration(Effort effort, int rollouts, int horizon, int threads)
    {
        int n = rollouts * horizon;
        using WorkerTeam team = new(threads);
        using ProductOperands plain = new(new("", n, Width, Width)), transposed = new(new("", Width, n, Width, true));
        using MetaTrainer trainer = KukaTask.Trainer(rollouts, horizon, threads);
        PassClock clock = new(effort);
        for (int i = 0; i < (effort.IsQuick ? 0 : 30); i++)
        {
            trainer.Step(); // compiled for good before passes are timed
        }

        trainer.PassEnded = clock.Ended;
        void Half(ProductOperands operands, int size, int block)
        {
            int rows = (size + threads - 1) / threads;
            operands.Multiply(block * rows, Math.Min(rows, size - (block * rows)));
        }

        Action<int> plainPart = block => Half(plain, n, block), transposedPart = block => Half(transposed, Width, block);
        Action<int> peakPart = _ => Peak.Run();
        Timing[] timings = Paired.Measure(
            effort,
            new("meta-iteration", () =>
            {
                clock.Begin();
                trainer.Step();
            }),
            new("floor", () =>
            {
                for (int i = 0; i < 4; i++)
                {
                    team.Run(threads, plainPart);
                }

                for (int i = 0; i < 2; i++)
                {
                    team.Run(threads, transposedPart);
                }
            }),
            new("peak", () => team.Run(threads, peakPart)));
        double work = 6 * 2.0 * n * Width * Width;
        Figure Part(string name, params ReadOnlySpan<MetaPass> passes) => new(name, "%", 100 * clock.Share(passes));
        return new(
            string.Create(CultureInfo.InvariantCulture, $"B = {rollouts}, T = {horizon}, {threads} thread{(threads == 1 ? "" : "s")}"),
            [
                new("time", "ms", 1e3 * timings[0].Time),
                new("floor", "ms", 1e3 * timings[1].Time),
                new("× floor", "", timings[0].Over(timings[1])),
                new("× peak floor", "", Spread.Of(timings[0].Seconds.Zip(timings[2].Seconds, (s, peak) => s / (work / (threads * Peak.Work / peak))))),
                Part("roll-out", MetaPass.RollOut),
                Part("critic", MetaPass.Packing, MetaPass.Critic, MetaPass.CriticTangent, MetaPass.WeightGradient),
                Part("back-propagation", MetaPass.BackPropagation, MetaPass.PolicyUpdate, MetaPass.PolicyTangent),
                Part("optimiser", MetaPass.Optimizer),
            ]);
    }

    /// <summary>Sums the time of each pass.</summary>
    private sealed class PassClock(Effort effort)
    {
        private readonly double[] _seconds = new double[Enum.GetValues<MetaPass>().Length];
        private double _last;

        public void Begin() => _last = effort.Now();

        public void Ended(MetaPass pass)
        {
            double now = effort.Now();
            _seconds[(int)pass] += now - _last;
            _last = now;
        }

        public double Share(ReadOnlySpan<MetaPass> passes)
        {
            double sum = 0;
            foreach (MetaPass pass in passes)
            {
                sum += _seconds[(int)pass];
            }

            return sum / _seconds.Sum();
        }
    }
}
