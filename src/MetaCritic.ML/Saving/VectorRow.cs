using Microsoft.ML.Data;

namespace MetaCritic.ML.Saving;

/// <summary>A row with a vector that is to be taken apart.</summary>
internal sealed class VectorRow
{
    public const string VectorColumn = "MetaCritic.Vector";

    [ColumnName(VectorColumn)]
    public VBuffer<float> Vector { get; set; }
}
