using System.Runtime.Intrinsics;
using MetaCritic.Dynamics.Lanes;
using MetaCritic.Dynamics.Recording;
using MetaCritic.Dynamics.RigidBody;
using MetaCritic.Robots;

namespace MetaCritic.Dynamics;

/// <summary>
/// A robot's rigid-body dynamics in discrete time, for many roll-outs at once, with the exact vector-Jacobian product of
/// a step. Immutable to its users and thread-safe; a call allocates nothing in steady state.
/// </summary>
/// <remarks>
/// <para>
/// A state is [q; q̇] (rad and rad/s, or m and m/s) in the order of <see cref="RobotModel.MovableJoints"/>; an action is
/// one number per joint, which <see cref="RigidBodyOptions.TorqueScale"/> turns into N·m or N.
/// </para>
/// <para>
/// Per integrator step of length h = <see cref="RigidBodyOptions.TimeStep"/> / <see cref="RigidBodyOptions.Substeps"/>:
/// q̈ solves M(q)·q̈ = u − c(q, q̇) − D·q̇ − f(q̇) − K·(q − reference) by the articulated-body algorithm (Featherstone 2008, Table 7.1), then
/// q̇' = q̇ + h·q̈ and q' = q + h·q̇' (semi-implicit Euler).
/// </para>
/// <para>
/// Computed in double precision: light outer links make the equations badly conditioned. A roll-out's result has the same
/// bits whatever the number of lanes, its place among them, the other roll-outs and the calling thread.
/// Infinities and NaN stay in their roll-out.
/// </para>
/// </remarks>
public sealed unsafe class RigidBodyDynamics : IDifferentiableDynamics
{
    private const int Block = BodyParameter.BlockWidth;

    private readonly BodyShape[] _shapes;
    private readonly Workspace[] _blocks;
    private readonly int _rollouts;
    private readonly bool _shared;
    private readonly int _widest;
    private readonly WorkspacePool _pool;
    private readonly RigidBodyTree _first;
    private readonly RigidBodyOptions _options;
    private bool _friction;
    private bool _springs;

    /// <summary>One robot for all roll-outs, of which there may be any number.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or the robot has no movable joint.</exception>
    public RigidBodyDynamics(RobotModel robot, RigidBodyOptions? options = null)
        : this([robot ?? throw new ArgumentNullException(nameof(robot))], int.MaxValue, options, WidestLane)
    {
    }

    /// <summary>One robot per roll-out.</summary>
    /// <param name="robots">The robots, by roll-out; all of the same structure: joints of the same names and kinds, joined alike.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range, there is no robot, a robot is null or has no movable joint, or a robot's structure differs
    /// from the first one's.
    /// </exception>
    public RigidBodyDynamics(IReadOnlyList<RobotModel> robots, RigidBodyOptions? options = null)
        : this(robots, (robots ?? throw new ArgumentNullException(nameof(robots))).Count, options, WidestLane)
    {
    }

    /// <summary>One robot per roll-out, also where they are the same, so that each can be replaced.</summary>
    internal RigidBodyDynamics(IReadOnlyList<RobotModel> robots, RigidBodyOptions? options, bool separate)
        : this(robots, robots.Count, options, WidestLane, separate)
    {
    }

    /// <summary>For a robot per roll-out, or one for all (unless they are to be kept separate), with the widest vectors to be used.</summary>
    internal RigidBodyDynamics(IReadOnlyList<RobotModel> robots, int rollouts, RigidBodyOptions? options, int widest, bool separate = false)
    {
        options ??= new();
        if (robots.Count == 0)
        {
            throw new InvalidInputException("robots", "there is none", "Give one robot per roll-out");
        }

        for (int i = 0; i < robots.Count; i++)
        {
            if (robots[i] is null)
            {
                throw new InvalidInputException($"robots[{i}]", "it is null", "Give a robot");
            }
        }

        RigidBodyTree first = RigidBodyTree.Compile(robots[0]);
        if (first.DegreesOfFreedom == 0)
        {
            throw new InvalidInputException(
                $"robot '{robots[0].Name}'", "it has no movable joint", "Give it a revolute, continuous or prismatic joint");
        }

        options.Validate(first.DegreesOfFreedom);
        _first = first;
        _options = options;
        _shapes = first.Shapes;
        _rollouts = rollouts;
        _widest = widest;
        _pool = new(StepKernel<Lane1>.WorkspaceSize(first.Count, options.Substeps, first.Coupling));
        _shared = !separate && robots.All(robot => ReferenceEquals(robot, robots[0]));
        OnlyRobot = _shared ? robots[0] : null;
        _blocks = new Workspace[_shared ? 1 : (robots.Count + Block - 1) / Block];
        for (int block = 0; block < _blocks.Length; block++)
        {
            _blocks[block] = new Workspace(first.Count * BodyParameter.Count * Block);
            for (int lane = 0; lane < Block; lane++)
            {
                // Lanes beyond the last robot repeat it.
                int rollout = Math.Min((block * Block) + lane, robots.Count - 1);
                RobotModel robot = robots[_shared ? 0 : rollout];
                RigidBodyTree tree = ReferenceEquals(robot, robots[0]) ? first : RigidBodyTree.Compile(robot);
                WriteParameters(robot, tree, rollout, block, lane);
            }
        }
    }

