using MetaCritic.Dynamics;

namespace MetaCritic.Tests.Reliability;

/// <summary>Dynamics and an environment that count how often they are asked, and do something at the n-th time. For any number of threads.</summary>
/// <param name="inner">The dynamics.</param>
/// <param name="atCall">Is told the number of each call, from 1.</param>
internal sealed class CountingSystem(IDifferentiableDynamics inner, Action<long> atCall) : IDifferentiableDynamics
{
    private long _calls;

    /// <summary>Calls so far.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    public int StateSize => inner.StateSize;

    public int ActionSize => inner.ActionSize;

    public int PositionSize => inner.PositionSize;

    public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates)
    {
        atCall(Interlocked.Increment(ref _calls));
        inner.Step(firstRollout, lanes, states, actions, nextStates);
    }

    public void StepVjp(
        int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, ReadOnlySpan<double> nextCotangents, Span<double> stateCotangents, Span<double> actionCotangents)
    {
        atCall(Interlocked.Increment(ref _calls));
        inner.StepVjp(firstRollout, lanes, states, actions, nextCotangents, stateCotangents, actionCotangents);
    }
}
