using MetaCritic.Learning;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Functions;

/// <summary>A fitted policy as the values of a row. The names of the columns stand in saved models: they stay.</summary>
internal sealed class FittedPolicy
{
    /// <summary>The score of a diverged policy, and the greatest of all.</summary>
    public const float DivergedScore = 1e12f;

    public const string PolicyColumn = "MetaCritic.Policy";
    public const string FinalStateColumn = "MetaCritic.FinalState";
    public const string ScoreColumn = "MetaCritic.Score";
    public const string LabelColumn = "MetaCritic.Label";
    public const string LearningCurveColumn = "MetaCritic.LearningCurve";
    public const string StepsColumn = "MetaCritic.Steps";
    public const string ConvergedColumn = "MetaCritic.Converged";
    public const string DivergedColumn = "MetaCritic.Diverged";

    [ColumnName(PolicyColumn)]
    public VBuffer<float> Policy { get; set; }

    [ColumnName(FinalStateColumn)]
    public VBuffer<float> FinalState { get; set; }

    [ColumnName(ScoreColumn)]
    public float Score { get; set; }

    [ColumnName(LabelColumn)]
    public float Label { get; set; }

    [ColumnName(LearningCurveColumn)]
    public VBuffer<float> LearningCurve { get; set; }

    [ColumnName(StepsColumn)]
    public int Steps { get; set; }

    [ColumnName(ConvergedColumn)]
    public bool Converged { get; set; }

    /// <summary>The score tells; saved models make the column of it.</summary>
    [NoColumn]
    public bool Diverged => Score >= DivergedScore;

    public void Set(PolicyFit fit)
    {
        Policy = new(fit.Policy.Parameters.Length, fit.Policy.Parameters.ToArray());
        FinalState = Rows.Vectors.Of(fit.FinalState, FinalState);

        // Metrics pass over what is not finite, so NaN would make them better.
        Score = fit.Error < DivergedScore ? (float)fit.Error : DivergedScore;
        Label = 0;
        LearningCurve = Rows.Vectors.Of(fit.LearningCurve, LearningCurve);
        Steps = fit.Steps;
        Converged = fit.Converged;
    }
}
