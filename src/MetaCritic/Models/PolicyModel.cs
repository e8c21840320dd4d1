using System.Globalization;
using MetaCritic.Files;
using MetaCritic.Networks;

namespace MetaCritic.Models;

/// <summary>A fitted policy π_θ(s) = a. Immutable and safe to share between threads.</summary>
/// <remarks>The network's input is the state with positions and velocities scaled; its output is the action.</remarks>
public sealed partial class PolicyModel
{
    private ReadOnlyMemory<float> _parameters;
    private IReadOnlyList<double> _goal = null!;

    /// <summary>Shape of the network; its input is the state, its output the action.</summary>
    public required MlpShape Network { get; init; }

    /// <summary>Parameters θ of the network, layout of <see cref="MlpShape"/>.</summary>
    public required ReadOnlyMemory<float> Parameters
    {
        get => _parameters;
        init => _parameters = value.ToArray();
    }

    /// <summary>Leading components of a state that are positions.</summary>
    public required int PositionSize { get; init; }

    /// <summary>Factor on positions at the input.</summary>
    public required double PositionScale { get; init; }

    /// <summary>Factor on velocities at the input.</summary>
    public required double VelocityScale { get; init; }

    /// <summary>Largest action L: a = L·tanh(z), the network's output times L; 0 for a = z without a limit.</summary>
    public double ActionLimit { get; init; }

    /// <summary>The goal it was fitted for, [PositionSize]; rad or m.</summary>
    public required IReadOnlyList<double> Goal
    {
        get => _goal;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _goal = [.. value];
        }
    }

    /// <summary>Version of the product that fitted it.</summary>
    public required string ProductVersion { get; init; }

    /// <summary>Its goal and sizes: <c>policy for the goal [0.5, -0.2]: 4 state → 2 action components, 642 parameters</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"policy for the goal [{string.Join(", ", Goal.Select(x => x.ToString("G4", CultureInfo.InvariantCulture)))}]: {StateSize} state → {ActionSize} action components, {Parameters.Length:N0} parameters");

    /// <summary>Checks that everything fits together and that all numbers are finite; <see cref="Save(string)"/> and <see cref="Load(string)"/> do so too.</summary>
    /// <exception cref="InvalidInputException">Something does not fit.</exception>
    public void Validate() => Validate("policy");

    /// <summary>Writes the policy to a file, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="InvalidInputException">The policy is not consistent, or the path cannot be written to.</exception>
    /// <exception cref="MetaCriticException">Writing failed, for example because the disk is full.</exception>
    public void Save(string path) => ToFile().Save(path);

    /// <summary>Writes the policy to a stream, which stays open.</summary>
    /// <param name="stream">Where to.</param>
    /// <exception cref="InvalidInputException">The policy is not consistent.</exception>
    public void Save(Stream stream) => ToFile().Save(stream);

    /// <summary>Reads a policy.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is missing, damaged, no policy, or newer than this version.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static PolicyModel Load(string path) => FromFile(TensorFile.Load(path, TensorFileKind.Policy), path);

    /// <summary>Reads a policy from the rest of a stream, which stays open; nothing may follow it.</summary>
    /// <param name="stream">Where from.</param>
    /// <param name="sourceName">What errors call it.</param>
    /// <exception cref="InvalidInputException">It is damaged, no policy, or newer than this version.</exception>
    /// <exception cref="MetaCriticException">The stream failed.</exception>
    public static PolicyModel Load(Stream stream, string sourceName = "policy") =>
        FromFile(TensorFile.Load(stream, TensorFileKind.Policy, sourceName), sourceName);

    /// <summary>A policy as training or fitting leaves it.</summary>
    /// <param name="inputs">Its network, and what that sees.</param>
    /// <param name="parameters">θ, layout of its network.</param>
    /// <param name="goal">The goal it is for.</param>
    internal static PolicyModel Of(NetworkInputs inputs, float[] parameters, IReadOnlyList<double> goal) => new()
    {
        Network = inputs.Policy.Shape,
        Parameters = parameters,
        PositionSize = inputs.PositionSize,
        PositionScale = inputs.PositionScale,
        VelocityScale = inputs.VelocityScale,
        ActionLimit = inputs.ActionLimit,
        Goal = goal,
        ProductVersion = ProductInfo.Version,
    };

    private TensorFile ToFile()
    {
        Validate();
        TensorFile file = new(TensorFileKind.Policy, writer =>
        {
            writer.WriteString("product", ProductInfo.Name);
            writer.WriteString("productVersion", ProductVersion);
            NetworkData.WriteShape(writer, Network);
            writer.WriteNumber("positionSize", PositionSize);
            writer.WriteNumber("positionScale", PositionScale);
            writer.WriteNumber("velocityScale", VelocityScale);
            writer.WriteNumber("actionLimit", ActionLimit);
        });
        NetworkData.AddParameters(file, Parameters);
        file.Add<double>("goal", Goal.ToArray());
        return file;
    }

    internal static PolicyModel FromFile(TensorFile file, string source)
    {
        PolicyModel model = file.Interpret(header =>
        {
            header.RequireProduct();
            MlpShape network = NetworkData.ReadShape(header);
            return new PolicyModel
            {
                ProductVersion = header.Text("productVersion"),
                Network = network,
                Parameters = NetworkData.GetParameters(file, network),
                PositionSize = header.Integer("positionSize", 1),
                PositionScale = header.Number("positionScale"),
                VelocityScale = header.Number("velocityScale"),
                ActionLimit = header.Version >= 7 ? header.Number("actionLimit") : 0,
                Goal = file.Get<double>("goal"),
            };
        });
        model.Validate(source);
        return model;
    }

    private void Validate(string place)
    {
        void Require(bool good, string found) => Consistency.Require(good, place, found);

        Require(
            PositionSize >= 1 && PositionSize <= Network.InputSize,
            FormattableString.Invariant($"{PositionSize} positions do not go with a network of {Network.InputSize} inputs"));
        NetworkData.Validate(place, Network, Parameters.Span);
        Require(
            PositionScale > 0 && double.IsFinite(PositionScale) && VelocityScale > 0 && double.IsFinite(VelocityScale),
            FormattableString.Invariant($"the input scales {PositionScale} and {VelocityScale} are not finite numbers above 0"));
        Require(
            ActionLimit >= 0 && double.IsFinite(ActionLimit) && (ActionLimit == 0 || Network.Output == Activation.Tanh),
            FormattableString.Invariant($"a largest action of {ActionLimit} does not go with a network whose output is {HeaderReader.NameOf(Network.Output)}"));
        Require(
            Goal.Count == PositionSize && Goal.All(double.IsFinite),
            FormattableString.Invariant($"the goal is not {PositionSize} finite numbers"));
        Require(ProductVersion is { Length: >= 1 and <= 1000 }, "the product version is missing");
    }
}
