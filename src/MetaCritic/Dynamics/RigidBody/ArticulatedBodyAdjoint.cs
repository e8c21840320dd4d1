using System.Runtime.CompilerServices;
using MetaCritic.Dynamics.Lanes;

namespace MetaCritic.Dynamics.RigidBody;

/// <summary>
/// Pulls a cotangent of the joint accelerations back to positions, velocities and forces, in three sweeps over what
/// <see cref="ArticulatedBody"/> left in the workspace. docs/dynamics.md derives it.
/// </summary>
/// <remarks>
/// With M(q)·q̈ + c(q, q̇) = τ and λ = M⁻¹·g, the cotangents are λ for τ and −∂P/∂q, −∂P/∂q̇, where
/// P = λᵀ·(M·q̈ + c) at fixed λ and q̈. P is the power of all inertial and gravitational forces under the joint
/// velocities λ, Σ (wᵢ·nᵢ + lᵢ·fᵢ): two recursions outward, so its derivative is one recursion inward.
/// </remarks>
[SkipLocalsInit]
internal static unsafe class ArticulatedBodyAdjoint
{
    private const int Block = BodyParameter.BlockWidth;

    /// <summary>All three sweeps.</summary>
    /// <param name="bodies">The tree.</param>
    /// <param name="parameters">Parameters, see <see cref="BodyParameter"/>.</param>
    /// <param name="workspace">Workspace as <see cref="ArticulatedBody"/> left it at this state; its articulated inertias are overwritten.</param>
    /// <param name="qd">Joint velocities, [n × width].</param>
    /// <param name="g">Cotangent of the joint accelerations, [n × width].</param>
    /// <param name="lambda">Receives λ, the cotangent of the joint forces, [n × width].</param>
    /// <param name="qGradient">Receives ∂P/∂q, minus the cotangent of the positions, [n × width].</param>
    /// <param name="qdGradient">Receives ∂P/∂q̇, minus the cotangent of the velocities, [n × width].</param>
    public static void Pull<T>(
        ReadOnlySpan<BodyShape> bodies,
        double* parameters,
        double* workspace,
        double* qd,
        double* g,
        double* lambda,
        double* qGradient,
        double* qdGradient)
        where T : unmanaged, ILane<T>
    {
        SweepForces<T>(bodies, parameters, workspace, g);
        SweepMotions<T>(bodies, parameters, workspace, lambda);
        SweepCotangents<T>(bodies, parameters, workspace, qd, qGradient, qdGradient);
    }

    /// <summary>Outward: the bodies' accelerations, of given joint accelerations; also after the articulated inertias took their place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SweepGivenAccelerations<T>(ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* qd, double* qdd)
        where T : unmanaged, ILane<T>
    {
        for (int i = 0; i < bodies.Length; i++)
        {
            double* w = workspace + (i * BodySlot.Count * T.Width);
            ArticulatedBody.WithoutJoint(bodies[i], i, parameters, workspace, qd, out Vec3<T> alpha, out Vec3<T> acceleration);
            T joint = T.Load(qdd + (i * T.Width));
            if (bodies[i].IsPrismatic)
            {
                acceleration.Z += joint;
            }
            else
            {
                alpha.Z += joint;
            }

            alpha.Store(w + (BodySlot.Alpha * T.Width));
            acceleration.Store(w + (BodySlot.Acceleration * T.Width));
        }
    }

