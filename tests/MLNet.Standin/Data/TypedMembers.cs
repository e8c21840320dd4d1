using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>The members of a class that stand for columns, and fast access to them.</summary>
internal static class TypedMembers
{
    public static IEnumerable<MemberInfo> Of(Type type, SchemaDefinition.Direction direction)
    {
        const BindingFlags Instance = BindingFlags.Public | BindingFlags.Instance;
        IEnumerable<MemberInfo> fields = type.GetFields(Instance).Where(field => !field.IsInitOnly || direction == SchemaDefinition.Direction.Read);
        IEnumerable<MemberInfo> properties = type.GetProperties(Instance).Where(property =>
            property.GetIndexParameters().Length == 0
            && (!direction.HasFlag(SchemaDefinition.Direction.Read) || property.GetMethod is { IsPublic: true })
            && (!direction.HasFlag(SchemaDefinition.Direction.Write) || property.SetMethod is { IsPublic: true }));
        return fields.Concat(properties).Where(member => !member.IsDefined(typeof(NoColumnAttribute)));
    }

    public static Type MemberType(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    public static MemberInfo Find(Type type, string name) =>
        (MemberInfo)type.GetField(name) ?? type.GetProperty(name)
        ?? throw new ArgumentOutOfRangeException(nameof(name), $"No field or property with name '{name}' found in type '{type}'.");

    public static DataViewType ColumnType(MemberInfo member)
    {
        Type type = MemberType(member);
        Type itemType = VectorItem(type);
        Type primitive = itemType ?? type;
        if (!TypeTable.IsPrimitive(primitive))
        {
            throw new ArgumentOutOfRangeException(nameof(member), $"Could not determine an IDataView type for member {member.Name} of type '{type}'.");
        }

        PrimitiveDataViewType item = TypeTable.Primitive(primitive);
        if (member.GetCustomAttribute<KeyTypeAttribute>() is KeyTypeAttribute key)
        {
            item = new KeyDataViewType(primitive, key.Count?.Count ?? MaxCount(primitive));
        }

        var vector = member.GetCustomAttribute<VectorTypeAttribute>();
        if (itemType is null)
        {
            return vector is null ? item : throw new ArgumentOutOfRangeException(nameof(member), $"Member {member.Name} is marked with VectorType, but is not a vector.");
        }

        return vector?.Dimensions is { Length: > 0 } dimensions ? new VectorDataViewType(item, dimensions) : new VectorDataViewType(item);
    }

    /// <summary>The item type of arrays and VBuffers, null for others.</summary>
    public static Type VectorItem(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>) ? type.GetGenericArguments()[0]
        : null;

    public static Func<TRow, TValue> Getter<TRow, TValue>(MemberInfo member)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TValue>>(Expression.MakeMemberAccess(row, member), row).Compile();
    }

    public static Action<TRow, TValue> Setter<TRow, TValue>(MemberInfo member)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        ParameterExpression value = Expression.Parameter(typeof(TValue));
        return Expression.Lambda<Action<TRow, TValue>>(Expression.Assign(Expression.MakeMemberAccess(row, member), value), row, value).Compile();
    }

    private static ulong MaxCount(Type type) =>
        type == typeof(byte) ? byte.MaxValue
        : type == typeof(ushort) ? ushort.MaxValue
        : type == typeof(uint) ? uint.MaxValue
        : ulong.MaxValue;
}
