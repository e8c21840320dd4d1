using System.Globalization;
using System.Runtime.InteropServices;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.ML.TorchSharp.Native;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace MetaCritic.ML.TorchSharp;

/// <summary>A meta-trained critic M_φ(s, a, g) whose network is a torch module, with everything needed to use it. Do not change the module while it is in use.</summary>
public sealed class TorchCriticModel : IDisposable
{
    private const string Place = "The critic's network";

    /// <summary>A critic around a module.</summary>
    /// <param name="module">The module; it becomes the critic's.</param>
    /// <param name="system">All but the network, which is a placeholder here.</param>
    internal TorchCriticModel(CriticModule module, CriticModel system) => (Module, System) = (module, system);

    /// <summary>The critic as a module of states, actions and goals.</summary>
    public CriticModule Module { get; }

    /// <summary>Components of a state.</summary>
    public int StateSize => System.StateSize;

    /// <summary>Components of an action.</summary>
    public int ActionSize => System.ActionSize;

    /// <summary>Leading components of a state that are positions; the size of a goal.</summary>
    public int PositionSize => System.PositionSize;

    /// <summary>The robot it was trained on; null for dynamics of the user's own.</summary>
    public RobotModel? Robot => System.Robot;

    /// <summary>Dynamics options; null for dynamics of the user's own.</summary>
    public RigidBodyOptions? Dynamics => System.Dynamics;

    /// <summary>Options of the training.</summary>
    public MetaTrainingOptions Training => System.Training;

    /// <summary>Settings of policy fitting that go with the critic; null for none.</summary>
    public PolicyLearnerOptions? Fitting => System.Fitting;

    /// <summary>The goals it was trained on.</summary>
    public TrainingGoals Goals => System.Goals;

    /// <summary>Meta-iterations done.</summary>
    public int Iterations => System.Iterations;

    /// <summary>Mean task loss of the last up to 50 meta-iterations; NaN before the first.</summary>
    public double TaskLoss => System.TaskLoss;

    /// <summary>Mean final-state error of the last up to 50 meta-iterations, rad² or m²; NaN before the first.</summary>
    public double FinalError => System.FinalError;

    /// <summary>How good the critic was on held-out goals as it was trained.</summary>
    public IReadOnlyList<ValidationPoint> LearningCurve => System.LearningCurve;

    /// <summary>Version of the product that trained it.</summary>
    public string ProductVersion => System.ProductVersion;

    /// <summary>Whether the engine can run its network: see <see cref="ToCriticModel"/>.</summary>
    public bool IsMlp => TorchMlp.TryRead(Module.Network, out _, out _);

    /// <summary>All but the network.</summary>
    internal CriticModel System { get; }

    /// <summary>A critic of the engine, with the same numbers.</summary>
    /// <param name="critic">The critic.</param>
    /// <exception cref="InvalidInputException">Torch cannot be loaded, or the critic is not consistent.</exception>
    public static TorchCriticModel From(CriticModel critic)
    {
        ArgumentNullException.ThrowIfNull(critic);
        critic.Validate();
        CriticModule module = new(TorchMlp.Create(critic.Network, critic.Parameters.Span), critic.StateSize, critic.ActionSize, critic.PositionSize, critic.Training);
        module.eval();
        return new(module, critic);
    }

    /// <summary>The same critic for the engine, the tool and the ML.NET layer, in single precision.</summary>
    /// <exception cref="InvalidInputException">Its network is no multi-layer perceptron of the engine, or a parameter is not finite.</exception>
    public CriticModel ToCriticModel()
    {
        if (!TorchMlp.TryRead(Module.Network, out MlpShape? shape, out float[] parameters))
        {
            throw new InvalidInputException(Place, "it is no Sequential of linear layers and one of the engine's activations", $"Keep it as a module: {nameof(TorchCriticModel)}.{nameof(Save)}");
        }

        MetaTrainingOptions training = Training with { CriticHidden = [.. shape.Sizes.Skip(1).SkipLast(1)], CriticActivation = shape.LayerCount > 1 ? shape.Hidden : Training.CriticActivation, CriticHead = shape.Output };
        if (shape.LayerCount == 1)
        {
            shape = new(shape.Sizes, training.CriticActivation, shape.Output);
        }

        CriticModel critic = CriticModel.Of(
            Header(training), Goals, shape, parameters, Iterations, TaskLoss, FinalError, System.LearnedDynamics, ProductVersion, Fitting, LearningCurve);
        critic.Validate();
        return critic;
    }

    /// <summary>The critic's values for rows, and on request its gradients with respect to their actions.</summary>
    /// <param name="states">States, [rows × StateSize], row after row.</param>
    /// <param name="actions">Actions, [rows × ActionSize].</param>
    /// <param name="goals">Goals, [rows × PositionSize].</param>
    /// <param name="scores">Receives the values, costs: lower is better, [rows].</param>
    /// <param name="actionGradients">Receives ∂M/∂a, [rows × ActionSize]; empty if not wanted.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="InvalidInputException">The network threw, or cannot be differentiated.</exception>
    public void Score(ReadOnlySpan<double> states, ReadOnlySpan<double> actions, ReadOnlySpan<double> goals, Span<float> scores, Span<double> actionGradients = default)
    {
        int rows = scores.Length;
        Sizes.Check(states.Length, checked(rows * StateSize), nameof(states));
        Sizes.Check(actions.Length, checked(rows * ActionSize), nameof(actions));
        Sizes.Check(goals.Length, checked(rows * PositionSize), nameof(goals));
        bool gradients = !actionGradients.IsEmpty;
        if (gradients)
        {
            Sizes.Check(actionGradients.Length, checked(rows * ActionSize), nameof(actionGradients));
        }

        if (rows == 0)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable mode = gradients ? enable_grad() : no_grad();
        Tensor a = tensor(actions.ToArray()).reshape(rows, ActionSize).requires_grad_(gradients);
        Tensor values = Module.Score(tensor(states.ToArray()).reshape(rows, StateSize), a, tensor(goals.ToArray()).reshape(rows, PositionSize));
        if (gradients)
        {
            Tensor gradient = TorchError.At(Place, "Correct the module: it must be differentiable", () => Autograd.Gradient([values.sum()], null, [a])[0]);
            MemoryMarshal.Cast<byte, double>(gradient.bytes).CopyTo(actionGradients);
        }

        MemoryMarshal.Cast<byte, float>(values.detach().to(ScalarType.Float32, CPU).contiguous().bytes).CopyTo(scores);
    }

