using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public static class TextLoaderSaverCatalog
{
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
        ArgumentNullException.ThrowIfNull(columns);
        return new TextFileDataView(path, columns, Format(separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));
    }

    public static IDataView LoadFromTextFile<TInput>(
        this DataOperationsCatalog catalog,
        string path,
        char separatorChar = '\t',
        bool hasHeader = false,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false) =>
        new TextFileDataView(path, Columns(typeof(TInput)), Format(separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));

    private static TextFileFormat Format(char separatorChar, bool hasHeader, bool allowQuoting, bool trimWhitespace, bool allowSparse) =>
        allowSparse
            ? throw new NotSupportedException("The stand-in reads no sparse text files.")
            : new TextFileFormat(separatorChar, hasHeader, allowQuoting, trimWhitespace);

    private static TextLoader.Column[] Columns(Type type)
    {
        var columns = new List<TextLoader.Column>();
        foreach (MemberInfo member in TypedMembers.Of(type, SchemaDefinition.Direction.Write))
        {
            LoadColumnAttribute load = member.GetCustomAttribute<LoadColumnAttribute>()
                ?? throw new InvalidOperationException($"{type.Name}.{member.Name} is missing the {nameof(LoadColumnAttribute)} attribute");
            DataViewType columnType = TypedMembers.ColumnType(member);
            PrimitiveDataViewType item = columnType.ItemType();
            columns.Add(new TextLoader.Column(
                member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name,
                Enum.GetValues<DataKind>().First(kind => kind != DataKind.DateTimeOffset && TypeTable.OfKind(kind).RawType == item.RawType),
                load.Ranges,
                item is KeyDataViewType key ? new KeyCount(key.Count) : null)
            {
                IsVector = columnType is VectorDataViewType,
            });
        }

        return columns.Count > 0 ? [.. columns] : throw new InvalidOperationException($"The class {type.Name} has no member with the {nameof(LoadColumnAttribute)} attribute.");
    }
}
