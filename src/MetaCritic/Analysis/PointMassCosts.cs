using MetaCritic.Models;

namespace MetaCritic.Analysis;

/// <summary>Σ_t of a state-action value along the roll-out of a constant policy π(s) = θ of the point mass, and what a policy gradient makes of it.</summary>
/// <param name="start">Start state s₀, [dimensions].</param>
/// <param name="goal">Goal g, [dimensions].</param>
/// <param name="theta">θ, [dimensions].</param>
/// <param name="gradient">Receives the gradient with respect to θ, [dimensions].</param>
/// <returns>The sum over t = 0 … T − 1.</returns>
public delegate double PolicyCost(ReadOnlySpan<double> start, ReadOnlySpan<double> goal, ReadOnlySpan<double> theta, Span<double> gradient);

/// <summary>The optimisation landscapes of Section 4.2 (Figure 1): s' = s + a, π(s) = θ, cost ‖s_T − g‖² at the end.</summary>
public static class PointMassCosts
{
    /// <summary>
    /// Σ_t Q_true(s_t, θ) by Eq. 1 without discount: the cost comes at the end, so each of the T terms is ‖s₀ + Tθ − g‖².
    /// </summary>
    /// <param name="horizon">T.</param>
    public static PolicyCost True(int horizon) => (start, goal, theta, gradient) =>
    {
        double sum = 0;
        for (int i = 0; i < theta.Length; i++)
        {
            double difference = start[i] + (horizon * theta[i]) - goal[i];
            sum += difference * difference;
            gradient[i] = 2.0 * horizon * horizon * difference;
        }

        return horizon * sum;
    };

    /// <summary>Σ_t M(s_t, θ, g) of a critic, learned either way; the states are constants for the gradient, as in Alg. 1, line 9 and Alg. 2, line 7.</summary>
    /// <param name="critic">The critic.</param>
    /// <param name="horizon">T.</param>
    public static PolicyCost Of(CriticModel critic, int horizon) => (start, goal, theta, gradient) =>
    {
        Span<double> state = stackalloc double[theta.Length];
        Span<double> actionGradient = stackalloc double[theta.Length];
        start.CopyTo(state);
        gradient.Clear();
        double sum = 0;
        for (int t = 0; t < horizon; t++)
        {
            sum += critic.Score(state, theta, goal, actionGradient);
            for (int i = 0; i < theta.Length; i++)
            {
                gradient[i] += actionGradient[i];
                state[i] += theta[i];
            }
        }

        return sum;
    };

    /// <summary>The constant policy that reaches the goal: θ* = (g − s₀) / T (Eq. 19).</summary>
    /// <param name="start">s₀.</param>
    /// <param name="goal">g.</param>
    /// <param name="horizon">T.</param>
    /// <returns>θ*, as many components as s₀.</returns>
    public static double[] Optimum(IReadOnlyList<double> start, IReadOnlyList<double> goal, int horizon) =>
        [.. start.Zip(goal, (s, g) => (g - s) / horizon)];

    /// <summary>The learning rate with which a policy that follows <see cref="True"/> reaches the optimum in one step, 1/(2T³).</summary>
    /// <param name="horizon">T.</param>
    public static double OptimalStep(int horizon) => 1.0 / (2.0 * horizon * horizon * horizon);
}
