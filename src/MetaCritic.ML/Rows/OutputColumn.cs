using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Rows;

/// <summary>A column that a transformer adds.</summary>
internal abstract class OutputColumn(string name, DataViewType type, IReadOnlyList<string>? slotNames)
{
    private const string SlotNamesKind = "SlotNames";

    public string Name { get; } = name;

    public DataViewType Type { get; } = type;

    /// <summary>Names of a vector's components; null if they have none.</summary>
    public IReadOnlyList<string>? SlotNames { get; } = slotNames;

    public static OutputColumn Scalar<T>(string name, DataViewType type) => new OutputColumn<T>(name, type, null);

    /// <summary>A vector of Single.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="size">Number of components; 0 if it differs from row to row.</param>
    /// <param name="slotNames">Names of the components.</param>
    public static OutputColumn Vector(string name, int size, IReadOnlyList<string>? slotNames = null) =>
        new OutputColumn<VBuffer<float>>(name, new VectorDataViewType(NumberDataViewType.Single, size), slotNames);

    /// <summary>The table's columns and these.</summary>
    public static DataViewSchema Append(DataViewSchema schema, IEnumerable<OutputColumn> outputs)
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumns(schema);
        foreach (OutputColumn output in outputs)
        {
            builder.AddColumn(output.Name, output.Type, output.Annotations());
        }

        return builder.ToSchema();
    }

    /// <summary>The promised columns and these.</summary>
    public static SchemaShape Append(MLContext context, SchemaShape schema, IEnumerable<OutputColumn> outputs) =>
        outputs.Aggregate(schema, (shape, output) => output.Promise(context, shape));

    /// <summary>A table of this column alone.</summary>
    public IDataView Load<TValue>(MLContext context, IEnumerable<OneValue<TValue>> rows)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(OneValue<TValue>));
        Describe(definition[0]);
        return context.Data.LoadFromEnumerable(rows, definition);
    }

    protected abstract SchemaShape Promise(MLContext context, SchemaShape schema);

    /// <summary>Tells a built-in estimator what the column looks like; shapes of columns cannot be made otherwise.</summary>
    protected void Describe(SchemaDefinition.Column column)
    {
        column.ColumnName = Name;
        column.ColumnType = Type;
        if (SlotNames is not null)
        {
            column.AddAnnotation(SlotNamesKind, SlotNamesValue(), SlotNamesType());
        }
    }

    private VectorDataViewType SlotNamesType() => new(TextDataViewType.Instance, SlotNames!.Count);

    private VBuffer<ReadOnlyMemory<char>> SlotNamesValue() => new(SlotNames!.Count, [.. SlotNames.Select(slot => slot.AsMemory())]);

    private DataViewSchema.Annotations? Annotations()
    {
        if (SlotNames is null)
        {
            return null;
        }

        DataViewSchema.Annotations.Builder builder = new();
        builder.Add<VBuffer<ReadOnlyMemory<char>>>(SlotNamesKind, SlotNamesType(), (ref VBuffer<ReadOnlyMemory<char>> value) => SlotNamesValue().CopyTo(ref value));
        return builder.ToAnnotations();
    }
}

/// <summary>A column with values of a type.</summary>
internal sealed class OutputColumn<T>(string name, DataViewType type, IReadOnlyList<string>? slotNames) : OutputColumn(name, type, slotNames)
{
    protected override SchemaShape Promise(MLContext context, SchemaShape schema)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(OneValue<T>));
        Describe(definition[0]);
        return context.Transforms.CustomMapping<NoColumns, OneValue<T>>((_, _) => { }, null, null, definition).GetOutputSchema(schema);
    }
}

/// <summary>A row of which nothing is read.</summary>
internal sealed class NoColumns
{
}

/// <summary>A row with one value.</summary>
internal sealed class OneValue<T>
{
    public T Value { get; set; } = default!;
}
