using System.Globalization;
using System.Text.Json;

namespace MetaCritic.Export.Tests;

/// <summary>Does what docs/export.md says of a <c>program</c>.</summary>
internal sealed class JsonProgramReader
{
    private readonly Dictionary<string, double> _numbers = [];

    private JsonProgramReader(Dictionary<string, double[]> vectors)
    {
        foreach ((string name, double[] vector) in vectors)
        {
            for (int i = 0; i < vector.Length; i++)
            {
                _numbers.Add(string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"), vector[i]);
            }
        }
    }

    public static double[] Run(JsonElement step, Dictionary<string, double[]> vectors)
    {
        JsonProgramReader reader = new(step.GetProperty("inputs").EnumerateArray().Select(name => name.GetString()!).ToDictionary(name => name, name => vectors[name]));
        reader.RunAll(step.GetProperty("operations"));
        return reader.Values(step.GetProperty("result"));
    }

    private double[] Values(JsonElement names) => [.. names.EnumerateArray().Select(Value)];

    private double Value(JsonElement name) => name.ValueKind == JsonValueKind.Number ? name.GetDouble() : _numbers[name.GetString()!];

    private void RunAll(JsonElement operations)
    {
        foreach (JsonElement operation in operations.EnumerateArray())
        {
            if (operation.ValueKind == JsonValueKind.Object)
            {
                Repeat(operation);
                continue;
            }

            double[] x = [.. operation.EnumerateArray().Skip(2).Select(Value)];
            _numbers[operation[0].GetString()!] = operation[1].GetString() switch
            {
                "add" => x[0] + x[1],
                "subtract" => x[0] - x[1],
                "multiply" => x[0] * x[1],
                "divide" => x[0] / x[1],
                "negate" => -x[0],
                "sine" => Math.Sin(x[0]),
                "cosine" => Math.Cos(x[0]),
                "tanh" => Math.Tanh(x[0]),
                "clamp" => Math.Clamp(x[0], -x[1], x[1]),
                "beyond" => Math.Abs(x[0]) > x[1] ? x[2] : x[3],
                string other => throw new AssertFailedException(other),
                null => throw new AssertFailedException("an operation without a name"),
            };
        }
    }

    private void Repeat(JsonElement loop)
    {
        string[] carried = [.. loop.GetProperty("carry").EnumerateArray().Select(name => name.GetString()!)];
        double[] values = Values(loop.GetProperty("from"));
        for (int pass = 0; pass < loop.GetProperty("repeat").GetInt32(); pass++)
        {
            Set(carried, values);
            RunAll(loop.GetProperty("operations"));
            values = Values(loop.GetProperty("next"));
            if (loop.TryGetProperty("while", out JsonElement goesOn) && !(Value(goesOn) > 0))
            {
                break;
            }
        }

        Set(carried, values);
    }

    private void Set(string[] names, double[] values)
    {
        for (int k = 0; k < names.Length; k++)
        {
            _numbers[names[k]] = values[k];
        }
    }
}
