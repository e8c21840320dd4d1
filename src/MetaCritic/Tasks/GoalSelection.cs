namespace MetaCritic.Tasks;

/// <summary>Some of many goals.</summary>
public static class GoalSelection
{
    /// <summary>Goals spread evenly over a table, with their starts, weights and parameters.</summary>
    /// <param name="goals">The goals.</param>
    /// <param name="most">How many at most, 1 or more.</param>
    /// <returns>The same object if there are no more.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is less than 1.</exception>
    public static TrainingGoals Spread(this TrainingGoals goals, int most)
    {
        ArgumentNullException.ThrowIfNull(goals);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        int count = goals.Goals.Count;
        if (count <= most)
        {
            return goals;
        }

        int[] rows = [.. Enumerable.Range(0, most).Select(i => (int)((long)i * count / most))];
        return goals with
        {
            Goals = [.. rows.Select(row => goals.Goals[row])],
            StartStates = goals.StartStates is { } starts ? [.. rows.Select(row => starts[row])] : null,
            Weights = goals.Weights is { } weights ? [.. rows.Select(row => weights[row])] : null,
            ParameterValues = goals.ParameterValues is { } values ? [.. rows.Select(row => values[row])] : null,
        };
    }
}
