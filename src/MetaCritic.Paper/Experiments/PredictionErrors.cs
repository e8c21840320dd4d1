using MetaCritic.Dynamics;

namespace MetaCritic.Paper.Experiments;

/// <summary>How well dynamics predict recorded roll-outs.</summary>
/// <param name="Method">Whose dynamics.</param>
/// <param name="Seed">Seed of the method.</param>
/// <param name="Rollouts">Number of roll-outs.</param>
/// <param name="Velocity">Root mean squared error of the velocities one step ahead, rad/s.</param>
/// <param name="Position">Root mean squared error of the positions at the end, when the actions are repeated from the start, rad.</param>
/// <param name="MedianPosition">Median over roll-outs of the root mean squared error of the positions at the end, rad.</param>
internal sealed record PredictionErrors(string Method, int Seed, int Rollouts, double Velocity, double Position, double MedianPosition)
{
    /// <summary>Computes them.</summary>
    public static PredictionErrors Of(string method, int seed, IDynamics dynamics, Transitions recorded)
    {
        int n = dynamics.PositionSize;
        double[] state = new double[dynamics.StateSize];
        double[] next = new double[dynamics.StateSize];
        double velocities = 0;
        List<double> ends = [];
        foreach (var episode in Enumerable.Range(0, recorded.Count).GroupBy(row => recorded.Episodes![row]))
        {
            int last = 0;
            recorded.States[episode.First()].CopyTo(state, 0);
            foreach (int row in episode)
            {
                dynamics.Step(0, 1, recorded.States[row], recorded.Actions[row], next);
                velocities += SquaredDistance(next.AsSpan(n), recorded.NextStates[row].AsSpan(n));
                dynamics.Step(0, 1, state, recorded.Actions[row], next);
                (state, next) = (next, state);
                last = row;
            }

            ends.Add(SquaredDistance(state.AsSpan(0, n), recorded.NextStates[last].AsSpan(0, n)) / n);
        }

        double[] sorted = [.. ends.Order()];
        return new(
            method,
            seed,
            ends.Count,
            Math.Sqrt(velocities / (recorded.Count * (dynamics.StateSize - n))),
            Math.Sqrt(ends.Average()),
            Math.Sqrt((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2));
    }

    private static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }

        return sum;
    }
}
