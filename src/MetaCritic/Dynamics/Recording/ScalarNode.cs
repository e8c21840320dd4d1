namespace MetaCritic.Dynamics.Recording;

/// <summary>A number of a <see cref="ScalarProgram"/>, or a loop of it.</summary>
/// <param name="operation">How it comes about.</param>
/// <param name="block">Where it is computed.</param>
/// <param name="arguments">What it is computed from.</param>
internal sealed class ScalarNode(ScalarOperation operation, ScalarBlock block, params ScalarNode[] arguments)
{
    /// <summary>How it comes about.</summary>
    public ScalarOperation Operation { get; } = operation;

    /// <summary>Where it is computed.</summary>
    public ScalarBlock Block { get; } = block;

    /// <summary>What it is computed from.</summary>
    public IReadOnlyList<ScalarNode> Arguments { get; } = arguments;

    /// <summary>Of a constant: its value.</summary>
    public double Value { get; init; }

    /// <summary>Of an input: which. Of what a loop carries: its place there.</summary>
    public int Index { get; init; }

    /// <summary>Of a loop, and of what it carries: the loop.</summary>
    public ScalarLoop? Loop { get; init; }

    /// <summary>Its number: while it is recorded in the order of recording, then in the order of the program.</summary>
    public int Number { get; set; }

    /// <summary>Whether an output depends on it.</summary>
    public bool IsNeeded { get; set; }
}

/// <summary>Instructions, one after the other: of the whole program, or of a loop in it.</summary>
/// <param name="outer">The block that the loop stands in; null for the whole program.</param>
internal sealed class ScalarBlock(ScalarBlock? outer)
{
    /// <summary>The block that the loop stands in; null for the whole program.</summary>
    public ScalarBlock? Outer { get; } = outer;

    /// <summary>How many loops it stands in.</summary>
    public int Depth { get; } = outer is null ? 0 : outer.Depth + 1;

    /// <summary>What is computed, in order; no constants, inputs and variables.</summary>
    public List<ScalarNode> Instructions { get; } = [];

    /// <summary>Whether what is computed in it is known in another block.</summary>
    public bool Reaches(ScalarBlock other)
    {
        for (ScalarBlock? block = other; block is not null; block = block.Outer)
        {
            if (block == this)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Instructions that are repeated.</summary>
/// <param name="Most">The largest number of passes, at least 1.</param>
/// <param name="Body">The instructions.</param>
internal sealed record ScalarLoop(int Most, ScalarBlock Body)
{
    /// <summary>What it carries from one pass to the next.</summary>
    public List<Carried> Carries { get; } = [];

    /// <summary>The instruction that it is.</summary>
    public ScalarNode? Instruction { get; set; }

    /// <summary>Computed in each pass: another one follows only if it is greater than 0. Null if all passes are made.</summary>
    public ScalarNode? Condition { get; set; }

    /// <summary>A number that is carried.</summary>
    /// <param name="Variable">It, inside the loop.</param>
    /// <param name="Initial">What it is in the first pass.</param>
    /// <param name="Result">It, behind the loop.</param>
    public sealed record Carried(ScalarNode Variable, ScalarNode Initial, ScalarNode Result)
    {
        /// <summary>What it is in the next pass, or behind the loop.</summary>
        public ScalarNode Next { get; set; } = Variable;
    }
}
