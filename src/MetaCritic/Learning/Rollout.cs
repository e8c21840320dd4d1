using System.Globalization;
using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Robots;

namespace MetaCritic.Learning;

/// <summary>A policy at work, from a start state, for any time: where it goes, what it does there and how far from its goal it is.</summary>
/// <remarks>Where the state leaves the finite range the roll-out ends: it holds what came before, and <see cref="Diverged"/> is set.</remarks>
public sealed class Rollout
{
    /// <summary>Most control steps of a roll-out.</summary>
    public const int StepLimit = 1_000_000;

    private readonly List<double[]> _states;
    private readonly List<double[]> _actions;
    private readonly double[] _errors;

    private Rollout(PolicyModel policy, double timeStep, List<double[]> states, List<double[]> actions, bool diverged)
    {
        (Policy, TimeStep, _states, _actions, Diverged) = (policy, timeStep, states, actions, diverged);
        _errors = [.. states.Select(ErrorOf)];
    }

    /// <summary>The policy.</summary>
    public PolicyModel Policy { get; }

    /// <summary>The robot; null for an environment of the caller's.</summary>
    public RobotModel? Robot { get; private init; }

    /// <summary>Duration of a control step, s.</summary>
    public double TimeStep { get; }

    /// <summary>Control steps done.</summary>
    public int Steps => _states.Count - 1;

    /// <summary>Whether the state left the finite range, so that the roll-out ended there.</summary>
    public bool Diverged { get; }

    /// <summary>The states, [Steps + 1] of [StateSize]: positions, then velocities; the first is the start.</summary>
    public IReadOnlyList<double[]> States => _states;

    /// <summary>What the policy does in each of <see cref="States"/>, [Steps + 1] of [ActionSize]; the last is not applied any more.</summary>
    public IReadOnlyList<double[]> Actions => _actions;

    /// <summary>
    /// What the joints' drives do from each of <see cref="States"/> on, until the next, [Steps + 1] of [joints]; N·m or N, without what
    /// compensates gravity. A speed loop's changes with the velocity: it is that at the end of the control step. Empty without a robot.
    /// </summary>
    public IReadOnlyList<double[]> Torques { get; private init; } = [];

    /// <summary>Where the end effector's frame is in each of <see cref="States"/>, in the root's frame, [Steps + 1]; m. Empty without a robot.</summary>
    public IReadOnlyList<Vector3d> EndEffectorPositions { get; private init; } = [];

    /// <summary>Mean over positions of the squared difference to the policy's goal in each of <see cref="States"/>, [Steps + 1]; rad² or m².</summary>
    public IReadOnlyList<double> Errors => _errors;

    /// <summary>The last state.</summary>
    public IReadOnlyList<double> FinalState => _states[^1];

    /// <summary>The error in the last state, rad² or m²; NaN if the roll-out diverged.</summary>
    public double Error => Diverged ? double.NaN : _errors[^1];

    /// <summary>How long it is and how it ends: <c>2.25 s, 45 steps, error 0.0012</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Steps * TimeStep:G4} s, {Counted.Text(Steps, "step")}, {(Diverged ? "diverged" : $"error {Error:G3}")}");

    /// <summary>Rolls a policy out on a simulated robot.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="robot">The robot.</param>
    /// <param name="steps">Control steps, 1 to <see cref="StepLimit"/>.</param>
    /// <param name="options">How the robot is stepped; null for the defaults. For the policies of a critic: <see cref="CriticModel.Dynamics"/>.</param>
    /// <param name="startState">Start state, [StateSize]; null for rest at <see cref="RobotModel.RestPosition"/>.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <exception cref="InvalidInputException">The policy is not for a robot with so many joints, or an option or the start state is not usable.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Rollout Of(
        PolicyModel policy, RobotModel robot, int steps, RigidBodyOptions? options = null, IReadOnlyList<double>? startState = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(robot);
        OptionCheck.Integer(steps, 1, StepLimit);
        options ??= new();
        int n = robot.DegreesOfFreedom;
        if (policy.StateSize != 2 * n || policy.ActionSize != n || policy.PositionSize != n)
        {
            throw new InvalidInputException(
                $"robot {Quoted.Text(robot.Name)}",
                $"it has {Counted.Text(n, "joint")}, but the policy is for {policy.StateSize} state and {policy.ActionSize} action components",
                "Give the robot that the policy was fitted on");
        }

