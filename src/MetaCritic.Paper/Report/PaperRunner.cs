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
    public ItemReport Run(IPaperItem item)
    {
        terminal.Remark($"{item.Name}: {item.Title}");
        Stopwatch watch = Stopwatch.StartNew();
        PaperResult result = ProgressDisplay.Run(terminal, "", display => item.Run(createContext((completed, total) => display.Report(completed, total))));
        foreach ((string file, Sheet sheet) in result.Sheets.Files(item.Name))
        {
            Write(file, sheet.ToCsv());
        }

        IReadOnlyList<DrawnFigure> figures = DrawnFigure.Of(item, result.Sheets);
        Write(figures);
        Print(item, result);
        terminal.Remark($"{item.Name}: {Format.Duration(watch.Elapsed)}");
        return new(item, result, figures);
    }

    /// <summary>Draws the figures of items again from the tables that a run wrote.</summary>
    /// <param name="items">The items.</param>
    /// <exception cref="InvalidInputException">Tables are not there, or are not those of a run; nothing was written.</exception>
    public void Redraw(IEnumerable<IPaperItem> items)
    {
        foreach (IReadOnlyList<DrawnFigure> figures in items.Select(item => DrawnFigure.Of(item, PaperSheets.Read(folder, item.Name))).ToArray())
        {
            Write(figures);
            terminal.Out.WriteLine(string.Join(' ', figures.Select(figure => figure.File)));
        }
    }

    /// <summary>Writes a text file, whole or not at all.</summary>
    /// <param name="file">Its name in the folder.</param>
    /// <param name="text">Its text.</param>
    public void Write(string file, string text) =>
        AtomicFile.Write(Path.Combine(folder, file), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private void Write(IReadOnlyList<DrawnFigure> figures)
    {
        foreach (DrawnFigure figure in figures)
        {
            Write(figure.File, figure.Image);
        }
    }

    private void Print(IPaperItem item, PaperResult result)
    {
        terminal.WriteText($"{item.Name}: {item.Title}");
        foreach (PaperTable table in result.Tables)
        {
            terminal.Out.WriteLine();
            table.Write(terminal);
        }

        foreach (string remark in result.Remarks)
        {
            terminal.Out.WriteLine();
            terminal.WriteText(remark);
        }

        terminal.Out.WriteLine();
    }
}
