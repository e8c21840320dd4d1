using System.Reflection;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>The shape of a delimited text file: which fields make which columns.</summary>
public sealed class TextLoader
{
    private TextLoader()
    {
    }

    public sealed class Range
    {
        public int Min;

        public int? Max;

        public Range()
        {
        }

        public Range(int index) : this(index, index)
        {
        }

        public Range(int min, int? max)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(min);
            if (max < min)
            {
                throw new ArgumentOutOfRangeException(nameof(max), "The end of a range is not before its start.");
            }

            Min = min;
            Max = max;
        }
    }

    public sealed class Column
    {
        public string Name;

        public Range[] Source;

        public KeyCount KeyCount;

        public Column()
        {
        }

        public Column(string name, DataKind dataKind, int index) : this(name, dataKind, [new Range(index)])
        {
        }

        public Column(string name, DataKind dataKind, int minIndex, int maxIndex) : this(name, dataKind, [new Range(minIndex, maxIndex)]) => IsVector = true;

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            Name = name;
            DataKind = dataKind;
            Source = source;
            KeyCount = keyCount;
        }

        public DataKind DataKind { get; set; } = DataKind.Single;

        internal bool IsVector { get; set; }
    }
}

internal sealed record TextFileFormat(char Separator, bool HasHeader, bool AllowQuoting, bool TrimWhitespace);

/// <summary>Splits lines into fields.</summary>
internal static class TextLines
{
    public static List<string> Split(string line, TextFileFormat format)
    {
        var fields = new List<string>();
        int at = 0;
        while (true)
        {
            if (format.AllowQuoting && at < line.Length && line[at] == '"')
            {
                var text = new StringBuilder();
                at++;
                while (at < line.Length && (line[at] != '"' || (at + 1 < line.Length && line[at + 1] == '"')))
                {
                    text.Append(line[at]);
                    at += line[at] == '"' ? 2 : 1;
                }

                fields.Add(text.ToString());
                at = at < line.Length ? line.IndexOf(format.Separator, at) : -1;
            }
            else
            {
                int end = line.IndexOf(format.Separator, at);
                string field = end < 0 ? line[at..] : line[at..end];
                fields.Add(format.TrimWhitespace ? field.TrimEnd() : field);
                at = end;
            }

            if (at < 0)
            {
                return fields;
            }

            at++;
        }
    }

    public static IEnumerable<(int Number, string Line)> Data(string path, TextFileFormat format)
    {
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if ((number > 1 || !format.HasHeader) && !string.IsNullOrWhiteSpace(line))
            {
                yield return (number, line);
            }
        }
    }
}

/// <summary>A text file, read anew by each cursor.</summary>
internal sealed class TextFileDataView : IDataView
{
    private readonly string _path;
    private readonly TextFileFormat _format;
    private readonly TextLoader.Column[] _columns;
    private readonly int[][] _fields;

    public TextFileDataView(string path, TextLoader.Column[] columns, TextFileFormat format)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new ArgumentOutOfRangeException(nameof(path), $"File does not exist at path: {path}");
        }

        _path = path;
        _format = format;
        _columns = columns;
        List<string> firstLine = TextLines.Split(File.ReadLines(path).FirstOrDefault() ?? "", format);
        _fields = [.. columns.Select(column => column.Source.SelectMany(range =>
            Enumerable.Range(range.Min, Math.Max(1, (range.Max ?? (firstLine.Count - 1)) - range.Min + 1))).ToArray())];
        var builder = new DataViewSchema.Builder();
        for (int i = 0; i < columns.Length; i++)
        {
            PrimitiveDataViewType item = TypeTable.OfKind(columns[i].DataKind);
            if (columns[i].KeyCount is KeyCount keys)
            {
                item = new KeyDataViewType(item.RawType, keys.Count ?? uint.MaxValue);
            }

            bool isVector = columns[i].IsVector || _fields[i].Length > 1;
            var annotations = new DataViewSchema.Annotations.Builder();
            if (isVector && format.HasHeader)
            {
                ReadOnlyMemory<char>[] names = [.. _fields[i].Select(field => field < firstLine.Count ? firstLine[field].Trim().AsMemory() : default)];
                annotations.Add(AnnotationKinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, names.Length),
                    (ref VBuffer<ReadOnlyMemory<char>> value) => VBuffer<ReadOnlyMemory<char>>.Copy(names, 0, ref value, names.Length));
            }

            builder.AddColumn(columns[i].Name, isVector ? new VectorDataViewType(item, _fields[i].Length) : item, annotations.ToAnnotations());
        }

        Schema = builder.ToSchema();
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : SourceCursor
    {
        private readonly TextFileDataView _view;
        private readonly IEnumerator<(int Number, string Line)> _lines;
        private List<string> _current;

        public Cursor(TextFileDataView view, IEnumerable<DataViewSchema.Column> columns)
            : base(view.Schema, columns)
        {
            _view = view;
            _lines = TextLines.Data(view._path, view._format).GetEnumerator();
        }

        protected override bool Advance()
        {
            if (!_lines.MoveNext())
            {
                return false;
            }

            _current = TextLines.Split(_lines.Current.Line, _view._format);
            return true;
        }

        protected override Delegate NewGetter(int column)
        {
            DataViewType type = _view.Schema[column].Type;
            string method = type is VectorDataViewType ? nameof(Vector) : nameof(Scalar);
            return (Delegate)typeof(Cursor).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Instance)
                .MakeGenericMethod(type.ItemType().RawType).Invoke(this, [column]);
        }

        protected override void Dispose(bool disposing)
        {
            _lines.Dispose();
            base.Dispose(disposing);
        }

        private ValueGetter<T> Scalar<T>(int column) => (ref T value) => value = Field<T>(column, _view._fields[column][0]);

        private ValueGetter<VBuffer<T>> Vector<T>(int column) => (ref VBuffer<T> value) =>
        {
            int[] fields = _view._fields[column];
            var editor = VBufferEditor.Create(ref value, fields.Length);
            for (int i = 0; i < fields.Length; i++)
            {
                editor.Values[i] = Field<T>(column, fields[i]);
            }

            value = editor.Commit();
        };

        private T Field<T>(int column, int field)
        {
            CheckRow();
            string text = field < _current.Count ? _current[field] : "";
            if (FieldParser.TryParse(text, out T value))
            {
                return value;
            }

            throw new FormatException(FormattableString.Invariant(
                $"Could not parse value '{text}' in line {_lines.Current.Number}, column {_view._columns[column].Name}."));
        }
    }
}
