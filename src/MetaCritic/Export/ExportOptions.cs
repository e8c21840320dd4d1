using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Export;

/// <summary>What an export knows of the robot besides the model. A critic brings both itself.</summary>
public sealed record ExportOptions
{
    /// <summary>The robot: names and units of what goes in and comes out. Default null: components have numbers; any robot with the model's number of joints.</summary>
    public RobotModel? Robot { get; init; }

    /// <summary>How an action becomes a torque: torque scale, drive, torque limits. Default null; needed for <see cref="Torques"/>.</summary>
    public RigidBodyOptions? Dynamics { get; init; }

    /// <summary>
    /// Whether a policy also gives the torques (forces) of the drives, N·m or N: k·a, or k·a − (k/v)·q̇ with a speed loop, within the joints'
    /// effort limits if those act. Default false.
    /// </summary>
    public bool Torques { get; init; }

    /// <summary>Whether of a critic in a file the learned dynamics that it was trained on are exported. Default false.</summary>
    public bool LearnedDynamics { get; init; }
}
