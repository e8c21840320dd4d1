using System.Globalization;

namespace MetaCritic.Tables;

/// <summary>Names of columns that are numbered, such as <c>goal_0</c>, <c>goal_1</c>.</summary>
/// <param name="prefix">What stands before the number, such as <c>goal_</c>.</param>
internal sealed class NumberedNames(string prefix)
{
    /// <summary>What stands before the number.</summary>
    public string Prefix { get; } = prefix;

    /// <summary>The name of a number.</summary>
    public string this[int number] => FormattableString.Invariant($"{Prefix}{number}");

    /// <summary>The number in a name, if it is one, written as usual.</summary>
    public int? NumberOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && name == this[number]
            ? number
            : null;

    /// <summary>
    /// Whether a name that has no number of these looks as if it should: it begins like them, or it differs in letter case or in the
    /// underscore, as <c>goal0</c> and <c>Goal</c> do.
    /// </summary>
    public bool Resembles(string name)
    {
        if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        string word = Prefix.Replace("_", "", StringComparison.Ordinal);
        string plain = name.Replace("_", "", StringComparison.Ordinal);
        return plain.StartsWith(word, StringComparison.OrdinalIgnoreCase) && plain.AsSpan(word.Length).Trim("0123456789").IsEmpty;
    }
}
