using System.Globalization;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Models;

/// <summary>A meta-trained critic M_φ(s, a, g) with everything needed to use it. Immutable and safe to share between threads.</summary>
/// <remarks>
/// The file is a container of our own (docs/file-format.md): the same critic always gives the same bytes. Parameters
/// and goals are copied when they are given, so that later changes of the caller's arrays have no effect.
/// </remarks>
public sealed partial class CriticModel
{
    private ReadOnlyMemory<float> _parameters;
    private TrainingGoals _goals = null!;
    private IReadOnlyList<ValidationPoint> _learningCurve = [];

    /// <summary>Shape of the network; one output, the cost.</summary>
    public required MlpShape Network { get; init; }

    /// <summary>Parameters φ of the network, layout of <see cref="MlpShape"/>.</summary>
    public required ReadOnlyMemory<float> Parameters
    {
        get => _parameters;
        init => _parameters = value.ToArray();
    }

    /// <summary>Number of components of a state.</summary>
    public required int StateSize { get; init; }

    /// <summary>Number of components of an action.</summary>
    public required int ActionSize { get; init; }

    /// <summary>Leading components of a state that are positions; the size of a goal.</summary>
    public required int PositionSize { get; init; }

    /// <summary>Number of components of a goal: <see cref="PositionSize"/>.</summary>
    public int GoalSize => PositionSize;

    /// <summary>The robot it was trained on; null for a user's own dynamics.</summary>
    public RobotModel? Robot { get; init; }

    /// <summary>Dynamics options; null for a user's own dynamics.</summary>
    public RigidBodyOptions? Dynamics { get; init; }

    /// <summary>The learned dynamics it was trained on; null if it was not, or if they have a prior that no file can hold.</summary>
    public LearnedDynamics? LearnedDynamics { get; init; }

    /// <summary>Options of the training (includes input scaling, critic input, horizon, seed, shape of the policies).</summary>
    public required MetaTrainingOptions Training { get; init; }

    /// <summary>Settings of policy fitting that go with the critic, taken where none are given; null for none. Threads and block size are not saved.</summary>
    public PolicyLearnerOptions? Fitting { get; init; }

