using System.Runtime.CompilerServices;

namespace MetaCritic.Tasks;

/// <summary>A range from which a parameter of the robot is drawn, evenly.</summary>
/// <param name="Parameter">The parameter's name, such as <c>iiwa_link_7.mass</c>.</param>
/// <param name="Low">Least value, in the parameter's unit.</param>
/// <param name="High">Greatest value.</param>
public sealed record ParameterSpread(string Parameter, double Low, double High)
{
    private const int Most = 1_000;

    /// <summary>Checks an option that is a list of ranges.</summary>
    /// <param name="value">The option.</param>
    /// <param name="name">Its name: that of the expression checked.</param>
    /// <exception cref="InvalidInputException">There is none or are too many, or one of them is not usable.</exception>
    internal static void Check(IReadOnlyList<ParameterSpread>? value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value is null)
        {
            throw OptionCheck.Error(name, "null", "Give a list of ranges, or none");
        }

        if (value.Count > Most)
        {
            throw OptionCheck.Error(name, Invariant($"{value.Count} ranges"), Invariant($"Give at most {Most}"));
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (ParameterSpread? spread in value)
        {
            if (spread is null || string.IsNullOrEmpty(spread.Parameter) || !double.IsFinite(spread.Low) || !double.IsFinite(spread.High) || spread.Low > spread.High)
            {
                throw OptionCheck.Error(
                    name, spread is null ? "[null]" : Invariant($"\"{spread.Parameter}\" from {spread.Low} to {spread.High}"), "Give the name of a parameter and finite ends, low ≤ high");
            }

            if (!seen.Add(spread.Parameter))
            {
                throw OptionCheck.Error(name, $"\"{spread.Parameter}\" twice", "Give each parameter once");
            }
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
