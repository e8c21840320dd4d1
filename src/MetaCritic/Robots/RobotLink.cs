namespace MetaCritic.Robots;

/// <summary>A rigid body of a robot.</summary>
public sealed record RobotLink
{
    /// <summary>Its name, unique in the robot.</summary>
    public required string Name { get; init; }

    /// <summary>Mass, kg; 0 for a mere frame.</summary>
    public double Mass { get; init; }

    /// <summary>Centre of mass in the link's frame, m.</summary>
    public Vector3d CenterOfMass { get; init; }

    /// <summary>Rotational inertia about the centre of mass, along the axes of the link's frame, kg·m².</summary>
    public InertiaTensor Inertia { get; init; }
}
