using MetaCritic.Dynamics;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>
/// A centred critic wants no action at rest at the goal. That is right only where no action holds the goal: where gravity is
/// compensated, or has no effect.
/// </summary>
internal static class CentreCheck
{
    // What the system may do by itself, in parts of what a unit of action does.
    private const double Tolerance = 1e-6;
    private const double LearnedTolerance = 0.2; // learned dynamics are not exact

    /// <summary>Checks that the system stays at every goal without action.</summary>
    /// <param name="dynamics">The system.</param>
    /// <param name="goals">The goals.</param>
    /// <param name="policiesPerGoal">Policies per goal: roll-outs may have systems of their own.</param>
    /// <param name="stops">The joints, if end stops keep them within their limits: a goal beyond is looked at where the arm would rest; null without stops.</param>
    /// <exception cref="InvalidInputException">It does not.</exception>
    public static void Require(IDifferentiableDynamics dynamics, TrainingGoals goals, int policiesPerGoal, IReadOnlyList<RobotJoint>? stops)
    {
        int[] rows = goals.PolicyRows(policiesPerGoal);
        double tolerance = dynamics is ITrustRegion ? LearnedTolerance : Tolerance;
        double[] state = new double[dynamics.StateSize];
        double[] action = new double[dynamics.ActionSize];
        double[] still = new double[dynamics.StateSize];
        double[] moved = new double[dynamics.StateSize];
        for (int p = 0; p < rows.Length; p++)
        {
            goals.Goals[rows[p]].CopyTo(state, 0);
            for (int i = 0; i < (stops?.Count ?? 0); i++)
            {
                state[i] = Math.Clamp(state[i], stops![i].LowerLimit, stops[i].UpperLimit);
            }

            dynamics.Step(p, 1, state, action, still);
            double drift = Distance(state, still);
            double effect = 0;
            for (int i = 0; i < action.Length; i++)
            {
                action[i] = 1;
                dynamics.Step(p, 1, state, action, moved);
                action[i] = 0;
                effect = Math.Max(effect, Distance(still, moved));
            }

            if (!(drift <= tolerance * effect))
            {
                throw new InvalidInputException(
                    "options.criticForm",
                    FormattableString.Invariant($"it is centred, but without action the system does not stay at goal {rows[p] + 1}: it moves by {drift / effect:G2} of what a unit of action does"),
                    "Compensate gravity (gravityCompensation=true), or take the plain form (criticForm=plain)");
            }
        }
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
}
