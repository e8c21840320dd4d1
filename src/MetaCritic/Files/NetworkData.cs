using System.Text.Json;
using MetaCritic.Networks;

namespace MetaCritic.Files;

/// <summary>What critics and policies have in common: a network in the header and its parameters in a tensor.</summary>
internal static class NetworkData
{
    private const string ParametersName = "parameters";
    private const int SizeLimit = 1 << 20;

    public static void WriteShape(Utf8JsonWriter writer, MlpShape shape)
    {
        writer.WriteStartObject("network");
        writer.WriteStartArray("sizes");
        foreach (int size in shape.Sizes)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteString("hidden", HeaderReader.NameOf(shape.Hidden));
        writer.WriteString("output", HeaderReader.NameOf(shape.Output));
        writer.WriteEndObject();
    }

    public static MlpShape ReadShape(HeaderReader header)
    {
        HeaderReader network = header.Object("network")
            ?? throw new InvalidInputException($"{header.Source}: header.network", "value is null", "Take a complete copy");
        int[] sizes = network.Integers("sizes", SizeLimit, OptionCheck.LayerLimit + 2);
        Activation hidden = network.Choice<Activation>("hidden");
        Activation output = network.Choice<Activation>("output");
        network.Done();

        // Before the shape is made, whose count of parameters is a 32-bit number.
        long parameters = 0;
        for (int i = 1; i < sizes.Length; i++)
        {
            parameters += (sizes[i - 1] + 1L) * sizes[i];
        }

        return sizes.Length >= 2 && parameters <= OptionCheck.ParameterLimit
            ? new MlpShape(sizes, hidden, output)
            : throw new InvalidInputException(
                $"{header.Source}: header.network.sizes",
                $"value is [{string.Join(", ", sizes)}]",
                FormattableString.Invariant($"Give at least two sizes that make at most {OptionCheck.ParameterLimit} parameters"));
    }

    public static void AddParameters(TensorFile file, ReadOnlyMemory<float> parameters) => file.Add(ParametersName, parameters.Span);

    public static float[] GetParameters(TensorFile file, MlpShape shape) => file.Get<float>(ParametersName, shape.ParameterCount);

    /// <summary>Checks that there are as many parameters as the network has, and that they are numbers.</summary>
    public static void Validate(string place, MlpShape shape, ReadOnlySpan<float> parameters)
    {
        if (parameters.Length != shape.ParameterCount)
        {
            throw Consistency.Error(place, FormattableString.Invariant(
                $"the network {string.Join('-', shape.Sizes)} has {shape.ParameterCount} parameters, but {parameters.Length} are given"));
        }

        for (int i = 0; i < parameters.Length; i++)
        {
            if (!float.IsFinite(parameters[i]))
            {
                throw Consistency.Error(place, FormattableString.Invariant($"parameter {i} of the network is {parameters[i]}"));
            }
        }
    }
}
