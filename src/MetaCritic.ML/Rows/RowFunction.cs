using Microsoft.ML;

namespace MetaCritic.ML.Rows;

/// <summary>Columns computed from columns of the same row. Immutable and thread-safe; <see cref="Open"/> gives what one cursor needs.</summary>
internal abstract class RowFunction
{
    public abstract IReadOnlyList<NumberColumns> Inputs { get; }

    public abstract IReadOnlyList<OutputColumn> Outputs { get; }

    /// <summary>Whether rows must come one by one in the table's order.</summary>
    public virtual bool InOrder => false;

    /// <summary>The function for the rows of one table: itself, unless they are computed together.</summary>
    public virtual RowFunction For(IDataView input) => this;

    /// <summary>Prepares the computation of blocks of rows; null if rows are computed one by one.</summary>
    /// <param name="cursor">Reads the rows, with the columns of <see cref="Inputs"/> active.</param>
    /// <param name="active">Which of <see cref="Outputs"/> are wanted.</param>
    public virtual BlockComputation? OpenBlock(DataViewRow cursor, bool[] active) => null;

    /// <summary>Whether <see cref="OpenBlock"/> gives blocks.</summary>
    public virtual bool InBlocks => false;

    /// <summary>Prepares the computation for a row that moves. If the row's columns do not fit, reading a value is the error.</summary>
    /// <param name="row">The row, with the columns of <see cref="Inputs"/> active if they fit.</param>
    /// <param name="active">Which of <see cref="Outputs"/> are wanted.</param>
    public abstract RowComputation Open(DataViewRow row, bool[] active);

    public SchemaShape GetOutputSchema(MLContext context, SchemaShape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (NumberColumns columns in Inputs)
        {
            columns.Check(input);
        }

        return OutputColumn.Append(context, input, Outputs);
    }

    /// <summary>Whether the columns that are read are there, of the right types and sizes.</summary>
    public bool Fits(DataViewSchema input) => Inputs.All(columns => columns.Problem(input) is null);

    /// <summary>Checks the columns that are read.</summary>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size; the message names it.</exception>
    public void Check(DataViewSchema input)
    {
        foreach (NumberColumns columns in Inputs)
        {
            columns.Check(input);
        }
    }
}

/// <summary>The computation for one cursor.</summary>
internal abstract class RowComputation
{
    /// <summary>A <see cref="ValueGetter{T}"/> of the output's type.</summary>
    public abstract Delegate Getter(int output);
}
