using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests;

/// <summary>The promise of a table. Promises cannot be made from outside, but an estimator is told one when a chain is fitted.</summary>
internal static class Shapes
{
    public static SchemaShape Of(MLContext ml, IDataView data)
    {
        Catcher catcher = new();
        ml.Transforms.CopyColumns("Copy", data.Schema[0].Name).Append(catcher).Fit(data);
        return catcher.Shape!;
    }

    private sealed class Catcher : IEstimator<ITransformer>
    {
        public SchemaShape? Shape { get; private set; }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Shape = inputSchema;

        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();
    }
}
