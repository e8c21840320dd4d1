namespace MetaCritic.Tasks;

/// <summary>The table of goals a critic is meta-trained on.</summary>
public sealed record TrainingGoals
{
    /// <summary>Goal positions, one row per goal, [PositionSize] each; rad or m.</summary>
    public required IReadOnlyList<double[]> Goals { get; init; }

    /// <summary>Start state of each goal's roll-outs, [StateSize] each; null for rest at the robot's <see cref="Robots.RobotModel.RestPosition"/>, or at 0 where there is no robot.</summary>
    public IReadOnlyList<double[]>? StartStates { get; init; }

    /// <summary>Weight of each goal in the task loss, relative to the others; null for equal weights.</summary>
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>Parameters of the robot that differ between goals, such as <c>iiwa_link_7.mass</c>, each once. Default none.</summary>
    public IReadOnlyList<string> ParameterNames { get; init; } = [];

    /// <summary>Values of the parameters for each goal's roll-outs, [ParameterNames] each, in the parameters' units; null if there are no such parameters.</summary>
    public IReadOnlyList<double[]>? ParameterValues { get; init; }

    /// <summary>The row that each policy serves: the rows in their canonical order, each as often as it has policies.</summary>
    internal int[] PolicyRows(int policiesPerGoal) => [.. CanonicalOrder().SelectMany(row => Enumerable.Repeat(row, policiesPerGoal))];

    /// <summary>The rows in an order that does not depend on their order in the table.</summary>
    internal int[] CanonicalOrder()
    {
        int[] order = [.. Enumerable.Range(0, Goals.Count)];
        Array.Sort(order, Compare);
        return order;

        int Compare(int a, int b)
        {
            int result = Goals[a].AsSpan().SequenceCompareTo(Goals[b]);
            result = result == 0 && StartStates is { } starts ? starts[a].AsSpan().SequenceCompareTo(starts[b]) : result;
            result = result == 0 && Weights is { } weights ? weights[a].CompareTo(weights[b]) : result;
            return result == 0 && ParameterValues is { } values ? values[a].AsSpan().SequenceCompareTo(values[b]) : result;
        }
    }
}
