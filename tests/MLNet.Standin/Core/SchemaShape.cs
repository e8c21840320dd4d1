using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns) => _columns = [.. columns ?? throw new ArgumentNullException(nameof(columns))];

    internal static SchemaShape Empty { get; } = new([]);

    public int Count => _columns.Length;

    public Column this[int index] => _columns[index];

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The shape of the visible columns of <paramref name="schema"/>.</summary>
    internal static SchemaShape Create(DataViewSchema schema) =>
        new(schema.Where(column => !column.IsHidden).Select(column => Of(column.Name, column.Type, column.Annotations)));

    internal static Column Of(string name, DataViewType type, DataViewSchema.Annotations annotations)
    {
        var vector = type as VectorDataViewType;
        PrimitiveDataViewType item = vector?.ItemType ?? (PrimitiveDataViewType)type;
        bool isKey = item is KeyDataViewType;
        return new Column(
            name,
            vector is null ? Column.VectorKind.Scalar : vector.IsKnownSize ? Column.VectorKind.Vector : Column.VectorKind.VariableVector,
            isKey ? TypeTable.Primitive(item.RawType) : item,
            isKey,
            annotations is null ? Empty : Create(annotations.Schema));
    }

    internal Column? Find(string name)
    {
        foreach (Column column in _columns)
        {
            if (column.Name == name)
            {
                return column;
            }
        }

        return null;
    }

    /// <summary>This shape with columns added, each hiding the column of the same name.</summary>
    internal SchemaShape With(IEnumerable<Column> added)
    {
        var order = new List<string>();
        var byName = new Dictionary<string, Column>(StringComparer.Ordinal);
        foreach (Column column in _columns.Concat(added))
        {
            if (!byName.ContainsKey(column.Name))
            {
                order.Add(column.Name);
            }

            byName[column.Name] = column;
        }

        return new SchemaShape(order.Select(name => byName[name]));
    }

    public struct Column
    {
        public readonly string Name;

        public readonly VectorKind Kind;

        public readonly DataViewType ItemType;

        public readonly bool IsKey;

        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind kind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            Name = name;
            Kind = kind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? Empty;
        }

        public enum VectorKind
        {
            Scalar = 0,
            Vector = 1,
            VariableVector = 2,
        }

        internal readonly string Describe() =>
            (Kind, IsKey ? $"Key<{ItemType}>" : ItemType.ToString()) switch
            {
                (VectorKind.Scalar, string item) => item,
                (VectorKind.Vector, string item) => $"Vector<{item}>",
                (_, string item) => $"VarVector<{item}>",
            };

        internal readonly Column Named(string name) => new(name, Kind, ItemType, IsKey, Annotations);
    }
}
