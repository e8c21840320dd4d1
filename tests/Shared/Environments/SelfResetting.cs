using MetaCritic.Dynamics;

namespace MetaCritic.Tests.Shared;

/// <summary>An environment that begins again by itself when an episode is over, as many simulators do.</summary>
/// <param name="inner">The environment.</param>
/// <param name="episode">Steps of an episode.</param>
internal sealed class SelfResetting(IEnvironment inner, int episode) : IEnvironment
{
    private int _steps;

    public int Count => inner.Count;

    public int StateSize => inner.StateSize;

    public int ActionSize => inner.ActionSize;

    public void Reset(Span<double> states)
    {
        _steps = 0;
        inner.Reset(states);
    }

    public void Step(ReadOnlySpan<double> actions, Span<double> states)
    {
        inner.Step(actions, states);
        if (++_steps == episode)
        {
            Reset(states);
        }
    }
}
