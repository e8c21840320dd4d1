using System.Text.RegularExpressions;

namespace MetaCritic.ML.Tests.Standin;

/// <summary>The list of Microsoft.ML's public and protected members: one type a line, its members below it.</summary>
internal sealed partial class ApiList
{
    private ApiList(IReadOnlyDictionary<string, ApiType> types) => Types = types;

    /// <summary>By name with namespace, outer types and the number of type parameters: <c>Microsoft.ML.Data.VBuffer`1</c>.</summary>
    public IReadOnlyDictionary<string, ApiType> Types { get; }

    public static ApiList Read(string path)
    {
        var types = new Dictionary<string, ApiType>(StringComparer.Ordinal);
        ApiType? current = null;
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("T ", StringComparison.Ordinal))
            {
                current = new ApiType(WithoutAttributes(line[2..]));
                types[current.Key] = current;
            }
            else if (line.StartsWith("    ", StringComparison.Ordinal))
            {
                current!.Members.Add(WithoutAttributes(line.Trim(' ')));
            }
        }

        return new ApiList(types);
    }

    private static string WithoutAttributes(string line) => line.Replace("[Obsolete] ", "", StringComparison.Ordinal);
}

/// <summary>One type of the list.</summary>
internal sealed partial class ApiType
{
    public ApiType(string line)
    {
        Match match = Header().Match(line);
        if (!match.Success)
        {
            throw new FormatException($"Unreadable line in the list: {line}");
        }

        Declaration = match.Value;
        string name = match.Groups["name"].Value;
        Parameters = match.Groups["generic"].Success ? Signatures.SplitTop(match.Groups["generic"].Value) : [];
        Key = Parameters.Length == 0 ? name : FormattableString.Invariant($"{name}`{Parameters.Length}");
        Rest = line[match.Length..];
        int bases = Rest.StartsWith(" : ", StringComparison.Ordinal) ? 3 : -1;
        int where = Rest.IndexOf(" where ", StringComparison.Ordinal);
        Bases = bases < 0 ? [] : Signatures.SplitTop(Rest[bases..(where < 0 ? Rest.Length : where)]);
        Constraints = where < 0 ? "" : Rest[where..];
    }

    /// <summary>Modifiers, kind and name.</summary>
    public string Declaration { get; }

    public string Key { get; }

    public string Rest { get; }

    public string[] Parameters { get; }

    public string[] Bases { get; }

    public string Constraints { get; }

    public HashSet<string> Members { get; } = new(StringComparer.Ordinal);

    [GeneratedRegex(@"^[a-z ]*?(?:class|struct|interface|enum|delegate \S+) (?<name>[A-Za-z0-9_.]+)(?:<(?<generic>[A-Za-z0-9_, ]+)>)?")]
    private static partial Regex Header();
}
