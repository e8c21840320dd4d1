using MetaCritic.Dynamics.Lanes;

namespace MetaCritic.Dynamics.RigidBody;

/// <summary>Roll-outs that are computed together.</summary>
/// <param name="Width">Lanes of the vectors used: 1, 2, 4 or 8.</param>
/// <param name="First">Lane of the first roll-out; the lanes around the roll-outs repeat one of them.</param>
/// <param name="Count">Number of roll-outs.</param>
/// <param name="Parameters">Where the parameters of lane 0 begin.</param>
internal readonly record struct LaneGroup(int Width, int First, int Count, int Parameters)
{
    /// <summary>Copies components of the group's roll-outs into vectors.</summary>
    /// <param name="source">First component of the group's first roll-out.</param>
    /// <param name="stride">Distance of components.</param>
    /// <param name="components">Number of components.</param>
    /// <param name="vectors">Receives [components × width].</param>
    public unsafe void Gather<T>(double* source, int stride, int components, double* vectors)
        where T : unmanaged, ILane<T>
    {
        if (Count == T.Width)
        {
            for (int i = 0; i < components; i++)
            {
                T.Store(T.Load(source + ((long)i * stride)), vectors + (i * T.Width));
            }

            return;
        }

        for (int i = 0; i < components; i++)
        {
            for (int lane = 0; lane < T.Width; lane++)
            {
                vectors[(i * T.Width) + lane] = source[((long)i * stride) + Math.Clamp(lane - First, 0, Count - 1)];
            }
        }
    }

    /// <summary>Copies components of the group's roll-outs out of vectors.</summary>
    /// <param name="vectors">[components × width].</param>
    /// <param name="components">Number of components.</param>
    /// <param name="target">Receives the first component of the group's first roll-out.</param>
    /// <param name="stride">Distance of components.</param>
    public unsafe void Scatter<T>(double* vectors, int components, double* target, int stride)
        where T : unmanaged, ILane<T>
    {
        if (Count == T.Width)
        {
            for (int i = 0; i < components; i++)
            {
                T.Store(T.Load(vectors + (i * T.Width)), target + ((long)i * stride));
            }

            return;
        }

        for (int i = 0; i < components; i++)
        {
            for (int b = 0; b < Count; b++)
            {
                target[((long)i * stride) + b] = vectors[(i * T.Width) + First + b];
            }
        }
    }
}
