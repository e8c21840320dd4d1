using System.Globalization;
using System.Text;
using CsvHelper;
using MetaCritic.Cli.Output;
using MetaCritic.Files;

namespace MetaCritic.Cli;

/// <summary>A row of a table.</summary>
/// <param name="Line">Line of the file at which it begins, from 1.</param>
/// <param name="Cells">Its cells.</param>
/// <param name="Text">Its text as it stands in the file, in UTF-8, without the line break.</param>
internal sealed record CsvRow(long Line, string[] Cells, ReadOnlyMemory<byte> Text)
{
    /// <summary>Its text as it stands in the file, without the line break.</summary>
    public string Raw => Encoding.UTF8.GetString(Text.Span);
}

/// <summary>A comma-separated table with a header row, read strictly (RFC 4180, UTF-8).</summary>
internal sealed class CsvTable
{
    private const int SizeLimit = 32 << 20;
    private const int CellLimit = 2_000_000;
    private const int RowLimit = 500_000;
    private const int LineLimit = 1 << 20;
    private const int ColumnLimit = 10_000;

    private readonly string[] _columns;

    private CsvTable(string source, string rawHeader, string[] columns, List<CsvRow> rows)
    {
        Source = source;
        RawHeader = rawHeader;
        _columns = columns;
        Rows = rows;
    }

    /// <summary>The file's name.</summary>
    public string Source { get; }

    /// <summary>Names of the columns, without spaces around them.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>The header row as it stands in the file.</summary>
    public string RawHeader { get; }

    /// <summary>The rows, at least one.</summary>
    public IReadOnlyList<CsvRow> Rows { get; }

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is no table: empty, ragged, with a column twice, not UTF-8, or far too large.</exception>
    public static CsvTable Read(string path)
    {
        ReadOnlyMemory<byte> text = InputFile.ReadAllUtf8(path, SizeLimit);
        RequireShortLines(path, text.Span);
        CsvReaderOptions options = new()
        {
            Separator = ',',
            HasHeader = false,
            MalformedData = CsvMalformedDataHandling.Throw,
            TrackLineNumbers = true,
            PoolStrings = true,
        };
        using CsvReader reader = CsvReader.Create(text, options);
        string[]? columns = null;
        string header = "";
        List<CsvRow> rows = [];
        long cells = 0;
        while (Next(reader, path))
        {
            long line = reader.LineNumber;
            ReadOnlyMemory<byte> raw = Record(text, reader.RawRecord);
            if (columns is null)
            {
                columns = ReadHeader(path, line, reader);
                header = Encoding.UTF8.GetString(raw.Span);
                continue;
            }

            if (reader.FieldCount != columns.Length)
            {
                throw new InvalidInputException(
                    Place(path, line), $"the row has {Format.Count(reader.FieldCount)} cells, but the header has {Format.Count(columns.Length)}", "Give every row as many cells as the header");
            }

            cells += columns.Length;
            if (cells > CellLimit || rows.Count == RowLimit)
            {
                throw new InvalidInputException(path, $"the table has more than {Format.Count(CellLimit)} cells or {Format.Count(RowLimit)} rows", "Split it into several files");
            }

            rows.Add(new CsvRow(line, Cells(reader), raw));
        }

        if (columns is null || rows.Count == 0)
        {
            throw new InvalidInputException(path, columns is null ? "the file is empty" : "there are no rows below the header", "Give a header row and at least one row of numbers");
        }

        return new CsvTable(path, header, columns, rows);
    }

    /// <summary>Index of a column, −1 if there is none.</summary>
    public int IndexOf(string column) => Array.IndexOf(_columns, column);

    /// <summary>A finite number.</summary>
    /// <exception cref="InvalidInputException">The cell holds something else.</exception>
    public double Number(CsvRow row, int column) =>
        double.TryParse(row.Cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Error(row, column, "Give a finite number, with a decimal point");

    /// <summary>An error about a cell.</summary>
    public InvalidInputException Error(CsvRow row, int column, string remedy) =>
        new(PlaceOf(row, column), row.Cells[column].Trim().Length == 0 ? "the cell is empty" : $"value is \"{Cut(row.Cells[column])}\"", remedy);

    /// <summary>How errors call a cell.</summary>
    public string PlaceOf(CsvRow row, int column) => $"{Place(Source, row.Line)}, column \"{Columns[column]}\"";

    // A row of millions of cells would take its memory before it can be counted.
    private static void RequireShortLines(string path, ReadOnlySpan<byte> text)
    {
        for (long line = 1; !text.IsEmpty; line++)
        {
            int length = text.IndexOf((byte)'\n');
            if ((length < 0 ? text.Length : length) > LineLimit)
            {
                throw new InvalidInputException(Place(path, line), $"the line is longer than {Format.Count(LineLimit)} bytes", "Give a table with fewer columns and shorter cells");
            }

            text = length < 0 ? [] : text[(length + 1)..];
        }
    }

    // The part of the text that a record is.
    private static ReadOnlyMemory<byte> Record(ReadOnlyMemory<byte> text, ReadOnlySpan<byte> record) =>
        text.Span.Overlaps(record, out int offset) ? text.Slice(offset, record.Length) : record.ToArray();

    private static bool Next(CsvReader reader, string path)
    {
        try
        {
            return reader.Read();
        }
        catch (CsvFormatException e)
        {
            throw new InvalidInputException(
                e.LineNumber > 0 ? Place(path, e.LineNumber) : path, "a quotation mark is out of place", "Quote the whole cell, close it, and double the marks within it", e);
        }
    }

    private static string[] Cells(CsvReader reader) => [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];

    private static string[] ReadHeader(string path, long line, CsvReader reader)
    {
        if (reader.FieldCount > ColumnLimit)
        {
            throw new InvalidInputException(Place(path, line), $"the header has more than {Format.Count(ColumnLimit)} columns", "Give fewer");
        }

        string[] columns = [.. Cells(reader).Select(name => name.Trim())];
        int nameless = Array.IndexOf(columns, "");
        if (nameless >= 0)
        {
            throw new InvalidInputException(Place(path, line), $"column {Format.Count(nameless + 1)} has no name", "Name it or leave it out");
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string column in columns)
        {
            if (!seen.Add(column))
            {
                throw new InvalidInputException(Place(path, line), $"the column \"{Cut(column)}\" stands there twice", "Give each column its own name");
            }
        }

        return columns;
    }

    private static string Place(string path, long line) => $"{path}, line {Format.Count(line)}";

    /// <summary>The beginning of a text, for error messages.</summary>
    public static string Cut(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
