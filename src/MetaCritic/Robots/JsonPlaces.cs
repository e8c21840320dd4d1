namespace MetaCritic.Robots;

/// <summary>Where the parts of a robot stand in the JSON object of a model file.</summary>
/// <param name="source">What errors call the object's source.</param>
internal sealed class JsonPlaces(string source) : RobotPlaces
{
    /// <inheritdoc/>
    public override bool AllowsInertiaWithoutMass => true;

    /// <inheritdoc/>
    public override string OfRobot() => $"{source}, $";

    /// <inheritdoc/>
    public override string OfGravity() => $"{source}, $.gravity";

    /// <inheritdoc/>
    public override string OfPayload() => $"{source}, $.payload";

    /// <inheritdoc/>
    public override string OfEndEffector() => $"{source}, $.endEffector";

    /// <inheritdoc/>
    public override string OfLink(int index, RobotPart part = RobotPart.Itself) => $"{source}, $.links[{index}]{Member(part)}";

    /// <inheritdoc/>
    public override string OfJoint(int index, RobotPart part = RobotPart.Itself) => $"{source}, $.joints[{index}]{Member(part)}";

    private static string Member(RobotPart part)
    {
        if (part == RobotPart.Itself)
        {
            return "";
        }

        string name = part.ToString();
        return $".{char.ToLowerInvariant(name[0])}{name[1..]}";
    }
}
