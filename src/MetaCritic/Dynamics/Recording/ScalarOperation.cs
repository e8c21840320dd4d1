namespace MetaCritic.Dynamics.Recording;

/// <summary>How a number of a <see cref="ScalarProgram"/> comes about; x, y, z, w stand for its arguments.</summary>
internal enum ScalarOperation
{
    /// <summary>A constant.</summary>
    Constant,

    /// <summary>An input.</summary>
    Input,

    /// <summary>x + y.</summary>
    Add,

    /// <summary>x − y.</summary>
    Subtract,

    /// <summary>x·y.</summary>
    Multiply,

    /// <summary>x / y.</summary>
    Divide,

    /// <summary>−x.</summary>
    Negate,

    /// <summary>sin x.</summary>
    Sine,

    /// <summary>cos x.</summary>
    Cosine,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>x, but no more than y and no less than −y.</summary>
    Clamp,

    /// <summary>z where |x| &gt; y, else w.</summary>
    Beyond,

    /// <summary>Instructions that are repeated; no number itself.</summary>
    Loop,

    /// <summary>A number that a loop carries from one pass to the next, inside the loop.</summary>
    Variable,

    /// <summary>The same behind the loop.</summary>
    Result,
}
