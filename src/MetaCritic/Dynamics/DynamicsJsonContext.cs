using System.Text.Json.Serialization;
using MetaCritic.Files;
using MetaCritic.Networks;

namespace MetaCritic.Dynamics;

/// <summary>How options of dynamics are written as JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    Converters = [typeof(ChoiceConverter<Activation>), typeof(ChoiceConverter<Actuator>), typeof(ChoiceConverter<LimitGradient>)])]
[JsonSerializable(typeof(DynamicsLearnerOptions))]
[JsonSerializable(typeof(RigidBodyOptions))]
internal sealed partial class DynamicsJsonContext : JsonSerializerContext;
