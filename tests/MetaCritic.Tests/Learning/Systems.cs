using MetaCritic.Dynamics;

namespace MetaCritic.Tests.Learning;

/// <summary>States that no action moves: x' = 0.9·x + 0.1. Trajectories are then constant in θ without being held constant.</summary>
internal sealed class Drift(int positions) : IDifferentiableDynamics
{
    public int StateSize => 2 * positions;

    public int ActionSize => positions;

    public int PositionSize => positions;

    public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates)
    {
        for (int i = 0; i < states.Length; i++)
        {
            nextStates[i] = (0.9 * states[i]) + 0.1;
        }
    }

    public void StepVjp(
        int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, ReadOnlySpan<double> nextCotangents, Span<double> stateCotangents, Span<double> actionCotangents)
    {
        for (int i = 0; i < states.Length; i++)
        {
            stateCotangents[i] = 0.9 * nextCotangents[i];
        }

        actionCotangents.Clear();
    }
}

/// <summary>A point mass that leaves every bound in roll-outs whose start position is above 5.</summary>
internal sealed class Explosive : IDifferentiableDynamics
{
    public int StateSize => 1;

    public int ActionSize => 1;

    public int PositionSize => 1;

    public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates)
    {
        for (int b = 0; b < lanes; b++)
        {
            nextStates[b] = states[b] > 5 ? double.PositiveInfinity : states[b] + (0.1 * actions[b]);
        }
    }

    public void StepVjp(
        int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, ReadOnlySpan<double> nextCotangents, Span<double> stateCotangents, Span<double> actionCotangents)
    {
        for (int b = 0; b < lanes; b++)
        {
            stateCotangents[b] = states[b] > 5 ? double.NaN : nextCotangents[b];
            actionCotangents[b] = states[b] > 5 ? double.NaN : 0.1 * nextCotangents[b];
        }
    }
}

/// <summary>A cart per copy that offers <see cref="IEnvironment"/> and nothing else, and counts what it is asked for.</summary>
internal sealed class Carts(int count, double mass = 1) : IEnvironment
{
    private readonly double[] _states = new double[2 * count];

    public int Resets { get; private set; }

    public int Steps { get; private set; }

    public int Count => count;

    public int StateSize => 2;

    public int ActionSize => 1;

    public void Reset(Span<double> states)
    {
        Resets++;
        Array.Clear(_states);
        states.Clear();
    }

    public void Step(ReadOnlySpan<double> actions, Span<double> states)
    {
        Steps++;
        for (int b = 0; b < count; b++)
        {
            _states[count + b] += 0.1 * (actions[b] - _states[count + b]) / mass;
            _states[b] += 0.1 * _states[count + b];
        }

        _states.CopyTo(states);
    }
}

/// <summary>The same cart as differentiable dynamics.</summary>
internal class CartDynamics : IDifferentiableDynamics
{
    public int StateSize => 2;

    public int ActionSize => 1;

    public int PositionSize => 1;

    public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates)
    {
        for (int b = 0; b < lanes; b++)
        {
            nextStates[lanes + b] = states[lanes + b] + (0.1 * (actions[b] - states[lanes + b]));
            nextStates[b] = states[b] + (0.1 * nextStates[lanes + b]);
        }
    }

    public void StepVjp(
        int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, ReadOnlySpan<double> nextCotangents, Span<double> stateCotangents, Span<double> actionCotangents)
    {
        for (int b = 0; b < lanes; b++)
        {
            double velocity = nextCotangents[lanes + b] + (0.1 * nextCotangents[b]);
            stateCotangents[b] = nextCotangents[b];
            stateCotangents[lanes + b] = 0.9 * velocity;
            actionCotangents[b] = 0.1 * velocity;
        }
    }
}

/// <summary>The cart, not to be trusted beyond a distance from 0.</summary>
internal sealed class Untrusted(double distance) : CartDynamics, ITrustRegion
{
    public void Disagreement(int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> disagreements)
    {
        for (int b = 0; b < lanes; b++)
        {
            disagreements[b] = Math.Abs(states[b]) > distance ? 5 : 1;
        }
    }
}
