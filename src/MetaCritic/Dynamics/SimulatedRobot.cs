using MetaCritic.Robots;

namespace MetaCritic.Dynamics;

/// <summary>
/// Simulated copies of a robot as an environment: nothing can be asked of it but <see cref="Reset"/> and
/// <see cref="Step"/>. Not thread-safe: it holds the copies' states.
/// </summary>
/// <remarks>States and actions as in <see cref="RigidBodyDynamics"/>.</remarks>
public sealed class SimulatedRobot : IEnvironment
{
    private readonly DynamicsEnvironment _environment;

    /// <summary>One copy per robot, each in its start state.</summary>
    /// <param name="robots">The robots, all of the same structure.</param>
    /// <param name="options">Options of the steps; null for the defaults.</param>
    /// <param name="startStates">One start state [q; q̇] per copy, or null for rest at <see cref="RobotModel.RestPosition"/>; null for that everywhere.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range, there is no robot, structures differ, or a start state has the wrong size or is not finite.
    /// </exception>
    public SimulatedRobot(
        IReadOnlyList<RobotModel> robots, RigidBodyOptions? options = null, IReadOnlyList<IReadOnlyList<double>?>? startStates = null)
        => _environment = new(new RigidBodyDynamics(robots, options), robots.Count, Starts(i => robots[i], robots.Count, startStates));

    /// <summary>Several copies of one robot, each in its start state.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="count">Number of copies, at least 1.</param>
    /// <param name="options">Options of the steps; null for the defaults.</param>
    /// <param name="startStates">One start state [q; q̇] per copy, or null for rest at <see cref="RobotModel.RestPosition"/>; null for that everywhere.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or a start state has the wrong size or is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public SimulatedRobot(
        RobotModel robot, int count = 1, RigidBodyOptions? options = null, IReadOnlyList<IReadOnlyList<double>?>? startStates = null)
        => _environment = new(new RigidBodyDynamics(robot, options), count, Starts(_ => robot, count, startStates));

    /// <inheritdoc/>
    public int Count => _environment.Count;

    /// <inheritdoc/>
    public int StateSize => _environment.StateSize;

    /// <inheritdoc/>
    public int ActionSize => _environment.ActionSize;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The span has not StateSize × Count elements.</exception>
    public void Reset(Span<double> states) => _environment.Reset(states);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A span has not ActionSize × Count or StateSize × Count elements.</exception>
    public void Step(ReadOnlySpan<double> actions, Span<double> states) => _environment.Step(actions, states);

    // As given; rest where nothing is. A wrong number of them is left for the environment to refuse.
    private static IReadOnlyList<IReadOnlyList<double>?>? Starts(Func<int, RobotModel> robot, int count, IReadOnlyList<IReadOnlyList<double>?>? given) =>
        count < 1 || (given is not null && given.Count != count)
            ? given
            : [.. Enumerable.Range(0, count).Select(i => given?[i] ?? [.. robot(i).RestPosition, .. new double[robot(i).DegreesOfFreedom]])];
}