    /// <summary>The goals it was trained on.</summary>
    public required TrainingGoals Goals
    {
        get => _goals;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _goals = value.Copy();
        }
    }

    /// <summary>Meta-iterations done.</summary>
    public required int Iterations { get; init; }

    /// <summary>Mean task loss of the last up to 50 meta-iterations; NaN before the first.</summary>
    public required double TaskLoss { get; init; }

    /// <summary>Mean final-state error of the last up to 50 meta-iterations, rad² or m²; NaN before the first.</summary>
    public required double FinalError { get; init; }

    /// <summary>How good the critic was on held-out goals as it was trained, in the order of the meta-iterations; none if the training had no such goals.</summary>
    public IReadOnlyList<ValidationPoint> LearningCurve
    {
        get => _learningCurve;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _learningCurve = [.. value];
        }
    }

    /// <summary>Version of the product that trained it.</summary>
    public required string ProductVersion { get; init; }

    /// <summary>Shape of the policies that are fitted with it: their input is the state, their output the action, or, with a largest action, its part of that.</summary>
    public MlpShape PolicyNetwork => Inputs.Policy.Shape;

    /// <summary>A policy like those that are fitted with it.</summary>
    /// <param name="parameters">Its parameters θ, layout of <see cref="PolicyNetwork"/>.</param>
    /// <param name="goal">The goal it is for, [PositionSize]; rad or m.</param>
    /// <exception cref="InvalidInputException">There are too many or too few of one, or one is not finite.</exception>
    public PolicyModel CreatePolicy(ReadOnlySpan<float> parameters, IReadOnlyList<double> goal)
    {
        PolicyModel policy = PolicyModel.Of(Inputs, parameters.ToArray(), goal);
        policy.Validate();
        return policy;
    }

    /// <summary>What it was trained on and how far: <c>critic for two-link: 500 meta-iterations on 4 goals, error 0.012, 42,001 parameters</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"critic for {Robot?.Name ?? (LearnedDynamics is null ? "the user's own dynamics" : "learned dynamics")}: {Counted.Text(Iterations, "meta-iteration")} on {Counted.Text(Goals.Goals.Count, "goal")}, error {FinalError:G3}, {Parameters.Length:N0} parameters");

    /// <summary>Checks that everything fits together and that all numbers are finite; <see cref="Save(string)"/> and <see cref="Load(string)"/> do so too.</summary>
    /// <exception cref="InvalidInputException">Something does not fit.</exception>
    public void Validate() => Validate("critic");

    /// <summary>Writes the critic to a file, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="InvalidInputException">The critic is not consistent, or the path cannot be written to.</exception>
    /// <exception cref="MetaCriticException">Writing failed, for example because the disk is full.</exception>
    public void Save(string path) => ToFile().Save(path);

    /// <summary>Writes the critic to a stream, which stays open.</summary>
    /// <param name="stream">Where to.</param>
    /// <exception cref="InvalidInputException">The critic is not consistent.</exception>
    public void Save(Stream stream) => ToFile().Save(stream);

    /// <summary>Reads a critic.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is missing, damaged, no critic, or newer than this version.</exception>
    /// <exception cref="MetaCriticException">The disk failed.</exception>
    public static CriticModel Load(string path) => FromFile(TensorFile.Load(path, TensorFileKind.Critic), path);

    /// <summary>Reads a critic from the rest of a stream, which stays open; nothing may follow it.</summary>
    /// <param name="stream">Where from.</param>
    /// <param name="sourceName">What errors call it.</param>
    /// <exception cref="InvalidInputException">It is damaged, no critic, or newer than this version.</exception>
    /// <exception cref="MetaCriticException">The stream failed.</exception>
    public static CriticModel Load(Stream stream, string sourceName = "critic") =>
        FromFile(TensorFile.Load(stream, TensorFileKind.Critic, sourceName), sourceName);

    private TensorFile ToFile()
    {
        Validate();
        TensorFile file = new(TensorFileKind.Critic, writer =>
        {
            writer.WriteString("product", ProductInfo.Name);
            writer.WriteString("productVersion", ProductVersion);
            NetworkData.WriteShape(writer, Network);
            writer.WriteNumber("iterations", Iterations);
            new SystemHeader(StateSize, ActionSize, PositionSize, Training, Dynamics, Robot).Write(writer);
            Goals.WriteNames(writer);
            WriteFitting(writer);
            (LearnedDynamics?.Parts).WriteTo(writer);
        });
        NetworkData.AddParameters(file, Parameters);
        file.Add<double>("metrics", [TaskLoss, FinalError]);
        Goals.AddTo(file);
        LearningCurve.AddTo(file);
        LearnedDynamics?.Parts.AddTo(file);
        return file;
    }

    internal static CriticModel FromFile(TensorFile file, string source)
    {
        CriticModel model = file.Interpret(header =>
        {
            header.RequireProduct();
            MlpShape network = NetworkData.ReadShape(header);
            SystemHeader system = SystemHeader.Read(header);
            double[] metrics = file.Get<double>("metrics", 2);
            TrainingGoals goals = TrainingGoalsData.GetFrom(file, header, system.StateSize, system.PositionSize);
            return Of(
                system,
                goals,
                network,
                NetworkData.GetParameters(file, network),
                header.Integer("iterations"),
                metrics[0],
                metrics[1],
                LearnedDynamicsData.GetFrom(file, header),
                header.Text("productVersion"),
                ReadFitting(header),
                LearningCurveData.GetFrom(file, system.Training.Iterations, header.Source));
        });
        model.Validate(source);
        return model;
    }

    /// <summary>A critic as a training leaves it, or as a file holds it.</summary>
    /// <param name="system">The system and how the critic was trained on it.</param>
    /// <param name="goals">The goals it was trained on.</param>
    /// <param name="network">Shape of the network.</param>
    /// <param name="parameters">φ, layout of <paramref name="network"/>.</param>
    /// <param name="iterations">Iterations done.</param>
    /// <param name="taskLoss">See <see cref="TaskLoss"/>; NaN where there is none.</param>
    /// <param name="finalError">See <see cref="FinalError"/>; NaN where it was not measured.</param>
    /// <param name="learned">Learned dynamics to keep with the critic; null without.</param>
    /// <param name="productVersion">Version of the product that trained it; null for this one.</param>
    /// <param name="fitting">See <see cref="Fitting"/>.</param>
    /// <param name="learningCurve">See <see cref="LearningCurve"/>; null for none.</param>
    internal static CriticModel Of(
        SystemHeader system,
        TrainingGoals goals,
        MlpShape network,
        float[] parameters,
        int iterations,
        double taskLoss,
        double finalError,
        LearnedDynamics? learned = null,
        string? productVersion = null,
        PolicyLearnerOptions? fitting = null,
        IReadOnlyList<ValidationPoint>? learningCurve = null) => new()
        {
            Network = network,
            Parameters = parameters,
            StateSize = system.StateSize,
            ActionSize = system.ActionSize,
            PositionSize = system.PositionSize,
            Robot = system.Robot,
            Dynamics = system.Dynamics,
            LearnedDynamics = learned,
            Training = system.Training,
            Fitting = fitting,
            LearningCurve = learningCurve ?? [],
            Goals = goals,
            Iterations = iterations,
            TaskLoss = taskLoss,
            FinalError = finalError,
            ProductVersion = productVersion ?? ProductInfo.Version,
        };

    /// <summary>Writes the header's member for the settings of fitting.</summary>
    internal void WriteFitting(System.Text.Json.Utf8JsonWriter writer)
    {
        writer.WritePropertyName("fitting");
        if (Fitting is null)
        {
            writer.WriteNullValue();
            return;
        }

        PolicyLearnerOptions defaults = new();
        OptionsJson.Write(writer, Fitting with { Threads = defaults.Threads, BlockSize = defaults.BlockSize });
    }

    /// <summary>Reads what <see cref="WriteFitting"/> wrote. Before format version 5 there were none.</summary>
    internal static PolicyLearnerOptions? ReadFitting(HeaderReader header) =>
        header.Version < 5 || header.Object("fitting") is null ? null : OptionsJson.ReadFitting(header.Element("fitting"), header.Source);

    private void Validate(string place)
    {
        void Require(bool good, string found) => Consistency.Require(good, place, found);

        ValidateSystem(place);
        long inputs = Training.CriticInput == CriticInput.Relative ? (long)StateSize + ActionSize : (long)StateSize + ActionSize + PositionSize;
        Require(
            inputs == Network.InputSize && Network.OutputSize == 1,
            Say($"the network has {Network.InputSize} inputs and {Network.OutputSize} outputs where {inputs} and 1 belong ({HeaderReader.NameOf(Training.CriticInput)} input)"));
        Require(
            Network.Sizes.Skip(1).SkipLast(1).SequenceEqual(Training.CriticHidden) && Network.Hidden == Training.CriticActivation && Network.Output == Training.CriticHead,
            $"the network {Network} is not the one that the training options describe");
        NetworkData.Validate(place, Network, Parameters.Span);
    }

    /// <summary>Checks all but the network.</summary>
    /// <exception cref="InvalidInputException">Something does not fit.</exception>
    internal void ValidateSystem(string place)
    {
        void Require(bool good, string found) => Consistency.Require(good, place, found);

        Require(StateSize >= 1 && ActionSize >= 1 && PositionSize >= 1 && PositionSize <= StateSize, Say($"a state of {StateSize} with {PositionSize} positions and an action of {ActionSize} make no system"));
        InvalidInputException.At(place, Training.Validate);
        InvalidInputException.At(place, () => Fitting?.Validate());
        Require(Robot is null == Dynamics is null, "there is a robot without dynamics options, or the other way round");
        if (Robot is not null)
        {
            int n = Robot.DegreesOfFreedom;
            Require(
                StateSize == 2L * n && ActionSize == n && PositionSize == n,
                Say($"the robot \"{Robot.Name}\" has {n} joints, which does not go with a state of {StateSize} and an action of {ActionSize}"));
            InvalidInputException.At(place, () => Dynamics!.Validate(n));
        }

        if (LearnedDynamics is { } learned)
        {
            Require(Robot is null, "there are both a robot and learned dynamics");
            Require(learned.CanSave, "the learned dynamics have a prior that no file can hold");
            Require(
                learned.StateSize == StateSize && learned.ActionSize == ActionSize && learned.PositionSize == PositionSize,
                Say($"the learned dynamics have {learned.StateSize} state, {learned.ActionSize} action and {learned.PositionSize} position components"));
        }

        Goals.Validate(place, StateSize, PositionSize);
        Require(Robot is not null || (Goals.ParameterNames.Count == 0 && Training.DynamicsSpread.Count == 0), "parameters of a robot vary, but there is no robot");
        Require(Iterations >= 0 && Iterations <= Training.Iterations, Say($"{Iterations} of {Training.Iterations} meta-iterations are done"));
        Require(ProductVersion is { Length: >= 1 and <= 1000 }, "the product version is missing");
    }

    private static string Say(FormattableString text) => FormattableString.Invariant(text);
}
