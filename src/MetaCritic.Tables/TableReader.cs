using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace MetaCritic.Tables;

/// <summary>
/// Reads a table row by row, strictly: UTF-8 text with a header row (RFC 4180), as many cells in every row. Empty lines, and lines
/// of nothing but spaces, are passed over, as is a byte-order mark. Whatever is wrong is an error that names file, line and column.
/// </summary>
/// <remarks>Not thread-safe. Memory does not grow with the file.</remarks>
public sealed class TableReader : IDisposable
{
    /// <summary>Longest row, bytes.</summary>
    internal const int RowSizeLimit = 1 << 20;

    /// <summary>Most rows.</summary>
    internal const int RowLimit = 3_000_000;

    /// <summary>Most cells.</summary>
    internal const int CellLimit = 50_000_000;

    /// <summary>Most columns.</summary>
    internal const int ColumnLimit = 10_000;

    private const string ExcelHint = "sep=";

    private readonly CsvReader _csv;
    private readonly string[] _columns;
    private CsvMalformedRecord? _malformed;
    private int _rows;

    private TableReader(string path, Stream? input, TableFormat format, Predicate<string> isKnown)
    {
        Source = path;
        Format = format;
        CsvReaderOptions options = new()
        {
            Separator = format.Separator,
            HasHeader = false,
            Encoding = Encoding.UTF8,
            OnMalformedRecord = record => _malformed = record,
            MaxRecordSize = RowSizeLimit,
            TrackLineNumbers = true,
            PoolStrings = true,
        };
        _csv = CsvReader.Create(new TextFileStream(path, input), options);
        try
        {
            _columns = ReadHeader(isKnown);
            RawHeader = Encoding.UTF8.GetString(_csv.RawRecord);
            HeaderLine = Line;
        }
        catch
        {
            _csv.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Source { get; }

    /// <summary>How its cells are separated.</summary>
    public TableFormat Format { get; }

    /// <summary>Names of the columns, without spaces around them; each once.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>The header row as it stands in the file, without the line break.</summary>
    public string RawHeader { get; }

    /// <summary>Line of the file at which the present row begins, from 1.</summary>
    public long Line => _csv.LineNumber;

    /// <summary>The present row as it stands in the file, UTF-8, without the line break. Valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> RawRow => _csv.RawRecord;

    internal long HeaderLine { get; }

    /// <summary>Opens a table and reads its header row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How its cells are separated; null for commas.</param>
    /// <param name="isKnown">
    /// Names that are expected of columns. A first row with none of them is no header if there are numbers in it, or if another
    /// character than the separator seems to separate its cells; the error says so. Null for none.
    /// </param>
    /// <exception cref="InvalidInputException">The file is missing, no text in UTF-8, or empty, or its header row is not usable.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public static TableReader Open(string path, TableFormat? format = null, Predicate<string>? isKnown = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Open(path, null, format, isKnown);
    }

    // With a stream, which the reader closes, the path is what errors call it.
    internal static TableReader Open(string path, Stream? input, TableFormat? format, Predicate<string>? isKnown)
    {
        format ??= TableFormat.Default;
        format.Validate();
        return new(path, input, format, isKnown ?? (_ => false));
    }

    /// <summary>Index of a column, −1 if there is none.</summary>
    public int IndexOf(string column) => Array.IndexOf(_columns, column);

    /// <summary>Moves to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidInputException">The row is not as long as the header row, too long, or no text in UTF-8; or the table has no rows, or too many.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public bool Read()
    {
        if (!NextRecord())
        {
            return _rows > 0 ? false : throw new InvalidInputException(Source, "there are no rows below the header", "Give at least one row");
        }

        if (_csv.FieldCount != _columns.Length)
        {
            throw WrongLength();
        }

        _rows++;
        return _rows <= RowLimit && (long)_rows * _columns.Length <= CellLimit
            ? true
            : throw new InvalidInputException(Source, Say($"the table has more than {RowLimit} rows or {CellLimit} cells"), "Split it into several files");
    }

    /// <summary>A finite number in the present row, written with a decimal point.</summary>
    /// <param name="column">Index of the column.</param>
    /// <exception cref="InvalidInputException">The cell is empty or holds something else.</exception>
    public double GetNumber(int column) =>
        double.TryParse(_csv.GetSpan(column), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Error(column, "Give a finite number, with a decimal point");

    /// <summary>An integer in the present row.</summary>
    /// <param name="column">Index of the column.</param>
    /// <exception cref="InvalidInputException">The cell is empty or holds something else.</exception>
    public long GetInteger(int column) =>
        long.TryParse(
            _csv.GetSpan(column), NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw Error(column, "Give an integer");

    /// <summary>The text of a cell in the present row, without spaces around it; it may be empty.</summary>
    /// <param name="column">Index of the column.</param>
    public string GetText(int column) => _csv.GetString(column).Trim();

    /// <summary>An error about a cell of the present row.</summary>
    /// <param name="column">Index of the column.</param>
    /// <param name="remedy">What to do, as a clause without a full stop.</param>
    public InvalidInputException Error(int column, string remedy)
    {
        string text = GetText(column);
        string found = text.Length == 0 ? "the cell is empty" : $"value is \"{Shown.Text(text)}\"{(IsDecimalComma(text) ? ", a decimal comma" : "")}";
        return new(PlaceOf(column), found, remedy);
    }

    /// <summary>Ends the reading and closes the file.</summary>
    public void Dispose() => _csv.Dispose();

    /// <summary>How errors call a cell of the present row.</summary>
    internal string PlaceOf(int column) => $"{PlaceOf(Line)}, column \"{Shown.Text(_columns[column])}\"";

    /// <summary>An error about the header row.</summary>
    internal InvalidInputException HeaderError(string found, string remedy) => new(PlaceOf(HeaderLine), found, remedy);

    /// <summary>A number that single precision holds too: a position, a velocity, an action, a parameter.</summary>
    internal double GetQuantity(int column) =>
        GetNumber(column) is >= -float.MaxValue and <= float.MaxValue and double value ? value : throw Error(column, "Give a number below 3.4e38");

    /// <summary>A seed in the present row.</summary>
    internal ulong GetSeed(int column) =>
        ulong.TryParse(_csv.GetSpan(column), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw Error(column, Say($"Give an integer from 0 to {ulong.MaxValue}"));

    private static string Say(FormattableString text) => FormattableString.Invariant(text);

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value);

    private static bool IsDecimalComma(string text) => text.Count(c => c == ',') == 1 && !text.Contains('.', StringComparison.Ordinal) && IsNumber(text.Replace(',', '.'));

    private string PlaceOf(long line) => Say($"{Source}, line {line}");

    // The next record that is not blank.
    private bool NextRecord()
    {
        try
        {
            while (_csv.Read())
            {
                ReadOnlySpan<byte> raw = _csv.RawRecord;
                if (_malformed is { } malformed)
                {
                    throw malformed.Reason == CsvMalformedReason.UnterminatedQuote
                        ? new InvalidInputException(PlaceOf(Line), "a quotation mark is not closed", "Close it, or double it if it is part of the text")
                        : new InvalidInputException(PlaceOf(Line), "a quotation mark is out of place", "Quote the whole cell, close it, and double the marks within it");
                }

                if (_csv.FieldCount > 1 || raw.ContainsAnyExcept(" \t"u8))
                {
                    return Utf8.IsValid(raw)
                        ? true
                        : throw new InvalidInputException(PlaceOf(Line), "this is not UTF-8 text", "Save the file as UTF-8");
                }
            }

            return false;
        }
        catch (CsvFormatException e)
        {
            throw new InvalidInputException(
                PlaceOf(e.LineNumber), Say($"the row is longer than {RowSizeLimit} bytes"), "Give fewer columns and shorter cells, and close a quotation mark that is open", e);
        }
    }

    private string[] ReadHeader(Predicate<string> isKnown)
    {
        if (!NextRecord())
        {
            throw new InvalidInputException(Source, "the file is empty", "Give a header row and at least one row of numbers");
        }

        // Excel's own way to tell the separator: a line such as "sep=;".
        if (_csv.RawRecord.Length == ExcelHint.Length + 1 && _csv.RawRecord.StartsWith("sep="u8))
        {
            char separator = (char)_csv.RawRecord[^1];
            if (separator != Format.Separator)
            {
                throw Separated(separator);
            }

            if (!NextRecord())
            {
                throw new InvalidInputException(Source, "there is no header row", "Give a header row and at least one row of numbers");
            }
        }

        if (_csv.FieldCount > ColumnLimit)
        {
            throw new InvalidInputException(PlaceOf(Line), Say($"the header has more than {ColumnLimit} columns"), "Give fewer");
        }

        string[] columns = [.. Enumerable.Range(0, _csv.FieldCount).Select(GetText)];
        if (!Array.Exists(columns, isKnown))
        {
            if (columns.Length == 1 && AnotherSeparator(columns[0], isKnown) is char separator)
            {
                throw Separated(separator);
            }

            if (Array.Find(columns, IsNumber) is { } number)
            {
                throw new InvalidInputException(PlaceOf(Line), $"there is no header row: the first one holds the number {Shown.Text(number)}", "Name the columns in a row above");
            }
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i].Length == 0)
            {
                throw new InvalidInputException(Say($"{PlaceOf(Line)}, column {i + 1}"), "the column has no name", "Name it or leave it out");
            }

            if (!seen.Add(columns[i]))
            {
                throw new InvalidInputException(PlaceOf(Line), $"the column \"{Shown.Text(columns[i])}\" is there twice", "Give each column its own name");
            }
        }

        return columns;
    }

    // What separates the cells of a header that was read as one cell. Spaces may be part of a name.
    private char? AnotherSeparator(string header, Predicate<string> isKnown)
    {
        foreach (char separator in ";\t|,")
        {
            if (separator != Format.Separator && header.Contains(separator, StringComparison.Ordinal))
            {
                return separator;
            }
        }

        return Format.Separator != ' ' && header.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 1 } words && Array.Exists(words, isKnown) ? ' ' : null;
    }

    private InvalidInputException Separated(char separator)
    {
        string what = separator switch
        {
            ',' => "commas",
            ';' => "semicolons",
            '\t' => "tabs",
            '|' => "vertical bars",
            ' ' => "spaces",
            _ => TableFormat.Quoted(separator),
        };
        return new(PlaceOf(Line), $"cells are separated by {what}, not by {TableFormat.Quoted(Format.Separator)}", $"Give {Format.SeparatorSetting} {TableFormat.Quoted(separator)}");
    }

    private InvalidInputException WrongLength()
    {
        (int cells, int columns) = (_csv.FieldCount, _columns.Length);
        string found = $"the row has {Shown.Count(cells, "cell")}, but the header has {Say($"{columns}")}";
        return cells < columns
            ? new(PlaceOf(cells), found, "Give every row as many cells as the header")
            : new(
                Say($"{PlaceOf(Line)}, column {columns + 1}"),
                found,
                Format.Separator == ',' && cells == 2 * columns ? "Give every row as many cells as the header, and numbers with a decimal point" : "Give every row as many cells as the header");
    }
}
