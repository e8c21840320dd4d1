using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>The system that a critic is meta-trained on: dynamics of the user's own, or a robot, which may be another one for each policy.</summary>
internal sealed record TrainingSystem
{
    private readonly RobotModel[] _rowRobots; // as the goal table has them, in its order; none if all policies act on the same robot

    private TrainingSystem(IDifferentiableDynamics dynamics, RobotModel? robot, RigidBodyOptions? options, RobotModel[] rowRobots) =>
        (Dynamics, Robot, Options, _rowRobots) = (dynamics, robot, options, rowRobots);

    /// <summary>The dynamics f, with a robot per policy if they differ.</summary>
    public IDifferentiableDynamics Dynamics { get; init; }

    /// <summary>The robot; null for dynamics of the user's own.</summary>
    public RobotModel? Robot { get; }

    /// <summary>How the robot's dynamics are stepped; null for dynamics of the user's own.</summary>
    public RigidBodyOptions? Options { get; }

    /// <summary>The dynamics, if they are learned ones.</summary>
    public LearnedDynamics? Learned => Dynamics as LearnedDynamics;

    /// <summary>Where roll-outs start whose goals name no start: rest at the robot's rest position, or at 0; [StateSize].</summary>
    public double[] DefaultStart()
    {
        double[] start = new double[Dynamics.StateSize];
        Robot?.RestPosition.ToArray().CopyTo(start, 0);
        return start;
    }

    /// <summary>A start position drawn for a joint, kept inside the joint's limits.</summary>
    public double WithinLimits(int joint, double position) =>
        Robot is null ? position : Math.Clamp(position, Robot.MovableJoints[joint].LowerLimit, Robot.MovableJoints[joint].UpperLimit);

    /// <summary>Dynamics of the user's own.</summary>
    /// <exception cref="InvalidInputException">Options or goals are out of their range, or do not fit the dynamics.</exception>
    public static TrainingSystem Of(IDifferentiableDynamics dynamics, TrainingGoals goals, MetaTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(dynamics);
        return new TrainingSystem(dynamics, null, null, []).Checked(goals, options);
    }

    /// <summary>A robot, with the parameters that differ between goals and policies.</summary>
    /// <exception cref="InvalidInputException">Options or goals are out of their range, or do not fit the robot.</exception>
    public static TrainingSystem Of(RobotModel robot, RigidBodyOptions dynamics, TrainingGoals goals, MetaTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(robot);
        ArgumentNullException.ThrowIfNull(dynamics);
        ArgumentNullException.ThrowIfNull(goals);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (goals.ParameterNames.Count == 0 && options.DynamicsSpread.Count == 0)
        {
            return new TrainingSystem(new RigidBodyDynamics(robot, dynamics), robot, dynamics, []).Checked(goals, options);
        }

        goals.Validate("The training goals", 2 * robot.DegreesOfFreedom, robot.DegreesOfFreedom);
        OptionCheck.Rows((long)goals.Goals.Count * options.PoliciesPerGoal, options.Horizon);
        RobotModel[] robots = goals.Robots(robot);
        RobotModel[] each = [.. goals.PolicyRows(options.PoliciesPerGoal).Select(row => robots[row])];
        return new TrainingSystem(new RigidBodyDynamics(each, dynamics, separate: true), robot, dynamics, robots).Checked(goals, options);
    }

    /// <summary>The system and the training as files have them: without options that have no effect on the result, so that the same result has the same bytes.</summary>
    public SystemHeader Header(MetaTrainingOptions training)
    {
        MetaTrainingOptions defaults = new();
        return new(
            Dynamics.StateSize,
            Dynamics.ActionSize,
            Dynamics.PositionSize,
            training with { Threads = defaults.Threads, CheckpointInterval = defaults.CheckpointInterval },
            Options,
            Robot);
    }

    /// <summary>Draws the parameters of a policy's robot.</summary>
    /// <param name="p">The policy.</param>
    /// <param name="row">Row of the goal table that it serves.</param>
    /// <param name="spreads">From where they are drawn.</param>
    /// <param name="random">The policy's random numbers.</param>
    /// <exception cref="InvalidInputException">There is no such parameter, or a value is out of its range.</exception>
    public void DrawRobot(int p, int row, IReadOnlyList<ParameterSpread> spreads, ref KeyedRandom random)
    {
        Dictionary<string, double> drawn = [];
        foreach (ParameterSpread spread in spreads)
        {
            drawn.Add(spread.Parameter, spread.Low + (random.NextDouble() * (spread.High - spread.Low)));
        }

        InvalidInputException.At("options.dynamicsSpread", () => ((RigidBodyDynamics)Dynamics).Replace(p, _rowRobots[row].With(drawn)));
    }

    private TrainingSystem Checked(TrainingGoals goals, MetaTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(goals);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        goals.Validate("The training goals", Dynamics.StateSize, Dynamics.PositionSize);
        if (Robot is null && (goals.ParameterNames.Count > 0 || options.DynamicsSpread.Count > 0))
        {
            throw new InvalidInputException("The training goals", "parameters of a robot vary, but the dynamics are the user's own", "Give a robot, or leave the parameters out");
        }

        if (double.IsFinite(options.DisagreementLimit) && Dynamics is not ITrustRegion)
        {
            throw new InvalidInputException("options.disagreementLimit", "it is set, but the dynamics do not tell how far to trust them", "Leave it out, or give learned dynamics");
        }

        OptionCheck.Rows((long)goals.Goals.Count * options.PoliciesPerGoal, options.Horizon);
        if (options.CriticForm == CriticForm.Centred)
        {
            CentreCheck.Require(Dynamics, goals, options.PoliciesPerGoal, Options?.PositionLimits == true ? Robot?.MovableJoints : null);
        }

        return this;
    }
}
