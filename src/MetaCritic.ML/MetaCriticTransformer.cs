using MetaCritic.ML.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML;

/// <summary>What the transformers of MetaCritic.ML have in common: they add columns that are computed from columns of the same row.</summary>
public abstract class MetaCriticTransformer : ITransformer
{
    private readonly MLContext _context;
    private readonly RowFunction _function;
    private readonly Action<MLContext, ModelSaveContext> _save;

    private protected MetaCriticTransformer(MLContext context, RowFunction function, Action<MLContext, ModelSaveContext> save) =>
        (_context, _function, _save) = (context, function, save);

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size; the message names it.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _function.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size; the message names it.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new RowFunctionMapper(_function, inputSchema);

    /// <summary>The table with columns added; they are computed when they are read.</summary>
    /// <param name="input">The table; it must give the same rows each time it is read.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size; the message names it.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RowFunctionView(new(_function.For(input), input.Schema), input);
    }

    /// <summary>Saves; called by <c>mlContext.Model.Save</c>.</summary>
    /// <param name="ctx">Where to.</param>
    public void Save(ModelSaveContext ctx) => _save(_context, ctx);

    /// <summary>The promised columns and those that are added.</summary>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type; the message names it.</exception>
    internal SchemaShape Promise(SchemaShape inputSchema) => _function.GetOutputSchema(_context, inputSchema);
}
