using MetaCritic.ML.Functions;
using MetaCritic.ML.Rows;
using MetaCritic.Models;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>A row for saved policy fitting.</summary>
internal sealed class FittingRow : ModelRow
{
    public const string GoalColumn = "MetaCritic.Goal";
    public const string ExtrasColumn = "MetaCritic.Extras";

    [ColumnName(GoalColumn)]
    public VBuffer<float> Goal { get; set; }

    /// <summary>Start state, robot parameters and seed, as far as there are columns for them; else the goal once more.</summary>
    [ColumnName(ExtrasColumn)]
    public VBuffer<float> Extras { get; set; }

    public override VBuffer<float> Input(int index) => index == 0 ? Goal : Extras;
}

/// <summary>Policy fitting in saved models.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class FittingMapping : ModelMapping<FittingFunction, FittingRow, FittedPolicy>
{
    public const string Contract = "MetaCritic.PolicyFitting/1";

    protected override string ContractName => Contract;

    protected override string Kind => "policy fitting";

    protected override IReadOnlyList<string> InputColumns => [FittingRow.GoalColumn, FittingRow.ExtrasColumn];

    public override string Write(FittingFunction function) => Payload.Write(function.Settings, function.Critic.Save);

    public override FittingFunction Read(ReadOnlySpan<char> text) => Payload.Read<FittingSettings, FittingFunction>(
        text,
        FittingSettings.Source,
        (settings, model) => settings.Outputs.Length == FittingSettings.OutputOptions.Count && Array.TrueForAll(settings.Parameters, pair => pair is [not null, not null])
            ? new(CriticModel.Load(model, FittingSettings.Source), settings, new())
            : throw Payload.Damaged(FittingSettings.Source));

    protected override IEnumerable<IEstimator<ITransformer>> After(MLContext ml, FittingFunction function) =>
        function.Settings.Diverged is null ? [] : [ml.Transforms.CustomMapping(new DivergedMapping().GetMapping(), DivergedMapping.Contract)];

    protected override NumberColumns[][] Inputs(FittingFunction function) => function.Extras.Length > 0 ? [[function.Inputs[0]], function.Extras] : [[function.Inputs[0]]];
}
