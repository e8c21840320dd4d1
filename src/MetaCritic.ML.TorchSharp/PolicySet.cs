using MetaCritic.ML.TorchSharp.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>Policies of one architecture, each with parameters of its own, as leaves of torch's graph.</summary>
internal abstract class PolicySet : IDisposable
{
    /// <summary>The leaves: all parameters of all policies.</summary>
    public abstract Tensor[] Leaves { get; }

    /// <summary>Sets all parameters.</summary>
    /// <param name="flat">A row for each policy, [policies × P].</param>
    public abstract void Set(Tensor flat);

    /// <summary>The policies' actions for their inputs.</summary>
    /// <param name="inputs">[policies × rows × inputs].</param>
    /// <param name="which">Indices of the policies, in the order of <paramref name="inputs"/>; null for all.</param>
    /// <returns>[policies × rows × actions].</returns>
    public abstract Tensor Forward(Tensor inputs, int[]? which = null);

    /// <summary>Tensors of the leaves' shapes, as a row for each policy, [policies × P]. Part of the graph.</summary>
    public abstract Tensor Flatten(Tensor[] ofLeaves);

    /// <summary>A row for each policy, in the leaves' shapes.</summary>
    public abstract Tensor[] Split(Tensor flat);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>How policies are made and run.</summary>
internal sealed class PolicyArchitecture
{
    /// <summary>What errors call a policy's network.</summary>
    public const string Place = "The policy's network";

    private const string Remedy = "Correct the module: it takes [rows, inputs] and returns [rows, outputs]";

    private readonly Func<nn.Module<Tensor, Tensor>> _make;
    private readonly IReadOnlyList<nn.Module<Tensor, Tensor>>? _layers; // null if policies are run one by one
    private readonly nn.Module<Tensor, Tensor> _template;

    /// <summary>Looks at the architecture.</summary>
    /// <param name="make">Makes a network.</param>
    /// <param name="stateSize">Its inputs.</param>
    /// <param name="actionSize">Its outputs.</param>
    /// <param name="type">Its precision.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="actionLimit">Largest action; 0 for none.</param>
    /// <exception cref="InvalidInputException">A network has no parameters, or does not compute what it should.</exception>
    public PolicyArchitecture(Func<nn.Module<Tensor, Tensor>> make, int stateSize, int actionSize, ScalarType type, Device device, double actionLimit = 0)
    {
        (StateSize, ActionSize, Type, Device, ActionLimit) = (stateSize, actionSize, type, device, actionLimit);
        _make = () =>
        {
            nn.Module<Tensor, Tensor> module = TorchError.At(Place, "Correct the function that makes it", make) ?? throw new InvalidInputException(Place, "the function that makes it returned null", "Return a module");
            module.to(type);
            module.to(device);
            module.eval();
            TorchNetworks.Keep(module);
            return module;
        };
        _template = _make();
        Parameters = new(_template, Place);
        _layers = TorchMlp.Layers(_template);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable loud = enable_grad();
        if (!TensorCheck.Result(Call(_template, zeros([3, stateSize], type, device)), [3, actionSize], type, Place).requires_grad)
        {
            throw new InvalidInputException(Place, "what it returns has no gradient", "Return what is computed from the parameters by torch's functions, without detach or no_grad");
        }
    }

    public int StateSize { get; }

    public int ActionSize { get; }

    public ScalarType Type { get; }

    public Device Device { get; }

    public double ActionLimit { get; }

    /// <summary>The parameters of one policy.</summary>
    public ModuleParameters Parameters { get; }

    /// <summary>Whether all policies are run at once; otherwise one by one.</summary>
    public bool IsBatched => _layers is not null;

    /// <summary>A network of its own, as its constructor leaves it.</summary>
    public nn.Module<Tensor, Tensor> Create() => _make();

    /// <summary>A network of its own, with these parameters.</summary>
    /// <param name="flat">The parameters, [P].</param>
    public nn.Module<Tensor, Tensor> Create(Tensor flat)
    {
        nn.Module<Tensor, Tensor> module = _make();
        Parameters.Assign(module, flat);
        return module;
    }

    /// <summary>Draws the parameters of a policy.</summary>
    /// <param name="random">The policy's random numbers.</param>
    /// <param name="initialize">The user's own way; null for ours.</param>
    public double[] Draw(Networks.KeyedRandom random, Action<nn.Module, Generator>? initialize) => TorchNetworks.Draw(_template, Parameters, random, initialize, Place);

    /// <summary>Policies with parameters that are still to be set.</summary>
    public PolicySet CreateSet(int count)
    {
        if (_layers is not null)
        {
            return new Stacked(this, count);
        }

        nn.Module<Tensor, Tensor>[] modules = [.. Enumerable.Range(0, count).Select(_ => _make())];
        foreach (nn.Module<Tensor, Tensor> module in modules.Where(module => !Parameters.Fits(new(module, Place))))
        {
            throw new InvalidInputException(Place, "the function that makes it gives networks with different parameters", "Return networks of one architecture");
        }

        if (modules.Append(_template).Distinct(ReferenceEqualityComparer.Instance).Count() <= modules.Length)
        {
            throw new InvalidInputException(Place, "the function that makes it gives the same network twice", "Return a new one each time");
        }

        return new OneByOne(this, modules);
    }

