using System.Text;
using MetaCritic.Cli.Output;
using MetaCritic.Tables;

namespace MetaCritic.Paper.Results;

/// <summary>A table of results for machines: written as CSV, numbers as the shortest texts that read back the same.</summary>
/// <param name="columns">Names of the columns.</param>
internal sealed class Sheet(params string[] columns)
{
    private readonly List<string[]> _rows = [];
    private readonly Dictionary<string, int> _indices = columns.Index().ToDictionary(column => column.Item, column => column.Index, StringComparer.Ordinal);

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns => columns;

    /// <summary>The rows.</summary>
    public IReadOnlyList<SheetRow> Rows => [.. _rows.Select(cells => new SheetRow(_indices, cells))];

    /// <summary>Reads a table that was written by <see cref="ToCsv"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is no table.</exception>
    public static Sheet Read(string path)
    {
        using TableReader table = TableReader.Open(path);
        Sheet sheet = new([.. table.Columns]);
        while (table.Read())
        {
            sheet._rows.Add([.. Enumerable.Range(0, table.Columns.Count).Select(table.GetText)]);
        }

        return sheet;
    }

    /// <summary>Adds a row: texts, integers, doubles, or booleans (1 or 0), one per column.</summary>
    public void Add(params object[] cells)
    {
        if (cells.Length != columns.Length)
        {
            throw new ArgumentException($"{cells.Length} cells for {columns.Length} columns", nameof(cells));
        }

        _rows.Add([.. cells.Select(Text)]);
    }

    /// <summary>The table as RFC 4180 text with a header row, lines ended by a line feed.</summary>
    public string ToCsv()
    {
        StringBuilder text = new();
        foreach (IReadOnlyList<string> row in (IEnumerable<IReadOnlyList<string>>)[columns, .. _rows])
        {
            text.AppendJoin(',', row.Select(Quoted)).Append('\n');
        }

        return text.ToString();
    }

    private static string Text(object cell) => cell switch
    {
        string text => text,
        double number => Format.Exact(number),
        bool yes => yes ? "1" : "0",
        int count => Format.Count(count),
        long count => Format.Count(count),
        ulong count => count.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A cell may not be a {cell.GetType().Name}"),
    };

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\n\r") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
