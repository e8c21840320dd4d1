using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Robots;

namespace MetaCritic.Paper.Experiments;

/// <summary>Rolls fitted policies out and measures them on the way.</summary>
internal static class RollOut
{
    /// <summary>Where a policy is at one time.</summary>
    /// <param name="Error">Mean over joints of the squared position error, rad².</param>
    /// <param name="Speed">Root mean square of the joint speeds, rad/s.</param>
    public readonly record struct Sample(double Error, double Speed);

    /// <summary>Rolls policies out.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="dynamics">How it is stepped.</param>
    /// <param name="policies">The policies, each with its goal.</param>
    /// <param name="starts">Start states, one per policy; null for rest at 0.</param>
    /// <param name="steps">Control steps.</param>
    /// <returns>Samples after each step, [policies][steps].</returns>
    public static Sample[][] Of(RobotModel robot, RigidBodyOptions dynamics, IReadOnlyList<PolicyModel> policies, IReadOnlyList<IReadOnlyList<double>?>? starts, int steps)
    {
        int n = robot.DegreesOfFreedom;
        int count = policies.Count;
        SimulatedRobot arms = new(robot, count, dynamics, starts);
        double[] states = new double[2 * n * count], actions = new double[n * count], state = new double[2 * n], action = new double[n];
        Sample[][] samples = [.. policies.Select(_ => new Sample[steps])];
        arms.Reset(states);
        for (int t = 0; t < steps; t++)
        {
            for (int b = 0; b < count; b++)
            {
                Gather(states, count, b, state);
                policies[b].Act(state, action);
                for (int i = 0; i < n; i++)
                {
                    actions[(i * count) + b] = action[i];
                }
            }

            arms.Step(actions, states);
            for (int b = 0; b < count; b++)
            {
                Gather(states, count, b, state);
                samples[b][t] = Measure(state, policies[b].Goal);
            }
        }

        return samples;
    }

    private static void Gather(double[] states, int count, int b, double[] state)
    {
        for (int i = 0; i < state.Length; i++)
        {
            state[i] = states[(i * count) + b];
        }
    }

    private static Sample Measure(double[] state, IReadOnlyList<double> goal)
    {
        int n = goal.Count;
        double error = 0;
        double speed = 0;
        for (int i = 0; i < n; i++)
        {
            error += (state[i] - goal[i]) * (state[i] - goal[i]) / n;
            speed += state[n + i] * state[n + i] / n;
        }

        return new(error, Math.Sqrt(speed));
    }
}
