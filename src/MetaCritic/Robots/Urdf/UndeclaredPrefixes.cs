using System.Xml;

namespace MetaCritic.Robots;

/// <summary>
/// Takes prefixes that a document does not declare for declared. Simulators put such elements into URDF files; what has a
/// prefix has no part in dynamics and is skipped.
/// </summary>
internal sealed class UndeclaredPrefixes() : XmlNamespaceManager(new NameTable())
{
    /// <summary>The context to read a document in.</summary>
    public static XmlParserContext CreateContext()
    {
        UndeclaredPrefixes prefixes = new();
        return new(prefixes.NameTable, prefixes, null, XmlSpace.None);
    }

    /// <inheritdoc/>
    public override string? LookupNamespace(string prefix) => base.LookupNamespace(prefix) ?? $"undeclared:{prefix}";
}
