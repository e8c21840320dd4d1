using System.Text.Json.Serialization;
using MetaCritic.Files;
using MetaCritic.Networks;

namespace MetaCritic.Tasks;

/// <summary>How options of meta-training are written as JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(ChoiceConverter<Activation>),
        typeof(ChoiceConverter<CriticForm>),
        typeof(ChoiceConverter<CriticInput>),
        typeof(ChoiceConverter<DivergenceResponse>),
        typeof(ChoiceConverter<LearningRateSchedule>),
        typeof(ChoiceConverter<OptimizerKind>),
        typeof(ChoiceConverter<PolicyRestart>),
        typeof(ChoiceConverter<TaskLossKind>),
        typeof(ChoiceConverter<TimeReduction>),
    ])]
[JsonSerializable(typeof(MetaTrainingOptions))]
[JsonSerializable(typeof(PolicyLearnerOptions))]
internal sealed partial class TrainingJsonContext : JsonSerializerContext;
