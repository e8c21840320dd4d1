using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public static class TextLoaderSaverCatalog
{
    public static TextLoader CreateTextLoader(
        this DataOperationsCatalog catalog,
        TextLoader.Column[] columns,
        char separatorChar = '\t',
        bool hasHeader = false,
        IMultiStreamSource dataSample = null,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false)
    {
        TextLoader.Options options = NewOptions(separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse);
        options.Columns = columns;
        return catalog.CreateTextLoader(options, dataSample);
    }

    public static TextLoader CreateTextLoader(this DataOperationsCatalog catalog, TextLoader.Options options, IMultiStreamSource dataSample = null) =>
        new(catalog.Context, options, dataSample);

    public static TextLoader CreateTextLoader<TInput>(
        this DataOperationsCatalog catalog,
        char separatorChar = '\t',
        bool hasHeader = false,
        IMultiStreamSource dataSample = null,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false) =>
        catalog.CreateTextLoader<TInput>(NewOptions(separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse), dataSample);

    public static TextLoader CreateTextLoader<TInput>(this DataOperationsCatalog catalog, TextLoader.Options options, IMultiStreamSource dataSample = null)
    {
        options ??= new TextLoader.Options();
        options.Columns = Columns(typeof(TInput));
        return catalog.CreateTextLoader(options, dataSample);
    }

    public static IDataView LoadFromTextFile(
        this DataOperationsCatalog catalog,
        string path,
        TextLoader.Column[] columns,
        char separatorChar = '\t',
        bool hasHeader = false,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false)
    {
        CheckPath(path);
        return catalog.CreateTextLoader(columns, separatorChar, hasHeader, null, allowQuoting, trimWhitespace, allowSparse).Load(path);
    }

    public static IDataView LoadFromTextFile(this DataOperationsCatalog catalog, string path, TextLoader.Options options = null)
    {
        CheckPath(path);
        var source = new MultiFileSource(path);
        return catalog.CreateTextLoader(options, source).Load(source);
    }

    public static IDataView LoadFromTextFile<TInput>(
        this DataOperationsCatalog catalog,
        string path,
        char separatorChar = '\t',
        bool hasHeader = false,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false)
    {
        CheckPath(path);
        return catalog.CreateTextLoader<TInput>(separatorChar, hasHeader, null, allowQuoting, trimWhitespace, allowSparse).Load(path);
    }

    public static IDataView LoadFromTextFile<TInput>(this DataOperationsCatalog catalog, string path, TextLoader.Options options)
    {
        CheckPath(path);
        return catalog.CreateTextLoader<TInput>(options).Load(path);
    }

    public static void SaveAsText(
        this DataOperationsCatalog catalog,
        IDataView data,
        Stream stream,
        char separatorChar = '\t',
        bool headerRow = true,
        bool schema = true,
        bool keepHidden = false,
        bool forceDense = false)
    {
        ArgumentNullException.ThrowIfNull(data);
        new TextSaver(catalog.Context, data, [.. data.Schema.Where(column => keepHidden || !column.IsHidden)], separatorChar).Save(stream, headerRow, schema, forceDense);
    }

    private static TextLoader.Options NewOptions(char separatorChar, bool hasHeader, bool allowQuoting, bool trimWhitespace, bool allowSparse) => new()
    {
        Separators = [separatorChar],
        HasHeader = hasHeader,
        AllowQuoting = allowQuoting,
        TrimWhitespace = trimWhitespace,
        AllowSparse = allowSparse,
    };

    private static void CheckPath(string path)
    {
        if (string.IsNullOrEmpty(path))
        {
            throw new ArgumentOutOfRangeException(nameof(path), "path cannot be null or empty");
        }

        bool isPattern = Path.GetFileName(path).AsSpan().ContainsAny('*', '?');
        if (isPattern ? new MultiFileSource(path).Count == 0 : !File.Exists(path))
        {
            throw new ArgumentOutOfRangeException(nameof(path), $"File or directory does not exist at path: {path}");
        }
    }

    private static TextLoader.Column[] Columns(Type type)
    {
        const BindingFlags Instance = BindingFlags.Public | BindingFlags.Instance;
        MemberInfo[] members = [.. type.GetFields(Instance), .. type.GetProperties(Instance).Where(property => property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)];
        if (members.Length == 0)
        {
            throw new ArgumentOutOfRangeException("TInput", "Should define at least one public, readable field or property in TInput.");
        }

        return [.. members.Select(member =>
        {
            LoadColumnAttribute load = member.GetCustomAttribute<LoadColumnAttribute>()
                ?? throw new InvalidOperationException($"{(member is FieldInfo ? "Field" : "Property")} '{member.Name}' is missing the {nameof(LoadColumnAttribute)} attribute");
            Type memberType = TypedMembers.MemberType(member);
            PrimitiveDataViewType item = TypeTable.Primitive(memberType.IsArray ? memberType.GetElementType() : memberType);
            return new TextLoader.Column(
                member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name,
                Enum.GetValues<DataKind>().First(kind => TypeTable.OfKind(kind) == item),
                load.Ranges,
                member.GetCustomAttribute<KeyTypeAttribute>()?.Count);
        })];
    }
}
