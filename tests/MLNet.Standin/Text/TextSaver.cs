using System.Globalization;
using System.Text;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>Writes rows as lines of text, the last columns as slot:value pairs where that is shorter.</summary>
internal sealed class TextSaver
{
    private readonly MLContext _context;
    private readonly IDataView _data;
    private readonly DataViewSchema.Column[] _columns;
    private readonly char _separator;

    public TextSaver(MLContext context, IDataView data, DataViewSchema.Column[] columns, char separator)
    {
        _ = SeparatorName(separator) ?? throw new ArgumentOutOfRangeException("Separator", "Invalid separator - must be: space, tab, comma, semicolon, or bar");
        _context = context;
        _data = data;
        _columns = columns;
        _separator = separator;
    }

    public void Save(Stream stream, bool headerRow, bool schema, bool forceDense)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), -1, leaveOpen: true);
        bool hasHeader = headerRow && _columns.Any(column => column.Type is not VectorDataViewType || column.HasSlotNames());
        if (schema)
        {
            WriteSchema(writer, hasHeader);
        }

        if (hasHeader)
        {
            writer.WriteLine(Line([.. _columns.Select(Names)], [.. _columns.Select(_ => "\"\"")], forceDense));
        }

        using DataViewRowCursor cursor = _data.GetRowCursor(_columns);
        Func<string[]>[] readers = [.. _columns.Select(column => Reader(cursor, column))];
        string[] defaults = [.. _columns.Select(column => Default(column.Type.ItemType()))];
        long count = 0, shortest = long.MaxValue, longest = 0;
        while (cursor.MoveNext())
        {
            string[][] values = [.. readers.Select(read => read())];
            long length = values.Sum(column => column.Length);
            (count, shortest, longest) = (count + 1, Math.Min(shortest, length), Math.Max(longest, length));
            writer.WriteLine(Line(values, defaults, forceDense));
        }

        Report(count, shortest, longest);
    }

    private void Report(long count, long shortest, long longest)
    {
        using IChannel channel = ((IHostEnvironment)_context).Register(nameof(TextSaver)).Start("Saving");
        if (count == 0)
        {
            channel.Warning(MessageSensitivity.None, "Wrote zero rows of data!");
        }
        else if (shortest == longest)
        {
            channel.Info(MessageSensitivity.None, "Wrote {0} rows of length {1}", count, shortest);
        }
        else
        {
            channel.Info(MessageSensitivity.None, "Wrote {0} rows of lengths between {1} and {2}", count, shortest, longest);
        }
    }

    private static string SeparatorName(char separator) => separator switch
    {
        ' ' => "space",
        '\t' => "tab",
        ',' => "comma",
        ';' => "semicolon",
        '|' => "bar",
        _ => null,
    };

    private void WriteSchema(StreamWriter writer, bool hasHeader)
    {
        writer.WriteLine("#@ TextLoader{");
        if (hasHeader)
        {
            writer.WriteLine("#@   header+");
        }

        writer.WriteLine($"#@   sep={SeparatorName(_separator)}");
        int index = 0;
        foreach (DataViewSchema.Column column in _columns)
        {
            PrimitiveDataViewType item = column.Type.ItemType();
            string range = column.Type is not VectorDataViewType vector ? index.ToString(CultureInfo.InvariantCulture)
                : vector.IsKnownSize ? FormattableString.Invariant($"{index}-{index + vector.Size - 1}")
                : FormattableString.Invariant($"{index}-**");
            string key = item is KeyDataViewType { Count: ulong count } ? FormattableString.Invariant($"[{count}]") : "";
            writer.WriteLine($"#@   col={column.Name}:{TypeTable.ShortName(item.RawType)}{key}:{range}");
            index += (column.Type as VectorDataViewType)?.Size ?? 1;
        }

        writer.WriteLine("#@ }");
    }

    private string Line(string[][] columns, string[] defaults, bool forceDense)
    {
        const double WeightOfPair = 2.5;
        bool[][] isSet = [.. columns.Select((values, i) => values.Select(value => value != defaults[i]).ToArray())];
        int dense = columns.Length;
        if (!forceDense)
        {
            int written = 0, left = isSet.Sum(column => column.Count(set => set));
            double best = WeightOfPair * left;
            dense = 0;
            for (int i = 0; i < columns.Length; i++)
            {
                written += columns[i].Length;
                left -= isSet[i].Count(set => set);
                if (written + (WeightOfPair * left) < best)
                {
                    best = written + (WeightOfPair * left);
                    dense = i + 1;
                }
            }

            int denseLength = columns.Take(dense).Sum(values => values.Length), sparseLength = columns.Skip(dense).Sum(values => values.Length);
            if (sparseLength < 5 || sparseLength < denseLength / 5)
            {
                dense = columns.Length;
            }
        }

        List<string> fields = [.. columns.Take(dense).SelectMany(values => values)];
        if (dense < columns.Length)
        {
            bool[] set = [.. isSet.Skip(dense).SelectMany(flags => flags)];
            string[] values = [.. columns.Skip(dense).SelectMany(column => column)];
            fields.Add(values.Length.ToString(CultureInfo.InvariantCulture));
            int before = fields.Count;
            fields.AddRange(Enumerable.Range(0, values.Length).Where(i => set[i]).Select(i => FormattableString.Invariant($"{i}:{values[i]}")));
            if (fields.Count == before)
            {
                fields.Add($"0:{defaults[dense]}");
            }
        }

        return string.Join(_separator, fields);
    }

    private string[] Names(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
        {
            return [Text(column.Name)];
        }

        if (!column.HasSlotNames())
        {
            return [.. Enumerable.Repeat("\"\"", vector.Size)];
        }

        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => Text(name.ToString()))];
    }

    private Func<string[]> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        Delegate getter = RawGetter.Of(row, column);
        PrimitiveDataViewType item = column.Type.ItemType();
        string method = column.Type is VectorDataViewType ? nameof(Vector) : nameof(Scalar);
        return (Func<string[]>)typeof(TextSaver).GetMethod(method, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)
            .MakeGenericMethod(item.RawType).Invoke(this, [getter, item]);
    }

    private Func<string[]> Scalar<T>(ValueGetter<T> getter, PrimitiveDataViewType type) => () =>
    {
        T value = default;
        getter(ref value);
        return [Format(value, type)];
    };

    private Func<string[]> Vector<T>(ValueGetter<VBuffer<T>> getter, PrimitiveDataViewType type)
    {
        VBuffer<T> buffer = default;
        return () =>
        {
            getter(ref buffer);
            return [.. buffer.DenseValues().Select(value => Format(value, type))];
        };
    }

    private string Default(PrimitiveDataViewType type) =>
        type is TextDataViewType ? "\"\"" : Format(Activator.CreateInstance(type.RawType), type);

    private string Format<T>(T value, PrimitiveDataViewType type) => value switch
    {
        _ when type is KeyDataViewType key => KeyValue.Read(value) is ulong x && x > 0 && x <= key.Count ? (x - 1).ToString(CultureInfo.InvariantCulture) : "",
        ReadOnlyMemory<char> x => Text(x.ToString()),
        float x => float.IsNaN(x) ? "?" : x.ToString("R", CultureInfo.InvariantCulture),
        double x => double.IsNaN(x) ? "?" : x.ToString("G17", CultureInfo.InvariantCulture),
        bool x => x ? "1" : "0",
        TimeSpan x => $"\"{x:c}\"",
        DateTime x => $"\"{x:o}\"",
        DateTimeOffset x => $"\"{x:o}\"",
        IFormattable x => x.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"Values of type {typeof(T)} cannot be saved as text."),
    };

    private string Text(string text)
    {
        bool quoted = text.Length == 0 || text[0] == ' ' || text.AsSpan().ContainsAny(['"', ':', '\n', _separator]);
        return quoted ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
