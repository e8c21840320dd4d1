using System.Text.Encodings.Web;
using System.Text.Json;
using MetaCritic.Dynamics;
using MetaCritic.Networks;

namespace MetaCritic.Export;

/// <summary>Writes an exported computation as a JSON document; docs/export.md says what its steps mean.</summary>
internal static class JsonExportWriter
{
    private const string Format = "metacritic-export";
    private const int Version = 1;

    /// <summary>Writes it.</summary>
    public static void Write(Stream stream, IExportedModel model, IEnumerable<ExportedFact> facts)
    {
        Graph graph = model.Graph;
        using Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteString("format", Format);
        writer.WriteNumber("version", Version);
        foreach (ExportedFact fact in facts)
        {
            writer.WritePropertyName(fact.Name);
            WriteValue(writer, fact.Value);
        }

        if (model.Prior is { } prior)
        {
            writer.WriteStartObject("prior");
            writer.WritePropertyName("dynamics");
            DynamicsOptionsJson.Write(writer, prior.Options);
            writer.WritePropertyName("robot");
            prior.OnlyRobot!.WriteJson(writer);
            writer.WriteEndObject();
        }

        WriteValues(writer, "inputs", graph.Inputs);
        WriteValues(writer, "outputs", graph.Outputs);
        writer.WriteStartObject("constants");
        foreach (Constant constant in graph.Constants)
        {
            writer.WriteStartObject(constant.Name);
            WriteOnOneLine(writer, "shape", part =>
            {
                foreach (int size in constant.Shape)
                {
                    part.WriteNumberValue(size);
                }
            });
            WriteOnOneLine(writer, "values", part =>
            {
                foreach (float value in constant.Singles ?? [])
                {
                    part.WriteNumberValue(value);
                }

                foreach (double value in constant.Doubles ?? [])
                {
                    part.WriteNumberValue(value);
                }
            });
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartArray("steps");
        foreach (Step step in graph.Steps)
        {
            WriteStep(writer, step, graph);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        stream.Write("\n"u8);
    }

    private static void WriteStep(Utf8JsonWriter writer, Step step, Graph graph)
    {
        writer.WriteStartObject();
        writer.WriteString("do", Lower(step.Kind.ToString()));
        writer.WriteString("output", step.Output);
        writer.WriteNumber("size", step.Size);
        WriteOnOneLine(writer, "inputs", part => WriteTexts(part, step.Inputs));
        if (step.Constants.Count > 0)
        {
            WriteOnOneLine(writer, "constants", part => WriteTexts(part, step.Constants));
        }

        if (step.Kind is StepKind.Dense or StepKind.Slope)
        {
            writer.WriteString("activation", Lower(step.Activation.ToString()));
        }

        if (step.Kind == StepKind.Slice)
        {
            writer.WriteNumber("first", step.First);
        }

        if (step.Program is { } program)
        {
            new JsonProgram(writer, step.Inputs.SelectMany(input => Enumerable.Range(0, graph.Size(input)).Select(i => FormattableString.Invariant($"{input}[{i}]")))).Write(program);
        }

        writer.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter writer, string name, IEnumerable<ExportedValue> values)
    {
        writer.WriteStartArray(name);
        foreach (ExportedValue value in values)
        {
            writer.WriteStartObject();
            writer.WriteString("name", value.Name);
            writer.WriteNumber("size", value.Size);
            WriteOnOneLine(writer, "components", part => WriteTexts(part, value.Components.Select(component => component.Name)));
            WriteOnOneLine(writer, "units", part => WriteTexts(part, value.Components.Select(component => component.Unit)));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case double[] numbers:
                writer.WriteRawValue(OnOneLine(part =>
                {
                    foreach (double number in numbers)
                    {
                        part.WriteNumberValue(number);
                    }
                }));
                break;
            default:
                writer.WriteRawValue(OnOneLine(part => WriteTexts(part, (string[])value)));
                break;
        }
    }

    private static void WriteTexts(Utf8JsonWriter writer, IEnumerable<string> texts)
    {
        foreach (string text in texts)
        {
            writer.WriteStringValue(text);
        }
    }

    /// <summary>A member that is an array; one element per line would make the document unreadable.</summary>
    internal static void WriteOnOneLine(Utf8JsonWriter writer, string name, Action<Utf8JsonWriter> elements)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(OnOneLine(elements));
    }

    /// <summary>An array on one line.</summary>
    internal static byte[] OnOneLine(Action<Utf8JsonWriter> elements)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartArray();
            elements(writer);
            writer.WriteEndArray();
        }

        return stream.ToArray();
    }

    /// <summary>A name as it stands in the document.</summary>
    internal static string Lower(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
