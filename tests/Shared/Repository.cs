namespace MetaCritic.Tests.Shared;

/// <summary>Files of the repository that the tests read where they stand: documentation and built examples.</summary>
internal static class Repository
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
    public static IEnumerable<string> Blocks(string page, string language)
    {
        List<string>? block = null;
        bool wanted = false;
        foreach (string line in File.ReadLines(page))
        {
            string text = line.TrimStart();
            if (!text.StartsWith("```", StringComparison.Ordinal))
            {
                block?.Add(line);
            }
            else if (block is null)
            {
                block = [];
                wanted = text[3..].Trim() == language;
            }
            else
            {
                if (wanted)
                {
                    yield return string.Join('\n', block);
                }

                block = null;
            }
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MetaCritic.ML.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new AssertFailedException($"There is no MetaCritic.ML.sln above {AppContext.BaseDirectory}");
    }
}
