using System.Runtime.CompilerServices;
using MetaCritic.Dynamics.Lanes;

namespace MetaCritic.Dynamics.RigidBody;

/// <summary>The recursive Newton-Euler algorithm (Featherstone 2008, Table 5.1) for a group of lanes.</summary>
[SkipLocalsInit]
internal static unsafe class NewtonEuler
{
    private const int Block = BodyParameter.BlockWidth;

    /// <summary>τ = M(q)·q̈ + c(q, q̇), without joint damping.</summary>
    /// <param name="bodies">The tree.</param>
    /// <param name="parameters">Parameters, see <see cref="BodyParameter"/>.</param>
    /// <param name="workspace">Workspace, see <see cref="BodySlot"/>.</param>
    /// <param name="q">Joint positions, [n × width].</param>
    /// <param name="qd">Joint velocities, [n × width].</param>
    /// <param name="qdd">Joint accelerations, [n × width].</param>
    /// <param name="tau">Receives the joint forces, [n × width].</param>
    public static void InverseDynamics<T>(
        ReadOnlySpan<BodyShape> bodies, double* parameters, double* workspace, double* q, double* qd, double* qdd, double* tau)
        where T : unmanaged, ILane<T>
    {
        ArticulatedBody.SweepVelocities<T>(bodies, parameters, workspace, q, qd);
        for (int i = 0; i < bodies.Length; i++)
        {
            BodyShape body = bodies[i];
            double* p = parameters + (i * BodyParameter.Count * Block);
            double* w = workspace + (i * BodySlot.Count * T.Width);
            ArticulatedBody.WithoutJoint(body, i, parameters, workspace, qd, out Vec3<T> alpha, out Vec3<T> a);
            T joint = T.Load(qdd + (i * T.Width));
            if (body.IsPrismatic)
            {
                a.Z += joint;
            }
            else
            {
                alpha.Z += joint;
            }

            alpha.Store(w + (BodySlot.Alpha * T.Width));
            a.Store(w + (BodySlot.Acceleration * T.Width));

            Sym3<T> inertia = Sym3<T>.Load(p + (BodyParameter.Inertia * Block), Block);
            Vec3<T> h = Vec3<T>.Load(p + (BodyParameter.FirstMoment * Block), Block);
            T mass = T.Load(p + (BodyParameter.Mass * Block));
            double* bias = w + (BodySlot.Bias * T.Width);
            Vec3<T> n = inertia.AddProduct(Vec3<T>.Load(bias, T.Width), alpha);
            Vec3<T> f = Vec3<T>.AddScaled(Vec3<T>.Load(bias + (3 * T.Width), T.Width), mass, a);
            Vec3<T>.AddCross(n, h, a).Store(bias);
            Vec3<T>.AddCross(f, alpha, h).Store(bias + (3 * T.Width));
        }

        for (int i = bodies.Length - 1; i >= 0; i--)
        {
            BodyShape body = bodies[i];
            double* p = parameters + (i * BodyParameter.Count * Block);
            double* w = workspace + (i * BodySlot.Count * T.Width);
            double* bias = w + (BodySlot.Bias * T.Width);
            Vec3<T> n = Vec3<T>.Load(bias, T.Width);
            Vec3<T> f = Vec3<T>.Load(bias + (3 * T.Width), T.Width);
            T diagonal = T.Load(p + (BodyParameter.DiagonalInertia * Block));
            T force = body.IsPrismatic ? f.Z : n.Z;
            T.Store(T.MulAdd(diagonal, T.Load(qdd + (i * T.Width)), force), tau + (i * T.Width));
            if (body.IsRoot)
            {
                continue;
            }

            ArticulatedBodyAdjoint.ToParent(body, p, w, ref n, ref f);
            double* parent = workspace + (((body.Parent * BodySlot.Count) + BodySlot.Bias) * T.Width);
            (n + Vec3<T>.Load(parent, T.Width)).Store(parent);
            (f + Vec3<T>.Load(parent + (3 * T.Width), T.Width)).Store(parent + (3 * T.Width));
        }
    }
}
