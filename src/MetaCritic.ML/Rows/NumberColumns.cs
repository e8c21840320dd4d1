using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Rows;

/// <summary>Numbers that a row gives: one vector column, or as many scalar columns as there are components. All Single.</summary>
/// <param name="option">Name of the option that names the columns.</param>
/// <param name="names">The columns' names.</param>
/// <param name="size">How many numbers there are.</param>
/// <param name="reason">Why that many: a clause such as <c>the robot "reacher" has 2 joints</c>.</param>
internal sealed class NumberColumns(string option, IReadOnlyList<string> names, int size, string reason)
{
    public IReadOnlyList<string> Names { get; } = names;

    public int Size { get; } = size;

    /// <summary>Why that many.</summary>
    public string Reason { get; } = reason;

    /// <summary>Whether the number of names is possible: one, or one per component.</summary>
    /// <exception cref="InvalidInputException">It is not.</exception>
    public NumberColumns CheckNames()
    {
        if (Names.Count != 1 && Names.Count != Size)
        {
            throw new InvalidInputException(
                $"options.{option}", Invariant($"{Names.Count} columns are named ({Quote(Names)}), but {Reason}"), Invariant($"Name one vector column, or {Size} columns of one number each"));
        }

        foreach (string name in Names)
        {
            if (string.IsNullOrEmpty(name))
            {
                throw new InvalidInputException($"options.{option}", "a column's name is empty", "Give the name of a column");
            }
        }

        return this;
    }

    /// <summary>Checks the columns that a pipeline promises; sizes are not part of the promise.</summary>
    /// <exception cref="InvalidInputException">A column is missing or of another type.</exception>
    public void Check(SchemaShape schema)
    {
        foreach (string name in Names)
        {
            SchemaShape.Column? found = null;
            foreach (SchemaShape.Column column in schema)
            {
                if (column.Name == name)
                {
                    found = column;
                }
            }

            if (found is not { } given)
            {
                throw Missing(name, schema.Select(column => column.Name));
            }

            bool vector = given.Kind != SchemaShape.Column.VectorKind.Scalar;
            CheckType(name, vector, given.ItemType, given.IsKey, $"{(vector ? "a vector of " : "")}{given.ItemType}");
        }
    }

    /// <summary>Checks the columns of a table, sizes included.</summary>
    /// <exception cref="InvalidInputException">A column is missing, of another type or of another size.</exception>
    public void Check(DataViewSchema schema)
    {
        foreach (DataViewSchema.Column column in Find(schema))
        {
            VectorDataViewType? vector = column.Type as VectorDataViewType;
            CheckType(column.Name, vector is not null, vector?.ItemType ?? column.Type, column.Type is KeyDataViewType, column.Type.ToString()!);
            if (vector is { IsKnownSize: true } && vector.Size != Size)
            {
                throw WrongSize(column.Name, vector.Size);
            }
        }
    }

    /// <summary>The columns in a table that was checked.</summary>
    public IEnumerable<DataViewSchema.Column> Find(DataViewSchema schema) =>
        Names.Select(name => schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Select(column => column.Name)));

    /// <summary>Reads the numbers of a row that moves.</summary>
    public Reader Open(DataViewRow row)
    {
        DataViewSchema.Column[] columns = [.. Find(row.Schema)];
        return columns[0].Type is VectorDataViewType
            ? new VectorReader(this, row.GetGetter<VBuffer<float>>(columns[0]))
            : new ScalarReader([.. columns.Select(column => row.GetGetter<float>(column))]);
    }

    /// <summary>Copies the components of a vector, or says that it has too many or too few.</summary>
    /// <exception cref="InvalidInputException">Its size is another.</exception>
    public void Copy(in VBuffer<float> vector, Span<double> destination)
    {
        if (vector.Length != Size)
        {
            throw WrongSize(string.Join(", ", Names), vector.Length);
        }

        ReadOnlySpan<float> values = vector.GetValues();
        if (vector.IsDense)
        {
            for (int i = 0; i < values.Length; i++)
            {
                destination[i] = values[i];
            }

            return;
        }

        destination[..Size].Clear();
        ReadOnlySpan<int> indices = vector.GetIndices();
        for (int i = 0; i < values.Length; i++)
        {
            destination[indices[i]] = values[i];
        }
    }

    private static string Quote(IEnumerable<string> names) => string.Join(", ", names.Take(32).Select(name => $"\"{name}\""));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private void CheckType(string name, bool vector, DataViewType item, bool key, string found)
    {
        bool scalarWanted = Names.Count > 1 || (Size == 1 && !vector);
        if (key || vector == scalarWanted || !item.Equals(NumberDataViewType.Single))
        {
            string wanted = scalarWanted ? "Single" : Invariant($"a vector of {Size} Single");
            throw new InvalidInputException(
                $"Column \"{name}\" (option {option})", $"its type is {found}", $"Give {wanted}; Conversion.ConvertType and Concatenate make one");
        }
    }

    private InvalidInputException Missing(string name, IEnumerable<string> present) =>
        new($"Column \"{name}\" (option {option})", "it is missing", $"The table has {Quote(present)}");

    private InvalidInputException WrongSize(string name, int found) =>
        new($"Column \"{name}\" (option {option})", Invariant($"it has {found} components, but {Reason}"), Invariant($"Give {Size} components"));

    /// <summary>Reads the numbers of the present row.</summary>
    internal abstract class Reader
    {
        public abstract void Read(Span<double> destination);
    }

    private sealed class VectorReader(NumberColumns columns, ValueGetter<VBuffer<float>> getter) : Reader
    {
        private VBuffer<float> _buffer;

        public override void Read(Span<double> destination)
        {
            getter(ref _buffer);
            columns.Copy(_buffer, destination);
        }
    }

    private sealed class ScalarReader(ValueGetter<float>[] getters) : Reader
    {
        public override void Read(Span<double> destination)
        {
            for (int i = 0; i < getters.Length; i++)
            {
                float value = 0;
                getters[i](ref value);
                destination[i] = value;
            }
        }
    }
}
