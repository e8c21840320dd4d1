using System.Globalization;

namespace MetaCritic.Mutations;

/// <summary>What became of a fault.</summary>
internal enum Outcome
{
    /// <summary>A test failed.</summary>
    Killed,

    /// <summary>All tests passed.</summary>
    Survived,

    /// <summary>Its text is not there once, or what it makes does not compile.</summary>
    NotApplied,
}

/// <summary>What became of a fault, and through what.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="By">The first test that failed, or why it could not be applied.</param>
/// <param name="Duration">Of build and tests.</param>
internal sealed record Finding(Fault Fault, Outcome Outcome, string By, TimeSpan Duration)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Outcome,-10} {Duration.TotalSeconds,4:0} s  {Fault.Name}{(By.Length > 0 ? ": " : "")}{By}");
}
