namespace MetaCritic.Robots;

/// <summary>The principal moments of an inertia, and whether any body could have them.</summary>
/// <param name="Smallest">Smallest principal moment, kg·m².</param>
/// <param name="Middle">Middle principal moment, kg·m².</param>
/// <param name="Largest">Largest principal moment, kg·m².</param>
internal readonly record struct PrincipalMoments(double Smallest, double Middle, double Largest)
{
    /// <summary>
    /// By how much the conditions may be missed, relative to the sum of the moments. Files carry rounded figures, and a
    /// rod or a plate lies exactly on the edge; this forgives rounding in the sixth digit and no more.
    /// </summary>
    public const double Tolerance = 1e-6;

    private double Slack => Tolerance * Math.Abs(Smallest + Middle + Largest);

    /// <summary>Whether no moment is negative.</summary>
    public bool AreNonNegative => Smallest >= -Slack;

    /// <summary>Whether no moment exceeds the sum of the others, which no distribution of mass can bring about.</summary>
    public bool SatisfyTriangleInequality => Largest <= Smallest + Middle + Slack;

    /// <summary>The eigenvalues of a finite symmetric tensor, from the roots of its characteristic polynomial.</summary>
    public static PrincipalMoments Of(InertiaTensor inertia)
    {
        double scale = new[] { inertia.Xx, inertia.Xy, inertia.Xz, inertia.Yy, inertia.Yz, inertia.Zz }.Max(Math.Abs);
        if (scale == 0)
        {
            return default;
        }

        // Scaled first: products of three figures of 1e-120 would vanish.
        InertiaTensor a = new(
            inertia.Xx / scale, inertia.Xy / scale, inertia.Xz / scale, inertia.Yy / scale, inertia.Yz / scale, inertia.Zz / scale);
        double mean = (a.Xx + a.Yy + a.Zz) / 3;
        (double x, double y, double z) = (a.Xx - mean, a.Yy - mean, a.Zz - mean);
        double offDiagonal = (a.Xy * a.Xy) + (a.Xz * a.Xz) + (a.Yz * a.Yz);
        double spread = Math.Sqrt(((x * x) + (y * y) + (z * z) + (2 * offDiagonal)) / 6);
        if (spread == 0)
        {
            return new(scale * mean, scale * mean, scale * mean);
        }

        double determinant = (x * ((y * z) - (a.Yz * a.Yz))) - (a.Xy * ((a.Xy * z) - (a.Yz * a.Xz))) + (a.Xz * ((a.Xy * a.Yz) - (y * a.Xz)));
        double angle = Math.Acos(Math.Clamp(determinant / (2 * spread * spread * spread), -1, 1)) / 3;
        double largest = mean + (2 * spread * Math.Cos(angle));
        double smallest = mean + (2 * spread * Math.Cos(angle + (2 * Math.PI / 3)));
        return new(scale * smallest, scale * ((3 * mean) - largest - smallest), scale * largest);
    }
}
