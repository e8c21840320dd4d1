using MetaCritic.Dynamics.Recording;
using MetaCritic.Networks;

namespace MetaCritic.Export;

/// <summary>An exported computation: steps in order, each of which makes a vector from inputs, constants and vectors before it.</summary>
internal sealed class Graph
{
    private readonly Dictionary<string, int> _sizes = new(StringComparer.Ordinal);
    private readonly List<Step> _steps = [];
    private readonly List<Constant> _constants = [];

    /// <summary>Begins one.</summary>
    /// <param name="inputs">What goes in.</param>
    public Graph(params IReadOnlyList<ExportedValue> inputs)
    {
        Inputs = inputs;
        foreach (ExportedValue input in inputs)
        {
            _sizes.Add(input.Name, input.Size);
        }
    }

    /// <summary>What goes in.</summary>
    public IReadOnlyList<ExportedValue> Inputs { get; }

    /// <summary>What comes out; the steps make vectors of these names.</summary>
    public IReadOnlyList<ExportedValue> Outputs { get; private set; } = [];

    /// <summary>The steps.</summary>
    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>The constants.</summary>
    public IReadOnlyList<Constant> Constants => _constants;

    /// <summary>Number of components of a vector.</summary>
    public int Size(string name) => _sizes[name];

    /// <summary>The constant of a name.</summary>
    public Constant ConstantOf(string name) => _constants.First(constant => constant.Name == name);

    /// <summary>The steps that an output needs, in order.</summary>
    public IReadOnlyList<Step> StepsFor(string output)
    {
        HashSet<string> needed = new([output], StringComparer.Ordinal);
        List<Step> steps = [];
        for (int i = _steps.Count - 1; i >= 0; i--)
        {
            if (needed.Contains(_steps[i].Output))
            {
                needed.UnionWith(_steps[i].Inputs);
                steps.Insert(0, _steps[i]);
            }
        }

        return steps;
    }

    /// <summary>Says what a vector that was made is as an output.</summary>
    public void Return(params IEnumerable<ExportedValue> outputs) => Outputs = [.. Outputs, .. outputs];

    /// <summary>Adds single-precision numbers.</summary>
    public string Singles(string name, float[] values, params int[] shape)
    {
        _constants.Add(new(name, shape.Length == 0 ? [values.Length] : shape, values, null));
        return name;
    }

    /// <summary>Adds numbers, rounded to single precision; what is beyond becomes the greatest number there.</summary>
    public string Singles(string name, IEnumerable<double> values) =>
        Singles(name, [.. values.Select(value => (float)Math.Clamp(value, -float.MaxValue, float.MaxValue))]);

    /// <summary>Adds double-precision numbers.</summary>
    public string Doubles(string name, double[] values)
    {
        _constants.Add(new(name, [values.Length], null, values));
        return name;
    }

    /// <summary>Adds a step with an output as long as its first input.</summary>
    /// <returns>The name of the output.</returns>
    public string Do(StepKind kind, string output, IReadOnlyList<string> inputs, params IReadOnlyList<string> constants) =>
        Add(new(kind, output, _sizes[inputs[0]], inputs) { Constants = constants });

    /// <summary>Joins vectors.</summary>
    public string Join(string output, params IReadOnlyList<string> inputs) =>
        inputs.Count == 1 ? inputs[0] : Add(new(StepKind.Join, output, inputs.Sum(input => _sizes[input]), inputs));

    /// <summary>Takes a part of a vector.</summary>
    public string Slice(string output, string input, int first, int size) => Add(new(StepKind.Slice, output, size, [input]) { First = first });

    /// <summary>Sums a vector's components.</summary>
    public string Sum(string output, string input) => Add(new(StepKind.Sum, output, 1, [input]));

    /// <summary>What a program makes of the components of vectors.</summary>
    public string Program(string output, ScalarProgram program, params IReadOnlyList<string> inputs) =>
        Add(new(StepKind.Program, output, program.Outputs.Count, inputs) { Program = program });

    /// <summary>A layer.</summary>
    public string Dense(string output, string input, string weights, string biases, Activation activation) =>
        Add(new(StepKind.Dense, output, ConstantOf(weights).Shape[1], [input]) { Constants = [weights, biases], Activation = activation });

    /// <summary>A cotangent back through a layer's weights.</summary>
    public string Transposed(string output, string input, string weights) =>
        Add(new(StepKind.Transposed, output, ConstantOf(weights).Shape[0], [input]) { Constants = [weights] });

    /// <summary>The derivative of an activation, from what it gave.</summary>
    public string Slope(string output, string input, Activation activation) =>
        Add(new(StepKind.Slope, output, _sizes[input], [input]) { Activation = activation });

    /// <summary>A network's layers.</summary>
    /// <param name="prefix">What names begin with.</param>
    /// <param name="input">Its input.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="parameters">Its parameters, layout of the shape.</param>
    /// <param name="output">Name of its output.</param>
    /// <param name="order">For each input the row of the first layer's weights that belongs to it; null for their own order.</param>
    public string Network(string prefix, string input, MlpShape shape, ReadOnlySpan<float> parameters, string output, IReadOnlyList<int>? order = null)
    {
        for (int l = 0; l < shape.LayerCount; l++)
        {
            (int rows, int columns) = (shape.Sizes[l], shape.Sizes[l + 1]);
            float[] weights = parameters.Slice(shape.WeightOffset(l), rows * columns).ToArray();
            if (l == 0 && order is not null)
            {
                weights = [.. order.SelectMany(row => weights.Skip(row * columns).Take(columns))];
            }

            string w = Singles(Numbered(prefix, "weights", l), weights, rows, columns);
            string b = Singles(Numbered(prefix, "biases", l), parameters.Slice(shape.BiasOffset(l), columns).ToArray());
            input = Dense(l == shape.LayerCount - 1 ? output : Numbered(prefix, "layer", l), input, w, b, shape.ActivationOf(l));
        }

        return input;
    }

    /// <summary>The name of something of a layer.</summary>
    public static string Numbered(string prefix, string name, int layer) => FormattableString.Invariant($"{prefix}{name}_{layer}");

    private string Add(Step step)
    {
        _sizes.Add(step.Output, step.Size);
        _steps.Add(step);
        return step.Output;
    }
}
