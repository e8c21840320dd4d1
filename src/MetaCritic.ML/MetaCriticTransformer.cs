using MetaCritic.ML.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML;

/// <summary>What the transformers of MetaCritic.ML have in common: they add columns that are computed from columns of the same row.</summary>
/// <remarks>
/// A table that lacks a column, or has it with a wrong type or size, is not refused by <see cref="Transform"/>,
/// <see cref="GetOutputSchema"/> or <see cref="GetRowToRowMapper"/>: a chain is fitted on training tables, which need not have
/// the columns that scoring needs. Reading a value that is computed from the column throws an
/// <see cref="InvalidInputException"/> that names it. The estimators refuse such a table in <c>Fit</c> if they need the column.
/// A model that ML.NET loaded refuses the table in <c>Transform</c>.
/// </remarks>
public abstract class MetaCriticTransformer : ITransformer
{
    private readonly MLContext _context;
    private readonly RowFunction _function;
    private readonly Action<MLContext, ModelSaveContext> _save;

    private protected MetaCriticTransformer(MLContext context, RowFunction function, Action<MLContext, ModelSaveContext> save) =>
        (_context, _function, _save) = (context, function, save);

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <summary>The table's columns and those that are added.</summary>
    /// <param name="inputSchema">The table's columns; those that the added ones are computed from may be missing.</param>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => GetRowToRowMapper(inputSchema).OutputSchema;

    /// <summary>Adds the columns to rows, such as those of a prediction engine.</summary>
    /// <param name="inputSchema">The rows' columns; those that the added ones are computed from may be missing until a value is read.</param>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new RowFunctionMapper(_function, inputSchema);
    }

    /// <summary>The table with columns added; they are computed when they are read.</summary>
    /// <param name="input">The table; it must give the same rows each time it is read.</param>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RowFunctionView(new(_function.For(input), input.Schema), input);
    }

    /// <summary>Saves; called by <c>mlContext.Model.Save</c>.</summary>
    /// <param name="ctx">Where to.</param>
    public void Save(ModelSaveContext ctx) => _save(_context, ctx);

    /// <summary>What it is, and what it holds, on one line.</summary>
    public override string ToString() => $"{GetType().Name}: {Content}";

    /// <summary>What it holds.</summary>
    private protected abstract object Content { get; }

    /// <summary>Checks that a table has the columns that are read.</summary>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size; the message names it.</exception>
    internal void Check(DataViewSchema inputSchema) => _function.Check(inputSchema);

    /// <summary>The promised columns and those that are added.</summary>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type; the message names it.</exception>
    internal SchemaShape Promise(SchemaShape inputSchema) => _function.GetOutputSchema(_context, inputSchema);
}
