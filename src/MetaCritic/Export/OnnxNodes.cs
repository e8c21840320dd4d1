using MetaCritic.Files;

namespace MetaCritic.Export;

/// <summary>Nodes of an ONNX graph, in order.</summary>
internal sealed class OnnxNodes
{
    private const int IntegerAttribute = 2, GraphAttribute = 5; // AttributeProto.AttributeType

    /// <summary>Fields of a GraphProto.</summary>
    public ProtobufWriter Fields { get; } = new();

    /// <summary>Adds a node.</summary>
    /// <param name="type">Its operator.</param>
    /// <param name="outputs">Names of what it makes; the first is its own name, too.</param>
    /// <param name="inputs">Names of what it takes; an empty one for what is left out.</param>
    /// <param name="attributes">Attributes that are integers.</param>
    /// <param name="body">An attribute <c>body</c> that is a graph; null for none.</param>
    public void Add(string type, IReadOnlyList<string> outputs, IReadOnlyList<string> inputs, IEnumerable<(string Name, int Value)> attributes, ProtobufWriter? body = null) => Fields.Message(1, node =>
    {
        foreach (string input in inputs)
        {
            node.Text(1, input);
        }

        foreach (string output in outputs)
        {
            node.Text(2, output);
        }

        node.Text(3, outputs[0]);
        node.Text(4, type);
        foreach ((string name, int value) in attributes)
        {
            node.Message(5, attribute =>
            {
                attribute.Text(1, name);
                attribute.Integer(3, value);
                attribute.Integer(20, IntegerAttribute);
            });
        }

        if (body is not null)
        {
            node.Message(5, attribute =>
            {
                attribute.Text(1, "body");
                attribute.Message(6, body);
                attribute.Integer(20, GraphAttribute);
            });
        }
    });
}
