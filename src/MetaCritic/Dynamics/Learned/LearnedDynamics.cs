using System.Globalization;
using System.Numerics;
using MetaCritic.Robots;

namespace MetaCritic.Dynamics;

/// <summary>
/// Dynamics f(s, a) = s' learned from transitions: an ensemble of networks that predicts the change of the state, or what a
/// <see cref="Prior"/> leaves to explain, with the exact vector-Jacobian product of a step. <see cref="DynamicsLearner"/>
/// makes it. Immutable and thread-safe; a call allocates nothing in steady state.
/// </summary>
/// <remarks>
/// <para>
/// With Δ the mean prediction of the networks: s' = s + Δ; with a prior p, s' = p(s, a) + Δ. With a
/// <see cref="DynamicsLearnerOptions.TimeStep"/> h, Δ is of the velocities alone and positions follow as in
/// <see cref="RigidBodyDynamics"/>: q̇' = q̇ + Δ, q' = q + h·q̇'; with a prior, both of its velocity and, times h, of its position
/// are corrected.
/// </para>
/// <para>The networks compute in single precision, all else in double. Section 3.2 of the paper allows f to be learned.</para>
/// </remarks>
public sealed partial class LearnedDynamics : IDifferentiableDynamics, ITrustRegion
{
    private readonly LearnedParts _parts;
    private readonly DynamicsEnsemble<float>? _single;
    private readonly DynamicsEnsemble<double>? _double;
    private readonly WorkspacePool[] _pools; // for 2ᵏ lanes

    internal LearnedDynamics(LearnedParts parts, bool inDouble = false)
    {
        _parts = parts;
        if (inDouble)
        {
            _double = new(parts.Features, parts.Input, parts.Output, parts.Network, parts.Members);
        }
        else
        {
            _single = new(parts.Features, parts.Input, parts.Output, parts.Network, parts.Members);
        }

        _pools = [.. Enumerable.Range(0, 31).Select(k => new WorkspacePool(checked((int)Math.Min(int.MaxValue / 2, (long)parts.Network.OutputSize << k))))];
    }

    /// <inheritdoc/>
    public int StateSize => _parts.Features.StateSize;

    /// <inheritdoc/>
    public int ActionSize => _parts.Features.ActionSize;

    /// <inheritdoc/>
    public int PositionSize => _parts.Features.PositionSize;

    /// <summary>What it was learned with.</summary>
    public DynamicsLearnerOptions Options => _parts.Options;

    /// <summary>Dynamics that the networks correct; null if they predict all of the change.</summary>
    public IDifferentiableDynamics? Prior => _parts.Prior;

    /// <summary>The robot that is corrected; null where <see cref="Prior"/> is not the dynamics of one robot.</summary>
    public RobotModel? PriorRobot => (Prior as RigidBodyDynamics)?.OnlyRobot;

    /// <summary>How a <see cref="Prior"/> of a robot is stepped; null for none.</summary>
    public RigidBodyOptions? PriorOptions => (Prior as RigidBodyDynamics)?.Options;

    /// <summary>How well it predicts the rows that were held out.</summary>
    public DynamicsMetrics HeldOut => _parts.HeldOut;

    /// <summary>Sizes and what they were learned from: <c>learned dynamics: 5 networks, 4 state + 2 action components, from 900 rows, R² at least 0.993</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"learned dynamics: {Counted.Text(_parts.Members.Count, "network")}, {StateSize} state + {ActionSize} action components, from {HeldOut.Rows:N0} rows, R² at least {HeldOut.RSquared.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min():G3}");

    /// <summary>The same with the networks in double precision, for checks of derivatives.</summary>
    internal LearnedDynamics InDouble() => new(_parts, inDouble: true);

