using System.Globalization;

namespace MetaCritic.Tasks;

public sealed partial record OutsideLimits
{
    // Up to so many are said one by one.
    private const int Few = 4;

    /// <summary>All of a table as sentences without a full stop: each one if there are few, else one sentence per joint.</summary>
    /// <param name="found">What <see cref="GoalLimits.Check"/> found.</param>
    public static IReadOnlyList<string> Describe(IReadOnlyList<OutsideLimits> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return found.Count <= Few
            ? [.. found.Select(one => one.Message)]
            : [.. found.GroupBy(one => (one.IsStart, one.Joint)).Select(group => Describe([.. group], group.Key.IsStart ? "start" : "goal"))];
    }

    private static string Describe(OutsideLimits[] group, string what)
    {
        // The message of the one farthest out stands for all; it has a hint if any has.
        OutsideLimits farthest = group.MaxBy(one => Math.Abs(one.Position))!;
        return group.Length == 1
            ? farthest.Message
            : string.Create(CultureInfo.InvariantCulture, $"{group.Length} {what}s, joint {farthest.Joint}: from {group.Min(one => one.Position):G4} to {group.Max(one => one.Position):G4}; {farthest.Message}");
    }
}
