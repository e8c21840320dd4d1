namespace MetaCritic.Dynamics;

/// <summary>How an action a becomes the force τ of a joint. k: <see cref="RigidBodyOptions.TorqueScale"/>, v: <see cref="RigidBodyOptions.SpeedScale"/>.</summary>
public enum Actuator
{
    /// <summary>τ = k·a: the action is a torque or a force, as in the paper.</summary>
    Torque,

    /// <summary>
    /// τ = k·a − (k/v)·q̇: the speed loop of a joint's drive. One unit of action holds the speed v where nothing else acts on the
    /// joint. The term in q̇ is integrated implicitly, so that it is stable for any k and time step.
    /// </summary>
    SpeedLoop,
}
