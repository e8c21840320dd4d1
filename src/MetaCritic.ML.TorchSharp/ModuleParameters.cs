using MetaCritic.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>The parameters of a module as one flat vector: their names and shapes, and how they are drawn.</summary>
internal sealed class ModuleParameters
{
    private readonly Entry[] _entries;

    /// <summary>Looks at a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="place">What errors call it.</param>
    /// <exception cref="InvalidInputException">It has no parameters, or some that cannot be trained.</exception>
    public ModuleParameters(nn.Module module, string place)
    {
        List<Entry> entries = [];
        foreach ((string prefix, nn.Module part) in module.named_modules().Where(part => !ReferenceEquals(part.module, module)).Prepend(("", module)))
        {
            double bound = double.NaN; // until a matrix says from how many inputs each output is computed
            foreach ((string name, Parameter parameter) in part.named_parameters(recurse: false))
            {
                long[] shape = parameter.shape;
                string full = prefix.Length > 0 ? $"{prefix}.{name}" : name;
                if (!TensorCheck.IsReal(parameter.dtype))
                {
                    throw new InvalidInputException(place, $"its parameter {full} is {TensorCheck.Describe(parameter)}", "Give float32 or float64");
                }

                bound = shape.Length >= 2 ? 1 / Math.Sqrt(shape[1..].Aggregate(1L, (a, b) => a * b)) : bound;
                entries.Add(new(full, shape, Count, bound, double.IsNaN(bound) ? Values(parameter) : []));
                Count += checked((int)parameter.numel());
            }
        }

        _entries = [.. entries];
        if (Count == 0)
        {
            throw new InvalidInputException(place, "it has no parameters", "Give a module with parameters to train");
        }
    }

    /// <summary>Number of numbers in all parameters, P.</summary>
    public int Count { get; private set; }

    /// <summary>Number of parameters, each of them a tensor.</summary>
    public int Tensors => _entries.Length;

    /// <summary>Shape of a parameter.</summary>
    public ReadOnlySpan<long> Shape(int index) => _entries[index].Shape;

    /// <summary>Index of a parameter of a layer; −1 if it is none of these.</summary>
    public int IndexOf(string name) => Array.FindIndex(_entries, entry => entry.Name == name);

    /// <summary>The parameters of a module of this kind, in this order.</summary>
    public Tensor[] Of(nn.Module module)
    {
        Dictionary<string, Parameter> parameters = module.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        return [.. _entries.Select(entry => (Tensor)parameters[entry.Name])];
    }

    /// <summary>Whether another module has parameters of the same names and shapes.</summary>
    public bool Fits(ModuleParameters other) =>
        _entries.Length == other._entries.Length && _entries.Zip(other._entries).All(pair => pair.First.Name == pair.Second.Name && pair.First.Shape.AsSpan().SequenceEqual(pair.Second.Shape));

    /// <summary>A flat vector, or one for each of a batch, of tensors of the parameters' shapes. Part of the graph.</summary>
    /// <param name="tensors">One for each parameter, with or without a leading dimension.</param>
    /// <param name="batch">Whether there is a leading dimension.</param>
    public static Tensor Flatten(Tensor[] tensors, bool batch) => batch
        ? cat([.. tensors.Select(tensor => tensor.flatten(1))], 1)
        : cat([.. tensors.Select(tensor => tensor.flatten())], 0);

    /// <summary>Views of a flat vector, or of one for each of a batch, in the parameters' shapes.</summary>
    public Tensor[] Split(Tensor flat)
    {
        int dimension = (int)flat.dim() - 1;
        return [.. _entries.Select(entry => flat.narrow(dimension, entry.Offset, entry.Size).reshape([.. flat.shape[..dimension], .. entry.Shape]))];
    }

    /// <summary>Sets the parameters of a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="flat">The values, [P].</param>
    public void Assign(nn.Module module, Tensor flat)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        foreach ((Tensor parameter, Tensor value) in Of(module).Zip(Split(flat)))
        {
            parameter.copy_(value);
        }
    }

    /// <summary>
    /// Draws parameters: weights and biases of layers uniform in ±1/√(inputs of the layer), inputs first, as the engine draws its networks;
    /// parameters of layers without a matrix, such as those of normalisations, stay as the module's constructor left them.
    /// </summary>
    public double[] Draw(KeyedRandom random)
    {
        double[] flat = new double[Count];
        foreach (Entry entry in _entries)
        {
            Span<double> values = flat.AsSpan(entry.Offset, entry.Size);
            if (double.IsNaN(entry.Bound))
            {
                entry.Initial.CopyTo(values);
                continue;
            }

            int outputs = (int)entry.Shape[0], inputs = entry.Size / Math.Max(1, outputs);
            for (int i = 0; i < inputs; i++)
            {
                for (int j = 0; j < outputs; j++)
                {
                    values[(j * inputs) + i] = (float)(entry.Bound * ((2 * random.NextDouble()) - 1));
                }
            }
        }

        return flat;
    }

    /// <summary>Names and shapes.</summary>
    public override string ToString() => string.Join("; ", _entries.Select(entry => FormattableString.Invariant($"{entry.Name} [{string.Join(", ", entry.Shape)}]")));

    private static double[] Values(Tensor parameter)
    {
        using Tensor plain = parameter.detach(), numbers = plain.to(ScalarType.Float64, CPU), rows = numbers.contiguous();
        return rows.data<double>().ToArray();
    }

    // Bound: of the uniform distribution it is drawn from; NaN if it keeps its initial values.
    private sealed record Entry(string Name, long[] Shape, int Offset, double Bound, double[] Initial)
    {
        public int Size { get; } = checked((int)Shape.Aggregate(1L, (a, b) => a * b));
    }
}