    /// <inheritdoc/>
    public int StateSize => 2 * _first.DegreesOfFreedom;

    /// <inheritdoc/>
    public int ActionSize => _first.DegreesOfFreedom;

    /// <inheritdoc/>
    public int PositionSize => _first.DegreesOfFreedom;

    /// <summary>Whether one robot serves all roll-outs, of which there may be any number.</summary>
    public bool IsOfOneRobot => OnlyRobot is not null;

    /// <summary>The robot, if it is the same for all roll-outs and stays so.</summary>
    internal RobotModel? OnlyRobot { get; }

    /// <summary>How the dynamics are stepped.</summary>
    internal RigidBodyOptions Options => _options;

    /// <summary>Lanes of the widest vectors that this machine computes with.</summary>
    internal static int WidestLane => Vector512.IsHardwareAccelerated ? 8 : Vector256.IsHardwareAccelerated ? 4 : 2;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no robot for a roll-out, or <paramref name="lanes"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">A span has not the size that <paramref name="lanes"/> asks for, or spans overlap.</exception>
    public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates)
    {
        CheckRollouts(firstRollout, lanes);
        Sizes.Check(states.Length, StateSize, lanes, nameof(states));
        Sizes.Check(actions.Length, ActionSize, lanes, nameof(actions));
        Sizes.Check(nextStates.Length, StateSize, lanes, nameof(nextStates));
        Sizes.CheckApart(states, nextStates, nameof(nextStates));

        Workspace workspace = _pool.Rent();
        fixed (double* s = states, a = actions, next = nextStates)
        {
            for (int done = 0; done < lanes;)
            {
                LaneGroup group = NextGroup(firstRollout, done, lanes - done, out double* parameters);
                switch (group.Width)
                {
                    case 8:
                        Step<Lane8>(group, parameters, workspace.Pointer, lanes, s + done, a + done, next + done);
                        break;
                    case 4:
                        Step<Lane4>(group, parameters, workspace.Pointer, lanes, s + done, a + done, next + done);
                        break;
                    case 2:
                        Step<Lane2>(group, parameters, workspace.Pointer, lanes, s + done, a + done, next + done);
                        break;
                    default:
                        Step<Lane1>(group, parameters, workspace.Pointer, lanes, s + done, a + done, next + done);
                        break;
                }

                done += group.Count;
            }
        }

        _pool.Return(workspace);
        GC.KeepAlive(this);
    }

    /// <summary>Advances roll-out 0 alone by one step, and tells what its drives did.</summary>
    /// <param name="state">State, [StateSize].</param>
    /// <param name="action">Action, [ActionSize].</param>
    /// <param name="nextState">Receives the next state, [StateSize].</param>
    /// <param name="torques">Receives the drives' torques at the end of the step, without what compensates gravity, [ActionSize]; N·m or N.</param>
    internal void Step(ReadOnlySpan<double> state, ReadOnlySpan<double> action, Span<double> nextState, Span<double> torques)
    {
        Workspace workspace = _pool.Rent();
        _ = NextGroup(0, 0, 1, out double* parameters);
        StepKernel<Lane1> kernel = new(_shapes, parameters, workspace.Pointer, _options, _friction, _springs, _first.Coupling);
        LaneGroup one = new(1, 0, 1, 0);
        fixed (double* s = state, a = action, next = nextState, t = torques)
        {
            Fill<Lane1>(one, s, 1, 2, kernel.State);
            Fill<Lane1>(one, a, 1, 1, kernel.Action);
            kernel.Step();
            Take<Lane1>(one, kernel.State, 2, next, 1);
            double* drives = kernel.Action; // which is done with
            kernel.WriteDrives(drives);
            Take<Lane1>(one, drives, 1, t, 1);
        }

        _pool.Return(workspace);
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Exact up to rounding, at a cost linear in the number of joints; docs/dynamics.md derives it. Where a torque or a
    /// velocity is clamped, it is as <see cref="RigidBodyOptions.LimitGradient"/> says.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">There is no robot for a roll-out, or <paramref name="lanes"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">A span has not the size that <paramref name="lanes"/> asks for, or an output overlaps an input.</exception>
    public void StepVjp(
        int firstRollout,
        int lanes,
        ReadOnlySpan<double> states,
        ReadOnlySpan<double> actions,
        ReadOnlySpan<double> nextCotangents,
        Span<double> stateCotangents,
        Span<double> actionCotangents)
    {
        CheckRollouts(firstRollout, lanes);
        Sizes.CheckVjp(this, lanes, states, actions, nextCotangents, stateCotangents, actionCotangents);

        Workspace workspace = _pool.Rent();
        fixed (double* s = states, a = actions, n = nextCotangents, sBar = stateCotangents, aBar = actionCotangents)
        {
            for (int done = 0; done < lanes;)
            {
                LaneGroup group = NextGroup(firstRollout, done, lanes - done, out double* parameters);
                switch (group.Width)
                {
                    case 8:
                        StepVjp<Lane8>(group, parameters, workspace.Pointer, lanes, s + done, a + done, n + done, sBar + done, aBar + done);
                        break;
                    case 4:
                        StepVjp<Lane4>(group, parameters, workspace.Pointer, lanes, s + done, a + done, n + done, sBar + done, aBar + done);
                        break;
                    case 2:
                        StepVjp<Lane2>(group, parameters, workspace.Pointer, lanes, s + done, a + done, n + done, sBar + done, aBar + done);
                        break;
                    default:
                        StepVjp<Lane1>(group, parameters, workspace.Pointer, lanes, s + done, a + done, n + done, sBar + done, aBar + done);
                        break;
                }

                done += group.Count;
            }
        }

        _pool.Return(workspace);
        GC.KeepAlive(this);
    }

    /// <summary>What a step of the one robot computes, as a program: state, action and corrections in, next state out.</summary>
    /// <param name="corrections">For each component of the next state the correction that is added to it, by its number, and its factor; none if nothing is added.</param>
    internal ScalarProgram Record(params IReadOnlyList<(int Number, double Factor)> corrections)
    {
        Workspace workspace = new(StepKernel<Lane1>.WorkspaceSize(_first.Count, _options.Substeps, _first.Coupling));
        int corrected = StateSize + ActionSize;
        Span<double> inputs = new double[corrected + corrections.Select(one => one.Number + 1).DefaultIfEmpty().Max()], outputs = new double[StateSize];
        using Recorder recorder = Recorder.Begin(inputs);
        StepKernel<RecordedLane> kernel = new(_shapes, _blocks[0].Pointer, workspace.Pointer, _options, _friction, _springs, _first.Coupling);
        LaneGroup one = new(1, 0, 1, 0);
        fixed (double* s = inputs, next = outputs)
        {
            Fill<RecordedLane>(one, s, 1, 2, kernel.State);
            Fill<RecordedLane>(one, s + StateSize, 1, 1, kernel.Action);
            kernel.Record();
            Take<RecordedLane>(one, kernel.State, 2, next, 1);
        }

        for (int i = 0; i < corrections.Count; i++)
        {
            outputs[i] = recorder.Add(outputs[i], recorder.Multiply(corrections[i].Factor, inputs[corrected + corrections[i].Number]));
        }

        GC.KeepAlive(workspace);
        GC.KeepAlive(this);
        return recorder.End(outputs);
    }

    /// <summary>Gives a roll-out another robot. Not while the dynamics are in use.</summary>
    /// <exception cref="InvalidInputException">Its structure is another.</exception>
    internal void Replace(int rollout, RobotModel robot)
    {
        if (_shared)
        {
            throw new InvalidOperationException("One robot serves all roll-outs.");
        }

        WriteParameters(robot, RigidBodyTree.Compile(robot), rollout, rollout / Block, rollout % Block);
    }

    private void WriteParameters(RobotModel robot, RigidBodyTree tree, int rollout, int block, int lane)
    {
        if (RigidBodyTree.Difference(_first, tree) is string difference)
        {
            throw new InvalidInputException(
                $"robots[{rollout}]", difference, "Roll-outs that are computed together need robots of the same structure");
        }

        _friction |= _options.JointFriction && tree.HasFriction;
        _springs |= !_options.GravityCompensation && tree.HasSprings;
        tree.WriteParameters(_options.GravityCompensation ? Vector3d.Zero : robot.Gravity, _options, _blocks[block].Span, lane);
    }

    private void CheckRollouts(int firstRollout, int lanes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRollout);
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        if (lanes > _rollouts || firstRollout > _rollouts - lanes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(firstRollout), firstRollout, $"Roll-outs {firstRollout} to {(long)firstRollout + lanes - 1} are asked for, but there are {_rollouts} robots.");
        }
    }

    /// <summary>The roll-outs to compute next. With a robot per roll-out, a group does not reach beyond its block.</summary>
    private LaneGroup NextGroup(int firstRollout, int done, int remaining, out double* parameters)
    {
        LaneGroup group;
        if (_shared)
        {
            int count = Math.Min(remaining, _widest);
            group = new(WidthFor(count), 0, count, 0);
            parameters = _blocks[0].Pointer;
            return group;
        }

        int rollout = firstRollout + done;
        int lane = rollout % Block;
        int room = Math.Min(remaining, _widest - (lane % _widest));
        int width = WidthFor(room);
        while ((lane % width) + room > width)
        {
            width *= 2;
        }

        group = new(width, lane % width, room, lane - (lane % width));
        parameters = _blocks[rollout / Block].Pointer + group.Parameters;
        return group;
    }

    // Vectors of two are used only where there are no wider ones: four lanes cost hardly more than two.
    private int WidthFor(int count) => count > 4 ? 8 : count > 1 ? Math.Min(_widest, 4) : 1;

    private void Step<T>(LaneGroup group, double* parameters, double* workspace, int stride, double* s, double* a, double* next)
        where T : unmanaged, ILane<T>
    {
        StepKernel<T> kernel = new(_shapes, parameters, workspace, _options, _friction, _springs, _first.Coupling);
        Fill<T>(group, s, stride, 2, kernel.State);
        Fill<T>(group, a, stride, 1, kernel.Action);
        kernel.Step();
        Take<T>(group, kernel.State, 2, next, stride);
    }

    private void StepVjp<T>(
        LaneGroup group, double* parameters, double* workspace, int stride, double* s, double* a, double* n, double* sBar, double* aBar)
        where T : unmanaged, ILane<T>
    {
        StepKernel<T> kernel = new(_shapes, parameters, workspace, _options, _friction, _springs, _first.Coupling);
        Fill<T>(group, s, stride, 2, kernel.State);
        Fill<T>(group, a, stride, 1, kernel.Action);
        Fill<T>(group, n, stride, 2, kernel.StateCotangent);
        kernel.StepVjp();
        Take<T>(group, kernel.StateCotangent, 2, sBar, stride);
        Take<T>(group, kernel.ActionCotangent, 1, aBar, stride);
    }

    // Rows have an entry for every body, states and actions for every joint that moves by itself.
    private void Fill<T>(LaneGroup group, double* source, int stride, int vectors, double* rows)
        where T : unmanaged, ILane<T>
    {
        if (_first.Coupling is not { } coupling)
        {
            group.Gather<T>(source, stride, vectors * _shapes.Length, rows);
            return;
        }

        int bodies = coupling.Leaders.Length;
        new Span<double>(rows, vectors * bodies * T.Width).Clear();
        for (int k = 0; k < vectors * coupling.Independent.Length; k++)
        {
            (int vector, int coordinate) = Math.DivRem(k, coupling.Independent.Length);
            group.Gather<T>(source + ((long)k * stride), stride, 1, rows + (((vector * bodies) + coupling.Independent[coordinate]) * T.Width));
        }
    }

    private void Take<T>(LaneGroup group, double* rows, int vectors, double* target, int stride)
        where T : unmanaged, ILane<T>
    {
        if (_first.Coupling is not { } coupling)
        {
            group.Scatter<T>(rows, vectors * _shapes.Length, target, stride);
            return;
        }

        int bodies = coupling.Leaders.Length;
        for (int k = 0; k < vectors * coupling.Independent.Length; k++)
        {
            (int vector, int coordinate) = Math.DivRem(k, coupling.Independent.Length);
            group.Scatter<T>(rows + (((vector * bodies) + coupling.Independent[coordinate]) * T.Width), 1, target + ((long)k * stride), stride);
        }
    }
}