        // One step more, for what the drives do in the last state.
        SteppedRobot environment = new(robot, options, startState);
        (List<double[]> states, List<double[]> actions, bool diverged) = Run(policy, environment, steps + 1, cancellationToken);
        if (states.Count > steps + 1)
        {
            states.RemoveAt(steps + 1);
        }

        RigidBodyAlgorithms algorithms = new(robot);
        Pose[] links = new Pose[robot.Links.Count];
        int endEffector = robot.Links.Index().First(link => link.Item.Name == robot.EndEffector).Index;
        return new(policy, options.TimeStep, states, actions[..states.Count], diverged && states.Count <= steps)
        {
            Robot = robot,
            Torques = environment.Torques[..states.Count],
            EndEffectorPositions = [.. states.Select(Position)],
        };

        Vector3d Position(double[] state)
        {
            algorithms.ForwardKinematics(state.AsSpan(0, n), links);
            return links[endEffector].Position;
        }
    }

    /// <summary>Rolls a policy out in an environment of the caller's.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="environment">The environment, with one copy; it is reset first.</param>
    /// <param name="steps">Control steps, 1 to <see cref="StepLimit"/>.</param>
    /// <param name="timeStep">Duration of a control step, s.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <exception cref="InvalidInputException">The environment has not one copy of the policy's sizes, or a number is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Rollout In(PolicyModel policy, IEnvironment environment, int steps, double timeStep, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(environment);
        OptionCheck.Integer(steps, 1, StepLimit);
        OptionCheck.Positive(timeStep);
        if (environment.Count != 1 || environment.StateSize != policy.StateSize || environment.ActionSize != policy.ActionSize)
        {
            throw new InvalidInputException(
                "The environment",
                $"it has {environment.Count} copies with {environment.StateSize} state and {environment.ActionSize} action components",
                $"One copy with {policy.StateSize} and {policy.ActionSize} is needed");
        }

        (List<double[]> states, List<double[]> actions, bool diverged) = Run(policy, environment, steps, cancellationToken);
        double[] last = new double[policy.ActionSize];
        if (actions.Count < states.Count)
        {
            policy.Act(states[^1], last);
            actions.Add(last);
        }

        return new(policy, timeStep, states, actions[..states.Count], diverged);
    }

    // States up to the last that is within all bounds, and an action for each but perhaps the last.
    private static (List<double[]> States, List<double[]> Actions, bool Diverged) Run(PolicyModel policy, IEnvironment environment, int steps, CancellationToken cancellation)
    {
        double[] state = new double[policy.StateSize];
        environment.Reset(state);
        List<double[]> states = [[.. state]], actions = [];
        for (int t = 0; t < steps; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            double[] action = new double[policy.ActionSize];
            policy.Act(state, action);
            actions.Add(action);
            environment.Step(action, state);
            if (!state.All(value => Math.Abs(value) <= PolicyRollouts<float>.DivergenceLimit)) // false for NaN too
            {
                return (states, actions, true);
            }

            states.Add([.. state]);
        }

        return (states, actions, false);
    }

    private double ErrorOf(double[] state)
    {
        double sum = 0;
        for (int i = 0; i < Policy.Goal.Count; i++)
        {
            sum += (state[i] - Policy.Goal[i]) * (state[i] - Policy.Goal[i]);
        }

        return sum / Policy.Goal.Count;
    }

    // A robot that tells what its drives do.
    private sealed class SteppedRobot : IEnvironment
    {
        private readonly RigidBodyDynamics _dynamics;
        private readonly double[] _start;
        private readonly double[] _state;

        public SteppedRobot(RobotModel robot, RigidBodyOptions options, IReadOnlyList<double>? startState)
        {
            _dynamics = new(robot, options);
            _start = new double[_dynamics.StateSize];
            _state = new double[_dynamics.StateSize];
            new SimulatedRobot(robot, 1, options, [startState]).Reset(_start);
        }

        public int Count => 1;

        public int StateSize => _dynamics.StateSize;

        public int ActionSize => _dynamics.ActionSize;

        public List<double[]> Torques { get; } = [];

        public void Reset(Span<double> states)
        {
            _start.CopyTo(_state.AsSpan());
            _start.CopyTo(states);
        }

        public void Step(ReadOnlySpan<double> actions, Span<double> states)
        {
            double[] torques = new double[ActionSize];
            _dynamics.Step(_state, actions, states, torques);
            states.CopyTo(_state);
            Torques.Add(torques);
        }
    }
}
