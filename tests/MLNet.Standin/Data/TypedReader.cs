using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Which columns of a schema fill which members of <typeparamref name="TRow"/>.</summary>
internal sealed class TypedReader<TRow>
    where TRow : class
{
    private static readonly MethodInfo ScalarMethod = typeof(TypedReader<TRow>).GetMethod(nameof(Scalar), BindingFlags.NonPublic | BindingFlags.Static);
    private static readonly MethodInfo ArrayMethod = typeof(TypedReader<TRow>).GetMethod(nameof(Array), BindingFlags.NonPublic | BindingFlags.Static);
    private static readonly MethodInfo BufferMethod = typeof(TypedReader<TRow>).GetMethod(nameof(Buffer), BindingFlags.NonPublic | BindingFlags.Static);

    private readonly (DataViewSchema.Column Column, MemberInfo Member, Delegate Setter)[] _bindings;

    public TypedReader(DataViewSchema schema, bool ignoreMissing, SchemaDefinition definition = null)
    {
        var bindings = new List<(DataViewSchema.Column, MemberInfo, Delegate)>();
        foreach (SchemaDefinition.Column wanted in definition ?? SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(wanted.ColumnName) is not DataViewSchema.Column column)
            {
                if (ignoreMissing)
                {
                    continue;
                }

                throw new ArgumentOutOfRangeException(nameof(schema), $"Could not find column '{wanted.ColumnName}'");
            }

            MemberInfo member = TypedMembers.Find(typeof(TRow), wanted.MemberName);
            if (!IsCompatible(column.Type, wanted.ColumnType, member))
            {
                throw new InvalidOperationException(
                    $"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' to field or property '{member.Name}' of type '{TypedMembers.MemberType(member)}'.");
            }

            bindings.Add((column, member, NewSetter(member)));
        }

        _bindings = [.. bindings];
    }

    public IEnumerable<DataViewSchema.Column> Columns => _bindings.Select(binding => binding.Column);

    /// <summary>What fills an object from the current position of <paramref name="row"/>.</summary>
    public Action<TRow> Bind(DataViewRow row)
    {
        var fillers = new Action<TRow>[_bindings.Length];
        for (int i = 0; i < fillers.Length; i++)
        {
            (DataViewSchema.Column column, MemberInfo member, Delegate setter) = _bindings[i];
            Type type = TypedMembers.MemberType(member);
            (MethodInfo method, Type argument) = type.IsArray ? (ArrayMethod, type.GetElementType())
                : TypedMembers.VectorItem(type) is Type item ? (BufferMethod, item)
                : (ScalarMethod, type);
            fillers[i] = argument == typeof(string)
                ? type.IsArray ? Texts(row, column, (Action<TRow, string[]>)setter) : Text(row, column, (Action<TRow, string>)setter)
                : (Action<TRow>)method.MakeGenericMethod(argument).Invoke(null, type.IsArray ? [row, column, member, setter] : [row, column, setter]);
        }

        return target =>
        {
            foreach (Action<TRow> fill in fillers)
            {
                fill(target);
            }
        };
    }

    private static bool IsCompatible(DataViewType actual, DataViewType wanted, MemberInfo member)
    {
        Type type = TypedMembers.MemberType(member);
        Type item = TypedMembers.VectorItem(type);
        if (actual is VectorDataViewType vector)
        {
            return item is not null
                && Raw(item) == vector.ItemType.RawType
                && vector.ItemType is KeyDataViewType == wanted.ItemType() is KeyDataViewType;
        }

        return item is null && Raw(type) == actual.RawType && actual is KeyDataViewType == wanted is KeyDataViewType;
    }

    private static Type Raw(Type type) => type == typeof(string) ? typeof(ReadOnlyMemory<char>) : type;

    private static Delegate NewSetter(MemberInfo member) =>
        (Delegate)typeof(TypedMembers).GetMethod(nameof(TypedMembers.Setter)).MakeGenericMethod(typeof(TRow), TypedMembers.MemberType(member)).Invoke(null, [member]);

    private static Action<TRow> Scalar<TValue>(DataViewRow row, DataViewSchema.Column column, Action<TRow, TValue> setter)
    {
        ValueGetter<TValue> getter = row.GetGetter<TValue>(column);
        return target =>
        {
            TValue value = default;
            getter(ref value);
            setter(target, value);
        };
    }

    /// <summary>An array that the object holds already is filled again if it has the right length; none holds no values.</summary>
    private static Action<TRow> Array<TItem>(DataViewRow row, DataViewSchema.Column column, MemberInfo member, Action<TRow, TItem[]> setter)
    {
        ValueGetter<VBuffer<TItem>> getter = row.GetGetter<VBuffer<TItem>>(column);
        Func<TRow, TItem[]> held = TypedMembers.Getter<TRow, TItem[]>(member);
        VBuffer<TItem> buffer = default;
        return target =>
        {
            getter(ref buffer);
            TItem[] values = held(target);
            if ((values?.Length ?? 0) != buffer.Length || !buffer.IsDense)
            {
                values = new TItem[buffer.Length];
            }

            if (buffer.Length > 0)
            {
                buffer.CopyTo(values);
            }

            setter(target, values);
        };
    }

    private static Action<TRow> Buffer<TItem>(DataViewRow row, DataViewSchema.Column column, Action<TRow, VBuffer<TItem>> setter)
    {
        ValueGetter<VBuffer<TItem>> getter = row.GetGetter<VBuffer<TItem>>(column);
        return target =>
        {
            VBuffer<TItem> buffer = default;
            getter(ref buffer);
            setter(target, buffer);
        };
    }

    private static Action<TRow> Text(DataViewRow row, DataViewSchema.Column column, Action<TRow, string> setter)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        return target =>
        {
            ReadOnlyMemory<char> value = default;
            getter(ref value);
            setter(target, value.ToString());
        };
    }

    private static Action<TRow> Texts(DataViewRow row, DataViewSchema.Column column, Action<TRow, string[]> setter)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        return target =>
        {
            VBuffer<ReadOnlyMemory<char>> buffer = default;
            getter(ref buffer);
            setter(target, [.. buffer.DenseValues().Select(text => text.ToString())]);
        };
    }
}
