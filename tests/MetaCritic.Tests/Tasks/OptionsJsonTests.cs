using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaCritic.Dynamics;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Tasks;

[TestClass]
public sealed class OptionsJsonTests
{
    /// <summary>Each option at a value that is not its default.</summary>
    internal static readonly MetaTrainingOptions Changed = new()
    {
        Iterations = 3,
        Seed = 4,
        Threads = 5,
        Horizon = 6,
        InnerSteps = 7,
        DynamicsSpread = [new("arm2.mass", -0.1, 0.5)],
        StartSpread = 0.7,
        PolicyLearningRate = 0.1 + 0.2,
        InnerReduction = TimeReduction.Mean,
        PoliciesPerGoal = 8,
        PolicyLifetime = 9,
        PolicyRestart = PolicyRestart.Same,
        TaskLossLimit = double.PositiveInfinity,
        RestartError = 5,
        OnDivergence = DivergenceResponse.Skip,
        TaskLoss = TaskLossKind.FinalState,
        LateWindowFraction = 0.5,
        VelocityWeight = 0,
        TaskGradientClip = 1,
        CriticGradientClip = 0,
        Optimizer = OptimizerKind.Sgd,
        CriticLearningRate = 1e-5,
        LearningRateSchedule = LearningRateSchedule.Cosine,
        FinalLearningRateFraction = 1,
        CriticInput = CriticInput.RelativeAndGoal,
        CriticForm = CriticForm.Centred,
        CriticHidden = [1, 2, 3],
        CriticActivation = Activation.Softplus,
        CriticHead = Activation.Relu,
        PolicyHidden = [],
        PolicyActivation = Activation.Elu,
        PositionScale = 2,
        VelocityScale = 3,
        ActionScale = 4,
        ActionLimit = 5,
        DisagreementLimit = 3,
        CheckpointInterval = 10,
        ValidationInterval = 20,
        Patience = 30,
    };

    internal static readonly RigidBodyOptions ChangedDynamics = new()
    {
        TimeStep = 0.5,
        Substeps = 2,
        JointDamping = false,
        ImplicitDamping = true,
        GravityCompensation = true,
        TorqueScale = [1, 2.5],
        TorqueLimits = true,
        VelocityLimits = true,
        Actuator = Actuator.SpeedLoop,
        SpeedScale = [0.5],
        PositionLimits = true,
        LimitGradient = LimitGradient.Inward,
        JointFriction = false,
        FrictionSpeed = [0.3],
    };

    internal static readonly PolicyLearnerOptions ChangedFitting = new()
    {
        Steps = 3,
        Optimizer = OptimizerKind.Adam,
        LearningRate = 0.4,
        Horizon = 5,
        Tolerance = 0.6,
        Threads = 7,
        BlockSize = 8,
    };

