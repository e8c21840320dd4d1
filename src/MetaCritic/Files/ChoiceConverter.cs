using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetaCritic.Files;

/// <summary>An enumeration as a text in camel case, never as a number.</summary>
internal sealed class ChoiceConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
