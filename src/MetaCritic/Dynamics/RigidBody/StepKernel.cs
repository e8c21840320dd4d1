using System.Runtime.CompilerServices;
using MetaCritic.Dynamics.Lanes;

namespace MetaCritic.Dynamics.RigidBody;

/// <summary>One control step of a group of lanes, and its vector-Jacobian product.</summary>
/// <remarks>
/// Per integrator step of length h: u = clamp(scale·a), q̈ from (M + h·D)·q̈ = u − c − D·q̇ (without h·D if damping is
/// explicit), q̇' = clamp(q̇ + h·q̈), q' = q + h·q̇'. A speed loop is damping that is always implicit. Where its torque is
/// limited, or end stops, springs or dry friction act, u and what stands on the diagonal depend on the state: see the other part. Rows have an
/// entry for every body; those of joints that follow others are worked out from the joints that they follow.
/// </remarks>
internal readonly unsafe ref partial struct StepKernel<T>
    where T : unmanaged, ILane<T>
{
    private const int Block = BodyParameter.BlockWidth;

    // Rows of n vectors behind the bodies' slots.
    private const int Rows = 14;

    private readonly ReadOnlySpan<BodyShape> _bodies;
    private readonly double* _parameters;
    private readonly double* _slots;
    private readonly double* _row;
    private readonly int _substeps;
    private readonly T _h;
    private readonly bool _inward;
    private readonly bool _limited;
    private readonly bool _friction;
    private readonly bool _springs;
    private readonly bool _releases;
    private readonly bool _loops;
    private readonly BodyCoupling? _coupling;

    /// <summary>Prepares for a group.</summary>
    /// <param name="bodies">The tree.</param>
    /// <param name="parameters">The group's parameters, see <see cref="BodyParameter"/>.</param>
    /// <param name="workspace">Scratch memory of <see cref="WorkspaceSize"/> doubles.</param>
    /// <param name="options">Options of the steps.</param>
    /// <param name="friction">Whether any joint of any roll-out has dry friction that acts.</param>
    /// <param name="springs">Whether any joint of any roll-out has a spring that acts.</param>
    /// <param name="coupling">Which joints follow which; null if each moves by itself.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public StepKernel(
        ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, RigidBodyOptions options, bool friction, bool springs, BodyCoupling? coupling)
    {
        _bodies = bodies;
        _parameters = parameters;
        _slots = workspace;
        _row = workspace + (bodies.Length * BodySlot.Count * T.Width);
        _substeps = options.Substeps;
        _h = T.Create(options.TimeStep / options.Substeps);
        _inward = options.LimitGradient == LimitGradient.Inward;
        _friction = friction;
        _springs = springs;
        _coupling = coupling;
        _loops = options.PositionLimits || (options.TorqueLimits && options.Actuator == Actuator.SpeedLoop);
        _limited = _loops || friction || springs;
        _releases = options.PositionLimits && _inward;
    }

    /// <summary>Rows that hold the positions, n vectors, then the velocities, n vectors.</summary>
    public double* State => Row(0);

    /// <summary>Row that holds the actions.</summary>
    public double* Action => Row(2);

    /// <summary>Rows that hold the cotangents of positions and velocities.</summary>
    public double* StateCotangent => Row(5);

    /// <summary>Row that receives the cotangents of the actions.</summary>
    public double* ActionCotangent => Row(7);

    private double* Torque => Row(3);

    private double* Qdd => Row(4);

    private double* Lambda => Row(8);

    private double* GradientQ => Row(9);

    private double* GradientQd => Row(10);

    private double* Saturation => Row(11);

    private double* Diagonal => Row(12);

    private double* Held => Row(13);

    private double* History => Row(Rows);

    // Behind the states of all integrator steps.
    private double* Scratch => Row(Rows + (2 * _substeps));

    /// <summary>Doubles that a workspace must have for groups of any width.</summary>
    /// <param name="n">Number of bodies.</param>
    /// <param name="substeps">Integrator steps per control step.</param>
    /// <param name="coupling">Which joints follow which; null if each moves by itself.</param>
    public static int WorkspaceSize(int n, int substeps, BodyCoupling? coupling) =>
        checked(((n * (BodySlot.Count + Rows + (2 * substeps))) + (coupling?.ScratchSize ?? 0)) * Block);

    /// <summary>Replaces <see cref="State"/> by the state after the step under <see cref="Action"/>.</summary>
    public void Step()
    {
        Follow();
        for (int k = 0; k < _substeps; k++)
        {
            Integrate(State);
        }
    }

    /// <summary>
    /// Replaces <see cref="StateCotangent"/>, that of the state after the step from <see cref="State"/> under
    /// <see cref="Action"/>, by that of the state before, and writes <see cref="ActionCotangent"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void StepVjp()
    {
        int n = _bodies.Length;
        int stateSize = 2 * n * T.Width;
        Follow();
        new ReadOnlySpan<double>(State, stateSize).CopyTo(new(History, stateSize));
        for (int k = 1; k < _substeps; k++)
        {
            Integrate(State);
            new ReadOnlySpan<double>(State, stateSize).CopyTo(new(History + (k * stateSize), stateSize));
        }

        new Span<double>(ActionCotangent, n * T.Width).Clear();
        for (int k = _substeps - 1; k >= 0; k--)
        {
            PullBack(History + (k * stateSize));
        }

        for (int i = 0; i < n; i++)
        {
            double* p = _parameters + (i * BodyParameter.Count * Block);
            T scale = T.Load(p + (BodyParameter.TorqueScale * Block));
            T limit = T.Load(p + (BodyParameter.TorqueLimit * Block));
            T torque = scale * T.Load(Action + (i * T.Width));
            double* cotangent = ActionCotangent + (i * T.Width);
            T free = scale * T.Load(cotangent);
            T.Store(_limited ? free : _inward ? T.ZeroWhereOutward(free, torque, limit) : T.ZeroWhereBeyond(free, torque, limit), cotangent);
        }
    }

    private void Follow()
    {
        if (_coupling is not null)
        {
            CoupledBodies.Follow<T>(_coupling, State, State + (_bodies.Length * T.Width));
        }
    }

    private double* Row(int index) => _row + (index * _bodies.Length * T.Width);

    private void Accelerate(double* state)
    {
        if (_limited)
        {
            AccelerateLimited(state);
            return;
        }

        double* qd = state + (_bodies.Length * T.Width);
        for (int i = 0; i < _bodies.Length; i++)
        {
            double* p = _parameters + (i * BodyParameter.Count * Block);
            T scale = T.Load(p + (BodyParameter.TorqueScale * Block));
            T limit = T.Load(p + (BodyParameter.TorqueLimit * Block));
            T damping = T.Load(p + (BodyParameter.Damping * Block));
            T torque = T.Clamp(scale * T.Load(Action + (i * T.Width)), limit);
            T.Store(T.NegMulAdd(damping, T.Load(qd + (i * T.Width)), torque), Torque + (i * T.Width));
        }

        if (_coupling is not null)
        {
            CoupledBodies.ForwardDynamics<T>(
                _bodies, _coupling, _parameters, _slots, Scratch, state, qd, Torque, _parameters + (BodyParameter.DiagonalInertia * Block), BodyParameter.Count * Block, Qdd);
            return;
        }

        ArticulatedBody.ForwardDynamics<T>(_bodies, _parameters, _slots, state, qd, Torque, Qdd);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Integrate(double* state)
    {
        Accelerate(state);
        double* qd = state + (_bodies.Length * T.Width);
        for (int i = 0; i < _bodies.Length; i++)
        {
            double* p = _parameters + (i * BodyParameter.Count * Block);
            T limit = T.Load(p + (BodyParameter.VelocityLimit * Block));
            T velocity = T.Clamp(T.MulAdd(_h, T.Load(Qdd + (i * T.Width)), T.Load(qd + (i * T.Width))), limit);
            T.Store(velocity, qd + (i * T.Width));
            T.Store(T.MulAdd(_h, velocity, T.Load(state + (i * T.Width))), state + (i * T.Width));
        }

        Follow();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PullBack(double* state)
    {
        int n = _bodies.Length;
        double* qd = state + (n * T.Width);
        double* qBar = StateCotangent;
        double* qdBar = StateCotangent + (n * T.Width);
        double* g = Torque;
        Accelerate(state);
        for (int i = 0; i < n; i++)
        {
            double* p = _parameters + (i * BodyParameter.Count * Block);
            T limit = T.Load(p + (BodyParameter.VelocityLimit * Block));
            T unlimited = T.MulAdd(_h, T.Load(Qdd + (i * T.Width)), T.Load(qd + (i * T.Width)));
            T velocityBar = T.MulAdd(_h, T.Load(qBar + (i * T.Width)), T.Load(qdBar + (i * T.Width)));
            velocityBar = _inward ? T.ZeroWhereOutward(velocityBar, unlimited, limit) : T.ZeroWhereBeyond(velocityBar, unlimited, limit);
            T.Store(velocityBar, qdBar + (i * T.Width));
            T.Store(_h * velocityBar, g + (i * T.Width));
        }

        if (_releases && Release(state))
        {
            Refactorise(state);
        }

        if (_coupling is not null)
        {
            CoupledBodies.Pull<T>(_bodies, _coupling, _parameters, _slots, Scratch, qd, g, Lambda, GradientQ, GradientQd);
        }
        else
        {
            ArticulatedBodyAdjoint.Pull<T>(_bodies, _parameters, _slots, qd, g, Lambda, GradientQ, GradientQd);
        }

        if (_limited)
        {
            PullBackLimited(state);
        }
        else
        {
            PullBackFree();
        }

        if (_coupling is not null)
        {
            CoupledBodies.Fold<T>(_coupling, qBar);
            CoupledBodies.Fold<T>(_coupling, qdBar);
        }
    }

    // What damping and constant torques add to the cotangents.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PullBackFree()
    {
        int n = _bodies.Length;
        double* qBar = StateCotangent;
        double* qdBar = StateCotangent + (n * T.Width);

        for (int i = 0; i < n; i++)
        {
            double* p = _parameters + (i * BodyParameter.Count * Block);
            T damping = T.Load(p + (BodyParameter.Damping * Block));
            T lambda = T.Load(Lambda + (i * T.Width));
            T.Store(T.Load(qBar + (i * T.Width)) - T.Load(GradientQ + (i * T.Width)), qBar + (i * T.Width));
            T velocityBar = T.Load(qdBar + (i * T.Width)) - T.Load(GradientQd + (i * T.Width));
            T.Store(T.NegMulAdd(damping, lambda, velocityBar), qdBar + (i * T.Width));
            T.Store(T.Load(ActionCotangent + (i * T.Width)) + lambda, ActionCotangent + (i * T.Width));
        }
    }
}
