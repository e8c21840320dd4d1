using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Rows;

/// <summary>Numbers that a row gives: one vector column, or as many scalar columns as there are components. All Single or Double.</summary>
/// <param name="option">Name of the option that names the columns.</param>
/// <param name="names">The columns' names.</param>
/// <param name="size">How many numbers there are.</param>
/// <param name="reason">Why that many: a clause such as <c>the robot "reacher" has 2 joints</c>.</param>
internal sealed class NumberColumns(string option, IReadOnlyList<string> names, int size, string reason)
{
    public IReadOnlyList<string> Names { get; } = names;

    public int Size { get; } = size;

    /// <summary>Name of the option that names the columns.</summary>
    public string Option { get; } = option;

    /// <summary>Why that many.</summary>
    public string Reason { get; } = reason;

    /// <summary>Scalar columns if any are named, else a vector column; the options are called after what the numbers are.</summary>
    /// <param name="what">What the numbers are: "Goal" for the options GoalColumnName and GoalColumns.</param>
    /// <param name="vectorColumn">Name of the vector column.</param>
    /// <param name="scalarColumns">Names of scalar columns; none for the vector column.</param>
    /// <param name="size">How many numbers there are.</param>
    /// <param name="reason">Why that many.</param>
    /// <exception cref="InvalidInputException">There are as many names as there cannot be.</exception>
    public static NumberColumns Of(string what, string vectorColumn, IReadOnlyList<string> scalarColumns, int size, string reason) => scalarColumns.Count == 0
        ? new NumberColumns(what + "ColumnName", [vectorColumn], size, reason).CheckNames()
        : new NumberColumns(what + "Columns", scalarColumns, size, reason).CheckNames();

    /// <summary>The numbers of several, one after the other, as a saved model gathers them in one vector.</summary>
    public static NumberColumns Join(NumberColumns[] parts) => parts.Length == 1
        ? parts[0]
        : new(parts[0].Option, [.. parts.SelectMany(columns => columns.Names)], parts.Sum(columns => columns.Size), string.Join("; ", parts.Select(columns => columns.Reason)));

    /// <summary>Whether the number of names is possible: one, or one per component.</summary>
    /// <exception cref="InvalidInputException">It is not.</exception>
    public NumberColumns CheckNames()
    {
        if (Names.Count != 1 && Names.Count != Size)
        {
            throw new InvalidInputException(
                $"options.{Option}", Invariant($"{Names.Count} columns are named ({Quote(Names)}), but {Reason}"), Invariant($"Name one vector column, or {Size} columns of one number each"));
        }

        foreach (string name in Names)
        {
            if (string.IsNullOrEmpty(name))
            {
                throw new InvalidInputException($"options.{Option}", "a column's name is empty", "Give the name of a column");
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
            if (TypeProblem(name, vector, given.ItemType, given.IsKey, $"{(vector ? "a vector of " : "")}{given.ItemType}") is { } problem)
            {
                throw problem;
            }
        }
    }

    /// <summary>Checks the columns of a table, sizes included.</summary>
    /// <exception cref="InvalidInputException">A column is missing, of another type or of another size.</exception>
    public void Check(DataViewSchema schema)
    {
        if (Problem(schema) is { } problem)
        {
            throw problem;
        }
    }

    /// <summary>Why the columns of a table cannot be read; null if they can.</summary>
    public InvalidInputException? Problem(DataViewSchema schema)
    {
        foreach (string name in Names)
        {
            if (schema.GetColumnOrNull(name) is not { } column)
            {
                return Missing(name, schema.Select(present => present.Name));
            }

            VectorDataViewType? vector = column.Type as VectorDataViewType;
            DataViewType item = vector?.ItemType ?? column.Type;
            if (TypeProblem(name, vector is not null, item, item is KeyDataViewType, column.Type.ToString()!) is { } problem)
            {
                return problem;
            }

            if (vector is { IsKnownSize: true } && vector.Size != Size)
            {
                return WrongSize(name, vector.Size);
            }
        }

        return null;
    }

    /// <summary>The columns in a table that was checked.</summary>
    public IEnumerable<DataViewSchema.Column> Find(DataViewSchema schema) =>
        Names.Select(name => schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Select(column => column.Name)));

    /// <summary>Reads the numbers of a row that moves.</summary>
    public Reader Open(DataViewRow row)
    {
        DataViewSchema.Column[] columns = [.. Find(row.Schema)];
        return columns[0].Type is VectorDataViewType
            ? new VectorReader(this, Singles.Vector(row, columns[0]))
            : new ScalarReader([.. columns.Select(column => Singles.Number(row, column))]);
    }

    /// <summary>Checks that a row's numbers are finite.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="row">What an error calls the row.</param>
    /// <exception cref="InvalidInputException">One is not.</exception>
    public void CheckFinite(ReadOnlySpan<double> values, string row)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new InvalidInputException(Place(row), Invariant($"component {i + 1} is {values[i]}"), "Give finite numbers; FilterRowsByMissingValues drops rows without");
            }
        }
    }

    /// <summary>What an error calls the columns in a row.</summary>
    public string Place(string row) => $"Column \"{string.Join(", ", Names)}\", {row}";

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

    private InvalidInputException? TypeProblem(string name, bool vector, DataViewType item, bool key, string found)
    {
        bool scalarWanted = Names.Count > 1 || (Size == 1 && !vector);
        if (!key && vector != scalarWanted && Singles.CanRead(item))
        {
            return null;
        }

        string wanted = scalarWanted ? "Single or Double" : Invariant($"a vector of {Size} Single or Double");
        string remedy = key ? $"ml.Transforms.Conversion.MapKeyToValue(\"{name}\") gives the values that the keys stand for"
            : !Singles.CanRead(item) && item is not (NumberDataViewType or BooleanDataViewType or TextDataViewType) ? "name another column"
            : !Singles.CanRead(item) ? $"ml.Transforms.Conversion.ConvertType(\"{name}\", outputKind: DataKind.Single) converts it"
            : scalarWanted ? "name columns of one number each, or a vector column alone"
            : $"ml.Transforms.Concatenate(\"{name}\", …) makes one of columns of one number each";
        return new($"Column \"{name}\" (option {Option})", $"its type is {found}", $"Give {wanted}: {remedy}");
    }

    private InvalidInputException Missing(string name, IEnumerable<string> present) =>
        new($"Column \"{name}\" (option {Option})", "it is missing", $"The table has {Quote(present)}");

    private InvalidInputException WrongSize(string name, int found) =>
        new($"Column \"{name}\" (option {Option})", Invariant($"it has {found} components, but {Reason}"), Invariant($"Give {Size} components"));

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
