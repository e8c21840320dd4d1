namespace MetaCritic.Dynamics;

/// <summary>How well learned dynamics predict the rows held out from their training.</summary>
/// <param name="Rows">Number of rows learned from.</param>
/// <param name="HeldOutRows">Number of rows held out.</param>
/// <param name="Errors">Root mean squared error of each component of the next state, one step ahead; in the components' units.</param>
/// <param name="RSquared">Part of the variance of each component's change that is explained; 1 is all, NaN for a component that never changes.</param>
/// <param name="Disagreement">95th percentile of the networks' disagreement, in standard deviations of what they predict; 0 of one network.</param>
public sealed record DynamicsMetrics(int Rows, int HeldOutRows, IReadOnlyList<double> Errors, IReadOnlyList<double> RSquared, double Disagreement);
