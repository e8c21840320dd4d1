using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using MetaCritic.Files;
using MetaCritic.Networks;

namespace MetaCritic.Export;

/// <summary>Writes an exported computation as an ONNX model (onnx.proto, https://github.com/onnx/onnx/blob/main/docs/IR.md).</summary>
internal sealed class OnnxWriter
{
    private const int IrVersion = 8, Opset = 13; // what ONNX Runtime reads since 1.8
    internal const int FloatType = 1, Int64Type = 7, BoolType = 9, DoubleType = 11; // TensorProto.DataType

    private const string One = "one", Zero = "zero";

    private readonly OnnxNodes _nodes = new();
    private readonly ProtobufWriter _initializers = new();
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    private OnnxWriter()
    {
    }

    /// <summary>Writes it.</summary>
    public static void Write(Stream stream, IExportedModel model, IEnumerable<ExportedFact> facts)
    {
        OnnxWriter writer = new();
        Graph graph = model.Graph;
        foreach (Step step in graph.Steps)
        {
            writer.Write(step, graph);
        }

        ProtobufWriter message = new();
        message.Integer(1, IrVersion);
        message.Text(2, ProductInfo.Name);
        message.Text(3, ProductInfo.Version);
        ProtobufWriter body = new();
        body.Text(2, model.Kind);
        foreach (ExportedValue input in graph.Inputs)
        {
            body.Message(11, value => Describe(value, input));
        }

        foreach (ExportedValue output in graph.Outputs)
        {
            body.Message(12, value => Describe(value, output));
        }

        message.Message(7, Joined(writer._nodes.Fields, writer._initializers, body));
        message.Message(8, opset =>
        {
            opset.Text(1, "");
            opset.Integer(2, Opset);
        });
        foreach (ExportedFact fact in facts)
        {
            Property(message, fact.Name, Shown(fact.Value));
        }

        foreach (ExportedValue value in graph.Inputs.Concat(graph.Outputs))
        {
            Property(message, $"{value.Name}.names", Shown(value.Components.Select(component => component.Name).ToArray()));
            Property(message, $"{value.Name}.units", Shown(value.Components.Select(component => component.Unit).ToArray()));
        }

        stream.Write(message.Written);
    }

    private static ProtobufWriter Joined(params ProtobufWriter[] parts)
    {
        ProtobufWriter all = new();
        foreach (ProtobufWriter part in parts)
        {
            all.Append(part);
        }

        return all;
    }

    // ValueInfoProto: a batch of any size.
    private static void Describe(ProtobufWriter message, ExportedValue value)
    {
        message.Text(1, value.Name);
        message.Message(2, type => type.Message(1, tensor =>
        {
            tensor.Integer(1, FloatType);
            tensor.Message(2, shape =>
            {
                shape.Message(1, dimension => dimension.Text(2, "batch"));
                shape.Message(1, dimension => dimension.Integer(1, value.Size));
            });
        }));
    }

    private static void Property(ProtobufWriter message, string key, string value) => message.Message(14, entry =>
    {
        entry.Text(1, key);
        entry.Text(2, value);
    });

    // Texts as they are, all else as JSON.
    private static string Shown(object value) => value switch
    {
        string text => text,
        double number => JsonValue.Create(number).ToJsonString(),
        double[] numbers => new JsonArray([.. numbers.Select(number => (JsonNode)JsonValue.Create(number))]).ToJsonString(),
        _ => new JsonArray([.. ((string[])value).Select(text => (JsonNode)JsonValue.Create(text))]).ToJsonString(Readable),
    };

