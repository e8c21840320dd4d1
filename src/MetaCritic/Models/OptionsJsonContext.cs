using System.Text.Json;
using System.Text.Json.Serialization;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Networks;

namespace MetaCritic.Models;

/// <summary>How options are written as JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(ChoiceConverter<Activation>),
        typeof(ChoiceConverter<CriticInput>),
        typeof(ChoiceConverter<DivergenceResponse>),
        typeof(ChoiceConverter<LearningRateSchedule>),
        typeof(ChoiceConverter<OptimizerKind>),
        typeof(ChoiceConverter<PolicyRestart>),
        typeof(ChoiceConverter<TaskLossKind>),
        typeof(ChoiceConverter<TimeReduction>),
    ])]
[JsonSerializable(typeof(DynamicsLearnerOptions))]
[JsonSerializable(typeof(MetaTrainingOptions))]
[JsonSerializable(typeof(RigidBodyOptions))]
[JsonSerializable(typeof(string))]
internal sealed partial class OptionsJsonContext : JsonSerializerContext;

/// <summary>An enumeration as a text in camel case, never as a number.</summary>
internal sealed class ChoiceConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
