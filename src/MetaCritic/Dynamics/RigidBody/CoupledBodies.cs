using System.Runtime.CompilerServices;
using MetaCritic.Dynamics.Lanes;

namespace MetaCritic.Dynamics.RigidBody;

/// <summary>
/// Forward dynamics of bodies of which some follow others, q = G·r + b, and what pulls cotangents back through them:
/// (Gᵀ·(M + E)·G)·r̈ = Gᵀ·(τ − c), with the joint-space inertia by the composite-rigid-body algorithm, its factors L·D·Lᵀ, and the
/// bias forces by the recursive Newton-Euler algorithm (Featherstone 2008, Tables 6.2 and 5.1, Section 3.5 for the projection).
/// </summary>
/// <remarks>
/// Vectors have an entry for every body, followers as well. Scratch memory holds, after the forward dynamics, what the adjoint needs.
/// </remarks>
[SkipLocalsInit]
internal static unsafe class CoupledBodies
{
    /// <summary>Writes the positions and velocities of followers.</summary>
    public static void Follow<T>(BodyCoupling coupling, double* q, double* qd)
        where T : unmanaged, ILane<T>
    {
        for (int i = 0; i < coupling.Leaders.Length; i++)
        {
            int leader = coupling.Leaders[i];
            if (leader != i)
            {
                T multiplier = T.Create(coupling.Multipliers[i]);
                T.Store(T.MulAdd(multiplier, T.Load(q + (leader * T.Width)), T.Create(coupling.Offsets[i])), q + (i * T.Width));
                T.Store(multiplier * T.Load(qd + (leader * T.Width)), qd + (i * T.Width));
            }
        }
    }

    /// <summary>Adds the cotangents of followers to those of the joints that they follow, and clears them.</summary>
    public static void Fold<T>(BodyCoupling coupling, double* cotangent)
        where T : unmanaged, ILane<T>
    {
        for (int i = 0; i < coupling.Leaders.Length; i++)
        {
            int leader = coupling.Leaders[i];
            if (leader != i)
            {
                double* target = cotangent + (leader * T.Width);
                T.Store(T.MulAdd(T.Create(coupling.Multipliers[i]), T.Load(cotangent + (i * T.Width)), T.Load(target)), target);
                T.Store(T.Zero, cotangent + (i * T.Width));
            }
        }
    }

    /// <summary>Accelerations of all joints.</summary>
    /// <param name="bodies">The tree.</param>
    /// <param name="coupling">What follows what.</param>
    /// <param name="parameters">Parameters, see <see cref="BodyParameter"/>.</param>
    /// <param name="workspace">Workspace, see <see cref="BodySlot"/>.</param>
    /// <param name="scratch">Scratch memory, <see cref="BodyCoupling.ScratchSize"/> × width.</param>
    /// <param name="q">Joint positions, [n × width].</param>
    /// <param name="qd">Joint velocities, [n × width].</param>
    /// <param name="tau">Joint forces with damping subtracted, [n × width].</param>
    /// <param name="diagonal">What is added to the diagonal of the joint-space inertia.</param>
    /// <param name="stride">Distance of the joints' vectors in <paramref name="diagonal"/>, doubles.</param>
    /// <param name="qdd">Receives the accelerations, [n × width].</param>
    public static void ForwardDynamics<T>(
        ReadOnlySpan<BodyShape> bodies,
        BodyCoupling coupling,
        double* parameters,
        double* workspace,
        double* scratch,
        double* q,
        double* qd,
        double* tau,
        double* diagonal,
        int stride,
        double* qdd)
        where T : unmanaged, ILane<T>
    {
        int n = bodies.Length;
        double* matrix = scratch;
        double* bias = matrix + (n * n * T.Width);
        double* factors = bias + (n * T.Width);
        int r = coupling.Independent.Length;
        double* right = factors + (r * r * T.Width);

        new Span<double>(qdd, n * T.Width).Clear();
        NewtonEuler.InverseDynamics<T>(bodies, parameters, workspace, q, qd, qdd, bias);
        CompositeInertia.InertiaMatrix<T>(bodies, parameters, workspace, diagonal, stride, matrix);
        Reduce<T>(coupling, matrix, factors);
        new Span<double>(right, r * T.Width).Clear();
        for (int i = 0; i < n; i++)
        {
            double* target = right + (coupling.Coordinates[i] * T.Width);
            T force = T.Load(tau + (i * T.Width)) - T.Load(bias + (i * T.Width));
            T.Store(T.MulAdd(T.Create(coupling.Multipliers[i]), force, T.Load(target)), target);
        }

        Factorise<T>(r, factors);
        Solve<T>(r, factors, right);
        Expand<T>(coupling, right, qdd);
        ArticulatedBodyAdjoint.SweepGivenAccelerations<T>(bodies, parameters, workspace, qd, qdd);
    }

    /// <summary>After the forward dynamics: factorises the inertia again, with another diagonal. Accelerations stay.</summary>
    public static void Factorise<T>(
        ReadOnlySpan<BodyShape> bodies, BodyCoupling coupling, double* parameters, double* workspace, double* scratch, double* diagonal, int stride)
        where T : unmanaged, ILane<T>
    {
        double* factors = scratch + (bodies.Length * (bodies.Length + 1) * T.Width);
        CompositeInertia.InertiaMatrix<T>(bodies, parameters, workspace, diagonal, stride, scratch);
        Reduce<T>(coupling, scratch, factors);
        Factorise<T>(coupling.Independent.Length, factors);
    }

