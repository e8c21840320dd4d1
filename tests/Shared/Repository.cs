using System.Text.RegularExpressions;

namespace MetaCritic.Tests.Shared;

/// <summary>Files of the repository that the tests read where they stand: documentation and built examples.</summary>
internal static partial class Repository
{
    /// <summary>The configuration in which the tests, and with them everything else, are built.</summary>
#if DEBUG
    public const string Configuration = "Debug";
#else
    public const string Configuration = "Release";
#endif

    public static string Root { get; } = FindRoot();

    /// <summary>README.md, CHANGELOG.md, the pages under docs/, and the packages' README.md.</summary>
    public static IEnumerable<string> Pages =>
    [
        Path.Combine(Root, "README.md"),
        Path.Combine(Root, "CHANGELOG.md"),
        .. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Order(StringComparer.Ordinal),
        .. Directory.EnumerateDirectories(Path.Combine(Root, "src")).Select(project => Path.Combine(project, "README.md")).Order(StringComparer.Ordinal),
    ];

    /// <summary>The built program of an example.</summary>
    public static string Example(string name) => Path.Combine(Root, "examples", name, "bin", Configuration, "net10.0", name + ".dll");

    /// <summary>Fenced blocks of a page in a language ("" for none), without their indentation.</summary>
    public static IEnumerable<string> Blocks(string page, string language) => Parts(page).Where(part => part.Language == language).Select(part => part.Text);

    /// <summary>All fenced blocks of a page, in their order.</summary>
    public static IEnumerable<Part> Parts(string page)
    {
        List<string>? block = null;
        string language = "", before = "";
        foreach (string line in File.ReadLines(page))
        {
            string text = line.TrimStart();
            if (!text.StartsWith("```", StringComparison.Ordinal))
            {
                block?.Add(line);
                before = block is null && text.Length > 0 ? text : before;
            }
            else if (block is null)
            {
                block = [];
                language = text[3..].Trim();
            }
            else
            {
                yield return new(language, string.Join('\n', block), FileName().Match(before) is { Success: true } match ? match.Groups[1].Value : null);
                (block, before) = (null, "");
            }
        }
    }

    [GeneratedRegex(@"`([^` /]+\.[a-z]+)`:$")]
    private static partial Regex FileName();

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MetaCritic.ML.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new AssertFailedException($"There is no MetaCritic.ML.sln above {AppContext.BaseDirectory}");
    }

    /// <summary>A fenced block.</summary>
    /// <param name="Language">What stands behind the opening fence.</param>
    /// <param name="Text">What stands between the fences.</param>
    /// <param name="FileName">The file that the page calls it: the line above ends with `NAME`: then.</param>
    public sealed record Part(string Language, string Text, string? FileName);
}
