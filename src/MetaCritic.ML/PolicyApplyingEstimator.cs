using Microsoft.ML;

namespace MetaCritic.ML;

/// <summary>Puts a fitted policy into a pipeline; there is nothing to fit. Columns: see <see cref="PolicyTransformer"/>.</summary>
public sealed class PolicyApplyingEstimator : IEstimator<PolicyTransformer>
{
    private readonly PolicyTransformer _transformer;

    internal PolicyApplyingEstimator(PolicyTransformer transformer) => _transformer = transformer;

    /// <summary>Checks the table's columns.</summary>
    /// <param name="input">A table with the columns that the policy needs.</param>
    /// <exception cref="InvalidInputException">The column of the state is missing or of a wrong type or size; the message names it.</exception>
    public PolicyTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.Check(input.Schema);
        return _transformer;
    }

    /// <summary>The promised columns and the action.</summary>
    /// <param name="inputSchema">The promised columns.</param>
    /// <exception cref="InvalidInputException">The column of the state is missing or of a wrong type; the message names it.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _transformer.Promise(inputSchema);
}
