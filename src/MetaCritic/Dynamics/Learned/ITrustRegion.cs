namespace MetaCritic.Dynamics;

/// <summary>
/// Dynamics that know where they are to be trusted: learned from data, they are a guess where there are none.
/// Meta-training asks this if <see cref="Tasks.MetaTrainingOptions.DisagreementLimit"/> is set.
/// </summary>
public interface ITrustRegion : IDynamics
{
    /// <summary>How much is to be doubted at a step, relative to what is usual on data: about 1 there. Layout and thread safety as in <see cref="IDynamics"/>.</summary>
    /// <param name="lanes">Number of roll-outs, at least 1.</param>
    /// <param name="states">States, [StateSize × lanes].</param>
    /// <param name="actions">Actions, [ActionSize × lanes].</param>
    /// <param name="disagreements">Receives a number of 0 or more per roll-out, [lanes].</param>
    public void Disagreement(int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> disagreements);
}
