using System.Diagnostics;
using System.Text;
using MetaCritic.Cli.Output;
using MetaCritic.Files;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Items;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper.Report;

/// <summary>Runs items: shows progress, writes their files, prints their tables.</summary>
/// <param name="terminal">Where to print.</param>
/// <param name="folder">Where files are written.</param>
/// <param name="createContext">Makes the context of an item from what takes its progress.</param>
internal sealed class PaperRunner(Terminal terminal, string folder, Func<Action<long, long>, PaperContext> createContext)
{
    /// <summary>Runs one item.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled; nothing of the item was written.</exception>
    public PaperResult Run(IPaperItem item)
    {
        terminal.Remark($"{item.Name}: {item.Title}");
        Stopwatch watch = Stopwatch.StartNew();
        PaperResult result = ProgressDisplay.Run(terminal, "", display => item.Run(createContext((completed, total) => display.Report(completed, total))));
        foreach ((string file, string text) in FilesOf(item, result))
        {
            Write(file, text);
        }

        Print(item, result);
        terminal.Remark($"{item.Name}: {Format.Duration(watch.Elapsed)}");
        return result;
    }

    /// <summary>Writes a text file, whole or not at all.</summary>
    /// <param name="file">Its name in the folder.</param>
    /// <param name="text">Its text.</param>
    public void Write(string file, string text) =>
        AtomicFile.Write(Path.Combine(folder, file), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>The files of an item, names and texts.</summary>
    public static IEnumerable<(string File, string Text)> FilesOf(IPaperItem item, PaperResult result)
    {
        yield return ($"{item.Name}.csv", result.Runs.ToCsv());
        yield return ($"{item.Name}-summary.csv", result.Summary.ToCsv());
        foreach (PaperFigure figure in result.Figures)
        {
            yield return ($"{FigureName(item, figure)}.svg", figure.Figure.Render(FigureName(item, figure)));
        }
    }

    /// <summary>Name of a figure, in file names and within images.</summary>
    public static string FigureName(IPaperItem item, PaperFigure figure) => figure.Suffix.Length == 0 ? item.Name : $"{item.Name}-{figure.Suffix}";

    private void Print(IPaperItem item, PaperResult result)
    {
        terminal.Out.WriteLine($"{item.Name}: {item.Title}");
        foreach (PaperTable table in result.Tables)
        {
            terminal.Out.WriteLine();
            table.Write(terminal);
        }

        foreach (string remark in result.Remarks)
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine(remark);
        }

        terminal.Out.WriteLine();
    }
}
