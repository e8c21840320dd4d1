using System.Runtime.CompilerServices;
using MetaCritic.Dynamics;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>
/// The time up to which each trajectory counts: with dynamics that know where they are not to be trusted, up to the first state whose
/// step is not; to the horizon otherwise.
/// </summary>
internal sealed class TrajectoryEnds
{
    private readonly double _limit;
    private readonly int[] _ends;
    private ITrustRegion? _trustRegion; // null if trajectories count to their end in any case

    public TrajectoryEnds(int count, MetaTrainingOptions options)
    {
        _limit = options.DisagreementLimit;
        _ends = new int[count];
        _ends.AsSpan().Fill(options.Horizon);
    }

    /// <summary>The end of a roll-out's trajectory.</summary>
    public int this[int b] => _ends[b];

    /// <summary>Has the ends found by these dynamics.</summary>
    public void Use(IDifferentiableDynamics dynamics) => _trustRegion = double.IsFinite(_limit) ? dynamics as ITrustRegion : null;

    /// <summary>Finds the ends of the trajectories of a group.</summary>
    [SkipLocalsInit]
    public void Find<T>(PolicyRollouts<T> rollouts, int group)
        where T : unmanaged
    {
        if (_trustRegion is null)
        {
            return;
        }

        int lanes = rollouts.Lanes(group);
        Span<double> disagreements = stackalloc double[lanes];
        Span<int> ends = _ends.AsSpan(group * rollouts.GroupSize, lanes);
        ends.Fill(rollouts.Horizon);
        for (int t = rollouts.Horizon - 1; t >= 0; t--)
        {
            _trustRegion.Disagreement(lanes, rollouts.StateSpan(group, t), rollouts.ActionSpan(group, t), disagreements);
            for (int lane = 0; lane < lanes; lane++)
            {
                ends[lane] = disagreements[lane] <= _limit ? ends[lane] : t; // t for NaN too
            }
        }
    }
}
