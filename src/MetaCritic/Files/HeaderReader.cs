using System.Text.Json;

namespace MetaCritic.Files;

/// <summary>Reads a JSON object strictly: each member once, of its type, in its range, and none unknown.</summary>
internal sealed class HeaderReader
{
    private readonly JsonElement _element;
    private readonly string _path;
    private readonly List<string> _known = [];

    /// <summary>Begins to read an object.</summary>
    /// <param name="element">The object.</param>
    /// <param name="source">What errors call the file.</param>
    /// <param name="path">Where the object stands in it.</param>
    /// <param name="version">The file's format version.</param>
    /// <exception cref="InvalidInputException">It is no object.</exception>
    public HeaderReader(JsonElement element, string source, string path, int version)
    {
        _element = element;
        Version = version;
        Source = source;
        _path = path;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException($"{source}: {path}", $"value is {Excerpt(element)}", "Give an object");
        }
    }

    /// <summary>What errors call the file.</summary>
    public string Source { get; }

    /// <summary>The file's format version.</summary>
    public int Version { get; }

    /// <summary>A member that must be there.</summary>
    public JsonElement Element(string name)
    {
        _known.Add(name);
        return _element.TryGetProperty(name, out JsonElement value)
            ? value
            : throw new InvalidInputException($"{Source}: {_path}", $"the member \"{name}\" is missing", "Take a complete copy");
    }

    /// <summary>A member that must be there, as an object to read on; null if its value is null.</summary>
    public HeaderReader? Object(string name)
    {
        JsonElement value = Element(name);
        return value.ValueKind == JsonValueKind.Null ? null : new HeaderReader(value, Source, $"{_path}.{name}", Version);
    }

    /// <summary>An integer in a range.</summary>
    public int Integer(string name, int least = 0, int most = int.MaxValue)
    {
        JsonElement value = Element(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : throw Wrong(name, value, FormattableString.Invariant($"Give an integer from {least} to {most}"));
    }

    /// <summary>Integers in a range.</summary>
    public int[] Integers(string name, int most, int limit)
    {
        JsonElement value = Element(name);
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= limit)
        {
            int[] numbers = new int[value.GetArrayLength()];
            int i = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out numbers[i]) || numbers[i] < 1 || numbers[i] > most)
                {
                    break;
                }

                i++;
            }

            if (i == numbers.Length)
            {
                return numbers;
            }
        }

        throw Wrong(name, value, FormattableString.Invariant($"Give at most {limit} integers from 1 to {most}"));
    }

    /// <summary>A finite number.</summary>
    public double Number(string name)
    {
        JsonElement value = Element(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw Wrong(name, value, "Give a finite number");
    }

    /// <summary>A text of at most 1000 characters.</summary>
    public string Text(string name)
    {
        JsonElement value = Element(name);
        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= 1000 } text
            ? text
            : throw Wrong(name, value, "Give a text of at most 1000 characters");
    }

    /// <summary>At most 1000 texts of at most 1000 characters.</summary>
    public string[] Texts(string name)
    {
        JsonElement value = Element(name);
        bool good = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= 1000
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && item.GetString()!.Length <= 1000);
        return good ? [.. value.EnumerateArray().Select(item => item.GetString()!)] : throw Wrong(name, value, "Give at most 1000 texts of at most 1000 characters");
    }

    /// <summary>The name of an enumeration's member, in camel case.</summary>
    public T Choice<T>(string name)
        where T : struct, Enum
    {
        JsonElement value = Element(name);
        foreach (T choice in Enum.GetValues<T>())
        {
            if (value.ValueKind == JsonValueKind.String && value.GetString() == NameOf(choice))
            {
                return choice;
            }
        }

        throw Wrong(name, value, $"Give one of {string.Join(", ", Enum.GetValues<T>().Select(NameOf))}");
    }

    /// <summary>Reads the product's name, which must be ours.</summary>
    public void RequireProduct()
    {
        if (Text("product") != ProductInfo.Name)
        {
            throw new InvalidInputException(Source, "it was written by another product", $"Give a file of {ProductInfo.Name}");
        }
    }

    /// <summary>Refuses members that were not asked for.</summary>
    /// <exception cref="InvalidInputException">There is one.</exception>
    public void Done()
    {
        foreach (JsonProperty member in _element.EnumerateObject())
        {
            if (!_known.Contains(member.Name))
            {
                throw new InvalidInputException($"{Source}: {_path}", $"the member \"{member.Name}\" is unknown", $"Known are {string.Join(", ", _known)}");
            }
        }
    }

    /// <summary>How an enumeration's member is written: in camel case.</summary>
    public static string NameOf<T>(T choice)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(choice.ToString());

    /// <summary>The beginning of a value's text, for error messages.</summary>
    public static string Excerpt(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 60 ? text : text[..57] + "...";
    }

    private InvalidInputException Wrong(string name, JsonElement value, string remedy) =>
        new($"{Source}: {_path}.{name}", $"value is {Excerpt(value)}", remedy);
}
