namespace MetaCritic.Dynamics;

/// <summary>
/// Discrete-time dynamics s' = f(s, a) of several independent roll-outs in lockstep.
/// This is what a user implements for a system of their own, together with
/// <see cref="IDifferentiableDynamics"/> if a critic is to be meta-trained on it.
/// </summary>
/// <remarks>
/// Spans are component-major ("structure of arrays"): component <c>i</c> of roll-out <c>firstRollout + b</c> stands at
/// <c>[i * lanes + b]</c>. Implementations must be safe to call from several threads, and the result of a lane must not
/// depend on the other lanes.
/// </remarks>
public interface IDynamics
{
    /// <summary>Number of components of a state.</summary>
    public int StateSize { get; }

    /// <summary>Number of components of an action.</summary>
    public int ActionSize { get; }

    /// <summary>
    /// Number of leading state components that are positions: goals are given for these. The others are velocities.
    /// </summary>
    public int PositionSize { get; }

    /// <summary>Advances roll-outs by one step.</summary>
    /// <param name="firstRollout">Index of the roll-out in lane 0 (for systems whose parameters differ between roll-outs).</param>
    /// <param name="lanes">Number of roll-outs, at least 1.</param>
    /// <param name="states">States, [StateSize × lanes].</param>
    /// <param name="actions">Actions, [ActionSize × lanes].</param>
    /// <param name="nextStates">Receives the next states, [StateSize × lanes]; does not overlap <paramref name="states"/>.</param>
    public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates);
}
