namespace Microsoft.ML.Data;

/// <summary>Which fields of a delimited text file make which columns.</summary>
public sealed class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly MLContext _context;
    private readonly TextFormat _format;
    private readonly TextColumn[] _columns;
    private readonly DataViewSchema _schema;

    internal TextLoader(MLContext context, Options options, IMultiStreamSource sample)
    {
        options ??= new Options();
        _context = context;
        _format = new TextFormat(options);
        Column[] columns = options.Columns ?? [];
        bool needsWidth = columns.Length == 0 || columns.Any(column => column.Source?.Any(range => range.AutoEnd && range.Max is null) == true);
        List<string> sampled = sample is null || !(needsWidth || options.HasHeader) ? [] : _format.Sample(sample);
        int width = needsWidth ? Width(sampled) : 0;
        if (columns.Length == 0)
        {
            columns = width == 1
                ? [new Column("Label", DataKind.Single, 0)]
                : [new Column("Label", DataKind.Single, 0), new Column("Features", DataKind.Single, 1, width - 1)];
        }

        List<string> header = options.HasHeader && sampled.Count > 0 ? _format.Split(sampled[0]).Values : [];
        _columns = [.. columns.Select(column => new TextColumn(column, width))];
        var builder = new DataViewSchema.Builder();
        foreach (TextColumn column in _columns)
        {
            builder.AddColumn(column.Name, column.Type, column.SlotNames(header));
        }

        _schema = builder.ToSchema();
    }

    public DataViewSchema GetOutputSchema() => _schema;

    public IDataView Load(IMultiStreamSource source) => new TextDataView(_context, _schema, _columns, _format, source ?? throw new ArgumentNullException(nameof(source)));

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("The stand-in saves no text loaders.");

    private int Width(List<string> lines)
    {
        int[] widths = [.. lines.Select(line => _format.Split(line).Count).Distinct()];
        return widths.Length switch
        {
            0 => throw new ArgumentOutOfRangeException(nameof(Column.Source), "Can't determine the number of source columns without valid data"),
            1 => widths[0],
            _ => throw new ArgumentOutOfRangeException(nameof(Column.Source), "The size of input lines is not consistent"),
        };
    }

    public class Options
    {
        public bool AllowQuoting;

        public bool AllowSparse;

        public Column[] Columns;

        public char DecimalMarker = '.';

        public bool HasHeader;

        public long? MaxRows;

        public bool MissingRealsAsNaNs;

        public char[] Separators = ['\t'];

        public bool TrimWhitespace;
    }

    public sealed class Range
    {
        public bool AutoEnd;

        public bool ForceVector;

        public int? Max;

        public int Min;

        public Range()
        {
        }

        public Range(int index)
        {
            if (index < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(index), "Must be non-negative");
            }

            Min = index;
            Max = index;
        }

        public Range(int min, int? max)
        {
            if (min < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(min), "Must be non-negative");
            }

            if (max < min)
            {
                throw new ArgumentOutOfRangeException(nameof(max), "If specified, must be greater than or equal to min");
            }

            Min = min;
            Max = max;
            ForceVector = true;
            AutoEnd = max is null;
        }
    }

    public sealed class Column
    {
        public KeyCount KeyCount;

        public string Name;

        public Range[] Source;

        public Column()
        {
        }

        public Column(string name, DataKind dataKind, int index) : this(name, dataKind, [new Range(index)])
        {
        }

        public Column(string name, DataKind dataKind, int minIndex, int maxIndex) : this(name, dataKind, [new Range(minIndex, maxIndex)])
        {
        }

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            Name = name;
            DataKind = dataKind;
            Source = source;
            KeyCount = keyCount;
        }

        public DataKind DataKind { get; set; } = DataKind.Single;
    }
}

/// <summary>A column of a text file: its name and type, and the fields it is made of.</summary>
internal sealed class TextColumn
{
    public TextColumn(TextLoader.Column column, int width)
    {
        if (string.IsNullOrWhiteSpace(column.Name))
        {
            throw new ArgumentOutOfRangeException(nameof(column.Name), "Name cannot be null or white space");
        }

        if (column.Source is not { Length: > 0 } ranges)
        {
            throw new ArgumentOutOfRangeException(nameof(column.Source), "Must specify some source column indices");
        }

        Name = column.Name.Trim();
        Fields = [.. ranges.SelectMany(range =>
        {
            int last = range.Max ?? (range.AutoEnd ? width - 1 : range.Min);
            return last >= range.Min
                ? Enumerable.Range(range.Min, last - range.Min + 1)
                : throw new ArgumentOutOfRangeException(nameof(range.Min), FormattableString.Invariant($"Column #{range.Min} not found in the dataset (it only has {width} columns)"));
        })];
        PrimitiveDataViewType item = TypeTable.OfKind(column.DataKind);
        if (column.KeyCount is KeyCount keys)
        {
            item = new KeyDataViewType(item.RawType, keys.Count ?? uint.MaxValue);
        }

        Type = Fields.Length > 1 || ranges[0].ForceVector ? new VectorDataViewType(item, Fields.Length) : item;
    }

    public string Name { get; }

    public int[] Fields { get; }

    public DataViewType Type { get; }

    public DataViewSchema.Annotations SlotNames(List<string> header)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (Type is VectorDataViewType && Fields.Any(field => field < header.Count && header[field].Length > 0))
        {
            ReadOnlyMemory<char>[] names = [.. Fields.Select(field => field < header.Count ? header[field].TrimEnd().AsMemory() : default)];
            annotations.Add(AnnotationKinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, names.Length),
                (ref VBuffer<ReadOnlyMemory<char>> value) => VBuffer<ReadOnlyMemory<char>>.Copy(names, 0, ref value, names.Length));
        }

        return annotations.ToAnnotations();
    }
}
