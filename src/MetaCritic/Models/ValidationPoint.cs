namespace MetaCritic.Models;

/// <summary>A point of a critic's learning curve: fresh policies fitted to held-out goals during its training.</summary>
/// <param name="Iteration">Meta-iterations done by then.</param>
/// <param name="TaskLoss">Mean task loss of the meta-iterations since the point before; NaN if none counted.</param>
/// <param name="Error">Mean final-state error of the policies that did not diverge, rad² or m²; NaN if all did.</param>
/// <param name="Median">Median of the same.</param>
/// <param name="Policies">Policies fitted.</param>
/// <param name="Diverged">How many of them diverged.</param>
public sealed record ValidationPoint(int Iteration, double TaskLoss, double Error, double Median, int Policies, int Diverged)
{
    /// <summary>Whether this critic is better than the one of another point: fewer policies diverged, or as many and the error is less.</summary>
    public bool IsBetterThan(ValidationPoint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Diverged < other.Diverged || (Diverged == other.Diverged && Error < other.Error);
    }
}
