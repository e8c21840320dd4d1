using MetaCritic.Dynamics.Recording;
using MetaCritic.Files;

namespace MetaCritic.Export;

/// <summary>Writes a program on single numbers as nodes of an ONNX graph: each number is a column, [batch × 1], in double precision.</summary>
internal sealed class OnnxProgram
{
    private const string Zero = "zero_double", Counter = "pass", Before = "goes_on_before", After = "goes_on";

    private readonly OnnxWriter _writer;
    private readonly string _prefix;
    private readonly Dictionary<double, string> _constants = [];
    private OnnxNodes _nodes;
    private string[] _inputs = [];

    /// <summary>Prepares.</summary>
    /// <param name="writer">Takes constants.</param>
    /// <param name="nodes">Takes nodes.</param>
    /// <param name="prefix">What names begin with.</param>
    public OnnxProgram(OnnxWriter writer, OnnxNodes nodes, string prefix) => (_writer, _nodes, _prefix) = (writer, nodes, prefix);

    /// <summary>Writes it.</summary>
    public void Write(Step step, Graph graph)
    {
        List<string> inputs = [];
        foreach (string input in step.Inputs)
        {
            string[] columns = [.. Enumerable.Range(0, graph.Size(input)).Select(i => FormattableString.Invariant($"{_prefix}{input}_{i}"))];
            Add("Cast", $"{_prefix}{input}", [input], ("to", OnnxWriter.DoubleType));
            _nodes.Add("Split", columns, [$"{_prefix}{input}"], [("axis", 1)]);
            inputs.AddRange(columns);
        }

        _inputs = [.. inputs];
        WriteBlock(step.Program!.Body);
        Add("Concat", $"{_prefix}joined", [.. step.Program.Outputs.Select(Name)], ("axis", 1));
        Add("Cast", step.Output, [$"{_prefix}joined"], ("to", OnnxWriter.FloatType));
    }

    private void Add(string type, string output, IReadOnlyList<string> inputs, params IEnumerable<(string Name, int Value)> attributes) =>
        _nodes.Add(type, [output], inputs, attributes);

    private string Name(ScalarNode node) => node.Operation switch
    {
        ScalarOperation.Constant => Constant(node.Value),
        ScalarOperation.Input => _inputs[node.Index],
        ScalarOperation.Result => FormattableString.Invariant($"{_prefix}{node.Number}_after"),
        _ => FormattableString.Invariant($"{_prefix}{node.Number}"),
    };

    private string Constant(double value)
    {
        if (!_constants.TryGetValue(value, out string? name))
        {
            name = FormattableString.Invariant($"{_prefix}c{_constants.Count}");
            _constants.Add(value, name);
            _writer.Initializer(new(name, [1], null, [value]));
        }

        return name;
    }

    private void WriteBlock(ScalarBlock block)
    {
        foreach (ScalarNode node in block.Instructions)
        {
            if (node.Operation == ScalarOperation.Loop)
            {
                WriteLoop(node.Loop!);
            }
            else
            {
                WriteOperation(node);
            }
        }
    }

    private void WriteOperation(ScalarNode node)
    {
        string output = Name(node);
        string[] x = [.. node.Arguments.Select(Name)];
        switch (node.Operation)
        {
            case ScalarOperation.Clamp:
                string below = node.Arguments[1].Operation == ScalarOperation.Constant ? Constant(-node.Arguments[1].Value) : output + "_below";
                if (node.Arguments[1].Operation != ScalarOperation.Constant)
                {
                    Add("Neg", below, [x[1]]);
                }

                Add("Max", output + "_raised", [x[0], below]);
                Add("Min", output, [output + "_raised", x[1]]);
                break;
            case ScalarOperation.Beyond:
                Add("Abs", output + "_size", [x[0]]);
                Add("Greater", output + "_beyond", [output + "_size", x[1]]);
                Add("Where", output, [output + "_beyond", x[2], x[3]]);
                break;
            default:
                Add(Operator(node.Operation), output, x);
                break;
        }
    }

    private static string Operator(ScalarOperation operation) => operation switch
    {
        ScalarOperation.Add => "Add",
        ScalarOperation.Subtract => "Sub",
        ScalarOperation.Multiply => "Mul",
        ScalarOperation.Divide => "Div",
        ScalarOperation.Negate => "Neg",
        ScalarOperation.Sine => "Sin",
        ScalarOperation.Cosine => "Cos",
        _ => "Tanh",
    };

    // A loop goes on while any row of the batch needs it: another pass changes nothing in a row that does not.
    private void WriteLoop(ScalarLoop loop)
    {
        OnnxNodes outer = _nodes;
        _nodes = new();
        string suffix = FormattableString.Invariant($"_{loop.Instruction!.Number}"), goesOn = _prefix + After + suffix;
        WriteBlock(loop.Body);
        if (loop.Condition is { } condition)
        {
            _writer.Initializer(new(Zero, [], null, [0]));
            Add("ReduceSum", goesOn + "_rows", [Name(condition)], ("keepdims", 0));
            Add("Greater", goesOn, [goesOn + "_rows", Zero]);
        }
        else
        {
            Add("Identity", goesOn, [_prefix + Before + suffix]);
        }

        foreach (ScalarLoop.Carried carried in loop.Carries)
        {
            Add("Identity", Name(carried.Variable) + "_next", [Name(carried.Next)]);
        }

        ProtobufWriter body = new();
        body.Append(_nodes.Fields);
        body.Text(2, _prefix + "body" + suffix);
        Value(body, 11, _prefix + Counter + suffix, OnnxWriter.Int64Type, isScalar: true);
        Value(body, 11, _prefix + Before + suffix, OnnxWriter.BoolType, isScalar: true);
        Value(body, 12, goesOn, OnnxWriter.BoolType, isScalar: true);
        foreach (ScalarLoop.Carried carried in loop.Carries)
        {
            Value(body, 11, Name(carried.Variable), OnnxWriter.DoubleType);
            Value(body, 12, Name(carried.Variable) + "_next", OnnxWriter.DoubleType);
        }

        _nodes = outer;
        string most = _writer.Integers(_prefix + "most" + suffix, loop.Most);
        _nodes.Add("Loop", [.. loop.Carries.Select(carried => Name(carried.Result))], [most, "", .. loop.Carries.Select(carried => Name(carried.Initial))], [], body);
    }

    // ValueInfoProto: of no dimension, or of dimensions that are not said.
    private static void Value(ProtobufWriter graph, int field, string name, int type, bool isScalar = false) => graph.Message(field, value =>
    {
        value.Text(1, name);
        value.Message(2, kind => kind.Message(1, tensor =>
        {
            tensor.Integer(1, type);
            if (isScalar)
            {
                tensor.Message(2, _ => { });
            }
        }));
    });
}
