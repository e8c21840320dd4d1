using System.Runtime.CompilerServices;
using MetaCritic.Dynamics.Lanes;

namespace MetaCritic.Dynamics.RigidBody;

/// <summary>
/// The articulated-body algorithm (Featherstone 2008, Table 7.1) for a group of lanes, in three sweeps.
/// </summary>
/// <remarks>
/// It is written with the ordinary acceleration of each frame's origin in place of the spatial one. Then linear velocities
/// do not occur at all: the bias wrench is (ω × Iω, ω × (ω × h)) and a child's origin accelerates by a + ω̇ × p + ω × (ω × p).
/// </remarks>
[SkipLocalsInit]
internal static unsafe class ArticulatedBody
{
    private const int Block = BodyParameter.BlockWidth;

    /// <summary>All three sweeps.</summary>
    /// <param name="bodies">The tree.</param>
    /// <param name="parameters">Parameters, see <see cref="BodyParameter"/>.</param>
    /// <param name="workspace">Workspace, see <see cref="BodySlot"/>.</param>
    /// <param name="q">Joint positions, [n × width].</param>
    /// <param name="qd">Joint velocities, [n × width].</param>
    /// <param name="tau">Joint forces with damping subtracted, [n × width].</param>
    /// <param name="qdd">Receives the joint accelerations, [n × width].</param>
    public static void ForwardDynamics<T>(
        ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* q, double* qd, double* tau, double* qdd)
        where T : unmanaged, ILane<T> =>
        ForwardDynamics<T>(
            bodies, parameters, workspace, q, qd, tau, parameters + (BodyParameter.DiagonalInertia * Block), BodyParameter.Count * Block, qdd);

    /// <summary>All three sweeps, with what is added to the diagonal of the joint-space inertia given.</summary>
    /// <param name="bodies">The tree.</param>
    /// <param name="parameters">Parameters, see <see cref="BodyParameter"/>.</param>
    /// <param name="workspace">Workspace, see <see cref="BodySlot"/>.</param>
    /// <param name="q">Joint positions, [n × width].</param>
    /// <param name="qd">Joint velocities, [n × width].</param>
    /// <param name="tau">Joint forces with damping subtracted, [n × width].</param>
    /// <param name="diagonal">Takes the place of <see cref="BodyParameter.DiagonalInertia"/>, one vector per joint.</param>
    /// <param name="stride">Distance of the joints' vectors in <paramref name="diagonal"/>, doubles.</param>
    /// <param name="qdd">Receives the joint accelerations, [n × width].</param>
    public static void ForwardDynamics<T>(
        ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* q, double* qd, double* tau, double* diagonal, int stride, double* qdd)
        where T : unmanaged, ILane<T>
    {
        SweepVelocities<T>(bodies, parameters, workspace, q, qd);
        SweepInertias<T>(bodies, parameters, workspace, qd, tau, diagonal, stride);
        SweepAccelerations<T>(bodies, parameters, workspace, qd, qdd);
    }

