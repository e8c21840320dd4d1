using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Makes columns out of the members of <typeparamref name="TRow"/>.</summary>
internal sealed class TypedSource<TRow>
    where TRow : class
{
    private readonly Func<Func<TRow>, Delegate>[] _makers;

    public TypedSource(SchemaDefinition definition = null)
    {
        definition ??= SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(definition.Select(column => column.Detached));
        Schema = builder.ToSchema();
        _makers = [.. definition.Select(column => Maker(TypedMembers.Find(typeof(TRow), column.MemberName), column.ColumnType))];
    }

    public DataViewSchema Schema { get; }

    /// <summary>A getter that reads a column of whatever object <paramref name="current"/> gives.</summary>
    public Delegate GetGetter(int column, Func<TRow> current) => _makers[column](current);

    private static Func<Func<TRow>, Delegate> Maker(MemberInfo member, DataViewType columnType)
    {
        Type type = TypedMembers.MemberType(member);
        Type item = TypedMembers.VectorItem(type);
        Type raw = (item ?? type) == typeof(string) ? typeof(ReadOnlyMemory<char>) : item ?? type;
        if (columnType is VectorDataViewType != item is not null || columnType.ItemType().RawType != raw)
        {
            throw new ArgumentOutOfRangeException(nameof(columnType), $"The column type {columnType} does not fit the member {member.Name} of type '{type}'.");
        }

        string method = item is null ? nameof(Scalar) : type.IsArray ? nameof(Array) : nameof(Buffer);
        if (raw == typeof(ReadOnlyMemory<char>) && (item ?? type) == typeof(string))
        {
            return item is null ? Text(member) : Texts(member);
        }

        return (Func<Func<TRow>, Delegate>)typeof(TypedSource<TRow>).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)
            .MakeGenericMethod(raw).Invoke(null, [member, columnType.ItemType()]);
    }

    private static Func<Func<TRow>, Delegate> Scalar<TValue>(MemberInfo member, PrimitiveDataViewType type)
    {
        Func<TRow, TValue> get = TypedMembers.Getter<TRow, TValue>(member);
        if (type is KeyDataViewType key)
        {
            return current => (ValueGetter<TValue>)((ref TValue value) => value = KeyValue.Read(get(current())) is ulong x && x < key.Count ? (TValue)KeyValue.Of(x + 1, typeof(TValue)) : default);
        }

        return current => (ValueGetter<TValue>)((ref TValue value) => value = get(current()));
    }

    private static Func<Func<TRow>, Delegate> Array<TItem>(MemberInfo member, PrimitiveDataViewType type)
    {
        Func<TRow, TItem[]> get = TypedMembers.Getter<TRow, TItem[]>(member);
        return current => (ValueGetter<VBuffer<TItem>>)((ref VBuffer<TItem> value) =>
        {
            TItem[] source = get(current()) ?? [];
            VBuffer<TItem>.Copy(source, 0, ref value, source.Length);
        });
    }

    private static Func<Func<TRow>, Delegate> Buffer<TItem>(MemberInfo member, PrimitiveDataViewType type)
    {
        Func<TRow, VBuffer<TItem>> get = TypedMembers.Getter<TRow, VBuffer<TItem>>(member);
        return current => (ValueGetter<VBuffer<TItem>>)((ref VBuffer<TItem> value) =>
        {
            VBuffer<TItem> source = get(current());
            source.CopyTo(ref value);
        });
    }

    private static Func<Func<TRow>, Delegate> Text(MemberInfo member)
    {
        Func<TRow, string> get = TypedMembers.Getter<TRow, string>(member);
        return current => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = get(current()).AsMemory());
    }

    private static Func<Func<TRow>, Delegate> Texts(MemberInfo member)
    {
        Func<TRow, string[]> get = TypedMembers.Getter<TRow, string[]>(member);
        return current => (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            string[] source = get(current()) ?? [];
            value = new VBuffer<ReadOnlyMemory<char>>(source.Length, [.. source.Select(text => text.AsMemory())]);
        });
    }
}
