namespace MetaCritic.Learning;

/// <summary>How a training can have learned nothing.</summary>
public enum LearningFailure
{
    /// <summary>In the last meta-iterations every policy diverged or exceeded a limit.</summary>
    NoPolicyCounts,

    /// <summary>The final errors of the last meta-iterations are no smaller than those of the first ones.</summary>
    NoBetterThanAtFirst,

    /// <summary>All policies that were fitted with the critic afterwards diverged.</summary>
    EveryFitDiverges,

    /// <summary>Policies that were fitted with the critic afterwards are no better than before fitting.</summary>
    FittingDoesNotHelp,
}
