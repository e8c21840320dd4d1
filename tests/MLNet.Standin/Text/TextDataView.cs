using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Text files, read anew by each cursor; the active columns of a row are parsed when the cursor moves to it.</summary>
internal sealed class TextDataView : IDataView
{
    private readonly MLContext _context;
    private readonly TextColumn[] _columns;
    private readonly TextFormat _format;
    private readonly IMultiStreamSource _source;

    public TextDataView(MLContext context, DataViewSchema schema, TextColumn[] columns, TextFormat format, IMultiStreamSource source)
    {
        _context = context;
        Schema = schema;
        _columns = columns;
        _format = format;
        _source = source;
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : SourceCursor
    {
        private readonly IEnumerator<(int Number, string Text)> _lines;
        private readonly TextFormat _format;
        private readonly IChannel _channel;
        private readonly Cell[] _cells;
        private long _rows;
        private long _bad;

        public Cursor(TextDataView view, IEnumerable<DataViewSchema.Column> columns)
            : base(view.Schema, columns)
        {
            _format = view._format;
            _lines = _format.Lines(view._source).GetEnumerator();
            _channel = ((IHostEnvironment)view._context).Register(nameof(TextLoader)).Start("ParseStats");
            _cells = [.. view._columns.Select((column, i) => IsColumnActive(view.Schema[i]) ? Cell.Of(column, view._format) : null)];
        }

        protected override bool Advance()
        {
            if (!NextLine())
            {
                return false;
            }

            _rows++;
            List<string> values = _format.Split(_lines.Current.Text).Values;
            foreach (Cell cell in _cells)
            {
                cell?.Parse(values, _lines.Current.Number, Bad);
            }

            return true;
        }

        protected override Delegate NewGetter(int column) => _cells[column].NewGetter(CheckRow);

        protected override void Dispose(bool disposing)
        {
            if (_bad > 0)
            {
                _channel.Info(MessageSensitivity.None, "Processed {0} rows with {1} bad values and {2} format errors", _rows, _bad, 0);
            }

            _channel.Dispose();
            _lines.Dispose();
            base.Dispose(disposing);
        }

        private bool NextLine()
        {
            try
            {
                return _lines.MoveNext();
            }
            catch (IOException e)
            {
                throw new FormatException("Parsing failed with an exception: " + e.Message, e);
            }
        }

        private void Bad(string column, int? slot)
        {
            const int Shown = 10;
            if (++_bad <= Shown)
            {
                _channel.Info(MessageSensitivity.Schema, slot is null ? "  Bad value at line {0} in column {1}" : "  Bad value at line {0} in column {1} at slot {2}", _lines.Current.Number, column, slot);
                if (_bad == Shown)
                {
                    _channel.Info(MessageSensitivity.None, "  Suppressing further bad value messages");
                }
            }
        }
    }

    /// <summary>The parsed value of one column in the current row.</summary>
    private abstract class Cell
    {
        public static Cell Of(TextColumn column, TextFormat format) =>
            (Cell)Activator.CreateInstance(typeof(Cell<>).MakeGenericType(column.Type.ItemType().RawType), BindingFlags.Public | BindingFlags.Instance, null, [column, format], null);

        public abstract void Parse(List<string> values, int line, Action<string, int?> bad);

        public abstract Delegate NewGetter(Action checkRow);
    }

    private sealed class Cell<T> : Cell
    {
        private readonly TextColumn _column;
        private readonly FieldParser<T> _parser;
        private readonly T[] _values;
        private readonly int[] _slots;
        private int _count;

        public Cell(TextColumn column, TextFormat format)
        {
            _column = column;
            _parser = FieldParser<T>.For(column.Type.ItemType(), format.MissingIsNaN, format.DecimalMarker);
            _values = new T[column.Fields.Length];
            _slots = new int[column.Fields.Length];
        }

        public override void Parse(List<string> values, int line, Action<string, int?> bad)
        {
            _count = 0;
            for (int slot = 0; slot < _column.Fields.Length; slot++)
            {
                int field = _column.Fields[slot];
                string text = field < values.Count ? values[field] : "";
                if (text.Length == 0 && !_parser.MissingIsNaN)
                {
                    continue;
                }

                if (!_parser.TryParse(text, out _values[_count]))
                {
                    bool isVector = _column.Type is VectorDataViewType;
                    if (!_parser.HasMissingValue)
                    {
                        var cause = new InvalidOperationException(isVector
                            ? FormattableString.Invariant($"Could not parse value {text} in slot {slot} of column {_column.Name} in line {line}")
                            : FormattableString.Invariant($"Could not parse value {text} in line {line}, column {_column.Name}"));
                        throw new FormatException("Parsing failed with an exception: " + cause.Message, cause);
                    }

                    bad(_column.Name, isVector ? slot : null);
                }

                _slots[_count++] = slot;
            }
        }

        public override Delegate NewGetter(Action checkRow)
        {
            if (_column.Type is not VectorDataViewType)
            {
                return (ValueGetter<T>)((ref T value) =>
                {
                    checkRow();
                    value = _count > 0 ? _values[0] : default;
                });
            }

            // Sparse unless more than half of the fields hold something.
            return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
            {
                checkRow();
                bool dense = _count > _values.Length / 2;
                var editor = VBufferEditor.Create(ref value, _values.Length, dense ? _values.Length : _count);
                if (dense)
                {
                    editor.Values.Clear();
                    for (int i = 0; i < _count; i++)
                    {
                        editor.Values[_slots[i]] = _values[i];
                    }
                }
                else
                {
                    _values.AsSpan(0, _count).CopyTo(editor.Values);
                    _slots.AsSpan(0, _count).CopyTo(editor.Indices);
                }

                value = editor.Commit();
            });
        }
    }
}