    /// <summary>Writes the critic to a file, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="InvalidInputException">A tensor cannot be stored, or the path cannot be written to.</exception>
    /// <exception cref="MetaCriticException">Writing failed.</exception>
    public void Save(string path) => ToFile().Save(path);

    /// <summary>Writes the critic to a stream, which stays open.</summary>
    /// <param name="stream">Where to.</param>
    /// <exception cref="InvalidInputException">A tensor cannot be stored.</exception>
    public void Save(Stream stream) => ToFile().Save(stream);

    /// <summary>Reads a critic.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">Makes a network like the one that was saved, of its number of inputs; null for a multi-layer perceptron.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged, or of a network with other parameters.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static TorchCriticModel Load(string path, Func<int, nn.Module<Tensor, Tensor>>? network = null) => FromFile(TensorFile.Load(path, TensorFileKind.ModuleCritic), path, network);

    /// <summary>Reads a critic from the rest of a stream, which stays open; nothing may follow it.</summary>
    /// <param name="stream">Where from.</param>
    /// <param name="network">Makes a network like the one that was saved, of its number of inputs; null for a multi-layer perceptron.</param>
    /// <param name="sourceName">What errors call it.</param>
    /// <exception cref="InvalidInputException">It is damaged, or of a network with other parameters.</exception>
    /// <exception cref="MetaCriticException">The stream failed.</exception>
    public static TorchCriticModel Load(Stream stream, Func<int, nn.Module<Tensor, Tensor>>? network = null, string sourceName = "critic") =>
        FromFile(TensorFile.Load(stream, TensorFileKind.ModuleCritic, sourceName), sourceName, network);

    /// <summary>What it was trained on and how far.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"torch critic for {Robot?.Name ?? "the user's own dynamics"}: {Iterations} meta-iterations on {Goals.Goals.Count} goals, error {FinalError:G3}");

    /// <inheritdoc/>
    public void Dispose() => Module.Dispose();

    /// <summary>All that a critic is but for its network.</summary>
    internal static CriticModel Describe(
        SystemHeader system, TrainingGoals goals, int iterations, double taskLoss, double finalError, LearnedDynamics? learned, string? version, PolicyLearnerOptions? fitting, IReadOnlyList<ValidationPoint> curve) =>
        CriticModel.Of(system, goals, new([1, 1], Activation.Linear), [], iterations, taskLoss, finalError, learned, version, fitting, curve);

    private SystemHeader Header(MetaTrainingOptions training) => new(StateSize, ActionSize, PositionSize, training, Dynamics, Robot);

    private TensorFile ToFile()
    {
        TensorFile file = new(TensorFileKind.ModuleCritic, writer =>
        {
            writer.WriteString("product", ProductInfo.Name);
            writer.WriteString("productVersion", ProductVersion);
            writer.WriteString("precision", Module.Type.ToString().ToLowerInvariant());
            writer.WriteNumber("iterations", Iterations);
            Header(Training).Write(writer);
            Goals.WriteNames(writer);
            System.WriteFitting(writer);
            (System.LearnedDynamics?.Parts).WriteTo(writer);
        });
        file.Add<double>("metrics", [TaskLoss, FinalError]);
        Goals.AddTo(file);
        LearningCurve.AddTo(file);
        System.LearnedDynamics?.Parts.AddTo(file);
        TorchFile.Add(file, Module.Network, Place);
        return file;
    }

    private static TorchCriticModel FromFile(TensorFile file, string source, Func<int, nn.Module<Tensor, Tensor>>? network) => file.Interpret(header =>
    {
        header.RequireProduct();
        string version = header.Text("productVersion");
        TorchNetworks networks = new() { Critic = network, Precision = TorchFile.PrecisionOf(header) };
        networks.Validate();
        int iterations = header.Integer("iterations");
        SystemHeader system = SystemHeader.Read(header);
        double[] metrics = file.Get<double>("metrics", 2);
        TrainingGoals goals = TrainingGoalsData.GetFrom(file, header, system.StateSize, system.PositionSize);
        CriticModel described = Describe(
            system, goals, iterations, metrics[0], metrics[1], LearnedDynamicsData.GetFrom(file, header), version, CriticModel.ReadFitting(header), LearningCurveData.GetFrom(file, system.Training.Iterations, header.Source));
        described.ValidateSystem(source);
        CriticModule module = networks.CreateCritic(system.StateSize, system.ActionSize, system.PositionSize, system.Training);
        TorchFile.Get(file, module.Network, source);
        return new TorchCriticModel(module, described);
    });
}
