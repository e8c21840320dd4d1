namespace MetaCritic.Dynamics.Recording;

/// <summary>
/// A computation on single numbers, as <see cref="Recorder"/> recorded it: what stands in it is needed, and the numbers of values count
/// from 0 in the order in which they are computed.
/// </summary>
internal sealed class ScalarProgram
{
    private int _numbered;

    /// <summary>Leaves out what the outputs do not need, and numbers the rest.</summary>
    /// <param name="inputs">What goes in.</param>
    /// <param name="body">What was recorded.</param>
    /// <param name="outputs">What comes out.</param>
    public ScalarProgram(IReadOnlyList<ScalarNode> inputs, ScalarBlock body, IReadOnlyList<ScalarNode> outputs)
    {
        (Inputs, Body, Outputs) = (inputs, body, outputs);
        Require(outputs);
        Number(body);
    }

    /// <summary>What goes in.</summary>
    public IReadOnlyList<ScalarNode> Inputs { get; }

    /// <summary>What is computed.</summary>
    public ScalarBlock Body { get; }

    /// <summary>What comes out.</summary>
    public IReadOnlyList<ScalarNode> Outputs { get; }

    /// <summary>How many operations there are, each counted once.</summary>
    public int Operations { get; private set; }

    // Marks what is needed for them. What a loop carries is needed if it is used in the loop or behind it; its next value then is, too.
    private static void Require(IEnumerable<ScalarNode> nodes)
    {
        Stack<ScalarNode> open = new(nodes);
        while (open.TryPop(out ScalarNode? node))
        {
            if (node.IsNeeded)
            {
                continue;
            }

            node.IsNeeded = true;
            foreach (ScalarNode argument in node.Arguments)
            {
                open.Push(argument);
            }

            if (node.Operation == ScalarOperation.Loop && node.Loop!.Condition is { } condition)
            {
                open.Push(condition);
            }
            else if (node.Operation is ScalarOperation.Variable or ScalarOperation.Result)
            {
                ScalarLoop.Carried carried = node.Loop!.Carries[node.Index];
                open.Push(node.Loop.Instruction!);
                open.Push(carried.Variable);
                open.Push(carried.Initial);
                open.Push(carried.Next);
            }
        }
    }

    private void Number(ScalarBlock block)
    {
        block.Instructions.RemoveAll(node => !node.IsNeeded);
        foreach (ScalarNode node in block.Instructions)
        {
            node.Number = _numbered++;
            if (node.Operation != ScalarOperation.Loop)
            {
                Operations++;
                continue;
            }

            node.Loop!.Carries.RemoveAll(carried => !carried.Variable.IsNeeded);
            foreach (ScalarLoop.Carried carried in node.Loop.Carries)
            {
                carried.Variable.Number = carried.Result.Number = _numbered++;
            }

            Number(node.Loop.Body);
        }
    }
}
