namespace MetaCritic.Robots;

/// <summary>The parts of a link or joint that an error can point at.</summary>
internal enum RobotPart
{
    Itself,
    Name,
    Mass,
    CenterOfMass,
    Inertia,
    Type,
    Parent,
    Child,
    Origin,
    Axis,
    Limits,
    Dynamics,
    Mimic,
}

/// <summary>
/// Says where a part of a robot description was written, so that one validator serves the constructor, URDF and JSON.
/// Indices are those of the description's own order.
/// </summary>
internal abstract class RobotPlaces
{
    /// <summary>
    /// Whether a link may keep an inertia when its mass is 0: in changed copies, where the mass alone was taken away, and in
    /// what is written of them.
    /// </summary>
    public virtual bool AllowsInertiaWithoutMass => false;

    /// <summary>Whether a joint could not be read whole, so that nothing more can be said about it.</summary>
    public virtual bool IsIncomplete(int joint) => false;

    /// <summary>The robot as a whole.</summary>
    public abstract string OfRobot();

    /// <summary>The gravity vector.</summary>
    public abstract string OfGravity();

    /// <summary>The payload.</summary>
    public abstract string OfPayload();

    /// <summary>The choice of the end effector.</summary>
    public abstract string OfEndEffector();

    /// <summary>A link.</summary>
    public abstract string OfLink(int index, RobotPart part = RobotPart.Itself);

    /// <summary>A joint.</summary>
    public abstract string OfJoint(int index, RobotPart part = RobotPart.Itself);
}
