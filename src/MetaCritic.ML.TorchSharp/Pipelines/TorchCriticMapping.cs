using MetaCritic.ML.Functions;
using MetaCritic.ML.Saving;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.TorchSharp.Pipelines;

/// <summary>A row for a saved critic.</summary>
internal sealed class TorchCriticRow : ModelRow
{
    [ColumnName(CriticRow.StateColumn)]
    public VBuffer<float> State { get; set; }

    [ColumnName(CriticRow.ActionColumn)]
    public VBuffer<float> Action { get; set; }

    [ColumnName(CriticRow.GoalColumn)]
    public VBuffer<float> Goal { get; set; }

    public override VBuffer<float> Input(int index) => index switch { 0 => State, 1 => Action, _ => Goal };
}

/// <summary>Critics of modules in saved models.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class TorchCriticMapping : ModelMapping<TorchCriticFunction, TorchCriticRow, CriticResult>
{
    public const string Contract = "MetaCritic.TorchCritic/1";

    protected override string ContractName => Contract;

    protected override string Kind => "torch critic";

    protected override IReadOnlyList<string> InputColumns => [CriticRow.StateColumn, CriticRow.ActionColumn, CriticRow.GoalColumn];

    public override Action<TorchCriticRow, CriticResult> GetMapping() => MapHere;

    public override string Write(TorchCriticFunction function) => Payload.Write(
        new TorchCriticHeader(function.Architecture, function.Columns), stream => TorchCriticFunction.Save(function.Critic, function.Architecture, stream));

    public override TorchCriticFunction Read(ReadOnlySpan<char> text) => Payload.Read<TorchCriticHeader, TorchCriticFunction>(
        text,
        "saved critic",
        (header, model) => new(TorchCriticModel.Load(model, TorchArchitectures.Find(header.Architecture), "saved critic"), header.Architecture, header.Columns));

    // A method of this assembly, which ML.NET then loads by its name.
    private void MapHere(TorchCriticRow source, CriticResult destination) => Map(source, destination);
}
