namespace MetaCritic.Dynamics;

/// <summary>How a robot's rigid-body dynamics are turned into discrete-time steps. Immutable.</summary>
public sealed record RigidBodyOptions
{
    /// <summary>Duration of one control step, s. Default 0.01; greater than 0, at most 1.</summary>
    public double TimeStep { get; init; } = 0.01;

    /// <summary>Integrator steps per control step; the action is held. Default 1; 1 to 1000.</summary>
    public int Substeps { get; init; } = 1;

    /// <summary>Whether the joints' viscous damping acts. Default true.</summary>
    public bool JointDamping { get; init; } = true;

    /// <summary>Whether damping is integrated implicitly, (M + h·D) q̈ = τ − c − D q̇ (stable for any damping). Default false.</summary>
    public bool ImplicitDamping { get; init; }

    /// <summary>Whether gravity is compensated exactly by an added torque, that is, whether it is left out. Default false.</summary>
    public bool GravityCompensation { get; init; }

    /// <summary>Torque per unit of action: empty for 1, one value for all joints, or one per joint; N·m or N. Default empty.</summary>
    public IReadOnlyList<double> TorqueScale { get; init; } = [];

    /// <summary>How an action becomes a torque. Default Torque.</summary>
    public Actuator Actuator { get; init; }

    /// <summary>
    /// Speed that one unit of action holds, v, if <see cref="Actuator"/> is SpeedLoop: one value for all joints, or one per joint;
    /// rad/s or m/s; greater than 0. Default empty, which only Torque allows.
    /// </summary>
    public IReadOnlyList<double> SpeedScale { get; init; } = [];

    /// <summary>Whether torques are clamped to the joints' effort limits. Default false.</summary>
    public bool TorqueLimits { get; init; }

    /// <summary>Whether velocities are clamped to the joints' velocity limits after each integrator step. Default false.</summary>
    public bool VelocityLimits { get; init; }

    /// <summary>The derivative of a step where a limit acts. Default Zero.</summary>
    public LimitGradient LimitGradient { get; init; }

    /// <summary>Checks every option.</summary>
    /// <param name="joints">Number of movable joints of the robot, if known.</param>
    /// <exception cref="InvalidInputException">An option is out of range; the message names it, its value and the range.</exception>
    public void Validate(int? joints = null)
    {
        OptionCheck.Fraction(TimeStep, zero: false);
        OptionCheck.Integer(Substeps, 1, 1000);
        OptionCheck.TorqueScale(TorqueScale, joints);
        OptionCheck.Choice(Actuator);
        OptionCheck.Choice(LimitGradient);
        OptionCheck.SpeedScale(SpeedScale, joints, needed: Actuator == Actuator.SpeedLoop);
    }
}
