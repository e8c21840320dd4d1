namespace MetaCritic.Dynamics;

/// <summary>
/// A point that moves by its action, s' = s + a, in any number of dimensions (the illustration of Section 4.2 of the
/// paper), and the smallest example of dynamics of one's own. Immutable and thread-safe.
/// </summary>
/// <param name="dimensions">Components of the position, m, and of the action, m per step; at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is less than 1.</exception>
public sealed class PointMass(int dimensions = 2) : IDifferentiableDynamics
{
    /// <inheritdoc/>
    public int StateSize { get; } = dimensions >= 1
        ? dimensions
        : throw new ArgumentOutOfRangeException(nameof(dimensions), dimensions, "At least one dimension is needed.");

    /// <inheritdoc/>
    public int ActionSize => StateSize;

    /// <inheritdoc/>
    public int PositionSize => StateSize;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A span has not the size that <paramref name="lanes"/> asks for.</exception>
    public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates)
    {
        Sizes.Check(states.Length, StateSize, lanes, nameof(states));
        Sizes.Check(actions.Length, ActionSize, lanes, nameof(actions));
        Sizes.Check(nextStates.Length, StateSize, lanes, nameof(nextStates));
        for (int i = 0; i < nextStates.Length; i++)
        {
            nextStates[i] = states[i] + actions[i];
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A span has not the size that <paramref name="lanes"/> asks for.</exception>
    public void StepVjp(
        int firstRollout,
        int lanes,
        ReadOnlySpan<double> states,
        ReadOnlySpan<double> actions,
        ReadOnlySpan<double> nextCotangents,
        Span<double> stateCotangents,
        Span<double> actionCotangents)
    {
        Sizes.Check(nextCotangents.Length, StateSize, lanes, nameof(nextCotangents));
        Sizes.Check(stateCotangents.Length, StateSize, lanes, nameof(stateCotangents));
        Sizes.Check(actionCotangents.Length, ActionSize, lanes, nameof(actionCotangents));

        // Both Jacobians are the identity.
        nextCotangents.CopyTo(stateCotangents);
        nextCotangents.CopyTo(actionCotangents);
    }
}
