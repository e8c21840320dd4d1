using System.Text.Json;

namespace MetaCritic.Robots;

/// <summary>A JSON value that knows where it stands.</summary>
/// <param name="element">The value.</param>
/// <param name="source">What errors call its source.</param>
/// <param name="path">Its path from the object that is read, which is <c>$</c>.</param>
internal readonly struct JsonValue(JsonElement element, string source, string path)
{
    /// <summary>The members of an object.</summary>
    /// <exception cref="InvalidInputException">It is no object.</exception>
    public IEnumerable<(string Name, JsonValue Value)> Members()
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw WrongKind("an object");
        }

        foreach (JsonProperty member in element.EnumerateObject())
        {
            string name;
            try
            {
                name = member.Name;
            }
            catch (InvalidOperationException e)
            {
                throw NoText(e);
            }

            yield return (name, new(member.Value, source, $"{path}.{Quoted.Shortened(name)}"));
        }
    }

    /// <summary>The items of an array, of which there may be so many.</summary>
    /// <exception cref="InvalidInputException">It is no array, or longer.</exception>
    public IReadOnlyList<JsonValue> Items(int most)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            throw WrongKind("an array");
        }

        int length = element.GetArrayLength();
        if (length > most)
        {
            throw Problem($"there are {length} items", $"Give at most {most}");
        }

        List<JsonValue> items = new(length);
        foreach (JsonElement item in element.EnumerateArray())
        {
            items.Add(new(item, source, $"{path}[{items.Count}]"));
        }

        return items;
    }

    /// <summary>A string.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    public string Text()
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            throw WrongKind("a string");
        }

        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw NoText(e);
        }
    }

    /// <summary>A finite number.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    public double Number()
    {
        if (element.ValueKind != JsonValueKind.Number)
        {
            throw WrongKind("a number");
        }

        return element.TryGetDouble(out double value) && double.IsFinite(value)
            ? value
            : throw Problem($"the number {Quoted.Shortened(element.GetRawText())} is too large", "Give a finite number");
    }

    /// <summary>An array of so many finite numbers.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    public double[] Numbers(int count)
    {
        IReadOnlyList<JsonValue> items = Items(count);
        return items.Count == count
            ? [.. items.Select(item => item.Number())]
            : throw Problem($"there are {items.Count} items", $"Give {count} numbers");
    }

    /// <summary>An array of three finite numbers.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    public Vector3d Vector()
    {
        double[] v = Numbers(3);
        return new(v[0], v[1], v[2]);
    }

    /// <summary>An error at this value.</summary>
    public InvalidInputException Problem(string found, string remedy) => new($"{source}, {path}", found, remedy);

    private InvalidInputException WrongKind(string expected) => Problem($"found a value of the kind {element.ValueKind}", $"Give {expected}");

    private InvalidInputException NoText(InvalidOperationException cause) =>
        new($"{source}, {path}", "found a text with half a character (an unpaired surrogate)", "Correct the text", cause);
}

/// <summary>A JSON object with every required member, no unknown one, and none twice.</summary>
internal readonly struct StrictJsonObject
{
    private readonly Dictionary<string, JsonValue> _members = new(StringComparer.Ordinal);

    /// <summary>Reads the members.</summary>
    /// <param name="value">The object.</param>
    /// <param name="required">Members that it must have.</param>
    /// <param name="optional">Members that it may have.</param>
    /// <exception cref="InvalidInputException">It is no object, or has not these members.</exception>
    public StrictJsonObject(JsonValue value, string[] required, string[]? optional = null)
    {
        string[] known = [.. required, .. optional ?? []];
        foreach ((string name, JsonValue member) in value.Members())
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                throw member.Problem("the field is unknown", $"Remove it; known are {string.Join(", ", known)}");
            }

            if (!_members.TryAdd(name, member))
            {
                throw member.Problem("the field is given twice", "Give it once");
            }
        }

        foreach (string name in required)
        {
            if (!_members.ContainsKey(name))
            {
                throw value.Problem($"the field {name} is missing", "Add it");
            }
        }
    }

    /// <summary>A required member.</summary>
    public JsonValue this[string name] => _members[name];

    /// <summary>An optional member; null if it is missing.</summary>
    public JsonValue? Find(string name) => _members.TryGetValue(name, out JsonValue value) ? value : null;
}
