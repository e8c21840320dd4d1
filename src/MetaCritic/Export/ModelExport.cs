using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Models;

namespace MetaCritic.Export;

/// <summary>
/// A policy, critic or learned dynamics for use without this library: as an ONNX model, a C header or a JSON document. Scaling is part of
/// it, so that raw states go in and actions come out. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// All three formats compute in single precision what <see cref="PolicyModel.Act"/>, <see cref="CriticModel.Score(ReadOnlySpan{double}, ReadOnlySpan{double}, ReadOnlySpan{double})"/>
/// and <see cref="LearnedDynamics.Step"/> compute, with the same result up to rounding. The same model always gives the same bytes.
/// </remarks>
public sealed class ModelExport
{
    private const string Remedy = "Give a policy, a critic or learned dynamics";

    private readonly IExportedModel _model;

    private ModelExport(IExportedModel model, string productVersion) => (_model, ProductVersion) = (model, productVersion);

    /// <summary>What it is: policy, critic or dynamics.</summary>
    public string Kind => _model.Kind;

    /// <summary>What goes in, in order.</summary>
    public IReadOnlyList<ExportedValue> Inputs => _model.Graph.Inputs;

    /// <summary>What comes out, in order.</summary>
    public IReadOnlyList<ExportedValue> Outputs => _model.Graph.Outputs;

    /// <summary>Version of the product that made the model.</summary>
    internal string ProductVersion { get; }

    /// <summary>Of a policy: state in, action out, and torque on request.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="options">What is known of the robot; null for nothing.</param>
    /// <exception cref="InvalidInputException">The policy is not consistent, or the options do not go with it.</exception>
    public static ModelExport Of(PolicyModel policy, ExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        options ??= new();
        policy.Validate();
        CheckRobot(options, policy.StateSize, policy.ActionSize, policy.PositionSize, "policy");
        if (options.Torques && (options.Robot is null || options.Dynamics is null))
        {
            throw new InvalidInputException("options.torques", "a policy by itself does not say what torque an action is", "Give the robot and how it is stepped, or the critic that the policy was fitted with");
        }

        options.Dynamics?.Validate(policy.ActionSize);
        return new(new PolicyExport(policy, options), policy.ProductVersion);
    }

    /// <summary>Of a critic: state, action and goal in, score out.</summary>
    /// <param name="critic">The critic.</param>
    /// <exception cref="InvalidInputException">The critic is not consistent.</exception>
    public static ModelExport Of(CriticModel critic)
    {
        ArgumentNullException.ThrowIfNull(critic);
        critic.Validate();
        return new(new CriticExport(critic), critic.ProductVersion);
    }

    /// <summary>Of learned dynamics: state and action in, next state out.</summary>
    /// <param name="dynamics">The dynamics.</param>
    /// <param name="options">The robot, if it is known; null for nothing. If they correct a robot, its own step is part of the export, and no other robot may be given.</param>
    /// <exception cref="InvalidInputException">They correct something else than a robot, or the options do not go with them.</exception>
    public static ModelExport Of(LearnedDynamics dynamics, ExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(dynamics);
        options ??= new();
        if (dynamics.Prior is not null and not RigidBodyDynamics { IsOfOneRobot: true })
        {
            throw new InvalidInputException("The learned dynamics", "their prior is custom code or differs between roll-outs, which an export cannot hold", "Give one robot's RigidBodyDynamics as the prior, or none");
        }

        if (options.Torques)
        {
            throw new InvalidInputException("options.torques", "dynamics give no torques", "Leave it out");
        }

        if (options.Robot is not null && dynamics.PriorRobot is { } corrected)
        {
            throw new InvalidInputException("options.robot", $"the dynamics correct \"{corrected.Name}\" as it was when they were learned, and are exported with it", "Leave it out");
        }

        CheckRobot(options, dynamics.StateSize, dynamics.ActionSize, dynamics.PositionSize, "learned dynamics");
        return new(new DynamicsExport(dynamics, options), ProductInfo.Version);
    }

