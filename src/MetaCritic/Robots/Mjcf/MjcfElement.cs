namespace MetaCritic.Robots;

/// <summary>An element of an MJCF document.</summary>
/// <param name="source">The document that it stands in.</param>
/// <param name="name">Its name.</param>
/// <param name="line">The line it begins in.</param>
internal sealed class MjcfElement(string source, string name, int line)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Where it stands, for errors.</summary>
    public string Place => FormattableString.Invariant($"{source}, line {line}, {Label}");

    /// <summary>The document that it stands in.</summary>
    public string Source => source;

    /// <summary>The line it begins in.</summary>
    public int Line => line;

    /// <summary>How errors show it.</summary>
    public string Label => Attributes.TryGetValue("name", out string? given) ? $"<{Quoted.Shortened(name)} name=\"{Quoted.Shortened(given)}\">" : $"<{Quoted.Shortened(name)}>";

    /// <summary>Its attributes.</summary>
    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    /// <summary>The elements in it; those of included files in place of the inclusion.</summary>
    public List<MjcfElement> Children { get; } = [];

    /// <summary>The elements in it of a name.</summary>
    public IEnumerable<MjcfElement> All(string child) => Children.Where(element => element.Name == child);

    /// <summary>An error at it.</summary>
    public InvalidInputException Problem(string found, string remedy) => new(Place, found, remedy);
}
