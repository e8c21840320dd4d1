namespace MetaCritic.Dynamics;

/// <summary>Dynamics with the exact vector-Jacobian product of a step, as meta-training needs it (Eq. 5-6 of the paper).</summary>
public interface IDifferentiableDynamics : IDynamics
{
    /// <summary>
    /// Pulls a cotangent of the next state back through one step:
    /// <c>s̄ = (∂f/∂s)ᵀ n̄</c> and <c>ā = (∂f/∂a)ᵀ n̄</c>. Layout and thread safety as in <see cref="IDynamics"/>.
    /// </summary>
    /// <param name="firstRollout">Index of the roll-out in lane 0.</param>
    /// <param name="lanes">Number of roll-outs, at least 1.</param>
    /// <param name="states">The states the step started from, [StateSize × lanes].</param>
    /// <param name="actions">The actions applied, [ActionSize × lanes].</param>
    /// <param name="nextCotangents">n̄, [StateSize × lanes].</param>
    /// <param name="stateCotangents">Receives s̄ (overwritten), [StateSize × lanes].</param>
    /// <param name="actionCotangents">Receives ā (overwritten), [ActionSize × lanes].</param>
    public void StepVjp(
        int firstRollout,
        int lanes,
        ReadOnlySpan<double> states,
        ReadOnlySpan<double> actions,
        ReadOnlySpan<double> nextCotangents,
        Span<double> stateCotangents,
        Span<double> actionCotangents);
}
