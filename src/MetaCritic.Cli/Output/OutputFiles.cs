using MetaCritic.Files;

namespace MetaCritic.Cli.Output;

/// <summary>Checks of output files before the work begins.</summary>
internal static class OutputFiles
{
    /// <summary>Checks that a file can be written, and removes what killed runs left beside it.</summary>
    public static void PrepareOutput(string path)
    {
        if (path == Terminal.Dash)
        {
            throw new InvalidInputException(path, "this does not go to standard output", "Give the name of a file; ./- is one that is called so");
        }

        AtomicFile.RemoveAbandoned(path);
        AtomicFile.EnsureWritable(path);
    }

    /// <summary>Refuses the name of a picture that does not say that it is SVG, the one format there is.</summary>
    public static void RequirePicture(string option, string? path) => RequireEnding(option, path, "pictures are SVG", "Give a name that ends in .svg; browsers show it, and programs such as Inkscape make other formats of it", ".svg");

    /// <summary>Refuses the name of a page that does not say that it is HTML.</summary>
    public static void RequirePage(string option, string? path) => RequireEnding(option, path, "the page is HTML", "Give a name that ends in .html, or a picture, strip.svg, with --strip", ".html", ".htm");

    /// <summary>Makes a folder if it is not there, and removes what killed runs left in it.</summary>
    public static void PrepareFolder(string option, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.RemoveAllAbandoned(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"{option} {folder}", $"the folder cannot be made: {e.Message.TrimEnd('.')}", "Give another folder", e);
        }
    }

    /// <summary>Refuses to write over a file that is read.</summary>
    public static void RequireDistinct(string outputOption, string output, string inputOption, string input)
    {
        if (output.Length > 0 && input.Length > 0 && output != Terminal.Dash && Target(output) == Target(input))
        {
            throw new InvalidInputException(outputOption, $"this is the file of {inputOption}", "Give another file");
        }
    }

    // Links are followed when a file is written.
    private static string Target(string path)
    {
        string full = Path.GetFullPath(path);
        return File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }

    // Standard output is refused elsewhere, for another reason.
    private static void RequireEnding(string option, string? path, string why, string remedy, params string[] endings)
    {
        if (path is not (null or Terminal.Dash) && !endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        {
            throw new InvalidInputException($"{option} {path}", why, remedy);
        }
    }
}
