using MetaCritic.Cli.Output;
using Spectre.Console;

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
        terminal.WriteText(Caption);
        Table table = TerminalTables.Create([.. TerminalTables.Texts(Columns[0]), .. TerminalTables.Numbers(Columns.Skip(1))]);
        foreach (string[] row in Rows)
        {
            table.Add(row);
        }

        terminal.WriteTable(table);
    }
}