    internal LearnedParts Parts => _parts;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A span has not the size that <paramref name="lanes"/> asks for, or spans overlap.</exception>
    public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates)
    {
        Check(lanes, states, actions);
        Sizes.Check(nextStates.Length, StateSize, lanes, nameof(nextStates));
        Sizes.CheckApart(states, nextStates, nameof(nextStates));
        Sizes.CheckApart(actions, nextStates, nameof(nextStates));
        WorkspacePool pool = _pools[32 - BitOperations.LeadingZeroCount((uint)lanes - 1)];
        Workspace workspace = pool.Rent();
        Span<double> change = workspace.Span[..(_parts.Network.OutputSize * lanes)];
        Predict(lanes, states, actions, change, []);
        if (Prior is { } prior)
        {
            prior.Step(firstRollout, lanes, states, actions, nextStates);
        }
        else
        {
            states.CopyTo(nextStates);
        }

        if (Options.TimeStep is double h)
        {
            Span<double> positions = nextStates[..change.Length];
            Span<double> velocities = nextStates[change.Length..];
            for (int k = 0; k < change.Length; k++)
            {
                velocities[k] += change[k];
                positions[k] += h * (Prior is null ? velocities[k] : change[k]);
            }
        }
        else
        {
            for (int k = 0; k < change.Length; k++)
            {
                nextStates[k] += change[k];
            }
        }

        pool.Return(workspace);
        GC.KeepAlive(workspace);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A span has not the size that <paramref name="lanes"/> asks for, or an output overlaps an input.</exception>
    public void StepVjp(
        int firstRollout,
        int lanes,
        ReadOnlySpan<double> states,
        ReadOnlySpan<double> actions,
        ReadOnlySpan<double> nextCotangents,
        Span<double> stateCotangents,
        Span<double> actionCotangents)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        Sizes.CheckVjp(this, lanes, states, actions, nextCotangents, stateCotangents, actionCotangents);
        if (Prior is { } prior)
        {
            prior.StepVjp(firstRollout, lanes, states, actions, nextCotangents, stateCotangents, actionCotangents);
        }
        else
        {
            nextCotangents.CopyTo(stateCotangents);
            actionCotangents.Clear();
        }

        WorkspacePool pool = _pools[32 - BitOperations.LeadingZeroCount((uint)lanes - 1)];
        Workspace workspace = pool.Rent();
        Span<double> change = workspace.Span[..(_parts.Network.OutputSize * lanes)];
        if (Options.TimeStep is double h)
        {
            ReadOnlySpan<double> positions = nextCotangents[..change.Length];
            ReadOnlySpan<double> velocities = nextCotangents[change.Length..];
            for (int k = 0; k < change.Length; k++)
            {
                change[k] = velocities[k] + (h * positions[k]);
                if (Prior is null)
                {
                    stateCotangents[change.Length + k] += h * positions[k];
                }
            }
        }
        else
        {
            nextCotangents.CopyTo(change);
        }

        if (_single is not null)
        {
            _single.AddVjp(lanes, states, actions, change, stateCotangents, actionCotangents);
        }
        else
        {
            _double!.AddVjp(lanes, states, actions, change, stateCotangents, actionCotangents);
        }

        pool.Return(workspace);
        GC.KeepAlive(workspace);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The root mean square, over what is predicted, of the networks' standard deviation, divided by its 95th percentile on the
    /// rows held out. 0 of a single network.
    /// </remarks>
    /// <exception cref="ArgumentException">A span has not the size that <paramref name="lanes"/> asks for.</exception>
    public void Disagreement(int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> disagreements)
    {
        Check(lanes, states, actions);
        Sizes.Check(disagreements.Length, lanes, nameof(disagreements));
        Predict(lanes, states, actions, [], disagreements);
        for (int lane = 0; lane < lanes; lane++)
        {
            disagreements[lane] /= HeldOut.Disagreement > 0 ? HeldOut.Disagreement : 1;
        }
    }

    private void Predict(int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> mean, Span<double> disagreements)
    {
        if (_single is not null)
        {
            _single.Predict(lanes, states, actions, mean, disagreements);
        }
        else
        {
            _double!.Predict(lanes, states, actions, mean, disagreements);
        }
    }

    private void Check(int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        Sizes.Check(states.Length, StateSize, lanes, nameof(states));
        Sizes.Check(actions.Length, ActionSize, lanes, nameof(actions));
    }
}
