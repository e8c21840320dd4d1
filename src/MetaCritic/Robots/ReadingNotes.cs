namespace MetaCritic.Robots;

/// <summary>What a reader of robot descriptions did not use: each kind is named once.</summary>
internal sealed class ReadingNotes
{
    private readonly Dictionary<string, (int Count, string Place, string Found)> _warnings = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _passedOver = new(StringComparer.Ordinal);

    /// <summary>The warnings, one for each kind of thing.</summary>
    public IReadOnlyList<string> Warnings =>
        [.. _warnings.Values.Select(warning => warning.Count == 1
            ? $"{warning.Place}: {warning.Found}"
            : FormattableString.Invariant($"{warning.Place}: {warning.Found} ({warning.Count} times)"))];

    /// <summary>Elements without part in the dynamics, each name with how often.</summary>
    public IReadOnlyList<string> PassedOver => [.. _passedOver.Select(entry => entry.Value == 1 ? entry.Key : FormattableString.Invariant($"{entry.Key} ({entry.Value})"))];

    /// <summary>Warns, the first time with the place.</summary>
    /// <param name="kind">What is counted together.</param>
    /// <param name="place">Where.</param>
    /// <param name="found">What, as a clause.</param>
    public void Warn(string kind, string place, string found)
    {
        // A hostile file may have as many kinds as it has elements.
        string key = _warnings.Count < 200 || _warnings.ContainsKey(kind) ? kind : "";
        _warnings[key] = _warnings.TryGetValue(key, out (int Count, string Place, string Found) before) ? before with { Count = before.Count + 1 } : (1, place, found);
    }

    /// <summary>Counts an element that has no part in the dynamics.</summary>
    public void PassOver(string name)
    {
        string key = _passedOver.Count < 200 || _passedOver.ContainsKey(name) ? name : "…";
        _passedOver[key] = _passedOver.GetValueOrDefault(key) + 1;
    }
}