    /// <summary>Inward: what g leaves for each joint once its children have yielded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SweepForces<T>(ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* g)
        where T : unmanaged, ILane<T>
    {
        for (int i = bodies.Length - 1; i >= 0; i--)
        {
            BodyShape body = bodies[i];
            double* p = parameters + (i * BodyParameter.Count * Block);
            double* w = workspace + (i * BodySlot.Count * T.Width);
            T u = T.Load(g + (i * T.Width));
            Vec3<T> n = Vec3<T>.Zero;
            Vec3<T> f = Vec3<T>.Zero;
            if (body.HasChildren)
            {
                n = Vec3<T>.Load(w + (BodySlot.Bias * T.Width), T.Width);
                f = Vec3<T>.Load(w + ((BodySlot.Bias + 3) * T.Width), T.Width);
                u -= body.IsPrismatic ? f.Z : n.Z;
            }

            T.Store(u, w + (BodySlot.Residual * T.Width));
            if (body.IsRoot)
            {
                continue;
            }

            T yielded = u * T.Load(w + (BodySlot.InverseD * T.Width));
            n = Vec3<T>.AddScaled(n, yielded, Vec3<T>.Load(w + (BodySlot.Column * T.Width), T.Width));
            f = Vec3<T>.AddScaled(f, yielded, Vec3<T>.Load(w + ((BodySlot.Column + 3) * T.Width), T.Width));
            ToParent(body, p, w, ref n, ref f);
            double* bias = workspace + (((body.Parent * BodySlot.Count) + BodySlot.Bias) * T.Width);
            if (!body.IsLastChild)
            {
                n += Vec3<T>.Load(bias, T.Width);
                f += Vec3<T>.Load(bias + (3 * T.Width), T.Width);
            }

            n.Store(bias);
            f.Store(bias + (3 * T.Width));
        }
    }

    /// <summary>Outward: λ, and the motion (w, l) of every body that λ as joint velocities would cause.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SweepMotions<T>(ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* lambda)
        where T : unmanaged, ILane<T>
    {
        for (int i = 0; i < bodies.Length; i++)
        {
            BodyShape body = bodies[i];
            double* p = parameters + (i * BodyParameter.Count * Block);
            double* w = workspace + (i * BodySlot.Count * T.Width);
            T u = T.Load(w + (BodySlot.Residual * T.Width));
            T inverse = T.Load(w + (BodySlot.InverseD * T.Width));
            Vec3<T> omega = Vec3<T>.Zero;
            Vec3<T> velocity = Vec3<T>.Zero;
            if (!body.IsRoot)
            {
                double* parent = workspace + (body.Parent * BodySlot.Count * T.Width);
                Vec3<T> parentOmega = Vec3<T>.Load(parent + (BodySlot.AdjointOmega * T.Width), T.Width);
                Vec3<T> parentVelocity = Vec3<T>.Load(parent + (BodySlot.AdjointVelocity * T.Width), T.Width);
                Vec3<T> offset = Vec3<T>.Load(w + (BodySlot.Offset * T.Width), T.Width);
                JointTurn<T> turn = new(
                    body.HasSwing, p, T.Load(w + (BodySlot.Cos * T.Width)), T.Load(w + (BodySlot.Sin * T.Width)));
                omega = turn.ToBody(parentOmega);
                velocity = turn.ToBody(Vec3<T>.AddCross(parentVelocity, parentOmega, offset));
                u -= Vec3<T>.Dot(Vec3<T>.Load(w + (BodySlot.Column * T.Width), T.Width), omega)
                    + Vec3<T>.Dot(Vec3<T>.Load(w + ((BodySlot.Column + 3) * T.Width), T.Width), velocity);
            }

            T joint = inverse * u;
            if (body.IsPrismatic)
            {
                velocity.Z += joint;
            }
            else
            {
                omega.Z += joint;
            }

            T.Store(joint, lambda + (i * T.Width));
            omega.Store(w + (BodySlot.AdjointOmega * T.Width));
            velocity.Store(w + (BodySlot.AdjointVelocity * T.Width));
        }
    }

    /// <summary>Outward: the motion (w, l) of every body that given λ as joint velocities would cause.</summary>
    public static void SweepGivenMotions<T>(ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* lambda)
        where T : unmanaged, ILane<T>
    {
        for (int i = 0; i < bodies.Length; i++)
        {
            BodyShape body = bodies[i];
            double* p = parameters + (i * BodyParameter.Count * Block);
            double* w = workspace + (i * BodySlot.Count * T.Width);
            Vec3<T> omega = Vec3<T>.Zero;
            Vec3<T> velocity = Vec3<T>.Zero;
            if (!body.IsRoot)
            {
                double* parent = workspace + (body.Parent * BodySlot.Count * T.Width);
                Vec3<T> parentOmega = Vec3<T>.Load(parent + (BodySlot.AdjointOmega * T.Width), T.Width);
                Vec3<T> parentVelocity = Vec3<T>.Load(parent + (BodySlot.AdjointVelocity * T.Width), T.Width);
                Vec3<T> offset = Vec3<T>.Load(w + (BodySlot.Offset * T.Width), T.Width);
                JointTurn<T> turn = new(
                    body.HasSwing, p, T.Load(w + (BodySlot.Cos * T.Width)), T.Load(w + (BodySlot.Sin * T.Width)));
                omega = turn.ToBody(parentOmega);
                velocity = turn.ToBody(Vec3<T>.AddCross(parentVelocity, parentOmega, offset));
            }

            T joint = T.Load(lambda + (i * T.Width));
            if (body.IsPrismatic)
            {
                velocity.Z += joint;
            }
            else
            {
                omega.Z += joint;
            }

            omega.Store(w + (BodySlot.AdjointOmega * T.Width));
            velocity.Store(w + (BodySlot.AdjointVelocity * T.Width));
        }
    }