    private static readonly System.Text.Json.JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private void Write(Step step, Graph graph)
    {
        foreach (string name in step.Constants)
        {
            Initializer(graph.ConstantOf(name));
        }

        string x = step.Inputs[0], output = step.Output;
        string c = step.Constants.Count > 0 ? step.Constants[0] : "";
        switch (step.Kind)
        {
            case StepKind.Scale:
                Node("Mul", output, [x, c]);
                break;
            case StepKind.Offset:
                Node("Add", output, [x, c]);
                break;
            case StepKind.Add:
                Node("Add", output, step.Inputs);
                break;
            case StepKind.Subtract:
                Node("Sub", output, step.Inputs);
                break;
            case StepKind.Multiply:
                Node("Mul", output, step.Inputs);
                break;
            case StepKind.Join:
                Node("Concat", output, step.Inputs, ("axis", 1));
                break;
            case StepKind.Slice:
                Node("Slice", output, [x, Integers(output + "_from", step.First), Integers(output + "_to", step.First + step.Size), Integers("axis", 1)]);
                break;
            case StepKind.Dense:
                Node("Gemm", step.Activation == Activation.Linear ? output : output + "_sum", [x, .. step.Constants]);
                Activate(step.Activation, output);
                break;
            case StepKind.Transposed:
                Node("Gemm", output, [x, c], ("transB", 1));
                break;
            case StepKind.Slope:
                Slope(step.Activation, x, output);
                break;
            case StepKind.Sum:
                Node("ReduceSum", output, [x, Integers("axis", 1)], ("keepdims", 1));
                break;
            case StepKind.Clamp:
                Initializer(new(c + "_below", graph.ConstantOf(c).Shape, [.. graph.ConstantOf(c).Singles!.Select(value => -value)], null));
                Node("Max", output + "_raised", [x, c + "_below"]);
                Node("Min", output, [output + "_raised", c]);
                break;
            case StepKind.Normalize:
                Node("Cast", output + "_double", [x], ("to", DoubleType));
                Node("Sub", output + "_centred", [output + "_double", c]);
                Node("Div", output + "_divided", [output + "_centred", step.Constants[1]]);
                Node("Cast", output, [output + "_divided"], ("to", FloatType));
                break;
            case StepKind.Sine:
                Node("Sin", output, [x]);
                break;
            case StepKind.Program:
                new OnnxProgram(this, _nodes, output + "_").Write(step, graph);
                break;
            default:
                Node("Cos", output, [x]);
                break;
        }
    }

    private void Activate(Activation activation, string output)
    {
        if (activation != Activation.Linear)
        {
            Node(activation.ToString(), output, [output + "_sum"]); // Tanh, Elu, Relu, Softplus: ONNX has the same names
        }
    }

    // σ'(z) from h = σ(z).
    private void Slope(Activation activation, string h, string output)
    {
        Initializer(new(One, [1], [1], null));
        Initializer(new(Zero, [1], [0], null));
        switch (activation)
        {
            case Activation.Tanh: // 1 − h²
                Node("Mul", output + "_square", [h, h]);
                Node("Sub", output, [One, output + "_square"]);
                break;
            case Activation.Elu: // 1 above 0, h + 1 below
                Node("Min", output + "_below", [h, Zero]);
                Node("Add", output, [output + "_below", One]);
                break;
            case Activation.Relu:
                Node("Greater", output + "_above", [h, Zero]);
                Node("Cast", output, [output + "_above"], ("to", FloatType));
                break;
            case Activation.Softplus: // 1 − e^−h
                Node("Neg", output + "_negative", [h]);
                Node("Exp", output + "_exp", [output + "_negative"]);
                Node("Sub", output, [One, output + "_exp"]);
                break;
            default:
                Node("Mul", output + "_none", [h, Zero]);
                Node("Add", output, [output + "_none", One]);
                break;
        }
    }

    private void Node(string type, string output, IReadOnlyList<string> inputs, params IEnumerable<(string Name, int Value)> attributes) =>
        _nodes.Add(type, [output], inputs, attributes);

    /// <summary>Adds a constant, unless there is one of its name.</summary>
    internal void Initializer(Constant constant)
    {
        if (!_written.Add(constant.Name))
        {
            return;
        }

        _initializers.Message(5, tensor =>
        {
            tensor.Integers(1, [.. constant.Shape.Select(size => (long)size)]);
            tensor.Integer(2, constant.Singles is null ? DoubleType : FloatType);
            tensor.Text(8, constant.Name);
            if (constant.Singles is { } singles)
            {
                tensor.Numbers<float>(9, singles);
            }
            else
            {
                tensor.Numbers<double>(9, constant.Doubles);
            }
        });
    }

    /// <summary>Adds a vector of one integer, unless there is one of its name.</summary>
    internal string Integers(string name, long value)
    {
        if (_written.Add(name))
        {
            _initializers.Message(5, tensor =>
            {
                tensor.Integers(1, 1);
                tensor.Integer(2, Int64Type);
                tensor.Text(8, name);
                tensor.Numbers<long>(9, [value]);
            });
        }

        return name;
    }
}
