namespace MetaCritic.Robots;

/// <summary>How the description of a robot is read.</summary>
public sealed record RobotReadingOptions
{
    /// <summary>
    /// Whether elements and attributes that are not known are errors. Default false: those that could not mean anything to dynamics are
    /// passed over with a warning each. Misspelt ones are errors in any case.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>
    /// Joints that are locked, and where: rad or m; 0 for a floating, planar or ball joint, which is read only if it is locked. Joints
    /// that follow a locked one are locked with it.
    /// </summary>
    public IReadOnlyDictionary<string, double> Locks { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// If not null: the joints that stay movable. All others are locked, at position 0 or at the nearest one inside the limits unless
    /// <see cref="Locks"/> says where.
    /// </summary>
    public IReadOnlyList<string>? LockAllBut { get; init; }
}
