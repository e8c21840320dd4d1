using System.Text.Json.Serialization;
using MetaCritic.Files;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Baselines;

/// <summary>How options of baselines are written as JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(ChoiceConverter<Activation>), typeof(ChoiceConverter<CriticInput>)])]
[JsonSerializable(typeof(DdpgOptions))]
[JsonSerializable(typeof(OnlineMetaCriticOptions))]
internal sealed partial class BaselineJsonContext : JsonSerializerContext;
