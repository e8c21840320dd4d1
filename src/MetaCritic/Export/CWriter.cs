using System.Globalization;
using System.Text;
using MetaCritic.Files;
using MetaCritic.Networks;

namespace MetaCritic.Export;

/// <summary>Writes an exported computation as a header in C99: constants, and one function per output.</summary>
internal sealed class CWriter
{
    private const int LineWidth = 80;

    private readonly StringBuilder _text = new();
    private readonly Graph _graph;
    private readonly string _prefix;

    private CWriter(Graph graph, string prefix) => (_graph, _prefix) = (graph, prefix);

    /// <summary>Writes it.</summary>
    public static void Write(Stream stream, IExportedModel model, IEnumerable<ExportedFact> facts, string name)
    {
        CWriter writer = new(model.Graph, Identifier(name));
        writer.WriteComment(model, facts);
        string guard = writer._prefix.ToUpperInvariant();
        writer.Line($"#ifndef {guard}_H");
        writer.Line($"#define {guard}_H");
        writer.Line();
        writer.Line("#include <math.h>");
        writer.Line();
        foreach (ExportedValue value in model.Graph.Inputs.Concat(model.Graph.Outputs).DistinctBy(value => value.Name))
        {
            writer.Line($"#define {guard}_{value.Name.ToUpperInvariant()}_SIZE {Number(value.Size)}");
        }

        foreach (Constant constant in model.Graph.Constants)
        {
            writer.WriteConstant(constant);
        }

        if (model.Graph.Steps.Any(step => step.Kind == StepKind.Dense))
        {
            writer.WriteDense();
        }

        foreach (Step step in model.Graph.Steps.Where(step => step.Kind == StepKind.Program))
        {
            writer.WriteProgram(step);
        }

        foreach (ExportedValue output in model.Graph.Outputs)
        {
            writer.WriteFunction(output);
        }

        writer.Line();
        writer.Line($"#endif /* {guard}_H */");
        stream.Write(Encoding.UTF8.GetBytes(writer._text.ToString()));
    }

    /// <summary>A name as an identifier of C that is not reserved.</summary>
    internal static string Identifier(string name)
    {
        string kept = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_')).Trim('_');
        return kept.Length == 0 ? "model" : char.IsAsciiDigit(kept[0]) ? "model_" + kept : kept;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Literal(float value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return (text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0") + "f";
    }

    /// <summary>A number of double precision.</summary>
    internal static string Literal(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
    }

    // Names come from files of others: nothing in them may end the comment or continue its line.
    private static string Safe(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) || c is '*' or '\\' or '?' or '\u2028' or '\u2029' ? '_' : c));

    private static string FunctionName(string output) => output switch
    {
        "action" => "act",
        "torque" => "torques",
        "next_state" => "step",
        _ => output,
    };

