using System.Globalization;
using MetaCritic.Tables;

namespace MetaCritic.Paper.Tests;

/// <summary>A table that an item wrote, whole.</summary>
internal sealed class CsvTable
{
    private readonly string[] _columns;

    private CsvTable(TableReader reader)
    {
        _columns = [.. reader.Columns];
        List<CsvRow> rows = [];
        while (reader.Read())
        {
            rows.Add(new([.. Enumerable.Range(0, _columns.Length).Select(reader.GetText)]));
        }

        Rows = rows;
    }

    public IReadOnlyList<CsvRow> Rows { get; }

    public static CsvTable Read(string path)
    {
        using TableReader reader = TableReader.Open(path);
        return new(reader);
    }

    public int IndexOf(string column) => Array.IndexOf(_columns, column);

    public double Number(CsvRow row, int column) => double.Parse(row.Cells[column], CultureInfo.InvariantCulture);
}

/// <summary>A row of a table.</summary>
internal sealed record CsvRow(string[] Cells);