    /// <summary>Inward: cotangents of ω, ω̇, a, w, l, and from them the derivatives of P.</summary>
    public static void SweepCotangents<T>(
        ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* qd, double* qGradient, double* qdGradient)
        where T : unmanaged, ILane<T>
    {
        for (int i = bodies.Length - 1; i >= 0; i--)
        {
            BodyShape body = bodies[i];
            double* p = parameters + (i * BodyParameter.Count * Block);
            double* slots = workspace + (i * BodySlot.Count * T.Width);
            AddWrench<T>(body, p, slots);
            AddMotion<T>(body, p, slots);
            PullJoint<T>(body, slots, qd + (i * T.Width), qGradient + (i * T.Width), qdGradient + (i * T.Width));
            if (!body.IsRoot)
            {
                HandIn<T>(body, p, slots, workspace + (body.Parent * BodySlot.Count * T.Width));
            }
        }
    }

    // A body's own term of P is w·n + l·f, where n = Iω̇ + ω × Iω + h × a and f = m·a + ω̇ × h + ω × (ω × h).

    /// <summary>The own term's derivatives with respect to w and l, which are n and f.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWrench<T>(BodyShape body, double* p, double* slots)
        where T : unmanaged, ILane<T>
    {
        Vec3<T> omega = Vec3<T>.Load(slots + (BodySlot.Omega * T.Width), T.Width);
        Vec3<T> alpha = Vec3<T>.Load(slots + (BodySlot.Alpha * T.Width), T.Width);
        Vec3<T> a = Vec3<T>.Load(slots + (BodySlot.Acceleration * T.Width), T.Width);
        Sym3<T> inertia = Sym3<T>.Load(p + (BodyParameter.Inertia * Block), Block);
        Vec3<T> h = Vec3<T>.Load(p + (BodyParameter.FirstMoment * Block), Block);
        T mass = T.Load(p + (BodyParameter.Mass * Block));
        double* target = slots + (BodySlot.Cotangent * T.Width);
        Vec3<T> n = Vec3<T>.AddCross(Vec3<T>.AddCross(inertia * alpha, omega, inertia * omega), h, a);
        Accumulate(target + (9 * T.Width), !body.HasChildren, n);
        Vec3<T> f = Vec3<T>.AddCross(Vec3<T>.AddCross(mass * a, alpha, h), omega, Vec3<T>.Cross(omega, h));
        Accumulate(target + (12 * T.Width), !body.HasChildren, f);
    }

    /// <summary>The own term's derivatives with respect to ω, ω̇ and a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddMotion<T>(BodyShape body, double* p, double* slots)
        where T : unmanaged, ILane<T>
    {
        Vec3<T> w = Vec3<T>.Load(slots + (BodySlot.AdjointOmega * T.Width), T.Width);
        Vec3<T> l = Vec3<T>.Load(slots + (BodySlot.AdjointVelocity * T.Width), T.Width);
        Sym3<T> inertia = Sym3<T>.Load(p + (BodyParameter.Inertia * Block), Block);
        Vec3<T> h = Vec3<T>.Load(p + (BodyParameter.FirstMoment * Block), Block);
        T mass = T.Load(p + (BodyParameter.Mass * Block));
        double* target = slots + (BodySlot.Cotangent * T.Width);
        Accumulate(target + (6 * T.Width), !body.HasChildren, Vec3<T>.AddCross(mass * l, w, h));
        Accumulate(target + (3 * T.Width), !body.HasChildren, Vec3<T>.AddCross(inertia * w, h, l));
        Vec3<T> omega = Vec3<T>.Load(slots + (BodySlot.Omega * T.Width), T.Width);
        Vec3<T> omegaBar = inertia.AddProduct(Vec3<T>.Cross(inertia * omega, w), Vec3<T>.Cross(w, omega));
        AddCentripetal(ref omegaBar, l, omega, h);
        Accumulate(target, !body.HasChildren, omegaBar);
    }

