using MetaCritic.Cli.Output;
using MetaCritic.Paper.Plots;

namespace MetaCritic.Paper.Results;

/// <summary>A table for people: the paper's numbers beside ours.</summary>
/// <param name="Caption">What it shows, with units.</param>
/// <param name="Columns">Names of the columns; the first is text, the others are numbers.</param>
/// <param name="Rows">Cells as they are shown.</param>
internal sealed record PaperTable(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<string[]> Rows)
{
    /// <summary>Writes caption and table, aligned.</summary>
    /// <param name="terminal">Where to.</param>
    public void Write(Terminal terminal)
    {
        terminal.Out.WriteLine(Caption);
        TextTable text = new TextTable().Text(Columns[0]);
        foreach (string column in Columns.Skip(1))
        {
            text.Number(column);
        }

        foreach (string[] row in Rows)
        {
            text.Add(row);
        }

        text.Write(terminal);
    }
}

/// <summary>A figure with what stands below it.</summary>
/// <param name="Suffix">Follows the item's name in the file's name; empty for an item's first figure.</param>
/// <param name="Caption">What it shows.</param>
/// <param name="Figure">The figure.</param>
internal sealed record PaperFigure(string Suffix, string Caption, Figure Figure);

/// <summary>What an item of the paper came to.</summary>
/// <param name="Runs">One row per run.</param>
/// <param name="Summary">One row per group of runs.</param>
/// <param name="Tables">What is printed.</param>
/// <param name="Figures">What is drawn.</param>
internal sealed record PaperResult(Sheet Runs, Sheet Summary, IReadOnlyList<PaperTable> Tables, IReadOnlyList<PaperFigure> Figures)
{
    /// <summary>Sentences that belong to the numbers.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
