namespace MetaCritic.Robots;

/// <summary>Classes of defaults: what an attribute is where an element does not give it.</summary>
internal sealed class MjcfDefaults
{
    private const string Main = "main";

    private readonly Dictionary<string, (string? Parent, Dictionary<(string Element, string Attribute), string> Values)> _classes = new(StringComparer.Ordinal);

    // What was looked up before, by class, element and attribute: classes may be nested deeply, and elements many.
    private readonly Dictionary<(string Class, string Element, string Attribute), string?> _found = [];

    /// <summary>Reads the classes of a document.</summary>
    /// <param name="root">The document.</param>
    /// <param name="faults">Receives classes without a name, or with one that is taken.</param>
    public MjcfDefaults(MjcfElement root, FaultList faults)
    {
        _classes[Main] = (null, []);
        foreach (MjcfElement element in root.All("default"))
        {
            Read(element, null, faults);
        }
    }

    /// <summary>An attribute of an element, its own or that of its class; null if there is none.</summary>
    /// <param name="element">The element.</param>
    /// <param name="attribute">The attribute.</param>
    /// <param name="childClass">The class of elements that name none.</param>
    /// <param name="kind">Name that defaults are kept by; null for the element's own.</param>
    public string? Find(MjcfElement element, string attribute, string? childClass, string? kind = null)
    {
        if (element.Attributes.TryGetValue(attribute, out string? own))
        {
            return own;
        }

        string start = element.Attributes.GetValueOrDefault("class") ?? childClass ?? Main;
        (string, string, string) key = (start, kind ?? element.Name, attribute);
        if (_found.TryGetValue(key, out string? before))
        {
            return before;
        }

        for (string? name = start; name is not null; name = _classes[name].Parent)
        {
            if (!_classes.TryGetValue(name, out (string? Parent, Dictionary<(string Element, string Attribute), string> Values) found))
            {
                throw element.Problem($"the class {Quoted.Text(name)} is unknown", "Name a class of <default>");
            }

            if (found.Values.TryGetValue((kind ?? element.Name, attribute), out string? value))
            {
                return _found[key] = value;
            }
        }

        return _found[key] = null;
    }

    /// <summary>Whether there is a class of a name.</summary>
    public bool Has(string name) => _classes.ContainsKey(name);

    private void Read(MjcfElement element, string? parent, FaultList faults)
    {
        string? name = element.Attributes.GetValueOrDefault("class") ?? (parent is null ? Main : null);
        if (name is null)
        {
            faults.Add(element.Problem("the attribute class is missing", "Add class=\"…\""));
            return;
        }

        if (name == parent || (_classes.ContainsKey(name) && parent is not null))
        {
            faults.Add(element.Problem($"there is a class {Quoted.Text(name)} already", "Give each class a name of its own"));
            return;
        }

        // The outermost class is that of elements without a class, whatever its name; further ones beside it add to it.
        Dictionary<(string, string), string> values = parent is null ? _classes[Main].Values : [];
        _classes.TryAdd(name, (parent, values));
        foreach (MjcfElement child in element.Children)
        {
            if (child.Name == "default")
            {
                Read(child, name, faults);
                continue;
            }

            foreach ((string attribute, string value) in child.Attributes)
            {
                values[(child.Name, attribute)] = value;
            }
        }
    }
}
