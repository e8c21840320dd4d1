using MetaCritic.Robots;

namespace MetaCritic.Tasks;

/// <summary>One policy to fit.</summary>
public sealed record FittingTask
{
    /// <summary>The goal, [PositionSize]; rad or m.</summary>
    public required IReadOnlyList<double> Goal { get; init; }

    /// <summary>Start state, [StateSize]; null for rest at the robot's <see cref="RobotModel.RestPosition"/>, or at 0 where there is no robot.</summary>
    public IReadOnlyList<double>? StartState { get; init; }

    /// <summary>The robot to fit on; null for the critic's own.</summary>
    public RobotModel? Robot { get; init; }

    /// <summary>Seed of the initial policy. The policy drawn depends on this, on <see cref="PolicyIndex"/> and on goal and start state, not on the place in a table.</summary>
    public ulong Seed { get; init; }

    /// <summary>Which of several policies for the same goal.</summary>
    public int PolicyIndex { get; init; }

    /// <summary>Numbers of updates after which the policy is kept as it is then, in <see cref="Learning.PolicyFit.Snapshots"/>; 0 for the initial policy. Default none; 0 or more, in rising order.</summary>
    public IReadOnlyList<int> Snapshots { get; init; } = [];

    /// <summary>Where the task starts, given or not.</summary>
    /// <param name="criticsRobot">The robot of a task that names none; null if there is none.</param>
    /// <param name="stateSize">Components of a state.</param>
    internal IReadOnlyList<double> StartOn(RobotModel? criticsRobot, int stateSize)
    {
        if (StartState is not null)
        {
            return StartState;
        }

        double[] start = new double[stateSize];
        (Robot ?? criticsRobot)?.RestPosition.ToArray().CopyTo(start, 0);
        return start;
    }
}
