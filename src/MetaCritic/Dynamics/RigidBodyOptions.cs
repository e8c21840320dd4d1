namespace MetaCritic.Dynamics;

/// <summary>How a robot's rigid-body dynamics are turned into discrete-time steps. Immutable.</summary>
public sealed record RigidBodyOptions
{
    /// <summary>How far an end stop gives way for a unit of action, rad or m; less, 1 % of the range, for a joint with a range of less than a radian or metre.</summary>
    public const double EndStopGive = 0.01;

    /// <summary>The speed of <see cref="FrictionSpeed"/> for joints that turn, unless another is given, rad/s.</summary>
    public const double UsualFrictionSpeed = 0.1;

    /// <summary>The speed of <see cref="FrictionSpeed"/> for joints that slide, unless another is given, m/s.</summary>
    public const double UsualSlidingFrictionSpeed = 0.01;

    /// <summary>Duration of one control step, s. Default 0.01; greater than 0, at most 1.</summary>
    public double TimeStep { get; init; } = 0.01;

    /// <summary>Integrator steps per control step; the action is held. Default 1; 1 to 1000.</summary>
    public int Substeps { get; init; } = 1;

    /// <summary>Whether the joints' viscous damping acts. Default true.</summary>
    public bool JointDamping { get; init; } = true;

    /// <summary>Whether damping is integrated implicitly, (M + h·D) q̈ = τ − c − D q̇ (stable for any damping). Default false.</summary>
    public bool ImplicitDamping { get; init; }

    /// <summary>
    /// Whether gravity and the joints' springs are compensated exactly by an added torque, the one that holds the robot still in any position;
    /// that is, whether they are left out. Default false.
    /// </summary>
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

    /// <summary>
    /// Whether the torques of the drives are clamped to the joints' effort limits, of which 0 counts as not given. With a speed loop
    /// that is k·a − (k/v)·q̇ at the velocity after the step. Default false.
    /// </summary>
    public bool TorqueLimits { get; init; }

    /// <summary>Whether velocities are clamped to the joints' velocity limits, of which 0 counts as not given, after each integrator step. Default false.</summary>
    public bool VelocityLimits { get; init; }

    /// <summary>
    /// Whether the joints' position limits act: as end stops, springs integrated implicitly, that give way by about
    /// <see cref="EndStopGive"/> for each unit of action. Their derivative is exact. Default false.
    /// </summary>
    public bool PositionLimits { get; init; }

    /// <summary>The derivative of a step where a torque or velocity limit acts. Default Zero.</summary>
    public LimitGradient LimitGradient { get; init; }

    /// <summary>
    /// Whether the joints' dry friction acts, −f·tanh(q̇/v) with v = <see cref="FrictionSpeed"/>. It is integrated implicitly, as damping
    /// of the strength that it has at the present speed: it never turns a motion round. Default true.
    /// </summary>
    public bool JointFriction { get; init; } = true;

    /// <summary>
    /// Speed at which dry friction is tanh(1) = 76 % of its full size: one value for all joints, or one per joint; rad/s or m/s; greater
    /// than 0. Default empty: <see cref="UsualFrictionSpeed"/> for joints that turn, <see cref="UsualSlidingFrictionSpeed"/> for those that slide.
    /// </summary>
    public IReadOnlyList<double> FrictionSpeed { get; init; } = [];

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
        OptionCheck.Speeds(FrictionSpeed, joints, needed: false, "Give the speed at which dry friction has most of its size");
    }
}
