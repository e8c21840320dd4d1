using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>Systems whose step is written in torch.</summary>
internal static class Systems
{
    /// <summary>The arm of two links in the plane: masses 1 kg, lengths 1 m, inertias 0.001 kg m², damping 0.5; semi-implicit Euler.</summary>
    public static Tensor TwoLink(Tensor x, Tensor u, double dt)
    {
        const double Mass = 1, Centre = 0.5, Length = 1, Inertia = 0.001, Damping = 0.5;
        Tensor q2 = x.select(1, 1), v1 = x.select(1, 2), v2 = x.select(1, 3);
        Tensor c2 = q2.cos(), s2 = q2.sin();
        Tensor m11 = (c2 * (2 * Mass * Length * Centre)) + (Inertia + (Mass * Centre * Centre) + Inertia + (Mass * ((Length * Length) + (Centre * Centre))));
        Tensor m12 = (c2 * (Mass * Length * Centre)) + (Inertia + (Mass * Centre * Centre));
        double m22 = Inertia + (Mass * Centre * Centre);
        Tensor h = s2 * (Mass * Length * Centre);
        Tensor r1 = u.select(1, 0) + (h * ((2 * v1 * v2) + (v2 * v2))) - (Damping * v1), r2 = u.select(1, 1) - (h * v1 * v1) - (Damping * v2);
        Tensor determinant = (m11 * m22) - (m12 * m12);
        Tensor acceleration = stack([((m22 * r1) - (m12 * r2)) / determinant, ((m11 * r2) - (m12 * r1)) / determinant], 1);
        Tensor v = x.narrow(1, 2, 2) + (dt * acceleration);
        return cat([x.narrow(1, 0, 2) + (dt * v), v], 1);
    }
}
