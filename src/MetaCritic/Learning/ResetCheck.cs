using System.Globalization;

namespace MetaCritic.Learning;

/// <summary>
/// Finds an environment that resets itself within a roll-out, as many simulators do when an episode of theirs ends: the state jumps back to
/// the start, and what follows, the final error above all, is that of another episode.
/// </summary>
internal static unsafe class ResetCheck
{
    // The jump is larger than the fastest step so far by this factor, so that no robot that comes back by itself is meant.
    private const double Jump = 3;

    // What counts as the start again. Encoders and friction bring a robot back to its position, but hardly all of its state at once.
    private const double Same = 1e-6;

    /// <summary>The first step that reaches the start by a jump.</summary>
    /// <param name="states">State 0; state t is <paramref name="next"/>·t numbers further on.</param>
    /// <param name="next">Distance of two states.</param>
    /// <param name="stride">Distance of two components.</param>
    /// <param name="horizon">Steps of the roll-out.</param>
    /// <param name="stateSize">Components of a state.</param>
    /// <param name="positionSize">Leading components that are positions.</param>
    /// <returns>The step and how far it jumped; (−1, 0) if there is none.</returns>
    public static (int Time, double Distance) Find(double* states, long next, int stride, int horizon, int stateSize, int positionSize)
    {
        double fastest = 0;
        for (int t = 1; t <= horizon; t++)
        {
            double* state = states + (t * next);
            double change = 0;
            for (int i = 0; i < positionSize; i++)
            {
                change = Math.Max(change, Math.Abs(state[(long)i * stride] - state[((long)i * stride) - next]));
            }

            if (fastest > 0 && change > Jump * fastest && IsStart(states, state, stride, stateSize))
            {
                return (t, change);
            }

            fastest = Math.Max(fastest, change);
        }

        return (-1, 0);
    }

    /// <summary>Says it in words, as a sentence without a full stop.</summary>
    /// <param name="time">The step.</param>
    /// <param name="distance">How far it jumped.</param>
    /// <param name="horizon">Steps of the roll-out.</param>
    /// <param name="update">Number of the policy update, from 0.</param>
    /// <param name="task">Index of the task, from 0.</param>
    /// <param name="goal">The goal.</param>
    public static string Describe(int time, double distance, int horizon, int update, int task, IEnumerable<double> goal)
    {
        string list = string.Join(", ", goal.Select(x => x.ToString("G4", CultureInfo.InvariantCulture)));
        string jump = distance.ToString("G3", CultureInfo.InvariantCulture);
        return FormattableString.Invariant(
            $"policy update {update + 1}, goal {task + 1} [{list}]: step {time} of {horizon} of the roll-out jumps back to the start, by {jump}. The environment seems to reset itself, and errors are then those of the start. Let its Step only step, and its Reset alone begin anew");
    }

    private static bool IsStart(double* start, double* state, int stride, int stateSize)
    {
        for (int i = 0; i < stateSize; i++)
        {
            double first = start[(long)i * stride];
            if (!(Math.Abs(state[(long)i * stride] - first) <= Same * (1 + Math.Abs(first))))
            {
                return false;
            }
        }

        return true;
    }
}
