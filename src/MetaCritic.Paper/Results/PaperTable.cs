using MetaCritic.Cli.Output;

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