    [TestMethod]
    [DataRow(1, "actionLimit criticForm disagreementLimit dynamicsSpread onDivergence patience startSpread validationInterval")]
    [DataRow(2, "actionLimit criticForm disagreementLimit onDivergence patience validationInterval")]
    [DataRow(3, "actionLimit criticForm disagreementLimit patience validationInterval")]
    [DataRow(4, "actionLimit criticForm patience validationInterval")]
    [DataRow(5, "actionLimit")]
    [DataRow(6, "actionLimit")]
    [DataRow(7, "")]
    public void A_header_may_lack_only_what_its_version_did_not_have(int version, string names)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            OptionsJson.Write(writer, new MetaTrainingOptions());
        }

        List<string> lacking = [];
        JsonObject whole = JsonNode.Parse(stream.ToArray())!.AsObject();
        foreach (string name in whole.Select(member => member.Key).Order(StringComparer.Ordinal))
        {
            JsonObject part = whole.DeepClone().AsObject();
            part.Remove(name);
            using JsonDocument document = JsonDocument.Parse(part.ToJsonString());
            try
            {
                OptionsJson.ReadTraining(document.RootElement, "sample", version);
                lacking.Add(name);
            }
            catch (InvalidInputException e)
            {
                Assert.Contains($"\"{name}\" is missing", e.Message);
            }
        }

        Assert.AreEqual(names, string.Join(' ', lacking));
    }

    [TestMethod]
    [DataRow("training.horizon=\"\\ud800\"", "training.horizon: value is")]
    [DataRow("training.taskLoss=\"\\udfff\"", "training.taskLoss: value is")]
    public void Text_that_is_no_Unicode_is_refused(string assignment, string message) => StringAssert.Contains(
        Assert.ThrowsExactly<InvalidInputException>(() => OptionsJson.Set(assignment, new RigidBodyOptions(), new MetaTrainingOptions())).Message, message);

    [TestMethod]
    public void All_options_survive_the_way_through_JSON()
    {
        Assert.HasCount(typeof(MetaTrainingOptions).GetProperties().Length, OptionsJson.Differences(Changed, new MetaTrainingOptions()));
        Assert.HasCount(typeof(RigidBodyOptions).GetProperties().Length, DynamicsOptionsJson.Differences(ChangedDynamics, new RigidBodyOptions()));
        foreach ((RigidBodyOptions dynamics, MetaTrainingOptions training) in ((RigidBodyOptions, MetaTrainingOptions)[])[(ChangedDynamics, Changed), (new(), new())])
        {
            string text = OptionsJson.Write(dynamics, training);
            (RigidBodyOptions d, MetaTrainingOptions t) = OptionsJson.Apply(text, new RigidBodyOptions(), Changed);
            Assert.IsEmpty(DynamicsOptionsJson.Differences(dynamics, d));
            Assert.IsEmpty(OptionsJson.Differences(training, t));
            Assert.AreEqual(text, OptionsJson.Write(d, t));
        }
    }

    [TestMethod]
    public void Options_of_fitting_go_with_a_preset()
    {
        TaskPreset preset = TaskPreset.TwoLink with { Dynamics = ChangedDynamics, Training = Changed, Fitting = ChangedFitting };
        string text = OptionsJson.Write(preset);
        Assert.IsTrue(typeof(PolicyLearnerOptions).GetProperties().All(option => !Equals(option.GetValue(ChangedFitting), option.GetValue(new PolicyLearnerOptions()))));
        TaskPreset read = OptionsJson.Apply(text, TaskPreset.Kuka);
        Assert.AreEqual(ChangedFitting, read.Fitting);
        Assert.AreEqual(text, OptionsJson.Write(read));
        Assert.AreSame(TaskPreset.Kuka.Robot, read.Robot);
        Assert.AreEqual(TaskPreset.Kuka.Fitting with { Steps = 7 }, OptionsJson.Apply("""{"fitting": {"steps": 7}}""", TaskPreset.Kuka).Fitting);

        Assert.AreEqual(0.25, OptionsJson.Set("fitting.learningRate = 0.25", preset).Fitting.LearningRate);
        Assert.IsNull(OptionsJson.Set("fitting.horizon=null", preset).Fitting.Horizon);
        TaskPreset trained = OptionsJson.Set("horizon=12", preset);
        Assert.AreEqual(12, trained.Training.Horizon);
        Assert.AreSame(preset.Fitting, trained.Fitting);
    }

    [TestMethod]
    [DataRow("fitting.stops=3", "\"fitting.stops\": there is no such option. Perhaps 'fitting.steps' is meant")]
    [DataRow("fitting.steps=-1", "fitting.steps: value is -1. Give a value from 0 to 1000000.")]
    [DataRow("fitting.optimizer=adagrad", "fitting.optimizer: value is \"adagrad\". Give one of adam, sgd.")]
    public void Wrong_options_of_fitting_are_named(string assignment, string message) =>
        Assert.StartsWith(message, Assert.ThrowsExactly<InvalidInputException>(() => OptionsJson.Set(assignment, TaskPreset.Kuka)).Message);

    [TestMethod]
    public void Only_the_members_named_change()
    {
        (RigidBodyOptions dynamics, MetaTrainingOptions training) = OptionsJson.Apply(
            """{"training": {"horizon": 33, "restartError": "Infinity", "criticInput": "raw"}}""", ChangedDynamics, Changed);
        Assert.AreSame(ChangedDynamics, dynamics);
        Assert.AreEqual(33, training.Horizon);
        Assert.AreEqual(double.PositiveInfinity, training.RestartError);
        Assert.AreEqual(CriticInput.Raw, training.CriticInput);
        CollectionAssert.AreEqual(
            (string[])["horizon: 33, not 6", "restartError: \"Infinity\", not 5", "criticInput: \"raw\", not \"relativeAndGoal\""],
            OptionsJson.Differences(training, Changed).ToArray());
    }

    [TestMethod]
    [DataRow("{\"training\": {\"horizn\": 3}}", "file: training: the member \"horizn\" is unknown. Perhaps 'horizon' is meant")]
    [DataRow("{\"dynamics\": {\"horizon\": 3}}", "file: dynamics: the member \"horizon\" is unknown. Nearest are ")]
    [DataRow("{\"trainig\": {}}", "Known are dynamics, training")]
    [DataRow("{\"training\": {\"Horizon\": 3}}", "\"Horizon\" is unknown")]
    [DataRow("{\"training\": {\"horizon\": 0}}", "file: options.horizon: value is 0. Give a value from 1 to 100000")]
    [DataRow("{\"training\": {\"horizon\": 3.5}}", "file: training.horizon: value is 3.5. Give an integer")]
    [DataRow("{\"training\": {\"horizon\": \"3\"}}", "Give an integer")]
    [DataRow("{\"training\": {\"horizon\": null}}", "value is null. Give an integer")]
    [DataRow("{\"training\": {\"horizon\": 99999999999}}", "Give an integer")]
    [DataRow("{\"training\": {\"seed\": -1}}", "Give an integer, 0 or more")]
    [DataRow("{\"training\": {\"criticInput\": \"relativ\"}}", "Give one of raw, relative, relativeAndGoal")]
    [DataRow("{\"training\": {\"criticInput\": 1}}", "Give one of raw, relative, relativeAndGoal")]
    [DataRow("{\"training\": {\"criticHidden\": null}}", "Give a list of integers")]
    [DataRow("{\"training\": {\"criticHidden\": [1.5]}}", "Give a list of integers")]
    [DataRow("{\"training\": {\"velocityWeight\": \"NaN\"}}", "options.velocityWeight: value is NaN")]
    [DataRow("{\"training\": {\"velocityWeight\": 1e999}}", "options.velocityWeight: value is Infinity")]
    [DataRow("{\"dynamics\": {\"torqueLimits\": 1}}", "Give true or false")]
    [DataRow("{\"dynamics\": {\"torqueScale\": 1}}", "Give a list of numbers")]
    [DataRow("{\"dynamics\": {\"timeStep\": 2}}", "file: options.timeStep")]
    [DataRow("{\"dynamics\": 1}", "file: dynamics: value is 1. Give an object")]
    [DataRow("{\"training\": {\"horizon\": 3, \"horizon\": 4}}", "not valid JSON")]
    [DataRow("{\"training\": {}, \"training\": {}}", "not valid JSON")]
    [DataRow("{\"training\": {\"\\ud800\": 3}}", "not valid JSON")]
    [DataRow("[]", "no JSON object")]
    [DataRow("", "not valid JSON")]
    [DataRow("{", "not valid JSON")]
    [DataRow("{} {}", "not valid JSON")]
    public void Wrong_files_are_refused(string json, string message) =>
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidInputException>(() => OptionsJson.Apply(json, new RigidBodyOptions(), new MetaTrainingOptions(), "file")).Message, message);

    [TestMethod]
    public void Deep_nesting_is_refused() =>
        Assert.ThrowsExactly<InvalidInputException>(() => OptionsJson.Apply(
            "{\"training\":{\"horizon\":" + new string('[', 100_000), new RigidBodyOptions(), new MetaTrainingOptions()));

    [TestMethod]
    [DataRow("training.horizon=12", "horizon")]
    [DataRow("horizon = 12", "horizon")]
    [DataRow("taskLoss=finalState", "taskLoss")]
    [DataRow("taskLoss=\"finalState\"", "taskLoss")]
    [DataRow("criticHidden=[8, 8]", "criticHidden")]
    [DataRow("restartError=3", "restartError")]
    [DataRow("taskLossLimit=Infinity", "taskLossLimit")]
    public void One_training_option_is_set(string assignment, string name)
    {
        (RigidBodyOptions dynamics, MetaTrainingOptions training) = OptionsJson.Set(assignment, ChangedDynamics, new MetaTrainingOptions());
        Assert.AreSame(ChangedDynamics, dynamics);
        StringAssert.StartsWith(OptionsJson.Differences(training, new MetaTrainingOptions()).Single(), name + ": ");
    }

    [TestMethod]
    [DataRow("dynamics.timeStep=0.02")]
    [DataRow("substeps=7")]
    [DataRow("torqueScale=[6,42]")]
    public void One_dynamics_option_is_set(string assignment)
    {
        (RigidBodyOptions dynamics, MetaTrainingOptions training) = OptionsJson.Set(assignment, new RigidBodyOptions(), Changed);
        Assert.AreSame(Changed, training);
        Assert.HasCount(1, DynamicsOptionsJson.Differences(dynamics, new RigidBodyOptions()));
    }

    [TestMethod]
    [DataRow("horizn=3", "Perhaps horizon is meant")]
    [DataRow("training.horizn=3", "Perhaps training.horizon is meant")]
    [DataRow("nonsense=3", "Nearest are ")]
    [DataRow("dynamics.horizon=3", "there is no such option")]
    [DataRow("horizon", "Give key=value")]
    [DataRow("=3", "Give key=value")]
    [DataRow("horizon=", "training.horizon: value is \"\". Give an integer")]
    [DataRow("horizon=abc", "training.horizon: value is \"abc\". Give an integer")]
    [DataRow("horizon=-1", "training.horizon: value is -1")]
    [DataRow("n=3", "there is no such option")]
    public void Wrong_assignments_are_refused(string assignment, string message) =>
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidInputException>(() => OptionsJson.Set(assignment, new RigidBodyOptions(), new MetaTrainingOptions())).Message, message);

    [TestMethod]
    public void Every_training_option_has_its_range()
    {
        (string Name, object[] Good, object[] Bad)[] cases =
        [
            (nameof(MetaTrainingOptions.Iterations), [1, 10_000_000], [0, -1, 10_000_001]),
            (nameof(MetaTrainingOptions.Seed), [0UL, ulong.MaxValue], []),
            (nameof(MetaTrainingOptions.Threads), [0, 1024], [-1, 1025]),
            (nameof(MetaTrainingOptions.Horizon), [1, 100_000], [0, 100_001]),
            (nameof(MetaTrainingOptions.InnerSteps), [1, 1000], [0, 1001]),
            (nameof(MetaTrainingOptions.PolicyLearningRate), [double.Epsilon, 1e300], [0.0, -1.0, double.NaN, double.PositiveInfinity]),
            (nameof(MetaTrainingOptions.InnerReduction), [TimeReduction.Mean], [(TimeReduction)2, (TimeReduction)(-1)]),
            (nameof(MetaTrainingOptions.PoliciesPerGoal), [1, 1_000_000], [0, 1_000_001]),
            (nameof(MetaTrainingOptions.PolicyLifetime), [1, 1_000_000], [0, 1_000_001]),
            (nameof(MetaTrainingOptions.PolicyRestart), [PolicyRestart.Same], [(PolicyRestart)3]),
            (nameof(MetaTrainingOptions.TaskLossLimit), [double.Epsilon, double.PositiveInfinity], [0.0, -1.0, double.NaN]),
            (nameof(MetaTrainingOptions.RestartError), [double.Epsilon, double.PositiveInfinity], [0.0, -1.0, double.NaN, double.NegativeInfinity]),
            (nameof(MetaTrainingOptions.OnDivergence), [DivergenceResponse.Stop], [(DivergenceResponse)3]),
            (nameof(MetaTrainingOptions.TaskLoss), [TaskLossKind.Trajectory], [(TaskLossKind)3]),
            (nameof(MetaTrainingOptions.LateWindowFraction), [double.Epsilon, 1.0], [0.0, 1.0000001, double.NaN]),
            (nameof(MetaTrainingOptions.VelocityWeight), [0.0, 1e300], [-double.Epsilon, double.NaN, double.PositiveInfinity]),
            (nameof(MetaTrainingOptions.TaskGradientClip), [0.0, 1e300], [-double.Epsilon, double.NaN, double.PositiveInfinity]),
            (nameof(MetaTrainingOptions.CriticGradientClip), [0.0, 1e300], [-double.Epsilon, double.NaN, double.PositiveInfinity]),
            (nameof(MetaTrainingOptions.Optimizer), [OptimizerKind.Sgd], [(OptimizerKind)2]),
            (nameof(MetaTrainingOptions.CriticLearningRate), [double.Epsilon, 1e300], [0.0, -1.0, double.NaN, double.PositiveInfinity]),
            (nameof(MetaTrainingOptions.LearningRateSchedule), [LearningRateSchedule.Cosine], [(LearningRateSchedule)3]),
            (nameof(MetaTrainingOptions.FinalLearningRateFraction), [0.0, 1.0], [-double.Epsilon, 1.0000001, double.NaN]),
            (nameof(MetaTrainingOptions.CriticInput), [CriticInput.RelativeAndGoal], [(CriticInput)3]),
            (nameof(MetaTrainingOptions.CriticForm), [CriticForm.Centred], [(CriticForm)2]),
            (nameof(MetaTrainingOptions.CriticHidden), Widths, BadWidths),
            (nameof(MetaTrainingOptions.CriticActivation), [Activation.Softplus], [(Activation)5]),
            (nameof(MetaTrainingOptions.CriticHead), [Activation.Softplus], [(Activation)5]),
            (nameof(MetaTrainingOptions.PolicyHidden), Widths, BadWidths),
            (nameof(MetaTrainingOptions.ActionLimit), [0.0, 3.5], [-0.1, double.NaN, double.PositiveInfinity]),
            (nameof(MetaTrainingOptions.PolicyActivation), [Activation.Linear], [(Activation)5]),
            (nameof(MetaTrainingOptions.PositionScale), [double.Epsilon, 1e300], [0.0, -1.0, double.NaN, double.PositiveInfinity]),
            (nameof(MetaTrainingOptions.VelocityScale), [double.Epsilon, 1e300], [0.0, -1.0, double.NaN, double.PositiveInfinity]),
            (nameof(MetaTrainingOptions.ActionScale), [double.Epsilon, 1e300], [0.0, -1.0, double.NaN, double.PositiveInfinity]),
            (nameof(MetaTrainingOptions.DynamicsSpread), [Spreads(("a", 1, 1)), Spreads(("a", -1, 1), ("b", 0, 2))],
                [Spreads(("", 0, 1)), Spreads(("a", 1, 0)), Spreads(("a", double.NaN, 1)), Spreads(("a", 0, double.PositiveInfinity)), Spreads(("a", 0, 1), ("a", 0, 1))]),
            (nameof(MetaTrainingOptions.StartSpread), [0.0, 1e300], [-double.Epsilon, double.NaN, double.PositiveInfinity]),
            (nameof(MetaTrainingOptions.DisagreementLimit), [double.Epsilon, double.PositiveInfinity], [0.0, -1.0, double.NaN]),
            (nameof(MetaTrainingOptions.ValidationInterval), [1, int.MaxValue], [0, -1]),
            (nameof(MetaTrainingOptions.Patience), [0, 1_000_000], [-1, 1_000_001]),
            (nameof(MetaTrainingOptions.CheckpointInterval), [1, int.MaxValue], [0, -1]),
        ];
        CheckRanges(cases, () => new MetaTrainingOptions(), o => o.Validate());
    }

    [TestMethod]
    public void Every_fitting_option_has_its_range()
    {
        (string Name, object[] Good, object[] Bad)[] cases =
        [
            (nameof(PolicyLearnerOptions.Steps), [0, 1_000_000], [-1, 1_000_001]),
            (nameof(PolicyLearnerOptions.Optimizer), [OptimizerKind.Adam], [(OptimizerKind)2]),
            (nameof(PolicyLearnerOptions.LearningRate), [double.Epsilon, 1e300], [0.0, -1.0, double.NaN, double.PositiveInfinity]),
            (nameof(PolicyLearnerOptions.Horizon), [1, 100_000], [0, 100_001]),
            (nameof(PolicyLearnerOptions.Tolerance), [0.0, 1e300], [-double.Epsilon, double.NaN, double.PositiveInfinity]),
            (nameof(PolicyLearnerOptions.Threads), [0, 1024], [-1, 1025]),
            (nameof(PolicyLearnerOptions.BlockSize), [1, 65_536], [0, 65_537]),
        ];
        CheckRanges(cases, () => new PolicyLearnerOptions(), o => o.Validate());
    }

    private static ParameterSpread[] Spreads(params (string Name, double Low, double High)[] spreads) => [.. spreads.Select(s => new ParameterSpread(s.Name, s.Low, s.High))];

    private static object[] Widths => [Array.Empty<int>(), (int[])[1], (int[])[65_536], (int[])[.. Enumerable.Repeat(1, 16)]];

    private static object[] BadWidths => [(int[])[0], (int[])[-1], (int[])[65_537], (int[])[65_536, 65_536], (int[])[.. Enumerable.Repeat(1, 17)]];

    private static void CheckRanges<T>((string Name, object[] Good, object[] Bad)[] cases, Func<T> create, Action<T> validate)
    {
        validate(create());
        CollectionAssert.AreEquivalent(typeof(T).GetProperties().Select(p => p.Name).ToArray(), cases.Select(c => c.Name).ToArray());
        foreach ((string name, object[] good, object[] bad) in cases)
        {
            PropertyInfo property = typeof(T).GetProperty(name)!;
            foreach (object value in good)
            {
                T options = create();
                property.SetValue(options, value);
                validate(options);
            }

            foreach (object value in bad)
            {
                T options = create();
                property.SetValue(options, value);
                string message = Assert.ThrowsExactly<InvalidInputException>(() => validate(options)).Message;
                StringAssert.StartsWith(message, $"options.{JsonNamingPolicy.CamelCase.ConvertName(name)}: value is ");
                StringAssert.Contains(message, ". Give ");
                if (value is IFormattable number and not Enum)
                {
                    StringAssert.Contains(message, "value is " + number.ToString(null, CultureInfo.InvariantCulture) + ". ");
                }
            }
        }
    }
}
