namespace MetaCritic.Dynamics;

/// <summary>
/// Where policies are fitted model-free: a number of independent copies of a system, advanced in lockstep, that offer
/// nothing but <see cref="Reset"/> and <see cref="Step"/>. A simulated robot, another simulator, or a real machine.
/// </summary>
/// <remarks>Spans are component-major: component <c>i</c> of copy <c>b</c> stands at <c>[i * Count + b]</c>.</remarks>
public interface IEnvironment
{
    /// <summary>Number of copies.</summary>
    public int Count { get; }

    /// <summary>Number of components of a state.</summary>
    public int StateSize { get; }

    /// <summary>Number of components of an action.</summary>
    public int ActionSize { get; }

    /// <summary>Puts every copy into its start state.</summary>
    /// <param name="states">Receives the start states, [StateSize × Count].</param>
    public void Reset(Span<double> states);

    /// <summary>Applies one action to every copy.</summary>
    /// <param name="actions">Actions, [ActionSize × Count].</param>
    /// <param name="states">Receives the states reached, [StateSize × Count].</param>
    public void Step(ReadOnlySpan<double> actions, Span<double> states);
}
