using MetaCritic.ML.Functions;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>A row of which the next component of a vector is wanted.</summary>
internal sealed class ComponentRow
{
    [ColumnName(SavedChain.KeyColumn)]
    public int Component { get; set; }

    [ColumnName(DynamicsResult.PredictedStateColumn)]
    public VBuffer<float> Vector { get; set; }
}

/// <summary>The component, and which one is next.</summary>
internal sealed class ComponentValue
{
    public const string ValueColumn = "MetaCritic.Component";

    [ColumnName(SavedChain.KeyColumn)]
    public int Component { get; set; }

    [ColumnName(ValueColumn)]
    public float Value { get; set; }
}

/// <summary>
/// Takes the components of a predicted state apart, one per step: the key, 0 at first, counts. The contract's name stands in
/// saved models: it stays.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ComponentMapping : CustomMappingFactory<ComponentRow, ComponentValue>
{
    public const string Contract = "MetaCritic.Component/1";

    public override Action<ComponentRow, ComponentValue> GetMapping() => Map;

    /// <summary>The steps that give the next component a name.</summary>
    public static IEnumerable<IEstimator<ITransformer>> Steps(MLContext ml, string name) =>
        [ml.Transforms.CustomMapping(new ComponentMapping().GetMapping(), Contract), ml.Transforms.CopyColumns(name, ComponentValue.ValueColumn)];

    private static void Map(ComponentRow source, ComponentValue destination)
    {
        destination.Value = source.Vector.GetItemOrDefault(source.Component);
        destination.Component = source.Component + 1;
    }
}