    private static string Shown(object value) => value switch
    {
        string text => text,
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        double[] numbers => string.Join(", ", numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))),
        _ => string.Join(", ", (string[])value),
    };

    private void Line(string text = "") => _text.Append(text).Append('\n');

    private string Signature(ExportedValue output)
    {
        string inputs = string.Join(", ", InputsFor(output).Select(input => $"const float {input.Name}[{Number(input.Size)}]"));
        return output.Size == 1 && output.Name == "score"
            ? $"float {_prefix}_{FunctionName(output.Name)}({inputs})"
            : $"void {_prefix}_{FunctionName(output.Name)}({inputs}, float {output.Name}[{Number(output.Size)}])";
    }

    private IEnumerable<ExportedValue> InputsFor(ExportedValue output)
    {
        IReadOnlyList<Step> steps = _graph.StepsFor(output.Name);
        return _graph.Inputs.Where(input => steps.Any(step => step.Inputs.Contains(input.Name)));
    }

    private void WriteComment(IExportedModel model, IEnumerable<ExportedFact> facts)
    {
        Line("/*");
        foreach (ExportedValue output in _graph.Outputs)
        {
            Comment($"{Signature(output)};", "    ");
        }

        Line(" *");
        foreach (ExportedFact fact in facts)
        {
            Comment($"{fact.Name}: {Shown(fact.Value)}", "    ");
        }

        foreach (ExportedValue value in _graph.Inputs.Concat(_graph.Outputs))
        {
            Line(" *");
            for (int i = 0; i < value.Size; i++)
            {
                ExportedComponent component = value.Components[i];
                Comment($"{value.Name}[{Number(i)}]  {component.Name}{(component.Unit.Length > 0 ? $" [{component.Unit}]" : "")}", "    ");
            }
        }

        Line(" *");
        long stack = _graph.Outputs.Max(output => _graph.StepsFor(output.Name).Sum(step => (long)step.Size)) * sizeof(float);
        int operations = _graph.Steps.Sum(step => step.Program?.Operations ?? 0);
        string more = operations == 0 ? "" : $", and {Number(operations * (long)sizeof(double))} more if the compiler does not optimize";
        Comment(
            $"C99; needs math.h alone; allocates nothing. Constants: {Number(_graph.Constants.Sum(constant => constant.Bytes))} bytes; stack: about {Number(stack)} bytes{more}. "
            + "An output may lie where an input lies. Functions may run at the same time.",
            "");
        Line(" */");
    }

    private void Comment(string text, string indent)
    {
        StringBuilder line = new(" *");
        foreach (string word in Safe(text).Split(' '))
        {
            if (line.Length + 1 + word.Length > LineWidth && line.Length > 3 + indent.Length)
            {
                Line(line.ToString().TrimEnd());
                line.Clear().Append(" *").Append(indent);
            }

            line.Append(' ').Append(word);
        }

        Line(line.ToString().TrimEnd());
    }

    private void WriteConstant(Constant constant)
    {
        string[] numbers = constant.Singles is { } singles ? [.. singles.Select(Literal)] : [.. constant.Doubles!.Select(Literal)];
        Line();
        Line($"static const {(constant.Singles is null ? "double" : "float")} {_prefix}_{constant.Name}[{Number(numbers.Length)}] = {{");
        StringBuilder line = new("   ");
        foreach (string number in numbers)
        {
            if (line.Length + number.Length + 2 > LineWidth)
            {
                Line(line.ToString());
                line.Clear().Append("   ");
            }

            line.Append(' ').Append(number).Append(',');
        }

        Line(line.ToString());
        Line("};");
    }

    private void WriteDense()
    {
        Line();
        Line("/* y = x * w + b; w holds a row of outputs for each input. */");
        Line($"static inline void {_prefix}_dense(const float *w, const float *b, const float *x, int inputs, float *y, int outputs)");
        Line("{");
        Line("    for (int j = 0; j < outputs; j++) {");
        Line("        y[j] = b[j];");
        Line("    }");
        Line("    for (int i = 0; i < inputs; i++) {");
        Line("        for (int j = 0; j < outputs; j++) {");
        Line("            y[j] += x[i] * w[i * outputs + j];");
        Line("        }");
        Line("    }");
        Line("}");
    }

    private void WriteProgram(Step step)
    {
        Line();
        Line("/* The robot's own step, with what was learned added. */");
        string inputs = string.Join(", ", step.Inputs.Select(input => $"const float {input}[{Number(_graph.Size(input))}]"));
        Line($"static inline void {_prefix}_robot({inputs}, float y[{Number(step.Size)}])");
        Line("{");
        new CProgram(Line, step.Inputs.SelectMany(input => Enumerable.Range(0, _graph.Size(input)).Select(i => $"{input}[{Number(i)}]"))).Write(step.Program!, "y");
        Line("}");
    }

    private void WriteFunction(ExportedValue output)
    {
        IReadOnlyList<Step> steps = _graph.StepsFor(output.Name);
        Line();
        Line($"static inline {Signature(output)}");
        Line("{");
        foreach (Step step in steps)
        {
            Line($"    float {Local(step.Output)}[{Number(step.Size)}];");
        }

        foreach (Step step in steps)
        {
            WriteStep(step);
        }

        if (output.Size == 1 && output.Name == "score")
        {
            Line($"    return {Local(output.Name)}[0];");
        }
        else
        {
            Loop(output.Size, $"{output.Name}[i] = {Local(output.Name)}[i];");
        }

        Line("}");
    }

    // Inputs keep their names; what is computed has a mark, so that an output can have the name of an input.
    private string Local(string vector) => _graph.Inputs.Any(input => input.Name == vector) ? vector : vector + "_";

    private string Global(string constant) => $"{_prefix}_{constant}";

    private void Loop(int size, string body)
    {
        Line($"    for (int i = 0; i < {Number(size)}; i++) {{");
        Line($"        {body}");
        Line("    }");
    }

    private void WriteStep(Step step)
    {
        string y = Local(step.Output), x = Local(step.Inputs[0]);
        string second = step.Inputs.Count > 1 ? Local(step.Inputs[1]) : "";
        string c = step.Constants.Count > 0 ? Global(step.Constants[0]) : "";
        switch (step.Kind)
        {
            case StepKind.Dense:
                Line($"    {_prefix}_dense({c}, {Global(step.Constants[1])}, {x}, {Number(_graph.Size(step.Inputs[0]))}, {y}, {Number(step.Size)});");
                if (step.Activation != Activation.Linear)
                {
                    Loop(step.Size, Activate(step.Activation, $"{y}[i]"));
                }

                break;
            case StepKind.Transposed:
                int inner = _graph.Size(step.Inputs[0]);
                Line($"    for (int i = 0; i < {Number(step.Size)}; i++) {{");
                Line($"        {y}[i] = 0.0f;");
                Line($"        for (int j = 0; j < {Number(inner)}; j++) {{");
                Line($"            {y}[i] += {c}[i * {Number(inner)} + j] * {x}[j];");
                Line("        }");
                Line("    }");
                break;
            case StepKind.Join:
                int at = 0;
                foreach (string input in step.Inputs)
                {
                    int size = _graph.Size(input);
                    Loop(size, $"{y}[{(at == 0 ? "i" : $"{Number(at)} + i")}] = {Local(input)}[i];");
                    at += size;
                }

                break;
            case StepKind.Program:
                Line($"    {_prefix}_robot({string.Join(", ", step.Inputs.Select(Local))}, {y});");
                break;
            case StepKind.Sum:
                Line($"    {y}[0] = 0.0f;");
                Loop(_graph.Size(step.Inputs[0]), $"{y}[0] += {x}[i];");
                break;
            default:
                Loop(step.Size, $"{y}[i] = {Elementwise(step, $"{x}[i]", $"{second}[i]", $"{c}[i]", $"{x}[{(step.First == 0 ? "i" : $"{Number(step.First)} + i")}]")};");
                break;
        }
    }

    private string Elementwise(Step step, string x, string second, string c, string part) => step.Kind switch
    {
        StepKind.Scale => $"{c} * {x}",
        StepKind.Offset => $"{x} + {c}",
        StepKind.Add => $"{x} + {second}",
        StepKind.Subtract => $"{x} - {second}",
        StepKind.Multiply => $"{x} * {second}",
        StepKind.Slice => part,
        StepKind.Clamp => $"{x} > {c} ? {c} : {x} < -{c} ? -{c} : {x}", // NaN stays NaN
        StepKind.Normalize => $"(float)(((double){x} - {c}) / {Global(step.Constants[1])}[i])",
        StepKind.Sine => $"sinf({x})",
        StepKind.Cosine => $"cosf({x})",
        _ => step.Activation switch
        {
            Activation.Tanh => $"1.0f - {x} * {x}",
            Activation.Elu => $"{x} > 0.0f ? 1.0f : {x} + 1.0f",
            Activation.Relu => $"{x} > 0.0f ? 1.0f : 0.0f",
            Activation.Softplus => $"1.0f - expf(-{x})",
            _ => "1.0f",
        },
    };

    private static string Activate(Activation activation, string y) => activation switch
    {
        Activation.Tanh => $"{y} = tanhf({y});",
        Activation.Elu => $"if (!({y} > 0.0f)) {{ {y} = expm1f({y}); }}",
        Activation.Relu => $"if ({y} < 0.0f) {{ {y} = 0.0f; }}",
        _ => $"{y} = ({y} > 0.0f ? {y} : 0.0f) + log1pf(expf(-fabsf({y})));",
    };
}
