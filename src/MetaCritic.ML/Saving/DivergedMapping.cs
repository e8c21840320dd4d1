using MetaCritic.ML.Functions;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>The score of a fitted policy.</summary>
internal sealed class ScoredRow
{
    [ColumnName(FittedPolicy.ScoreColumn)]
    public float Score { get; set; }
}

/// <summary>Whether the policy diverged.</summary>
internal sealed class DivergedRow
{
    [ColumnName(FittedPolicy.DivergedColumn)]
    public bool Diverged { get; set; }
}

/// <summary>Tells diverged policies by their score, in saved models that have a column for it. The contract's name stands in them: it stays.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class DivergedMapping : CustomMappingFactory<ScoredRow, DivergedRow>
{
    public const string Contract = "MetaCritic.Diverged/1";

    public override Action<ScoredRow, DivergedRow> GetMapping() => Map;

    private static void Map(ScoredRow source, DivergedRow destination) => destination.Diverged = source.Score >= FittedPolicy.DivergedScore;
}
