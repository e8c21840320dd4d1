namespace MetaCritic.Paper.Results;

/// <summary>An item's results as tables for machines. Its figures are drawn from nothing else.</summary>
/// <param name="Runs">One row per run.</param>
/// <param name="Summary">One row per group of runs.</param>
/// <param name="Drawn">One row per point of what is drawn, where that is more than the runs; null if it is not.</param>
internal sealed record PaperSheets(Sheet Runs, Sheet Summary, Sheet? Drawn = null)
{
    /// <summary>The points of what is drawn.</summary>
    /// <exception cref="InvalidInputException">They are not there.</exception>
    public Sheet Points => Drawn ?? throw new InvalidInputException(DrawnFile("ITEM"), "there is no such table", "Run the item again");

    /// <summary>The files of an item's tables.</summary>
    /// <param name="item">Name of the item.</param>
    public IEnumerable<(string File, Sheet Sheet)> Files(string item)
    {
        yield return (RunsFile(item), Runs);
        yield return (SummaryFile(item), Summary);
        if (Drawn is not null)
        {
            yield return (DrawnFile(item), Drawn);
        }
    }

    /// <summary>Reads the tables that a run of an item wrote.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="item">Name of the item.</param>
    /// <exception cref="InvalidInputException">They are not there, or are no tables.</exception>
    public static PaperSheets Read(string folder, string item)
    {
        string drawn = Path.Combine(folder, DrawnFile(item));
        return new(
            Sheet.Read(Path.Combine(folder, RunsFile(item))),
            Sheet.Read(Path.Combine(folder, SummaryFile(item))),
            File.Exists(drawn) ? Sheet.Read(drawn) : null);
    }

    private static string RunsFile(string item) => item + ".csv";

    private static string SummaryFile(string item) => item + "-summary.csv";

    private static string DrawnFile(string item) => item + "-drawn.csv";
}
