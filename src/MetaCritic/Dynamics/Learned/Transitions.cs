using System.Globalization;

namespace MetaCritic.Dynamics;

/// <summary>A log of transitions, one row each: what dynamics are learned from (<see cref="DynamicsLearner"/>).</summary>
public sealed record Transitions
{
    /// <summary>Fewest rows that dynamics are learned from.</summary>
    internal const int LeastRows = 4;

    /// <summary>States s, one per row, positions before velocities; rad or m, and rad/s or m/s.</summary>
    public required IReadOnlyList<double[]> States { get; init; }

    /// <summary>Actions a applied there, one per row.</summary>
    public required IReadOnlyList<double[]> Actions { get; init; }

    /// <summary>States s' reached one control step later, one per row.</summary>
    public required IReadOnlyList<double[]> NextStates { get; init; }

    /// <summary>
    /// The episode that each row was recorded in, in any numbering; null if unknown. Rows of one episode resemble each other:
    /// with this known, whole episodes are held out.
    /// </summary>
    public IReadOnlyList<long>? Episodes { get; init; }

    /// <summary>Number of rows.</summary>
    public int Count => States.Count;

    /// <summary>Checks that the table can be learned from.</summary>
    /// <exception cref="InvalidInputException">There are too few rows, rows differ in size, or a number is not finite; the message names the row, from 1.</exception>
    public void Validate()
    {
        const string Place = "The transitions";
        if (States is null || Actions is null || NextStates is null || Actions.Count != Count || NextStates.Count != Count || (Episodes is not null && Episodes.Count != Count))
        {
            throw new InvalidInputException(Place, "states, actions, next states and episodes differ in their number of rows, or are null", "Give one of each per transition");
        }

        if (Count < LeastRows)
        {
            throw new InvalidInputException(Place, Say($"there are {Count} rows"), Say($"Give at least {LeastRows}, better some thousands"));
        }

        int stateSize = States[0]?.Length ?? 0;
        int actionSize = Actions[0]?.Length ?? 0;
        for (int row = 0; row < Count; row++)
        {
            Check(row, "state", States[row], stateSize);
            Check(row, "action", Actions[row], actionSize);
            Check(row, "next state", NextStates[row], stateSize);
        }

        static void Check(int row, string what, double[] values, int size)
        {
            if (values is null || values.Length == 0 || values.Length != size)
            {
                throw new InvalidInputException(
                    Say($"{Place}, row {row + 1}"), Say($"its {what} has {values?.Length ?? 0} components"), size == 0 ? "Give at least one" : Say($"Give {size}, as in the first row"));
            }

            int bad = Array.FindIndex(values, value => !double.IsFinite(value));
            if (bad >= 0)
            {
                throw new InvalidInputException(Say($"{Place}, row {row + 1}"), Say($"component {bad} of its {what} is {values[bad]}"), "Give finite numbers, or leave the row out");
            }
        }
    }

    /// <summary>
    /// The control step with which positions follow velocities, q' = q + h·q̇' (semi-implicit Euler), by least squares; null if
    /// they do not: if the state is not positions and as many velocities, or what is left over exceeds 1 % of the movement.
    /// </summary>
    /// <param name="positionSize">Leading components of a state that are positions.</param>
    /// <returns>h, s.</returns>
    public double? FindTimeStep(int positionSize)
    {
        if (Count == 0 || positionSize < 1 || States[0].Length != 2 * positionSize)
        {
            return null;
        }

        double product = 0, velocities = 0, movement = 0;
        for (int row = 0; row < Count; row++)
        {
            for (int i = 0; i < positionSize; i++)
            {
                double moved = NextStates[row][i] - States[row][i];
                double velocity = NextStates[row][positionSize + i];
                product += moved * velocity;
                velocities += velocity * velocity;
                movement += moved * moved;
            }
        }

        double h = product / velocities;
        double left = movement - (h * product);
        return h > 0 && double.IsFinite(h) && left <= 1e-4 * movement ? Math.Round(h, 9) : null;
    }

    /// <summary>These rows and others after them; the others' episodes are numbered on.</summary>
    /// <param name="others">The others.</param>
    /// <exception cref="InvalidInputException">Only one of the tables knows its episodes.</exception>
    public Transitions Append(Transitions others)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (Episodes is null != others.Episodes is null)
        {
            throw new InvalidInputException("The transitions", "only one of two tables knows its episodes", "Give the episodes in both, or in neither");
        }

        long shift = Episodes is null || others.Episodes!.Count == 0 || Episodes.Count == 0 ? 0 : Episodes.Max() + 1 - others.Episodes!.Min();
        return new()
        {
            States = [.. States, .. others.States],
            Actions = [.. Actions, .. others.Actions],
            NextStates = [.. NextStates, .. others.NextStates],
            Episodes = Episodes is null ? null : [.. Episodes, .. others.Episodes!.Select(episode => episode + shift)],
        };
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
