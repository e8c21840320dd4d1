using MetaCritic.Networks;

namespace MetaCritic.Tasks;

/// <summary>
/// Goals drawn at random. A goal is a function of the seed and its index, so that a longer list begins with the shorter one.
/// </summary>
public static class GoalSampling
{
    private delegate double Draw(ref KeyedRandom random, int goal, int joint);

    /// <summary>Goals drawn evenly from a cube.</summary>
    /// <param name="joints">Components of a goal, 1 or more.</param>
    /// <param name="count">How many goals, 0 or more.</param>
    /// <param name="low">Least position, rad or m.</param>
    /// <param name="high">Greatest position.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>Goals, [count][joints].</returns>
    /// <exception cref="InvalidInputException">An end is not finite, or the least is above the greatest.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are to be no joints, or a negative number of goals.</exception>
    public static double[][] Uniform(int joints, int count, double low, double high, ulong seed)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low > high)
        {
            throw new InvalidInputException("The range of goals", FormattableString.Invariant($"it goes from {low} to {high}"), "Give finite ends, the first not above the second");
        }

        return Drawn(joints, count, seed, (ref KeyedRandom random, int _, int _) => low + (random.NextDouble() * (high - low)));
    }

    /// <summary>Goals drawn from normal distributions around given ones, as for the paper's Table 1.</summary>
    /// <param name="centers">Means, [joints] each, used in turn.</param>
    /// <param name="standardDeviation">Standard deviation in each joint, rad or m; 0 or more.</param>
    /// <param name="count">How many goals in all, 0 or more.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>Goals, [count][joints].</returns>
    /// <exception cref="InvalidInputException">There is no mean, they differ in length, or a number is out of its range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are to be a negative number of goals.</exception>
    public static double[][] Around(IReadOnlyList<double[]> centers, double standardDeviation, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(centers);
        if (centers.Count == 0 || centers.Any(center => center is null || center.Length != centers[0].Length || !center.All(double.IsFinite)))
        {
            throw new InvalidInputException("The centres", centers.Count == 0 ? "there are none" : "they differ in length, or a number is not finite", "Give at least one, all with one finite position per joint");
        }

        if (!double.IsFinite(standardDeviation) || standardDeviation < 0)
        {
            throw new InvalidInputException("The standard deviation", FormattableString.Invariant($"value is {standardDeviation}"), "Give a finite number, 0 or more");
        }

        return Drawn(
            centers[0].Length, count, seed, (ref KeyedRandom random, int goal, int joint) => centers[goal % centers.Count][joint] + (standardDeviation * random.NextNormal()));
    }

    private static double[][] Drawn(int joints, int count, ulong seed, Draw draw)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(joints, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        double[][] goals = new double[count][];
        for (int goal = 0; goal < count; goal++)
        {
            KeyedRandom random = KeyedRandom.Create(seed, (ulong)goal);
            goals[goal] = new double[joints];
            for (int joint = 0; joint < joints; joint++)
            {
                goals[goal][joint] = draw(ref random, goal, joint);
            }
        }

        return goals;
    }
}