    private static Tensor Call(nn.Module<Tensor, Tensor> module, Tensor inputs) => TorchError.At(Place, Remedy, () => module.call(inputs));

    // Linear layers and functions of single elements, for all policies at once.
    private sealed class Stacked : PolicySet
    {
        private readonly PolicyArchitecture _architecture;
        private readonly (int Weight, int Bias, nn.Module<Tensor, Tensor> Module)[] _steps;

        public Stacked(PolicyArchitecture architecture, int count)
        {
            _architecture = architecture;
            ModuleParameters parameters = architecture.Parameters;
            Tensor[] ofTemplate = parameters.Of(architecture._template);
            _steps = [.. architecture._layers!.Select(layer => layer is Linear linear ? (Index(linear.weight!), linear.bias is { } bias ? Index(bias) : -1, layer) : (-1, -1, layer))];
            Leaves = [.. Enumerable.Range(0, parameters.Tensors).Select(i => zeros([count, .. parameters.Shape(i)], architecture.Type, architecture.Device, requires_grad: true).DetachFromDisposeScope())];

            int Index(Tensor parameter) => Array.FindIndex(ofTemplate, tensor => tensor.Handle == parameter.Handle);
        }

        public override Tensor[] Leaves { get; }

        public override void Set(Tensor flat)
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable quiet = no_grad();
            foreach ((Tensor leaf, Tensor value) in Leaves.Zip(Split(flat)))
            {
                leaf.copy_(value);
            }
        }

        public override Tensor Forward(Tensor inputs, int[]? which = null)
        {
            Tensor? index = which is null ? null : tensor(Array.ConvertAll(which, i => (long)i), device: _architecture.Device);
            Tensor h = inputs;
            foreach ((int weight, int bias, nn.Module<Tensor, Tensor> module) in _steps)
            {
                h = weight < 0 ? module.call(h)
                    : bias < 0 ? h.bmm(Parameter(weight).transpose(1, 2))
                    : h.baddbmm(Parameter(weight).transpose(1, 2), Parameter(bias).unsqueeze(1)); // h W + b, in this order of arguments
            }

            return PolicyModule.Limited(h, _architecture.ActionLimit);

            Tensor Parameter(int i) => index is null ? Leaves[i] : Leaves[i].index_select(0, index);
        }

        public override Tensor Flatten(Tensor[] ofLeaves) => ModuleParameters.Flatten(ofLeaves, batch: true);

        public override Tensor[] Split(Tensor flat) => _architecture.Parameters.Split(flat);

        public override void Dispose() => Array.ForEach(Leaves, leaf => leaf.Dispose());
    }

    // A module for each policy.
    private sealed class OneByOne : PolicySet
    {
        private readonly PolicyArchitecture _architecture;
        private readonly nn.Module<Tensor, Tensor>[] _modules;
        private readonly Tensor[][] _parameters; // [policies][parameters]

        public OneByOne(PolicyArchitecture architecture, nn.Module<Tensor, Tensor>[] modules)
        {
            (_architecture, _modules) = (architecture, modules);
            _parameters = Array.ConvertAll(modules, architecture.Parameters.Of);
            Leaves = [.. _parameters.SelectMany(parameters => parameters)];
        }

        public override Tensor[] Leaves { get; }

        public override void Set(Tensor flat)
        {
            for (int b = 0; b < _modules.Length; b++)
            {
                using Tensor row = flat[b];
                _architecture.Parameters.Assign(_modules[b], row);
            }
        }

        public override Tensor Forward(Tensor inputs, int[]? which = null)
        {
            int[] policies = which ?? [.. Enumerable.Range(0, _modules.Length)];
            long rows = inputs.shape[1];
            Tensor h = stack([.. policies.Select((b, i) => TensorCheck.Result(Call(_modules[b], inputs[i]), [rows, _architecture.ActionSize], _architecture.Type, Place))], 0);
            return PolicyModule.Limited(h, _architecture.ActionLimit);
        }

        public override Tensor Flatten(Tensor[] ofLeaves) =>
            stack([.. ofLeaves.Chunk(_architecture.Parameters.Tensors).Select(ofPolicy => ModuleParameters.Flatten(ofPolicy, batch: false))], 0);

        public override Tensor[] Split(Tensor flat) => [.. Enumerable.Range(0, _modules.Length).SelectMany(b => _architecture.Parameters.Split(flat[b]))];

        public override void Dispose() => Array.ForEach(_modules, TorchNetworks.Free);
    }
}
