using MetaCritic.Dynamics.Recording;
using MetaCritic.Networks;

namespace MetaCritic.Export;

/// <summary>What a step of an exported computation does with vectors x, y; c, w, b stand for its constants.</summary>
internal enum StepKind
{
    /// <summary>c ⊙ x.</summary>
    Scale,

    /// <summary>x + c.</summary>
    Offset,

    /// <summary>x + y.</summary>
    Add,

    /// <summary>x − y.</summary>
    Subtract,

    /// <summary>x ⊙ y.</summary>
    Multiply,

    /// <summary>All inputs, one behind the other.</summary>
    Join,

    /// <summary>Components of x from the first one on.</summary>
    Slice,

    /// <summary>σ(x·w + b).</summary>
    Dense,

    /// <summary>x·wᵀ.</summary>
    Transposed,

    /// <summary>σ'(z), where x = σ(z).</summary>
    Slope,

    /// <summary>The sum of x's components.</summary>
    Sum,

    /// <summary>x, but no more than c and no less than −c.</summary>
    Clamp,

    /// <summary>(x − c₀) / c₁, computed in double precision.</summary>
    Normalize,

    /// <summary>sin x.</summary>
    Sine,

    /// <summary>cos x.</summary>
    Cosine,

    /// <summary>What a program makes of the components of all inputs, computed in double precision.</summary>
    Program,
}

/// <summary>One step of an exported computation: a vector from vectors.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Output">Name of the vector that it makes.</param>
/// <param name="Size">Number of that vector's components.</param>
/// <param name="Inputs">Names of the vectors it takes.</param>
internal sealed record Step(StepKind Kind, string Output, int Size, IReadOnlyList<string> Inputs)
{
    /// <summary>Names of its constants.</summary>
    public IReadOnlyList<string> Constants { get; init; } = [];

    /// <summary>Activation of <see cref="StepKind.Dense"/> and <see cref="StepKind.Slope"/>.</summary>
    public Activation Activation { get; init; }

    /// <summary>The first component that <see cref="StepKind.Slice"/> takes.</summary>
    public int First { get; init; }

    /// <summary>What <see cref="StepKind.Program"/> computes; its inputs are the components of the step's, one vector behind the other.</summary>
    public ScalarProgram? Program { get; init; }
}

/// <summary>A constant of an exported computation, in one precision or the other.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions: one, or two for weights, [inputs × outputs].</param>
/// <param name="Singles">Its elements, row-major.</param>
/// <param name="Doubles">The same in double precision, where that is used.</param>
internal sealed record Constant(string Name, IReadOnlyList<int> Shape, float[]? Singles, double[]? Doubles)
{
    /// <summary>Number of bytes.</summary>
    public long Bytes => ((long?)Singles?.Length * sizeof(float)) ?? ((long)Doubles!.Length * sizeof(double));
}