    /// <summary>As <see cref="ArticulatedBodyAdjoint.Pull"/>, after <see cref="ForwardDynamics{T}"/> at this state.</summary>
    /// <param name="bodies">The tree.</param>
    /// <param name="coupling">What follows what.</param>
    /// <param name="parameters">Parameters, see <see cref="BodyParameter"/>.</param>
    /// <param name="workspace">Workspace as the forward dynamics left it.</param>
    /// <param name="scratch">Scratch memory as the forward dynamics left it.</param>
    /// <param name="qd">Joint velocities, [n × width].</param>
    /// <param name="g">Cotangent of the joint accelerations, [n × width].</param>
    /// <param name="lambda">Receives λ, the cotangent of the joint forces, [n × width].</param>
    /// <param name="qGradient">Receives ∂P/∂q of every joint, minus the cotangent of the positions, [n × width].</param>
    /// <param name="qdGradient">Receives ∂P/∂q̇ of every joint, minus the cotangent of the velocities, [n × width].</param>
    public static void Pull<T>(
        ReadOnlySpan<BodyShape> bodies,
        BodyCoupling coupling,
        double* parameters,
        double* workspace,
        double* scratch,
        double* qd,
        double* g,
        double* lambda,
        double* qGradient,
        double* qdGradient)
        where T : unmanaged, ILane<T>
    {
        int n = bodies.Length;
        int r = coupling.Independent.Length;
        double* factors = scratch + (n * (n + 1) * T.Width);
        double* right = factors + (r * r * T.Width);
        new Span<double>(right, r * T.Width).Clear();
        for (int i = 0; i < n; i++)
        {
            double* target = right + (coupling.Coordinates[i] * T.Width);
            T.Store(T.MulAdd(T.Create(coupling.Multipliers[i]), T.Load(g + (i * T.Width)), T.Load(target)), target);
        }

        Solve<T>(r, factors, right);
        Expand<T>(coupling, right, lambda);
        ArticulatedBodyAdjoint.SweepGivenMotions<T>(bodies, parameters, workspace, lambda);
        ArticulatedBodyAdjoint.SweepCotangents<T>(bodies, parameters, workspace, qd, qGradient, qdGradient);
    }

    /// <summary>Gᵀ·M·G of the joints that move by themselves.</summary>
    /// <param name="coupling">What follows what.</param>
    /// <param name="matrix">M, [n × n × width], row-major.</param>
    /// <param name="reduced">Receives the result, [r × r × width], row-major.</param>
    public static void Reduce<T>(BodyCoupling coupling, double* matrix, double* reduced)
        where T : unmanaged, ILane<T>
    {
        int n = coupling.Leaders.Length;
        int r = coupling.Independent.Length;
        new Span<double>(reduced, r * r * T.Width).Clear();
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double* target = reduced + (((coupling.Coordinates[i] * r) + coupling.Coordinates[j]) * T.Width);
                T factor = T.Create(coupling.Multipliers[i] * coupling.Multipliers[j]);
                T.Store(T.MulAdd(factor, T.Load(matrix + (((i * n) + j) * T.Width)), T.Load(target)), target);
            }
        }
    }

    /// <summary>Gᵀ·x: forces at the joints that move by themselves.</summary>
    /// <param name="coupling">What follows what.</param>
    /// <param name="all">x, one number per body.</param>
    /// <param name="reduced">Receives one number per joint that moves by itself.</param>
    public static void Reduce(BodyCoupling coupling, ReadOnlySpan<double> all, Span<double> reduced)
    {
        reduced.Clear();
        for (int i = 0; i < all.Length; i++)
        {
            reduced[coupling.Coordinates[i]] += coupling.Multipliers[i] * all[i];
        }
    }

    /// <summary>G·x: what every joint does when those that move by themselves do x.</summary>
    private static void Expand<T>(BodyCoupling coupling, double* reduced, double* all)
        where T : unmanaged, ILane<T>
    {
        for (int i = 0; i < coupling.Leaders.Length; i++)
        {
            T.Store(T.Create(coupling.Multipliers[i]) * T.Load(reduced + (coupling.Coordinates[i] * T.Width)), all + (i * T.Width));
        }
    }

    // The lower triangle of A becomes L, below the diagonal, and D: A = L·D·Lᵀ.
    private static void Factorise<T>(int n, double* a)
        where T : unmanaged, ILane<T>
    {
        for (int j = 0; j < n; j++)
        {
            T d = T.Load(a + (((j * n) + j) * T.Width));
            for (int i = j + 1; i < n; i++)
            {
                double* below = a + (((i * n) + j) * T.Width);
                T unscaled = T.Load(below);
                T factor = unscaled / d;
                for (int k = j + 1; k <= i; k++)
                {
                    // Column j of the rows above i is scaled already: times d it is what it was.
                    T other = k == i ? unscaled : T.Load(a + (((k * n) + j) * T.Width)) * d;
                    double* target = a + (((i * n) + k) * T.Width);
                    T.Store(T.NegMulAdd(factor, other, T.Load(target)), target);
                }

                T.Store(factor, below);
            }
        }
    }

    private static void Solve<T>(int n, double* factors, double* x)
        where T : unmanaged, ILane<T>
    {
        for (int i = 0; i < n; i++)
        {
            T sum = T.Load(x + (i * T.Width));
            for (int k = 0; k < i; k++)
            {
                sum = T.NegMulAdd(T.Load(factors + (((i * n) + k) * T.Width)), T.Load(x + (k * T.Width)), sum);
            }

            T.Store(sum, x + (i * T.Width));
        }

        for (int i = n - 1; i >= 0; i--)
        {
            T sum = T.Load(x + (i * T.Width)) / T.Load(factors + (((i * n) + i) * T.Width));
            for (int k = i + 1; k < n; k++)
            {
                sum = T.NegMulAdd(T.Load(factors + (((k * n) + i) * T.Width)), T.Load(x + (k * T.Width)), sum);
            }

            T.Store(sum, x + (i * T.Width));
        }
    }
}
