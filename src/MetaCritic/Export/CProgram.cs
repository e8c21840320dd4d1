using MetaCritic.Dynamics.Recording;

namespace MetaCritic.Export;

/// <summary>Writes a program on single numbers as statements of C, in double precision.</summary>
/// <param name="line">Writes a line.</param>
/// <param name="inputs">What goes in, numbers of single precision.</param>
internal sealed class CProgram(Action<string> line, IEnumerable<string> inputs)
{
    private readonly string[] _inputs = [.. inputs];

    /// <summary>Writes it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="output">The array of single precision that receives what comes out.</param>
    public void Write(ScalarProgram program, string output)
    {
        foreach (ScalarNode input in program.Inputs.Where(input => input.IsNeeded))
        {
            line($"    const double {Name(input)} = (double){_inputs[input.Index]};");
        }

        WriteBlock(program.Body, "    ");
        for (int i = 0; i < program.Outputs.Count; i++)
        {
            line(FormattableString.Invariant($"    {output}[{i}] = (float){Name(program.Outputs[i])};"));
        }
    }

    private static string Name(ScalarNode node) => node.Operation switch
    {
        ScalarOperation.Constant => CWriter.Literal(node.Value),
        ScalarOperation.Input => FormattableString.Invariant($"x{node.Index}"),
        ScalarOperation.Variable or ScalarOperation.Result => FormattableString.Invariant($"v{node.Number}"),
        _ => FormattableString.Invariant($"t{node.Number}"),
    };

    private static string Formula(ScalarNode node)
    {
        string[] x = [.. node.Arguments.Select(Name)];
        return node.Operation switch
        {
            ScalarOperation.Add => $"{x[0]} + {x[1]}",
            ScalarOperation.Subtract => $"{x[0]} - {x[1]}",
            ScalarOperation.Multiply => $"{x[0]} * {x[1]}",
            ScalarOperation.Divide => $"{x[0]} / {x[1]}",
            ScalarOperation.Negate => $"-{x[0]}",
            ScalarOperation.Sine => $"sin({x[0]})",
            ScalarOperation.Cosine => $"cos({x[0]})",
            ScalarOperation.Tanh => $"tanh({x[0]})",
            ScalarOperation.Clamp => $"{x[0]} > {x[1]} ? {x[1]} : {x[0]} < -{x[1]} ? -{x[1]} : {x[0]}",
            _ => $"fabs({x[0]}) > {x[1]} ? {x[2]} : {x[3]}",
        };
    }

    private void WriteBlock(ScalarBlock block, string indent)
    {
        foreach (ScalarNode node in block.Instructions)
        {
            if (node.Operation == ScalarOperation.Loop)
            {
                WriteLoop(node.Loop!, indent);
            }
            else
            {
                line($"{indent}const double {Name(node)} = {Formula(node)};");
            }
        }
    }

    private void WriteLoop(ScalarLoop loop, string indent)
    {
        foreach (ScalarLoop.Carried carried in loop.Carries)
        {
            line($"{indent}double {Name(carried.Variable)} = {Name(carried.Initial)};");
        }

        string counter = FormattableString.Invariant($"k{loop.Body.Depth}");
        line(FormattableString.Invariant($"{indent}for (int {counter} = 0; {counter} < {loop.Most}; {counter}++) {{"));
        WriteBlock(loop.Body, indent + "    ");

        // All at once: what takes over another carried number takes what that was in this pass.
        ScalarLoop.Carried[] changing = [.. loop.Carries.Where(carried => carried.Next != carried.Variable)];
        foreach (ScalarLoop.Carried carried in changing.Where(TakesOver))
        {
            line($"{indent}    const double next_{Name(carried.Variable)} = {Name(carried.Next)};");
        }

        foreach (ScalarLoop.Carried carried in changing)
        {
            line($"{indent}    {Name(carried.Variable)} = {(TakesOver(carried) ? $"next_{Name(carried.Variable)}" : Name(carried.Next))};");
        }

        if (loop.Condition is { } condition)
        {
            line($"{indent}    if (!({Name(condition)} > 0.0)) {{");
            line($"{indent}        break;");
            line($"{indent}    }}");
        }

        line($"{indent}}}");
    }

    private static bool TakesOver(ScalarLoop.Carried carried) => carried.Next.Operation == ScalarOperation.Variable;
}