    /// <summary>Outward: rotations, angular velocities, drift accelerations and bias wrenches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SweepVelocities<T>(
        ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* q, double* qd)
        where T : unmanaged, ILane<T>
    {
        for (int i = 0; i < bodies.Length; i++)
        {
            BodyShape body = bodies[i];
            double* p = parameters + (i * BodyParameter.Count * Block);
            double* w = workspace + (i * BodySlot.Count * T.Width);
            T position = T.Load(q + (i * T.Width));
            T velocity = T.Load(qd + (i * T.Width));
            T angle = T.Load(p + (BodyParameter.AngleOffset * Block));
            if (!body.IsPrismatic)
            {
                angle += position;
            }

            T.SinCos(angle, out T sin, out T cos);
            T.Store(cos, w + (BodySlot.Cos * T.Width));
            T.Store(sin, w + (BodySlot.Sin * T.Width));

            Vec3<T> omega = Vec3<T>.Zero;
            Vec3<T> drift = Vec3<T>.Zero;
            if (!body.IsRoot)
            {
                double* parent = workspace + (body.Parent * BodySlot.Count * T.Width);
                Vec3<T> parentOmega = Vec3<T>.Load(parent + (BodySlot.Omega * T.Width), T.Width);
                Vec3<T> offset = Vec3<T>.Load(p + (BodyParameter.Position * Block), Block);
                JointTurn<T> turn = new(body.HasSwing, p, cos, sin);
                if (body.IsPrismatic)
                {
                    offset = Vec3<T>.AddScaled(offset, position, turn.Axis);
                }

                offset.Store(w + (BodySlot.Offset * T.Width));
                omega = turn.ToBody(parentOmega);
                drift = turn.ToBody(Vec3<T>.Cross(parentOmega, Vec3<T>.Cross(parentOmega, offset)));
            }

            if (body.IsPrismatic)
            {
                // 2·q̇·ω × z
                T twice = velocity + velocity;
                drift.X = T.MulAdd(twice, omega.Y, drift.X);
                drift.Y = T.NegMulAdd(twice, omega.X, drift.Y);
            }
            else
            {
                omega.Z += velocity;
            }

            omega.Store(w + (BodySlot.Omega * T.Width));
            drift.Store(w + (BodySlot.Drift * T.Width));

            Sym3<T> inertia = Sym3<T>.Load(p + (BodyParameter.Inertia * Block), Block);
            Vec3<T> moment = Vec3<T>.Load(p + (BodyParameter.FirstMoment * Block), Block);
            Vec3<T>.Cross(omega, inertia * omega).Store(w + (BodySlot.Bias * T.Width));
            Vec3<T>.Cross(omega, Vec3<T>.Cross(omega, moment)).Store(w + ((BodySlot.Bias + 3) * T.Width));
        }
    }

    /// <summary>Inward: articulated inertias and bias wrenches.</summary>
    /// <remarks>
    /// I ← I − U·Uᵀ/D and p ← p + I·c + U·u/D, turned and shifted to the parent. It is done block by block of
    /// I = (A, B; Bᵀ, C), each in a method of its own: the JIT keeps only so many locals in registers.
    /// </remarks>
    public static void SweepInertias<T>(
        ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* qd, double* tau, double* diagonal, int stride)
        where T : unmanaged, ILane<T>
    {
        for (int i = bodies.Length - 1; i >= 0; i--)
        {
            BodyShape body = bodies[i];
            double* p = parameters + (i * BodyParameter.Count * Block);
            double* w = workspace + (i * BodySlot.Count * T.Width);
            double* extra = diagonal + (i * stride);
            FreeJoint<T>(body, p, w, tau + (i * T.Width), extra);
            if (!body.IsRoot)
            {
                double* parent = workspace + (body.Parent * BodySlot.Count * T.Width);
                HandInC<T>(body, p, w, parent, extra);
                HandInB<T>(body, p, w, parent, qd + (i * T.Width), extra);
                HandInA<T>(body, p, w, parent, qd + (i * T.Width), extra);
            }
        }
    }

    /// <summary>U, 1/D and u of a joint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FreeJoint<T>(BodyShape body, double* p, double* w, double* tau, double* extra)
        where T : unmanaged, ILane<T>
    {
        Vec3<T> h = Vec3<T>.Load(p + (BodyParameter.FirstMoment * Block), Block);
        double* wrench = w + (BodySlot.Bias * T.Width);
        double* a = w + (BodySlot.Inertia * T.Width);
        double* b = a + (6 * T.Width);
        double* c = a + (15 * T.Width);
        Vec3<T> un;
        Vec3<T> uf;
        T d;
        T u = T.Load(tau);
        if (body.IsPrismatic)
        {
            un = new(h.Y, -h.X, T.Zero);
            uf = new(T.Zero, T.Zero, T.Load(p + (BodyParameter.Mass * Block)));
            if (body.HasChildren)
            {
                un += new Vec3<T>(T.Load(b + (2 * T.Width)), T.Load(b + (5 * T.Width)), T.Load(b + (8 * T.Width)));
                uf += new Vec3<T>(T.Load(c + (2 * T.Width)), T.Load(c + (4 * T.Width)), T.Load(c + (5 * T.Width)));
            }

            d = uf.Z;
            u -= T.Load(wrench + (5 * T.Width));
        }
        else
        {
            double* own = p + (BodyParameter.Inertia * Block);
            un = new(T.Load(own + (2 * Block)), T.Load(own + (4 * Block)), T.Load(own + (5 * Block)));
            uf = new(-h.Y, h.X, T.Zero);
            if (body.HasChildren)
            {
                un += new Vec3<T>(T.Load(a + (2 * T.Width)), T.Load(a + (4 * T.Width)), T.Load(a + (5 * T.Width)));
                uf += Vec3<T>.Load(b + (6 * T.Width), T.Width);
            }

            d = un.Z;
            u -= T.Load(wrench + (2 * T.Width));
        }

        un.Store(w + (BodySlot.Column * T.Width));
        uf.Store(w + ((BodySlot.Column + 3) * T.Width));
        T.Store(T.Create(1) / (d + T.Load(extra)), w + (BodySlot.InverseD * T.Width));
        T.Store(u, w + (BodySlot.Residual * T.Width));
    }

    /// <summary>The block that maps acceleration to force, with its part of the bias force.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void HandInC<T>(BodyShape body, double* p, double* w, double* parent, double* extra)
        where T : unmanaged, ILane<T>
    {
        double* own = w + ((BodySlot.Inertia + 15) * T.Width);
        Sym3<T> c = body.HasChildren ? Sym3<T>.Load(own, T.Width) : default;
        T mass = T.Load(p + (BodyParameter.Mass * Block));
        c.Xx += mass;
        c.Yy += mass;
        c.Zz += mass;

        Vec3<T> uf = Vec3<T>.Load(w + ((BodySlot.Column + 3) * T.Width), T.Width);
        T inverse = T.Load(w + (BodySlot.InverseD * T.Width));
        Vec3<T> kf = inverse * uf;
        c.Xx = T.NegMulAdd(uf.X, kf.X, c.Xx);
        c.Xy = T.NegMulAdd(uf.X, kf.Y, c.Xy);
        c.Yy = T.NegMulAdd(uf.Y, kf.Y, c.Yy);
        if (body.IsPrismatic)
        {
            // In the joint's own row U − U·D₀/D, D₀ = D − diagonal, is U·diagonal/D: without the cancellation.
            T rest = T.Load(extra) * inverse;
            c.Xz = rest * uf.X;
            c.Yz = rest * uf.Y;
            c.Zz = rest * uf.Z;
        }
        else
        {
            c.Xz = T.NegMulAdd(uf.X, kf.Z, c.Xz);
            c.Yz = T.NegMulAdd(uf.Y, kf.Z, c.Yz);
            c.Zz = T.NegMulAdd(uf.Z, kf.Z, c.Zz);
        }

        double* force = w + ((BodySlot.Bias + 3) * T.Width);
        Vec3<T> f = Vec3<T>.AddScaled(Vec3<T>.Load(force, T.Width), T.Load(w + (BodySlot.Residual * T.Width)), kf);
        c.AddProduct(f, Vec3<T>.Load(w + (BodySlot.Drift * T.Width), T.Width)).Store(force);

        JointTurn<T> turn = new(body.HasSwing, p, T.Load(w + (BodySlot.Cos * T.Width)), T.Load(w + (BodySlot.Sin * T.Width)));
        c = turn.ToParent(c);
        c.Store(own);
        double* target = parent + ((BodySlot.Inertia + 15) * T.Width);
        if (!body.IsLastChild)
        {
            c += Sym3<T>.Load(target, T.Width);
        }

        c.Store(target);
    }

    /// <summary>The block that maps acceleration to moment, with its part of the bias wrench; after C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void HandInB<T>(BodyShape body, double* p, double* w, double* parent, double* qd, double* extra)
        where T : unmanaged, ILane<T>
    {
        Vec3<T> h = Vec3<T>.Load(p + (BodyParameter.FirstMoment * Block), Block);
        Mat3<T> b = body.HasChildren ? Mat3<T>.Load(w + ((BodySlot.Inertia + 6) * T.Width), T.Width) : default;
        b = b.PlusCrossMatrix(h);

        Vec3<T> un = Vec3<T>.Load(w + (BodySlot.Column * T.Width), T.Width);
        Vec3<T> uf = Vec3<T>.Load(w + ((BodySlot.Column + 3) * T.Width), T.Width);
        T inverse = T.Load(w + (BodySlot.InverseD * T.Width));
        T rest = T.Load(extra) * inverse;
        Vec3<T> kf = inverse * uf;
        b.Xx = T.NegMulAdd(un.X, kf.X, b.Xx);
        b.Xy = T.NegMulAdd(un.X, kf.Y, b.Xy);
        b.Yx = T.NegMulAdd(un.Y, kf.X, b.Yx);
        b.Yy = T.NegMulAdd(un.Y, kf.Y, b.Yy);
        Vec3<T> drift = Vec3<T>.Load(w + (BodySlot.Drift * T.Width), T.Width);
        double* moment = w + (BodySlot.Bias * T.Width);
        Vec3<T> n = Vec3<T>.AddScaled(Vec3<T>.Load(moment, T.Width), T.Load(w + (BodySlot.Residual * T.Width)), inverse * un);
        if (body.IsPrismatic)
        {
            b.Zx = T.NegMulAdd(un.Z, kf.X, b.Zx);
            b.Zy = T.NegMulAdd(un.Z, kf.Y, b.Zy);
            b.Xz = rest * un.X;
            b.Yz = rest * un.Y;
            b.Zz = rest * un.Z;
        }
        else
        {
            b.Zx = rest * uf.X;
            b.Zy = rest * uf.Y;
            b.Zz = rest * uf.Z;
            b.Xz = T.NegMulAdd(un.X, kf.Z, b.Xz);
            b.Yz = T.NegMulAdd(un.Y, kf.Z, b.Yz);

            // Only a turning joint drifts in ω̇: by q̇·(ω_y, −ω_x, 0).
            T velocity = T.Load(qd);
            T driftX = velocity * T.Load(w + ((BodySlot.Omega + 1) * T.Width));
            T driftY = -(velocity * T.Load(w + (BodySlot.Omega * T.Width)));
            double* force = w + ((BodySlot.Bias + 3) * T.Width);
            b.AddTransposedProduct(Vec3<T>.Load(force, T.Width), driftX, driftY).Store(force);
        }

        b.AddProduct(n, drift).Store(moment);

        JointTurn<T> turn = new(body.HasSwing, p, T.Load(w + (BodySlot.Cos * T.Width)), T.Load(w + (BodySlot.Sin * T.Width)));
        b = turn.ToParent(b);

        // To the parent's origin, from which this one lies at r: B ← B + [r]C.
        Vec3<T> r = Vec3<T>.Load(w + (BodySlot.Offset * T.Width), T.Width);
        Sym3<T> c = Sym3<T>.Load(w + ((BodySlot.Inertia + 15) * T.Width), T.Width);
        Mat3<T> m;
        m.Xx = T.NegMulAdd(r.Z, c.Xy, T.MulAdd(r.Y, c.Xz, b.Xx));
        m.Xy = T.NegMulAdd(r.Z, c.Yy, T.MulAdd(r.Y, c.Yz, b.Xy));
        m.Xz = T.NegMulAdd(r.Z, c.Yz, T.MulAdd(r.Y, c.Zz, b.Xz));
        m.Yx = T.NegMulAdd(r.X, c.Xz, T.MulAdd(r.Z, c.Xx, b.Yx));
        m.Yy = T.NegMulAdd(r.X, c.Yz, T.MulAdd(r.Z, c.Xy, b.Yy));
        m.Yz = T.NegMulAdd(r.X, c.Zz, T.MulAdd(r.Z, c.Xz, b.Yz));
        m.Zx = T.NegMulAdd(r.Y, c.Xx, T.MulAdd(r.X, c.Xy, b.Zx));
        m.Zy = T.NegMulAdd(r.Y, c.Xy, T.MulAdd(r.X, c.Yy, b.Zy));
        m.Zz = T.NegMulAdd(r.Y, c.Xz, T.MulAdd(r.X, c.Yz, b.Zz));

        // What A gains: a_ij += (r × row j of the old B)_i + (r × row i of the new B)_j.
        Sym3<T> gain;
        gain.Xx = T.MulSub(r.Y, b.Xz + m.Xz, r.Z * (b.Xy + m.Xy));
        gain.Yy = T.MulSub(r.Z, b.Yx + m.Yx, r.X * (b.Yz + m.Yz));
        gain.Zz = T.MulSub(r.X, b.Zy + m.Zy, r.Y * (b.Zx + m.Zx));
        gain.Xy = T.NegMulAdd(r.X, m.Xz, T.MulSub(r.Y, b.Yz, r.Z * (b.Yy - m.Xx)));
        gain.Xz = T.MulAdd(r.X, m.Xy, T.MulSub(r.Y, b.Zz - m.Xx, r.Z * b.Zy));
        gain.Yz = T.NegMulAdd(r.Y, m.Yx, T.MulSub(r.Z, b.Zx, r.X * (b.Zz - m.Yy)));
        gain.Store(w + (BodySlot.Shift * T.Width));

        double* target = parent + ((BodySlot.Inertia + 6) * T.Width);
        if (!body.IsLastChild)
        {
            m += Mat3<T>.Load(target, T.Width);
        }

        m.Store(target);
    }

    /// <summary>The block that maps angular acceleration to moment, and the bias wrench; after B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void HandInA<T>(BodyShape body, double* p, double* w, double* parent, double* qd, double* extra)
        where T : unmanaged, ILane<T>
    {
        Sym3<T> a = Sym3<T>.Load(p + (BodyParameter.Inertia * Block), Block);
        if (body.HasChildren)
        {
            a += Sym3<T>.Load(w + (BodySlot.Inertia * T.Width), T.Width);
        }

        Vec3<T> un = Vec3<T>.Load(w + (BodySlot.Column * T.Width), T.Width);
        T inverse = T.Load(w + (BodySlot.InverseD * T.Width));
        Vec3<T> kn = inverse * un;
        a.Xx = T.NegMulAdd(un.X, kn.X, a.Xx);
        a.Xy = T.NegMulAdd(un.X, kn.Y, a.Xy);
        a.Yy = T.NegMulAdd(un.Y, kn.Y, a.Yy);
        Vec3<T> n = Vec3<T>.Load(w + (BodySlot.Bias * T.Width), T.Width);
        if (body.IsPrismatic)
        {
            a.Xz = T.NegMulAdd(un.X, kn.Z, a.Xz);
            a.Yz = T.NegMulAdd(un.Y, kn.Z, a.Yz);
            a.Zz = T.NegMulAdd(un.Z, kn.Z, a.Zz);
        }
        else
        {
            T rest = T.Load(extra) * inverse;
            a.Xz = rest * un.X;
            a.Yz = rest * un.Y;
            a.Zz = rest * un.Z;
            T velocity = T.Load(qd);
            T driftX = velocity * T.Load(w + ((BodySlot.Omega + 1) * T.Width));
            T driftY = -(velocity * T.Load(w + (BodySlot.Omega * T.Width)));
            n.X = T.MulAdd(a.Xy, driftY, T.MulAdd(a.Xx, driftX, n.X));
            n.Y = T.MulAdd(a.Yy, driftY, T.MulAdd(a.Xy, driftX, n.Y));
            n.Z = T.MulAdd(a.Yz, driftY, T.MulAdd(a.Xz, driftX, n.Z));
        }

        JointTurn<T> turn = new(body.HasSwing, p, T.Load(w + (BodySlot.Cos * T.Width)), T.Load(w + (BodySlot.Sin * T.Width)));
        a = turn.ToParent(a) + Sym3<T>.Load(w + (BodySlot.Shift * T.Width), T.Width);
        double* target = parent + (BodySlot.Inertia * T.Width);
        if (!body.IsLastChild)
        {
            a += Sym3<T>.Load(target, T.Width);
        }

        a.Store(target);

        Vec3<T> f = turn.ToParent(Vec3<T>.Load(w + ((BodySlot.Bias + 3) * T.Width), T.Width));
        n = Vec3<T>.AddCross(turn.ToParent(n), Vec3<T>.Load(w + (BodySlot.Offset * T.Width), T.Width), f);
        double* bias = parent + (BodySlot.Bias * T.Width);
        (n + Vec3<T>.Load(bias, T.Width)).Store(bias);
        (f + Vec3<T>.Load(bias + (3 * T.Width), T.Width)).Store(bias + (3 * T.Width));
    }

    /// <summary>Outward: accelerations.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SweepAccelerations<T>(
        ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* qd, double* qdd)
        where T : unmanaged, ILane<T>
    {
        for (int i = 0; i < bodies.Length; i++)
        {
            BodyShape body = bodies[i];
            double* w = workspace + (i * BodySlot.Count * T.Width);
            WithoutJoint(body, i, parameters, workspace, qd, out Vec3<T> alpha, out Vec3<T> acceleration);
            Vec3<T> un = Vec3<T>.Load(w + (BodySlot.Column * T.Width), T.Width);
            Vec3<T> uf = Vec3<T>.Load(w + ((BodySlot.Column + 3) * T.Width), T.Width);
            T inverse = T.Load(w + (BodySlot.InverseD * T.Width));
            T u = T.Load(w + (BodySlot.Residual * T.Width));
            T joint = inverse * (u - (Vec3<T>.Dot(un, alpha) + Vec3<T>.Dot(uf, acceleration)));
            if (body.IsPrismatic)
            {
                acceleration.Z += joint;
            }
            else
            {
                alpha.Z += joint;
            }

            T.Store(joint, qdd + (i * T.Width));
            alpha.Store(w + (BodySlot.Alpha * T.Width));
            acceleration.Store(w + (BodySlot.Acceleration * T.Width));
        }
    }

    /// <summary>A body's acceleration for a joint acceleration of 0, from its parent's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WithoutJoint<T>(
        BodyShape body, int i, double* parameters, double* workspace, double* qd, out Vec3<T> alpha, out Vec3<T> acceleration)
        where T : unmanaged, ILane<T>
    {
        double* p = parameters + (i * BodyParameter.Count * Block);
        double* w = workspace + (i * BodySlot.Count * T.Width);
        T cos = T.Load(w + (BodySlot.Cos * T.Width));
        T sin = T.Load(w + (BodySlot.Sin * T.Width));
        if (body.IsRoot)
        {
            alpha = Vec3<T>.Zero;
            acceleration = Vec3<T>.Load(p + (BodyParameter.Lift * Block), Block).TurnedBackZ(cos, sin);
            return;
        }

        double* parent = workspace + (body.Parent * BodySlot.Count * T.Width);
        Vec3<T> parentAlpha = Vec3<T>.Load(parent + (BodySlot.Alpha * T.Width), T.Width);
        Vec3<T> parentAcceleration = Vec3<T>.Load(parent + (BodySlot.Acceleration * T.Width), T.Width);
        Vec3<T> offset = Vec3<T>.Load(w + (BodySlot.Offset * T.Width), T.Width);
        JointTurn<T> turn = new(body.HasSwing, p, cos, sin);
        alpha = turn.ToBody(parentAlpha);
        acceleration = turn.ToBody(Vec3<T>.AddCross(parentAcceleration, parentAlpha, offset))
            + Vec3<T>.Load(w + (BodySlot.Drift * T.Width), T.Width);
        if (!body.IsPrismatic)
        {
            T velocity = T.Load(qd + (i * T.Width));
            alpha.X = T.MulAdd(velocity, T.Load(w + ((BodySlot.Omega + 1) * T.Width)), alpha.X);
            alpha.Y = T.NegMulAdd(velocity, T.Load(w + (BodySlot.Omega * T.Width)), alpha.Y);
        }
    }
}
