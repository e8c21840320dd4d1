namespace MetaCritic.Dynamics;

/// <summary>Checks of spans at the boundary.</summary>
internal static class Sizes
{
    /// <summary>Refuses a span that has not <paramref name="components"/> × <paramref name="lanes"/> elements.</summary>
    public static void Check(int length, int components, int lanes, string name)
    {
        if (length != (long)components * lanes)
        {
            throw new ArgumentException($"The span has {length} elements; {components} × {lanes} are needed.", name);
        }
    }

    /// <summary>Refuses a span that has not <paramref name="size"/> elements.</summary>
    public static void Check(int length, int size, string name)
    {
        if (length != size)
        {
            throw new ArgumentException($"The span has {length} elements; {size} are needed.", name);
        }
    }

    /// <summary>Refuses an output that shares memory with an input.</summary>
    public static void CheckApart(ReadOnlySpan<double> input, ReadOnlySpan<double> output, string name)
    {
        if (input.Overlaps(output))
        {
            throw new ArgumentException("The span overlaps another one of this call.", name);
        }
    }

    /// <summary>Refuses spans of a vector-Jacobian product with wrong sizes, or outputs that share memory with anything else.</summary>
    public static void CheckVjp(
        IDynamics dynamics,
        int lanes,
        ReadOnlySpan<double> states,
        ReadOnlySpan<double> actions,
        ReadOnlySpan<double> nextCotangents,
        ReadOnlySpan<double> stateCotangents,
        ReadOnlySpan<double> actionCotangents)
    {
        Check(states.Length, dynamics.StateSize, lanes, nameof(states));
        Check(actions.Length, dynamics.ActionSize, lanes, nameof(actions));
        Check(nextCotangents.Length, dynamics.StateSize, lanes, nameof(nextCotangents));
        Check(stateCotangents.Length, dynamics.StateSize, lanes, nameof(stateCotangents));
        Check(actionCotangents.Length, dynamics.ActionSize, lanes, nameof(actionCotangents));
        CheckApart(states, stateCotangents, nameof(stateCotangents));
        CheckApart(actions, stateCotangents, nameof(stateCotangents));
        CheckApart(states, actionCotangents, nameof(actionCotangents));
        CheckApart(actions, actionCotangents, nameof(actionCotangents));
        CheckApart(nextCotangents, actionCotangents, nameof(actionCotangents));
        CheckApart(nextCotangents, stateCotangents, nameof(stateCotangents));
        CheckApart(actionCotangents, stateCotangents, nameof(stateCotangents));
    }
}
