using System.Runtime.CompilerServices;
using MetaCritic.Dynamics.Lanes;

namespace MetaCritic.Dynamics.RigidBody;

/// <summary>The composite-rigid-body algorithm (Featherstone 2008, Table 6.2) for a group of lanes.</summary>
[SkipLocalsInit]
internal static unsafe class CompositeInertia
{
    private const int Block = BodyParameter.BlockWidth;

    // A composite body in the slots of the articulated inertia: mass, first moment (3), rotational inertia (6).
    private const int Mass = BodySlot.Inertia;
    private const int Moment = BodySlot.Inertia + 1;
    private const int Rotational = BodySlot.Inertia + 4;

    /// <summary>The joint-space inertia matrix, with the diagonal inertias.</summary>
    /// <param name="bodies">The tree.</param>
    /// <param name="parameters">Parameters, see <see cref="BodyParameter"/>.</param>
    /// <param name="workspace">Workspace, see <see cref="BodySlot"/>, with sines, cosines and offsets as <see cref="ArticulatedBody.SweepVelocities{T}"/> stores them.</param>
    /// <param name="matrix">Receives the matrix, [n × n × width], row-major.</param>
    public static void InertiaMatrix<T>(ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* matrix)
        where T : unmanaged, ILane<T> =>
        InertiaMatrix<T>(bodies, parameters, workspace, parameters + (BodyParameter.DiagonalInertia * Block), BodyParameter.Count * Block, matrix);

    /// <summary>The joint-space inertia matrix, with what is added to its diagonal given.</summary>
    /// <param name="bodies">The tree.</param>
    /// <param name="parameters">Parameters, see <see cref="BodyParameter"/>.</param>
    /// <param name="workspace">Workspace, see <see cref="BodySlot"/>, with sines, cosines and offsets as <see cref="ArticulatedBody.SweepVelocities{T}"/> stores them.</param>
    /// <param name="diagonals">Takes the place of <see cref="BodyParameter.DiagonalInertia"/>, one vector per joint.</param>
    /// <param name="stride">Distance of the joints' vectors in <paramref name="diagonals"/>, doubles.</param>
    /// <param name="matrix">Receives the matrix, [n × n × width], row-major.</param>
    public static void InertiaMatrix<T>(
        ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* diagonals, int stride, double* matrix)
        where T : unmanaged, ILane<T>
    {
        int n = bodies.Length;
        for (int i = 0; i < n; i++)
        {
            double* p = parameters + (i * BodyParameter.Count * Block);
            double* w = workspace + (i * BodySlot.Count * T.Width);
            T.Store(T.Load(p + (BodyParameter.Mass * Block)), w + (Mass * T.Width));
            Vec3<T>.Load(p + (BodyParameter.FirstMoment * Block), Block).Store(w + (Moment * T.Width));
            Sym3<T>.Load(p + (BodyParameter.Inertia * Block), Block).Store(w + (Rotational * T.Width));
        }

        new Span<double>(matrix, n * n * T.Width).Clear();
        for (int i = n - 1; i >= 0; i--)
        {
            BodyShape body = bodies[i];
            double* p = parameters + (i * BodyParameter.Count * Block);
            double* w = workspace + (i * BodySlot.Count * T.Width);
            T mass = T.Load(w + (Mass * T.Width));
            Vec3<T> h = Vec3<T>.Load(w + (Moment * T.Width), T.Width);
            Sym3<T> inertia = Sym3<T>.Load(w + (Rotational * T.Width), T.Width);

            // Momentum of everything the joint carries, for a joint velocity of 1; then its share in every ancestor joint.
            Vec3<T> angular = body.IsPrismatic ? new(h.Y, -h.X, T.Zero) : new(inertia.Xz, inertia.Yz, inertia.Zz);
            Vec3<T> linear = body.IsPrismatic ? new(T.Zero, T.Zero, mass) : new(-h.Y, h.X, T.Zero);
            T own = body.IsPrismatic ? linear.Z : angular.Z;
            T diagonal = T.Load(diagonals + (i * stride));
            T.Store(own + diagonal, matrix + (((i * n) + i) * T.Width));
            for (int j = i; !bodies[j].IsRoot;)
            {
                ArticulatedBodyAdjoint.ToParent(
                    bodies[j],
                    parameters + (j * BodyParameter.Count * Block),
                    workspace + (j * BodySlot.Count * T.Width),
                    ref angular,
                    ref linear);
                j = bodies[j].Parent;
                T share = bodies[j].IsPrismatic ? linear.Z : angular.Z;
                T.Store(share, matrix + (((i * n) + j) * T.Width));
                T.Store(share, matrix + (((j * n) + i) * T.Width));
            }

            if (body.IsRoot)
            {
                continue;
            }

            JointTurn<T> turn = new(body.HasSwing, p, T.Load(w + (BodySlot.Cos * T.Width)), T.Load(w + (BodySlot.Sin * T.Width)));
            h = turn.ToParent(h);
            inertia = turn.ToParent(inertia);
            Shift(mass, ref h, ref inertia, Vec3<T>.Load(w + (BodySlot.Offset * T.Width), T.Width));
            double* parent = workspace + (body.Parent * BodySlot.Count * T.Width);
            T.Store(mass + T.Load(parent + (Mass * T.Width)), parent + (Mass * T.Width));
            (h + Vec3<T>.Load(parent + (Moment * T.Width), T.Width)).Store(parent + (Moment * T.Width));
            (inertia + Sym3<T>.Load(parent + (Rotational * T.Width), T.Width)).Store(parent + (Rotational * T.Width));
        }
    }

    // Moves the point of reference to where the frame's origin lies at r: I ← I + (2·h·r + m·r²)·1 − (h + m·r)·rᵀ − r·hᵀ.
    private static void Shift<T>(T mass, ref Vec3<T> h, ref Sym3<T> inertia, Vec3<T> r)
        where T : unmanaged, ILane<T>
    {
        Vec3<T> moved = Vec3<T>.AddScaled(h, mass, r);
        T trace = Vec3<T>.Dot(h, r) + Vec3<T>.Dot(moved, r);
        inertia.Xx += trace - T.MulAdd(moved.X, r.X, r.X * h.X);
        inertia.Yy += trace - T.MulAdd(moved.Y, r.Y, r.Y * h.Y);
        inertia.Zz += trace - T.MulAdd(moved.Z, r.Z, r.Z * h.Z);
        inertia.Xy += -T.MulAdd(moved.X, r.Y, r.X * h.Y);
        inertia.Xz += -T.MulAdd(moved.X, r.Z, r.X * h.Z);
        inertia.Yz += -T.MulAdd(moved.Y, r.Z, r.Y * h.Z);
        h = moved;
    }
}
