using MetaCritic.Cli.Output;
using MetaCritic.Paper.Items;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper.Report;

/// <summary>One page of Markdown with all items: the command of each, its tables as they are printed, and its figures.</summary>
internal static class ResultsPage
{
    /// <summary>Writes the page. Durations are not in it: the same run gives the same text.</summary>
    /// <param name="call">How the program is called.</param>
    /// <param name="options">Options of the run, as they follow an item's name on the command line.</param>
    /// <param name="seeds">Which seeds.</param>
    /// <param name="results">The items and what they came to.</param>
    public static string Write(string call, string options, string seeds, IReadOnlyList<ItemReport> results)
    {
        using StringWriter page = new() { NewLine = "\n" };
        Terminal text = new(page, TextWriter.Null);
        foreach ((IPaperItem item, PaperResult result, IReadOnlyList<DrawnFigure> figures) in results)
        {
            page.WriteLine($"## {item.Name}: {item.Title}\n\n{item.Shown}\n\n`{call} {item.Name} {options}`, {seeds}.\n");
            foreach (PaperTable table in result.Tables)
            {
                page.WriteLine("```text");
                table.Write(text);
                page.WriteLine("```\n");
            }

            foreach (string remark in result.Remarks)
            {
                page.WriteLine($"{remark}\n");
            }

            foreach (DrawnFigure figure in figures)
            {
                page.WriteLine($"![{figure.Title}]({figure.File})\n\n{figure.Caption}\n");
            }
        }

        return page.ToString();
    }
}
