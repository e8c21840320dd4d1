namespace MetaCritic.Dynamics;

/// <summary>How far the learning of dynamics is.</summary>
/// <param name="Completed">Passes over the rows done, by all networks; those that an early stop saves count as done.</param>
/// <param name="Total">Passes to do.</param>
/// <param name="HeldOutError">Root mean squared error of the network reported on, on the rows held out, in standard deviations of what is predicted.</param>
public readonly record struct DynamicsLearningProgress(int Completed, int Total, double HeldOutError);