    /// <summary>The derivatives of P with respect to a joint's position and velocity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PullJoint<T>(BodyShape body, double* slots, double* qd, double* qGradient, double* qdGradient)
        where T : unmanaged, ILane<T>
    {
        double* cotangent = slots + (BodySlot.Cotangent * T.Width);
        Vec3<T> omegaBar = Vec3<T>.Load(cotangent, T.Width);
        Vec3<T> alphaBar = Vec3<T>.Load(cotangent + (3 * T.Width), T.Width);
        Vec3<T> aBar = Vec3<T>.Load(cotangent + (6 * T.Width), T.Width);
        Vec3<T> wBar = Vec3<T>.Load(cotangent + (9 * T.Width), T.Width);
        Vec3<T> lBar = Vec3<T>.Load(cotangent + (12 * T.Width), T.Width);
        Vec3<T> omega = Vec3<T>.Load(slots + (BodySlot.Omega * T.Width), T.Width);
        Vec3<T> alpha = Vec3<T>.Load(slots + (BodySlot.Alpha * T.Width), T.Width);
        Vec3<T> w = Vec3<T>.Load(slots + (BodySlot.AdjointOmega * T.Width), T.Width);
        T velocity = T.Load(qd);
        if (body.IsPrismatic)
        {
            // a = … + 2·q̇·ω × z
            T coriolis = T.MulSub(aBar.X, omega.Y, aBar.Y * omega.X);
            T.Store(coriolis + coriolis, qdGradient);
            T twice = velocity + velocity;
            T.Store(T.NegMulAdd(twice, aBar.Y, omegaBar.X), cotangent);
            T.Store(T.MulAdd(twice, aBar.X, omegaBar.Y), cotangent + T.Width);

            // The origin moves along z with q, so that a changes by ω̇ × z + ω × (ω × z), and l by w × z.
            T x = T.MulAdd(omega.X, omega.Z, alpha.Y);
            T y = T.MulSub(omega.Y, omega.Z, alpha.X);
            T z = T.MulAdd(omega.X, omega.X, omega.Y * omega.Y);
            T moved = T.NegMulAdd(aBar.Z, z, T.MulAdd(aBar.Y, y, aBar.X * x));
            T.Store(T.NegMulAdd(lBar.Y, w.X, T.MulAdd(lBar.X, w.Y, moved)), qGradient);
            return;
        }

        // ω = … + q̇·z and ω̇ = … + q̇·(ω_y, −ω_x, 0)
        T.Store(T.MulSub(alphaBar.X, omega.Y, alphaBar.Y * omega.X) + omegaBar.Z, qdGradient);
        omegaBar.X = T.NegMulAdd(velocity, alphaBar.Y, omegaBar.X);
        omegaBar.Y = T.MulAdd(velocity, alphaBar.X, omegaBar.Y);
        T.Store(omegaBar.X, cotangent);
        T.Store(omegaBar.Y, cotangent + T.Width);

        // A turned vector y = Rz(−q)·x changes with q by (y_y, −y_x, 0).
        Vec3<T> a = Vec3<T>.Load(slots + (BodySlot.Acceleration * T.Width), T.Width);
        Vec3<T> l = Vec3<T>.Load(slots + (BodySlot.AdjointVelocity * T.Width), T.Width);
        T turned = T.MulSub(omegaBar.X, omega.Y, omegaBar.Y * omega.X);
        turned = T.MulAdd(alphaBar.X, T.MulAdd(velocity, omega.X, alpha.Y), turned);
        turned = T.NegMulAdd(alphaBar.Y, T.NegMulAdd(velocity, omega.Y, alpha.X), turned);
        turned = T.NegMulAdd(aBar.Y, a.X, T.MulAdd(aBar.X, a.Y, turned));
        turned = T.NegMulAdd(wBar.Y, w.X, T.MulAdd(wBar.X, w.Y, turned));
        T.Store(T.NegMulAdd(lBar.Y, l.X, T.MulAdd(lBar.X, l.Y, turned)), qGradient);
    }

