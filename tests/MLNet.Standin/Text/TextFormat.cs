using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>How the lines of a text file are split into fields.</summary>
internal sealed class TextFormat
{
    private readonly char[] _separators;
    private readonly bool _quoting;
    private readonly bool _sparse;
    private readonly bool _trim;
    private readonly bool _skipsSpaces;

    public TextFormat(TextLoader.Options options)
    {
        _separators = options.Separators;
        _quoting = options.AllowQuoting;
        _sparse = options.AllowSparse;
        _trim = options.TrimWhitespace;
        _skipsSpaces = !options.Separators.Contains(' ');
        HasHeader = options.HasHeader;
        MaxRows = options.MaxRows ?? long.MaxValue;
        MissingIsNaN = options.MissingRealsAsNaNs;
        DecimalMarker = options.DecimalMarker;
    }

    public bool HasHeader { get; }

    public long MaxRows { get; }

    public bool MissingIsNaN { get; }

    public char DecimalMarker { get; }

    /// <summary>The first lines that are no comments, the header included.</summary>
    public List<string> Sample(IMultiStreamSource source)
    {
        for (int file = 0; file < source.Count; file++)
        {
            using TextReader reader = source.OpenTextReader(file);
            List<string> lines = [.. Content(reader).Select(line => line.Text).Take(100)];
            if (lines.Count > 0)
            {
                return lines;
            }
        }

        return [];
    }

    /// <summary>The data lines of all files with their numbers.</summary>
    public IEnumerable<(int Number, string Text)> Lines(IMultiStreamSource source)
    {
        long rows = 0;
        for (int file = 0; file < source.Count; file++)
        {
            using TextReader reader = source.OpenTextReader(file);
            foreach ((int Number, string Text) line in Content(reader).Skip(HasHeader ? 1 : 0))
            {
                if (rows++ == MaxRows)
                {
                    yield break;
                }

                yield return line;
            }
        }
    }

    /// <summary>The values of a line by field, empty ones empty, and how many fields there are.</summary>
    public (List<string> Values, int Count) Split(string line)
    {
        if (_trim)
        {
            line = line.TrimEnd();
        }

        var values = new List<string>();
        int at = 0, sparseStart = -1, sparseCount = 0;
        while (true)
        {
            (string text, int slot, int next) = Field(line, at);
            if (slot < 0)
            {
                values.Add(text);
            }
            else
            {
                if (sparseStart < 0)
                {
                    // The field before the first "slot:value" says how many slots there are.
                    sparseStart = Math.Max(0, values.Count - 1);
                    if (values.Count == 0 || !int.TryParse(values[^1], NumberStyles.None, CultureInfo.InvariantCulture, out sparseCount))
                    {
                        return (values, values.Count);
                    }

                    values.RemoveAt(sparseStart);
                    values.AddRange(Enumerable.Repeat("", sparseCount));
                }

                if (slot < sparseCount)
                {
                    values[sparseStart + slot] = text;
                }
            }

            if (next < 0)
            {
                return (values, values.Count);
            }

            at = next;
        }
    }

    private static IEnumerable<(int Number, string Text)> Content(TextReader reader)
    {
        int number = 0;
        bool first = true;
        while (reader.ReadLine() is string line)
        {
            number++;
            if (line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal) && !(first && line[0] == '#'))
            {
                first = false;
                yield return (number, line);
            }
        }
    }

    private (string Text, int Slot, int Next) Field(string line, int at)
    {
        int slot = -1;
        at = SkipSpaces(line, at);
        if (_sparse)
        {
            int digits = at;
            while (digits < line.Length && char.IsAsciiDigit(line[digits]))
            {
                digits++;
            }

            if (digits > at && digits < line.Length && line[digits] == ':')
            {
                slot = int.Parse(line.AsSpan(at, digits - at), CultureInfo.InvariantCulture);
                at = SkipSpaces(line, digits + 1);
            }
        }

        string text;
        int end;
        if (_quoting && at < line.Length && line[at] == '"')
        {
            (text, end) = Quoted(line, at + 1);
        }
        else
        {
            end = line.IndexOfAny(_separators, at);
            end = end < 0 ? line.Length : end;
            text = line[at..end];
        }

        return (text, slot, end < line.Length ? end + 1 : -1);
    }

    /// <summary>A field in quotes; one that does not end as it should is empty.</summary>
    private (string Text, int End) Quoted(string line, int at)
    {
        var text = new StringBuilder();
        while (at < line.Length && (line[at] != '"' || (at + 1 < line.Length && line[at + 1] == '"')))
        {
            text.Append(line[at]);
            at += line[at] == '"' ? 2 : 1;
        }

        bool good = at < line.Length;
        at = Math.Min(at + 1, line.Length);
        int end = line.IndexOfAny(_separators, at);
        end = end < 0 ? line.Length : end;
        good &= line.AsSpan(at, end - at).Trim(' ').IsEmpty;
        return (good ? text.ToString() : "", end);
    }

    private int SkipSpaces(string line, int at)
    {
        while (_skipsSpaces && at < line.Length && line[at] == ' ')
        {
            at++;
        }

        return at;
    }
}
