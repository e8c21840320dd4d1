namespace MetaCritic.Tasks;

/// <summary>Where a setting of <see cref="TaskPreset.For"/> comes from.</summary>
public enum SettingSource
{
    /// <summary>The masses that the joint moves: the median over poses inside the limits.</summary>
    Inertia,

    /// <summary>The masses and the joint's own damping, which holds against half of the torque or more.</summary>
    Damping,

    /// <summary>The limit in the robot's description.</summary>
    Limit,

    /// <summary>A value that suits most arms: the description gives no limit, or a higher one.</summary>
    Usual,
}