    /// <summary>The parent's share of a body's cotangents: ω, ω̇, w, a + ω̇ × r + ω × (ω × r) and l + w × r, turned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void HandIn<T>(BodyShape body, double* p, double* slots, double* parent)
        where T : unmanaged, ILane<T>
    {
        double* cotangent = slots + (BodySlot.Cotangent * T.Width);
        JointTurn<T> turn = new(
            body.HasSwing, p, T.Load(slots + (BodySlot.Cos * T.Width)), T.Load(slots + (BodySlot.Sin * T.Width)));
        Vec3<T> r = Vec3<T>.Load(slots + (BodySlot.Offset * T.Width), T.Width);
        double* target = parent + (BodySlot.Cotangent * T.Width);
        Vec3<T> aBar = turn.ToParent(Vec3<T>.Load(cotangent + (6 * T.Width), T.Width));
        Accumulate(target + (6 * T.Width), body.IsLastChild, aBar);
        Vec3<T> alphaBar = turn.ToParent(Vec3<T>.Load(cotangent + (3 * T.Width), T.Width));
        Accumulate(target + (3 * T.Width), body.IsLastChild, Vec3<T>.AddCross(alphaBar, r, aBar));
        Vec3<T> omegaBar = turn.ToParent(Vec3<T>.Load(cotangent, T.Width));
        AddCentripetal(ref omegaBar, aBar, Vec3<T>.Load(parent + (BodySlot.Omega * T.Width), T.Width), r);
        Accumulate(target, body.IsLastChild, omegaBar);
        Vec3<T> lBar = turn.ToParent(Vec3<T>.Load(cotangent + (12 * T.Width), T.Width));
        Accumulate(target + (12 * T.Width), body.IsLastChild, lBar);
        Vec3<T> wBar = turn.ToParent(Vec3<T>.Load(cotangent + (9 * T.Width), T.Width));
        Accumulate(target + (9 * T.Width), body.IsLastChild, Vec3<T>.AddCross(wBar, r, lBar));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate<T>(double* target, bool isFirst, Vec3<T> value)
        where T : unmanaged, ILane<T>
    {
        if (!isFirst)
        {
            value += Vec3<T>.Load(target, T.Width);
        }

        value.Store(target);
    }

    // Adds the gradient of y·(ω × (ω × r)) with respect to ω: y·(ω·r) + r·(y·ω) − 2·ω·(y·r).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddCentripetal<T>(ref Vec3<T> omegaBar, Vec3<T> y, Vec3<T> omega, Vec3<T> r)
        where T : unmanaged, ILane<T>
    {
        T yr = Vec3<T>.Dot(y, r);
        omegaBar = Vec3<T>.AddScaled(omegaBar, Vec3<T>.Dot(omega, r), y);
        omegaBar = Vec3<T>.AddScaled(omegaBar, Vec3<T>.Dot(y, omega), r);
        omegaBar = Vec3<T>.SubScaled(omegaBar, yr + yr, omega);
    }

    /// <summary>A wrench about a body's origin, in the body frame, becomes the same one about the parent's origin, in the parent's frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ToParent<T>(BodyShape body, double* p, double* slots, ref Vec3<T> n, ref Vec3<T> f)
        where T : unmanaged, ILane<T>
    {
        JointTurn<T> turn = new(
            body.HasSwing, p, T.Load(slots + (BodySlot.Cos * T.Width)), T.Load(slots + (BodySlot.Sin * T.Width)));
        f = turn.ToParent(f);
        n = Vec3<T>.AddCross(turn.ToParent(n), Vec3<T>.Load(slots + (BodySlot.Offset * T.Width), T.Width), f);
    }
}
