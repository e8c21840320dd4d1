namespace MetaCritic.Robots;

/// <summary>Places in a robot that was put together in code: the names of its parts.</summary>
/// <param name="robot">What stands first, such as <c>robot 'x'</c>.</param>
/// <param name="links">The links, to name them.</param>
/// <param name="joints">The joints, to name them.</param>
/// <param name="changed">Whether the robot is a changed copy.</param>
internal sealed class NamedPlaces(string robot, IReadOnlyList<RobotLink> links, IReadOnlyList<RobotJoint> joints, bool changed = false) : RobotPlaces
{
    /// <inheritdoc/>
    public override bool AllowsInertiaWithoutMass => changed;

    /// <inheritdoc/>
    public override string OfRobot() => robot;

    /// <inheritdoc/>
    public override string OfGravity() => robot + ", gravity";

    /// <inheritdoc/>
    public override string OfPayload() => robot + ", payload";

    /// <inheritdoc/>
    public override string OfEndEffector() => robot + ", end effector";

    /// <inheritdoc/>
    public override string OfLink(int index, RobotPart part = RobotPart.Itself) =>
        $"{robot}, link {Named(links[index]?.Name, index)}{Suffix(part)}";

    /// <inheritdoc/>
    public override string OfJoint(int index, RobotPart part = RobotPart.Itself) =>
        $"{robot}, joint {Named(joints[index]?.Name, index)}{Suffix(part)}";

    private static string Named(string? name, int index) => string.IsNullOrEmpty(name) ? $"number {index}" : Quoted.Text(name);

    private static string Suffix(RobotPart part) => part switch
    {
        RobotPart.Itself => "",
        RobotPart.CenterOfMass => ", centre of mass",
#pragma warning disable CA1308 // a word in a sentence, not a key to compare by
        _ => ", " + part.ToString().ToLowerInvariant(),
#pragma warning restore CA1308
    };
}
