using MetaCritic.Robots;

namespace MetaCritic.Cli.Views;

/// <summary>What is to be seen: robots, and how policies move them.</summary>
/// <param name="Title">What it shows, in a few words.</param>
/// <param name="Runs">The motions; none for a robot alone.</param>
/// <param name="Robots">The robots: each run names one by its index.</param>
internal sealed record Scene(string Title, IReadOnlyList<Run> Runs, IReadOnlyList<RobotModel> Robots)
{
    /// <summary>Error up to which an arm counts as arrived, rad² or m².</summary>
    public double Tolerance { get; init; } = Analysis.ErrorSummary.DefaultTolerance;
}

/// <summary>One goal, and how an arm moves towards it before, during and after fitting.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Note">What is different about it, such as a heavier link; empty for nothing.</param>
/// <param name="Robot">Index of its robot.</param>
/// <param name="Goal">The goal, [joints]; rad or m; null if there is none.</param>
/// <param name="Stages">The motions, in the order in which they came about; one at least.</param>
/// <param name="Curve">The error before each update and after the last; empty if it is not known.</param>
internal sealed record Run(string Name, string Note, int Robot, IReadOnlyList<double>? Goal, IReadOnlyList<Stage> Stages, IReadOnlyList<double> Curve);

/// <summary>One motion.</summary>
/// <param name="Name">What it is called: <c>before fitting</c>, <c>after 60 updates</c>.</param>
/// <param name="Updates">Policy updates behind it; −1 if they are not known.</param>
/// <param name="Times">Time of each pose, s, rising.</param>
/// <param name="Positions">The poses, [times] of [joints]; rad or m.</param>
/// <param name="Errors">Mean over joints of the squared distance to the goal at each time, rad² or m²; empty without a goal.</param>
/// <param name="Diverged">Whether it ended because the state left the finite range.</param>
internal sealed record Stage(string Name, int Updates, IReadOnlyList<double> Times, IReadOnlyList<double[]> Positions, IReadOnlyList<double> Errors, bool Diverged)
{
    /// <summary>The error at the end; NaN if it diverged or has no goal.</summary>
    public double Error => Diverged || Errors.Count == 0 ? double.NaN : Errors[^1];
}
