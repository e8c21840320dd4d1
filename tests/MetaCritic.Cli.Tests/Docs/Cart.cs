using MetaCritic.Dynamics;

namespace MetaCritic.Cli.Tests.Docs;

/// <summary>A cart on a rail, pushed by a motor, slowed by the air: dynamics of one's own, as docs/own-environment.md shows them.</summary>
internal sealed class Cart : IDifferentiableDynamics
{
    private const double TimeStep = 0.05; // s
    private const double Push = 20;       // m/s² for a unit of action
    private const double Drag = 0.5;      // 1/m

    public int StateSize => 2; // position, then velocity

    public int ActionSize => 1;

    public int PositionSize => 1;

    // Component i of roll-out b stands at [i * lanes + b].
    public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates)
    {
        for (int b = 0; b < lanes; b++)
        {
            double x = states[b], v = states[lanes + b];
            double nextV = v + (TimeStep * ((Push * actions[b]) - (Drag * v * Math.Abs(v))));
            nextStates[b] = x + (TimeStep * nextV);
            nextStates[lanes + b] = nextV;
        }
    }

    // The step backwards: from the cotangents of the next state to those of state and action.
    public void StepVjp(
        int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions,
        ReadOnlySpan<double> nextCotangents, Span<double> stateCotangents, Span<double> actionCotangents)
    {
        for (int b = 0; b < lanes; b++)
        {
            double v = states[lanes + b];
            double ofNextV = nextCotangents[lanes + b] + (TimeStep * nextCotangents[b]);
            stateCotangents[b] = nextCotangents[b];
            stateCotangents[lanes + b] = ofNextV * (1 - (TimeStep * 2 * Drag * Math.Abs(v)));
            actionCotangents[b] = ofNextV * TimeStep * Push;
        }
    }
}
