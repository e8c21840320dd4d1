using System.Text.Json;
using MetaCritic.Dynamics.Recording;

namespace MetaCritic.Export;

/// <summary>Writes a program on single numbers as members of a JSON object: <c>operations</c> in their order, and <c>result</c>.</summary>
/// <param name="writer">Where to.</param>
/// <param name="inputs">Names of what goes in.</param>
internal sealed class JsonProgram(Utf8JsonWriter writer, IEnumerable<string> inputs)
{
    private readonly string[] _inputs = [.. inputs];

    /// <summary>Writes it.</summary>
    public void Write(ScalarProgram program)
    {
        WriteOperations(program.Body);
        JsonExportWriter.WriteOnOneLine(writer, "result", part => WriteNames(part, program.Outputs));
    }

    private void WriteOperations(ScalarBlock block)
    {
        writer.WriteStartArray("operations");
        foreach (ScalarNode node in block.Instructions)
        {
            if (node.Operation == ScalarOperation.Loop)
            {
                WriteLoop(node.Loop!);
                continue;
            }

            writer.WriteRawValue(JsonExportWriter.OnOneLine(part =>
            {
                WriteName(part, node);
                part.WriteStringValue(JsonExportWriter.Lower(node.Operation.ToString()));
                WriteNames(part, node.Arguments);
            }));
        }

        writer.WriteEndArray();
    }

    private void WriteLoop(ScalarLoop loop)
    {
        writer.WriteStartObject();
        writer.WriteNumber("repeat", loop.Most);
        if (loop.Condition is { } condition)
        {
            writer.WritePropertyName("while");
            WriteName(writer, condition);
        }

        JsonExportWriter.WriteOnOneLine(writer, "carry", part => WriteNames(part, loop.Carries.Select(carried => carried.Variable)));
        JsonExportWriter.WriteOnOneLine(writer, "from", part => WriteNames(part, loop.Carries.Select(carried => carried.Initial)));
        WriteOperations(loop.Body);
        JsonExportWriter.WriteOnOneLine(writer, "next", part => WriteNames(part, loop.Carries.Select(carried => carried.Next)));
        writer.WriteEndObject();
    }

    private void WriteNames(Utf8JsonWriter part, IEnumerable<ScalarNode> nodes)
    {
        foreach (ScalarNode node in nodes)
        {
            WriteName(part, node);
        }
    }

    // A number, or the name of one.
    private void WriteName(Utf8JsonWriter part, ScalarNode node)
    {
        if (node.Operation == ScalarOperation.Constant)
        {
            part.WriteNumberValue(node.Value);
            return;
        }

        part.WriteStringValue(node.Operation == ScalarOperation.Input ? _inputs[node.Index] : FormattableString.Invariant($"t{node.Number}"));
    }
}
