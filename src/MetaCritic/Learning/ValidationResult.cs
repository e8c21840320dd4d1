namespace MetaCritic.Learning;

/// <summary>How good a critic is: the errors of fresh policies that it fitted. Errors are means over joints of the squared final position error, rad² or m².</summary>
/// <param name="Policies">Policies fitted.</param>
/// <param name="Diverged">How many of them diverged.</param>
/// <param name="Error">Mean error of the others after fitting; NaN if all diverged.</param>
/// <param name="Median">Median of the same.</param>
/// <param name="Unfitted">Mean error of all that had one before fitting; NaN if none had.</param>
public sealed record ValidationResult(int Policies, int Diverged, double Error, double Median, double Unfitted)
{
    /// <summary>The result of fits.</summary>
    internal static ValidationResult Of(IReadOnlyList<PolicyFit> fits) => Of([.. fits.Select(fit => (fit.Diverged, fit.Error, fit.LearningCurve[0]))]);

    /// <summary>The result of fits of any kind.</summary>
    /// <param name="fits">Of each, whether it diverged, and its errors after and before fitting.</param>
    internal static ValidationResult Of((bool Diverged, double Error, double Unfitted)[] fits)
    {
        double[] errors = [.. fits.Where(fit => !fit.Diverged).Select(fit => fit.Error).Order()];
        double[] before = [.. fits.Select(fit => fit.Unfitted).Where(double.IsFinite)];
        return new(
            fits.Length,
            fits.Length - errors.Length,
            errors.Length > 0 ? errors.Average() : double.NaN,
            errors.Length > 0 ? (errors[(errors.Length - 1) / 2] + errors[errors.Length / 2]) / 2 : double.NaN,
            before.Length > 0 ? before.Average() : double.NaN);
    }
}
