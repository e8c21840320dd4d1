namespace MetaCritic.Robots;

/// <summary>A point mass that the end effector carries.</summary>
/// <param name="Mass">Mass, kg; at least 0.</param>
/// <param name="Offset">Where it is in the end effector's frame, m.</param>
public readonly record struct Payload(double Mass, Vector3d Offset)
{
    /// <summary>The link and this payload as one rigid body.</summary>
    internal RobotLink AttachedTo(RobotLink link)
    {
        if (Mass == 0)
        {
            return link;
        }

        double mass = link.Mass + Mass;
        Vector3d center = ((link.Mass / mass) * link.CenterOfMass) + ((Mass / mass) * Offset);
        return link with
        {
            Mass = mass,
            CenterOfMass = center,
            Inertia = link.Inertia
                + InertiaTensor.OfPointMass(link.Mass, link.CenterOfMass - center)
                + InertiaTensor.OfPointMass(Mass, Offset - center),
        };
    }
}
