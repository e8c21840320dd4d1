using System.Globalization;
using MetaCritic.Files;
using MetaCritic.Models;
using MetaCritic.Networks;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace MetaCritic.ML.TorchSharp;

/// <summary>A fitted policy whose network is a torch module.</summary>
public sealed class TorchPolicyModel : IDisposable
{
    internal TorchPolicyModel(PolicyModule module, int actionSize, IReadOnlyList<double> goal, string? productVersion = null) =>
        (Module, ActionSize, Goal, ProductVersion) = (module, actionSize, [.. goal], productVersion ?? ProductInfo.Version);

    /// <summary>The policy, from states [rows × StateSize] to actions [rows × ActionSize].</summary>
    public PolicyModule Module { get; }

    /// <summary>Components of a state.</summary>
    public int StateSize => Module.StateSize;

    /// <summary>Components of an action.</summary>
    public int ActionSize { get; }

    /// <summary>The goal it was fitted for, [PositionSize]; rad or m.</summary>
    public IReadOnlyList<double> Goal { get; }

    /// <summary>Version of the product that fitted it.</summary>
    public string ProductVersion { get; }

    /// <summary>A policy of the engine, with the same numbers.</summary>
    /// <param name="policy">The policy.</param>
    /// <exception cref="InvalidInputException">Torch cannot be loaded, or the policy is not consistent.</exception>
    public static TorchPolicyModel From(PolicyModel policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        policy.Validate();
        MlpShape shape = policy.ActionLimit > 0 ? new(policy.Network.Sizes, policy.Network.Hidden) : policy.Network; // the module has the limit's tanh
        PolicyModule module = new(
            TorchMlp.Create(shape, policy.Parameters.Span), policy.StateSize, policy.PositionSize, policy.PositionScale, policy.VelocityScale, policy.ActionLimit);
        module.eval();
        return new(module, policy.ActionSize, policy.Goal, policy.ProductVersion);
    }

    /// <summary>The same policy for the engine, the tool and the ML.NET layer, in single precision.</summary>
    /// <exception cref="InvalidInputException">Its network is no multi-layer perceptron of the engine.</exception>
    public PolicyModel ToPolicyModel()
    {
        bool limited = Module.ActionLimit > 0;
        if (!TorchMlp.TryRead(Module.Network, out MlpShape? shape, out float[] parameters) || (limited && shape.Output != Activation.Linear))
        {
            throw new InvalidInputException(PolicyArchitecture.Place, "it is no Sequential of linear layers and one of the engine's activations", $"Keep it as a module: {nameof(TorchPolicyModel)}.{nameof(Save)}");
        }

        PolicyModel policy = new()
        {
            Network = limited ? new(shape.Sizes, shape.Hidden, Activation.Tanh) : shape,
            Parameters = parameters,
            PositionSize = Module.PositionSize,
            PositionScale = Module.PositionScale,
            VelocityScale = Module.VelocityScale,
            ActionLimit = Module.ActionLimit,
            Goal = Goal,
            ProductVersion = ProductVersion,
        };
        policy.Validate();
        return policy;
    }

    /// <summary>The action for a state.</summary>
    /// <param name="state">The state, [StateSize].</param>
    /// <param name="action">Receives the action, [ActionSize].</param>
    /// <exception cref="InvalidInputException">The network threw.</exception>
    public void Act(ReadOnlySpan<double> state, Span<double> action)
    {
        Dynamics.Sizes.Check(state.Length, StateSize, nameof(state));
        Dynamics.Sizes.Check(action.Length, ActionSize, nameof(action));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        Module.call(tensor(state.ToArray()).unsqueeze(0)).to(ScalarType.Float64, CPU).data<double>().ToArray().CopyTo(action);
    }

    /// <summary>Writes the policy to a file, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="InvalidInputException">A tensor cannot be stored, or the path cannot be written to.</exception>
    /// <exception cref="MetaCriticException">Writing failed.</exception>
    public void Save(string path)
    {
        TensorFile file = new(TensorFileKind.ModulePolicy, writer =>
        {
            writer.WriteString("product", ProductInfo.Name);
            writer.WriteString("productVersion", ProductVersion);
            writer.WriteString("precision", Module.Type.ToString().ToLowerInvariant());
            writer.WriteNumber("stateSize", StateSize);
            writer.WriteNumber("actionSize", ActionSize);
            writer.WriteNumber("positionSize", Module.PositionSize);
            writer.WriteNumber("positionScale", Module.PositionScale);
            writer.WriteNumber("velocityScale", Module.VelocityScale);
            writer.WriteNumber("actionLimit", Module.ActionLimit);
        });
        file.Add<double>("goal", Goal.ToArray());
        TorchFile.Add(file, Module.Network, PolicyArchitecture.Place);
        file.Save(path);
    }

    /// <summary>Reads a policy.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">Makes a network like the one that was saved: takes the components of a state and of an action.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged, or of a network with other parameters.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static TorchPolicyModel Load(string path, Func<int, int, nn.Module<Tensor, Tensor>> network)
    {
        ArgumentNullException.ThrowIfNull(network);
        TorchRuntime.Load();
        TensorFile file = TensorFile.Load(path, TensorFileKind.ModulePolicy);
        return file.Interpret(header =>
        {
            header.RequireProduct();
            int stateSize = header.Integer("stateSize", 1), actionSize = header.Integer("actionSize", 1), positionSize = header.Integer("positionSize", 1, stateSize);
            PolicyArchitecture architecture = new(() => network(stateSize, actionSize), stateSize, actionSize, TorchFile.PrecisionOf(header), CPU);
            nn.Module<Tensor, Tensor> made = architecture.Create();
            TorchFile.Get(file, made, path);
            PolicyModule module = new(made, stateSize, positionSize, header.Number("positionScale"), header.Number("velocityScale"), header.Version >= 7 ? header.Number("actionLimit") : 0);
            module.eval();
            return new TorchPolicyModel(module, actionSize, file.Get<double>("goal", positionSize), header.Text("productVersion"));
        });
    }

    /// <summary>Its goal and sizes.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"torch policy for the goal [{string.Join(", ", Goal.Select(x => x.ToString("G4", CultureInfo.InvariantCulture)))}]: {StateSize} state → {ActionSize} action components");

    /// <inheritdoc/>
    public void Dispose() => Module.Dispose();
}
