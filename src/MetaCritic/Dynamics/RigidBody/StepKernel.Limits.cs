using System.Runtime.CompilerServices;
using MetaCritic.Dynamics.Lanes;
using MetaCritic.Dynamics.Recording;

namespace MetaCritic.Dynamics.RigidBody;

/// <content>
/// Steps with a drive whose torque saturates, with end stops, springs and dry friction. With x = q + h·q̇, k·a the drive's part of the action, G its
/// speed gain and D the damping,
/// (M + E)·q̈ = u − c − D·q̇ − F(q̇)·q̇ − K·(s(x − upper) − s(lower − x)),
/// where u = k·a − G·q̇ and E has h·G, or u = ±limit and E does not, if k·a − G·(q̇ + h·q̈) is beyond the limit; and E has
/// h·D (if damping is implicit) and h²·K·(s'(x − upper) + s'(lower − x)), so that stops are implicit too.
/// Dry friction is damping of the strength F(q̇) = f·tanh(q̇/v) / q̇ that it has at the present speed, and E has h·F(q̇): implicit in the
/// velocity that it multiplies, so that it brings a joint to rest without turning it round, for any time step.
/// A spring gives −k·(x − reference), and E has h²·k: it too is implicit, and stable for any stiffness and time step.
/// The ramp s(x) is 0 below 0, x²/2w up to the give w, x − w/2 beyond: differentiable.
/// </content>
internal readonly unsafe ref partial struct StepKernel<T>
{
    /// <summary>After a step: writes what the drives did at its end, at the velocities reached; N·m or N, without what compensates gravity.</summary>
    /// <param name="torques">Receives n vectors.</param>
    public void WriteDrives(double* torques)
    {
        int n = _bodies.Length;
        for (int i = 0; i < n; i++)
        {
            double* p = _parameters + (i * BodyParameter.Count * Block);
            T torque = T.Load(p + (BodyParameter.TorqueScale * Block)) * T.Load(Action + (i * T.Width));
            T drive = T.NegMulAdd(T.Load(p + (BodyParameter.SpeedGain * Block)), T.Load(State + ((n + i) * T.Width)), torque);
            T saturated = _limited ? T.Load(Saturation + (i * T.Width)) : T.Zero;
            drive = T.ZeroWhereBeyond(drive, saturated, T.Zero) + saturated;
            T.Store(T.Clamp(drive, T.Load(p + (BodyParameter.TorqueLimit * Block))), torques + (i * T.Width));
        }
    }

    // Accelerations, with the set of saturated drives: it grows until no other drive would exceed its limit.
    private void AccelerateLimited(double* state)
    {
        int n = _bodies.Length;
        new Span<double>(Saturation, n * T.Width).Clear();
        if (typeof(T) == typeof(RecordedLane))
        {
            RecordPasses(state);
            return;
        }

        for (int pass = 0; pass <= n; pass++)
        {
            if (!AccelerateWithSaturation(state))
            {
                return;
            }
        }
    }

    // Accelerations with the present set of saturated drives, to which it adds; whether it did.
    private bool AccelerateWithSaturation(double* state)
    {
        double* qd = state + (_bodies.Length * T.Width);
        WriteForces(state);
        if (_coupling is not null)
        {
            CoupledBodies.ForwardDynamics<T>(_bodies, _coupling, _parameters, _slots, Scratch, state, qd, Torque, Diagonal, T.Width, Qdd);
        }
        else
        {
            ArticulatedBody.ForwardDynamics<T>(_bodies, _parameters, _slots, state, qd, Torque, Diagonal, T.Width, Qdd);
        }

        return Saturate(qd);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteForces(double* state)
    {
        int n = _bodies.Length;
        for (int i = 0; i < n; i++)
        {
            double* p = _parameters + (i * BodyParameter.Count * Block);
            T velocity = T.Load(state + ((n + i) * T.Width));
            T saturated = T.Load(Saturation + (i * T.Width));
            T gain = Gain(p);
            T drive = T.NegMulAdd(gain, velocity, T.Load(p + (BodyParameter.TorqueScale * Block)) * T.Load(Action + (i * T.Width)));
            T force = T.ZeroWhereBeyond(drive, saturated, T.Zero) + saturated;
            force = T.NegMulAdd(T.Load(p + (BodyParameter.Damping * Block)), velocity, force);
            T diagonal = T.MulAdd(_h, T.ZeroWhereBeyond(gain, saturated, T.Zero), T.Load(p + (BodyParameter.DiagonalInertia * Block)));

            Stops(p, T.Load(state + (i * T.Width)), velocity, out T upper, out T lower);
            T stiffness = T.Load(p + (BodyParameter.StopStiffness * Block));
            T give = T.Load(p + (BodyParameter.StopGive * Block));
            T slope = Within(upper, give) + Within(lower, give);
            force = T.NegMulAdd(stiffness, Ramp(upper, give) - Ramp(lower, give), force);
            diagonal = T.MulAdd(_h * _h * stiffness, slope / give, diagonal);
            if (_springs)
            {
                T spring = T.Load(p + (BodyParameter.SpringStiffness * Block));
                T stretch = T.MulAdd(_h, velocity, T.Load(state + (i * T.Width))) - T.Load(p + (BodyParameter.SpringReference * Block));
                force = T.NegMulAdd(spring, stretch, force);
                diagonal = T.MulAdd(_h * _h, spring, diagonal);
            }

            if (_friction)
            {
                T slopeOfFriction = T.Load(p + (BodyParameter.FrictionSlope * Block));
                T secant = T.Load(p + (BodyParameter.Friction * Block)) * slopeOfFriction * T.TanhQuotient(slopeOfFriction * velocity);
                force = T.NegMulAdd(secant, velocity, force);
                diagonal = T.MulAdd(_h, secant, diagonal);
            }

            T.Store(force, Torque + (i * T.Width));
            T.Store(diagonal, Diagonal + (i * T.Width));
        }
    }

    // Adds drives beyond their limit to the saturated ones, which stay so; whether there was any.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Saturate(double* qd)
    {
        bool changed = false;
        for (int i = 0; i < _bodies.Length; i++)
        {
            double* p = _parameters + (i * BodyParameter.Count * Block);
            T limit = T.Load(p + (BodyParameter.TorqueLimit * Block));
            T saturated = T.Load(Saturation + (i * T.Width));
            T velocity = T.MulAdd(_h, T.Load(Qdd + (i * T.Width)), T.Load(qd + (i * T.Width)));
            T drive = T.NegMulAdd(Gain(p), velocity, T.Load(p + (BodyParameter.TorqueScale * Block)) * T.Load(Action + (i * T.Width)));
            drive = T.ZeroWhereBeyond(drive, saturated, T.Zero) + (saturated + saturated);
            T clamped = T.Clamp(drive, limit);
            T next = clamped - T.ZeroWhereBeyond(clamped, drive, limit);
            changed |= T.AnyBeyondOrNaN(next - saturated, 0);
            T.Store(next, Saturation + (i * T.Width));
        }

        return changed;
    }

    // Where an end stop is pressed and descending along the cotangent of the velocity leads back inside, the derivative is the one without
    // the stop: marks these joints with 0 in place of 1, and takes the stop off their diagonal; whether there is any.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Release(double* state)
    {
        int n = _bodies.Length;
        bool any = false;
        for (int i = 0; i < n; i++)
        {
            double* p = _parameters + (i * BodyParameter.Count * Block);
            Stops(p, T.Load(state + (i * T.Width)), T.Load(state + ((n + i) * T.Width)), out T upper, out T lower);
            T give = T.Load(p + (BodyParameter.StopGive * Block));
            T above = Within(upper, give);
            T below = Within(lower, give);
            T cotangent = T.Load(StateCotangent + ((n + i) * T.Width));
            T inward = T.ZeroWhereOutward(cotangent, above - below, T.Zero) - T.ZeroWhereBeyond(cotangent, above - below, T.Zero);
            T held = T.ZeroWhereBeyond(T.Create(1), inward, T.Zero);
            T.Store(held, Held + (i * T.Width));
            T released = T.Create(1) - held;
            any |= T.AnyBeyondOrNaN(released, 0);
            T stop = _h * _h * T.Load(p + (BodyParameter.StopStiffness * Block)) * ((above + below) / give);
            T.Store(T.NegMulAdd(released, stop, T.Load(Diagonal + (i * T.Width))), Diagonal + (i * T.Width));
        }

        return any;
    }

    // The inertias of the step again, with the diagonal as it is now; accelerations stay.
    private void Refactorise(double* state)
    {
        if (_coupling is not null)
        {
            CoupledBodies.Factorise<T>(_bodies, _coupling, _parameters, _slots, Scratch, Diagonal, T.Width);
        }
        else
        {
            double* qd = state + (_bodies.Length * T.Width);
            ArticulatedBody.SweepInertias<T>(_bodies, _parameters, _slots, qd, Torque, Diagonal, T.Width);
            ArticulatedBodyAdjoint.SweepGivenAccelerations<T>(_bodies, _parameters, _slots, qd, Qdd);
        }
    }

    // The rest of PullBack: what forces that depend on the state and the action add to the cotangents.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PullBackLimited(double* state)
    {
        int n = _bodies.Length;
        for (int i = 0; i < n; i++)
        {
            double* p = _parameters + (i * BodyParameter.Count * Block);
            double* qBar = StateCotangent + (i * T.Width);
            double* qdBar = StateCotangent + ((n + i) * T.Width);
            T lambda = T.Load(Lambda + (i * T.Width));
            T saturated = T.Load(Saturation + (i * T.Width));
            T gain = T.ZeroWhereBeyond(Gain(p), saturated, T.Zero);

            // ∂/∂x of −K·(s(x − upper) − s(lower − x) + h²·q̈·(s'(x − upper) + s'(lower − x)))
            Stops(p, T.Load(state + (i * T.Width)), T.Load(state + ((n + i) * T.Width)), out T upper, out T lower);
            T give = T.Load(p + (BodyParameter.StopGive * Block));
            T slope = (Within(upper, give) + Within(lower, give)) / give;
            T curvature = (Bends(upper, give) - Bends(lower, give)) / give;
            T pull = T.MulAdd(_h * _h * T.Load(Qdd + (i * T.Width)), curvature, slope) * T.Load(p + (BodyParameter.StopStiffness * Block)) * lambda;
            if (_releases)
            {
                pull *= T.Load(Held + (i * T.Width));
            }

            if (_springs)
            {
                pull = T.MulAdd(T.Load(p + (BodyParameter.SpringStiffness * Block)), lambda, pull);
            }

            T.Store(T.Load(qBar) - T.Load(GradientQ + (i * T.Width)) - pull, qBar);
            T velocityBar = T.Load(qdBar) - T.Load(GradientQd + (i * T.Width)) - (_h * pull);
            if (_friction)
            {
                // ∂/∂q̇ of −F(q̇)·(q̇ + h·q̈)
                T velocity = T.Load(state + ((n + i) * T.Width));
                DryFriction(p, velocity, out T secant, out T change);
                velocityBar = T.NegMulAdd(T.MulAdd(change, T.MulAdd(_h, T.Load(Qdd + (i * T.Width)), velocity), secant), lambda, velocityBar);
            }

            T.Store(T.NegMulAdd(T.Load(p + (BodyParameter.Damping * Block)) + gain, lambda, velocityBar), qdBar);
            T driven = _inward ? T.ZeroWhereOutward(lambda, saturated, T.Zero) : T.ZeroWhereBeyond(lambda, saturated, T.Zero);
            T.Store(T.Load(ActionCotangent + (i * T.Width)) + driven, ActionCotangent + (i * T.Width));
        }
    }

    // A speed loop without limits is part of the damping.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Gain(double* p) => _loops ? T.Load(p + (BodyParameter.SpeedGain * Block)) : T.Zero;

    // F(q̇) = f·tanh(q̇/v) / q̇, and its derivative.
    private static void DryFriction(double* p, T velocity, out T secant, out T change)
    {
        double* lanes = stackalloc double[2 * T.Width];
        T slope = T.Load(p + (BodyParameter.FrictionSlope * Block));
        T.Store(slope * velocity, lanes);
        for (int lane = 0; lane < T.Width; lane++)
        {
            (lanes[lane], lanes[T.Width + lane]) = TanhQuotient.Of(lanes[lane]);
        }

        T scale = T.Load(p + (BodyParameter.Friction * Block)) * slope;
        secant = scale * T.Load(lanes);
        change = scale * slope * T.Load(lanes + T.Width);
    }

    // How far the joint would be beyond its stops after the step if nothing accelerated it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Stops(double* p, T position, T velocity, out T upper, out T lower)
    {
        T x = T.MulAdd(_h, velocity, position);
        upper = x - T.Load(p + (BodyParameter.UpperStop * Block));
        lower = T.Load(p + (BodyParameter.LowerStop * Block)) - x;
    }

    // min(max(x, 0), w): w times the slope of the ramp.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Within(T x, T give)
    {
        T half = T.Create(0.5) * give;
        return T.Clamp(x - half, half) + half;
    }

    // s(x), see above.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Ramp(T x, T give)
    {
        T inside = Within(x, give);
        return inside * T.NegMulAdd(T.Create(0.5), inside, x) / give;
    }

    // w times the ramp's second derivative: 1 between 0 and w, else 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Bends(T x, T give)
    {
        T half = T.Create(0.5) * give;
        return T.ZeroWhereBeyond(T.Create(1), x - half, half);
    }
}
