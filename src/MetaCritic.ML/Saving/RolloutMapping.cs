using MetaCritic.ML.Functions;
using MetaCritic.ML.Rows;
using MetaCritic.Models;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>A row for saved roll-outs.</summary>
internal sealed class RolloutRow : ModelRow
{
    public const string PolicyColumn = "MetaCritic.RolloutPolicy";
    public const string ExtrasColumn = "MetaCritic.RolloutExtras";

    [ColumnName(PolicyColumn)]
    public VBuffer<float> Policy { get; set; }

    /// <summary>Goal, start state and robot parameters, as far as there are columns for them.</summary>
    [ColumnName(ExtrasColumn)]
    public VBuffer<float> Extras { get; set; }

    public override VBuffer<float> Input(int index) => index == 0 ? Policy : Extras;
}

/// <summary>Roll-outs in saved models.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class RolloutMapping : ModelMapping<RolloutFunction, RolloutRow, TrajectoryResult>
{
    public const string Contract = "MetaCritic.Rollout/1";

    protected override string ContractName => Contract;

    protected override string Kind => "roll-out";

    protected override IReadOnlyList<string> InputColumns => [RolloutRow.PolicyColumn, RolloutRow.ExtrasColumn];

    public override string Write(RolloutFunction function) => Payload.Write(function.Settings, function.Critic.Save);

    public override RolloutFunction Read(ReadOnlySpan<char> text) => Payload.Read<RolloutSettings, RolloutFunction>(
        text,
        RolloutSettings.Source,
        (settings, model) => settings.Outputs.Length == RolloutSettings.OutputOptions.Count && Array.TrueForAll(settings.Parameters, pair => pair is [not null, not null])
            ? new(CriticModel.Load(model, RolloutSettings.Source), settings)
            : throw Payload.Damaged(RolloutSettings.Source));

    protected override NumberColumns[][] Inputs(RolloutFunction function) => [[function.Inputs[0]], function.Extras];
}
