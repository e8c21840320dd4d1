namespace MetaCritic;

/// <summary>Finds what a misspelt name may have meant.</summary>
internal static class NearNames
{
    private const int Most = 5;
    private const int Shown = 3;
    private const int Few = 12;
    private const int LongestCompared = 128;

    /// <summary>The nearest names by number of edits, best first; empty if none is near.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known)
    {
        if (name.Length > LongestCompared)
        {
            return [];
        }

        int most = Math.Max(2, name.Length / 4);
        return [.. known
            .Where(candidate => candidate.Length <= LongestCompared && Math.Abs(candidate.Length - name.Length) <= most)
            .Select(candidate => (Name: candidate, Edits: Edits(name, candidate)))
            .Where(candidate => candidate.Edits <= most)
            .OrderBy(candidate => candidate.Edits)
            .Take(Most)
            .Select(candidate => candidate.Name)];
    }

    /// <summary>The nearest names by number of edits, best first, however far they are.</summary>
    public static IReadOnlyList<string> Nearest(string name, IEnumerable<string> known, int count) => name.Length > LongestCompared
        ? []
        : [.. known.Where(candidate => candidate.Length <= LongestCompared).OrderBy(candidate => Edits(name, candidate)).Take(count)];

    /// <summary>What a misspelt name may have meant, as a remedy: <c>Perhaps 'a' or 'b' is meant</c>.</summary>
    /// <param name="near">Names that are near, at least one.</param>
    public static string Perhaps(IReadOnlyList<string> near) => $"Perhaps {string.Join(" or ", near.Take(Shown).Select(name => $"'{name}'"))} is meant";

    /// <summary>What to give in place of a name that is not known, as a remedy: what it may have meant, else all names where they are few, else the three nearest.</summary>
    /// <param name="name">The name.</param>
    /// <param name="known">The names that there are.</param>
    /// <param name="what">What they are the names of; empty if the error says it.</param>
    public static string Remedy(string name, IReadOnlyCollection<string> known, string what = "") =>
        Of(name, known) is { Count: > 0 } near ? Perhaps(near)
        : known.Count <= Few ? $"{(what.Length == 0 ? "Known" : $"The {what}")} are {string.Join(", ", known)}"
        : $"{(what.Length == 0 ? "Nearest" : $"The nearest {what}")} are {string.Join(", ", Nearest(name, known, Shown))}{(what.Length == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $", of {known.Count}"))}";

    /// <summary>Levenshtein distance, without regard to case.</summary>
    private static int Edits(string a, string b)
    {
        Span<int> row = stackalloc int[LongestCompared + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + same));
            }
        }

        return row[b.Length];
    }
}