    /// <summary>Of a policy, critic or learned dynamics in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What is known of the robot; null for nothing. A critic has its own.</param>
    /// <exception cref="InvalidInputException">It is missing, damaged or holds something else, or the options do not go with it.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static ModelExport Load(string path, ExportOptions? options = null)
    {
        options ??= new();
        TensorFileKind kind = TensorFile.KindOf(path, Remedy);
        if (options.LearnedDynamics && kind != TensorFileKind.Critic)
        {
            throw new InvalidInputException(path, $"learned dynamics of a critic are asked for, but it holds a {HeaderReader.NameOf(kind)}", "Leave that out");
        }

        return kind switch
        {
            TensorFileKind.Policy when PolicyModel.Load(path) is var policy => InvalidInputException.At(path, () => Of(policy, options)),
            TensorFileKind.Dynamics when LearnedDynamics.Load(path) is var dynamics => InvalidInputException.At(path, () => Of(dynamics, options)),
            TensorFileKind.Critic when CriticModel.Load(path) is var critic => InvalidInputException.At(path, () => OfCritic(critic, options)),
            _ => throw new InvalidInputException(path, $"it holds a {HeaderReader.NameOf(kind)}", Remedy),
        };
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced. The names in a C header begin with its name.</param>
    /// <param name="format">The format.</param>
    /// <exception cref="InvalidInputException">The path cannot be written to.</exception>
    /// <exception cref="MetaCriticException">Writing failed, for example because the disk is full.</exception>
    public void Save(string path, ExportFormat format)
    {
        ArgumentNullException.ThrowIfNull(path);
        AtomicFile.Write(path, stream => Save(stream, format, Path.GetFileNameWithoutExtension(path)));
    }

    /// <summary>Writes to a stream, which stays open.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="format">The format.</param>
    /// <param name="name">What names in a C header begin with, made an identifier of C; null for the kind of model.</param>
    /// <exception cref="InvalidInputException">The format is none.</exception>
    public void Save(Stream stream, ExportFormat format, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        IReadOnlyList<ExportedFact> facts = [new("product", $"{ProductInfo.Name} {ProductInfo.Version}"), new("model_version", ProductVersion), new("kind", Kind), .. _model.Facts()];
        switch (format)
        {
            case ExportFormat.Onnx:
                OnnxWriter.Write(stream, _model, facts);
                break;
            case ExportFormat.C:
                CWriter.Write(stream, _model, facts, name ?? Kind);
                break;
            case ExportFormat.Json:
                JsonExportWriter.Write(stream, _model, facts);
                break;
            default:
                throw new InvalidInputException("format", $"value is {format}", "Give Onnx, C or Json");
        }
    }

    /// <summary>The outputs by the model itself, in double precision where it has that: what an export can be checked against.</summary>
    /// <param name="inputs">The inputs, in their order.</param>
    /// <returns>The outputs, in their order.</returns>
    /// <exception cref="ArgumentException">There are too many or too few inputs, or one has another size.</exception>
    public IReadOnlyList<double[]> Evaluate(IReadOnlyList<double[]> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != Inputs.Count || inputs.Zip(Inputs, (given, wanted) => given is null || given.Length != wanted.Size).Any(wrong => wrong))
        {
            throw new ArgumentException($"{string.Join(", ", Inputs.Select(input => FormattableString.Invariant($"{input.Name} [{input.Size}]")))} must be given.", nameof(inputs));
        }

        return _model.Evaluate(inputs);
    }

    private static ModelExport OfCritic(CriticModel critic, ExportOptions options) => (options.LearnedDynamics, critic.LearnedDynamics) switch
    {
        (true, null) => throw new InvalidInputException("its learned dynamics", "it was trained on a robot, and has none", "Give a critic that was trained on learned dynamics"),
        (true, { } learned) => Of(learned, options),
        _ when options.Torques => throw new InvalidInputException("options.torques", "a critic gives no torques", "Give a policy, or leave it out"),
        _ when options.Robot is not null => throw new InvalidInputException("options.robot", "a critic has its own", "Leave it out"),
        _ => Of(critic),
    };

    private static void CheckRobot(ExportOptions options, int stateSize, int actionSize, int positionSize, string what)
    {
        if (options.Robot is { } robot && (robot.DegreesOfFreedom != positionSize || robot.DegreesOfFreedom != actionSize || stateSize != 2 * positionSize))
        {
            throw new InvalidInputException(
                "options.robot",
                FormattableString.Invariant($"\"{robot.Name}\" has {robot.DegreesOfFreedom} joints, but the {what} {(what == "policy" ? "has" : "have")} {stateSize} state and {actionSize} action components"),
                "Give the robot that it is for");
        }
    }
}
