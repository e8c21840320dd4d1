using System.Globalization;

namespace MetaCritic.ML.Tests;

/// <summary>The outputs of all estimators; an estimator fills some.</summary>
internal sealed class AnyOutput
{
    public float Score { get; set; }

    public float[] ActionGradient { get; set; } = [];

    public float[] Torque { get; set; } = [];

    public float[] PredictedState { get; set; } = [];

    public float A { get; set; }

    public float D { get; set; }

    public float Doubt { get; set; }

    public float[] Policy { get; set; } = [];

    public float[] FinalState { get; set; } = [];

    public float[] LearningCurve { get; set; } = [];

    public int Steps { get; set; }

    public bool Converged { get; set; }

    public string Bits(string column) => string.Join(",", (column switch
    {
        nameof(Score) => [Score],
        nameof(Policy) => Policy,
        nameof(PredictedState) => PredictedState,
        _ => Torque,
    }).Select(value => BitConverter.SingleToUInt32Bits(value).ToString("X8", CultureInfo.InvariantCulture)));

    public override string ToString() => string.Join("|", new[] { [Score, A, D, Doubt], ActionGradient, Torque, PredictedState, Policy, FinalState, LearningCurve }
        .Select(values => string.Join(",", values.Select(BitConverter.SingleToUInt32Bits))).Append($"{Steps} {Converged}"));
}
