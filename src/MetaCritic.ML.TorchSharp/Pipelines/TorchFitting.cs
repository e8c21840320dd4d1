using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.Functions;
using MetaCritic.ML.Rows;
using MetaCritic.ML.Saving;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.TorchSharp.Pipelines;

/// <summary>Fits a policy for each row with a critic whose network is a module. The policies are the multi-layer perceptrons of the critic's training options.</summary>
internal sealed class TorchFittingFunction(TorchCriticModel critic, string? architecture, FittingSettings settings, FittingRun run) : FittingFunction(critic.System, settings, run)
{
    /// <summary>The critic.</summary>
    public TorchCriticModel Torch => critic;

    /// <summary>Name of its network's architecture; null for a multi-layer perceptron.</summary>
    public string? Architecture => architecture;

    public override FittingFunction In(Func<IReadOnlyList<FittingTask>, IEnvironment>? environments) =>
        environments is null ? this : new TorchFittingFunction(critic, architecture, Settings with { OwnEnvironment = true }, Run with { Environments = environments });

    protected override IReadOnlyList<PolicyFit> Fit(
        IReadOnlyList<FittingTask> tasks, Func<IReadOnlyList<FittingTask>, IEnvironment> environments, IProgress<FittingProgress>? progress, CancellationToken cancellation)
    {
        using TorchPolicyLearner learner = new(critic, Settings.Fitting);
        return [.. learner.Fit(tasks, environments, progress, cancellation).Select(fit =>
        {
            using TorchPolicyModel policy = fit.Policy;
            return fit.ToPolicyFit();
        })];
    }
}

/// <summary>A row for saved policy fitting.</summary>
internal sealed class TorchFittingRow : ModelRow
{
    [ColumnName(FittingRow.GoalColumn)]
    public VBuffer<float> Goal { get; set; }

    /// <summary>Start state, robot parameters and seed, as far as there are columns for them; else the goal once more.</summary>
    [ColumnName(FittingRow.ExtrasColumn)]
    public VBuffer<float> Extras { get; set; }

    public override VBuffer<float> Input(int index) => index == 0 ? Goal : Extras;
}

/// <summary>What is saved beside a critic's file.</summary>
internal sealed record TorchFittingHeader(string? Architecture, FittingSettings Settings);

/// <summary>Policy fitting with modules in saved models.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class TorchFittingMapping : ModelMapping<TorchFittingFunction, TorchFittingRow, FittedPolicy>
{
    public const string Contract = "MetaCritic.TorchPolicyFitting/1";

    protected override string ContractName => Contract;

    protected override string Kind => "torch policy fitting";

    protected override IReadOnlyList<string> InputColumns => [FittingRow.GoalColumn, FittingRow.ExtrasColumn];

    public override Action<TorchFittingRow, FittedPolicy> GetMapping() => MapHere;

    public override string Write(TorchFittingFunction function) => Payload.Write(
        new TorchFittingHeader(function.Architecture, function.Settings), stream => TorchCriticFunction.Save(function.Torch, function.Architecture, stream));

    public override TorchFittingFunction Read(ReadOnlySpan<char> text) => Payload.Read<TorchFittingHeader, TorchFittingFunction>(
        text,
        FittingSettings.Source,
        (header, model) => header.Settings.Outputs.Length == FittingSettings.OutputOptions.Count && Array.TrueForAll(header.Settings.Parameters, pair => pair is [not null, not null])
            ? new(TorchCriticModel.Load(model, TorchArchitectures.Find(header.Architecture), FittingSettings.Source), header.Architecture, header.Settings, new())
            : throw Payload.Damaged(FittingSettings.Source));

    protected override IEnumerable<IEstimator<ITransformer>> After(MLContext ml, TorchFittingFunction function) =>
        function.Settings.Diverged is null ? [] : [ml.Transforms.CustomMapping(new DivergedMapping().GetMapping(), DivergedMapping.Contract)];

    protected override NumberColumns[][] Inputs(TorchFittingFunction function) => function.Extras.Length > 0 ? [[function.Inputs[0]], function.Extras] : [[function.Inputs[0]]];

    // A method of this assembly, which ML.NET then loads by its name.
    private void MapHere(TorchFittingRow source, FittedPolicy destination) => Map(source, destination);
}
